"""What accounts declare to the house: who may make one by themselves, and their periodic cleaning."""

from django.utils.translation import gettext_lazy as _

from collab.accounts import exporting, opening
from collab.accounts.actions import posting, registrations
from collab.accounts.house_settings import SETTINGS
from collab.registry.plugin import Every, PersonHooks, Plugin, Setting
from collab.registry.upkeep import Outgoing

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
    outgoing=(
        Outgoing(posting.held_back, posting.drop_held),
        Outgoing(registrations.held_back, registrations.drop_held),
    ),
    people=PersonHooks(export=exporting.export),
)
