"""What accounts declare to the house: their periodic cleaning."""

from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Every, Plugin

plugin = Plugin(
    slug="accounts",
    name=_("Accounts"),
    icon="people",
    jobs=(Every(3600, "collab.accounts.tasks.sweep"),),
)
