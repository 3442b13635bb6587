"""What accounts declare to the house: who may make one by themselves, and their periodic cleaning."""

from django.utils.translation import gettext_lazy as _

from collab.accounts import exporting, opening
from collab.accounts.house_settings import SETTINGS
from collab.registry.plugin import Every, PersonHooks, Plugin, Setting

plugin = Plugin(
    slug="accounts",
    name=_("Accounts"),
    icon="people",
    settings=(
        *SETTINGS,
        Setting(opening.MODE, opening.CLOSED, opening.mode_field, page="people"),
        Setting(opening.DOMAINS, [], opening.DomainsField, page="people"),
    ),
    jobs=(Every(3600, "collab.accounts.tasks.sweep"),),
    people=PersonHooks(export=exporting.export),
)
