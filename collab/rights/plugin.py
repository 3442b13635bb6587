"""What rights declare to the house: the rules of public links, the periodic care of the mail about them."""

from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Every, PersonHooks, Plugin
from collab.registry.upkeep import Outgoing
from collab.rights import drops, exporting, letters, link_rules

plugin = Plugin(
    slug="rights",
    name=_("Rights"),
    icon="lock",
    settings=link_rules.SETTINGS,
    jobs=(Every(300, "collab.rights.tasks.tend"),),
    outgoing=(Outgoing(letters.held_back, letters.drop_held), Outgoing(drops.held_back, drops.drop_held)),
    people=PersonHooks(export=exporting.export),
)
