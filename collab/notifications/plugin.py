"""What notifications declare to the house: they read the change log, tell of it by mail and devices, and forget."""

from django.utils.translation import gettext_lazy as _

from collab.notifications import actions, digests, exporting, reading
from collab.notifications.kinds import NOTICES
from collab.registry.plugin import Every, PersonHooks, Plugin, Reader, SpaceHooks
from collab.registry.upkeep import Outgoing

plugin = Plugin(
    slug="notifications",
    name=_("Notifications"),
    icon="bell",
    notifications=NOTICES,
    readers=(Reader("notifications", reading.handle),),
    jobs=(
        Every(60, "collab.notifications.tasks.tend"),
        Every(24 * 3600, "collab.notifications.tasks.tidy"),
    ),
    outgoing=(Outgoing(digests.held_back, digests.drop_held),),
    people=PersonHooks(forget=actions.forget, export=exporting.export),
    spaces=SpaceHooks(erase=reading.erase_space),
)
