"""What profiles declare to the house: what a person takes with them, and their tidying."""

from django.utils.translation import gettext_lazy as _

from collab.profiles import exporting
from collab.registry.plugin import Every, PersonHooks, Plugin

plugin = Plugin(
    slug="profiles",
    name=_("Profiles"),
    icon="user",
    jobs=(Every(24 * 3600, "collab.profiles.tasks.tidy"),),
    people=PersonHooks(export=exporting.export),
)
