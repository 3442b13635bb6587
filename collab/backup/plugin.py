"""What the core must know about backups: when they are made, and how they are."""

from django.utils.translation import gettext_lazy as _

from collab.backup import state
from collab.registry.plugin import Every, Plugin
from collab.registry.upkeep import Health

plugin = Plugin(
    slug="backup",
    name=_("Backups"),
    icon="disk",
    jobs=(Every(3600, "collab.backup.tasks.when_due"),),
    health=(Health(_("Backups"), state.health),),
)
