"""All that the core knows about calendars. Read this first, then `models`, `actions/storing`, `dav/resources`."""

from django.utils.translation import pgettext_lazy

from calendars import about
from calendars.dav.tree import CalendarsTree
from collab.registry.plugin import DavTree, Every, PersonHooks, Plugin, SpaceHooks
from collab.rights.switches import switch

_NAME = pgettext_lazy("app", "Calendars")


plugin = Plugin(
    slug="calendars",
    name=_NAME,
    icon="calendar",
    dav=(DavTree("calendars", CalendarsTree),),
    jobs=(Every(24 * 3600, "calendars.tasks.tidy"), Every(3600, "calendars.tasks.write_on")),
    settings=(switch("calendars", _NAME),),
    people=PersonHooks(forget=about.forget, export=about.export),
    spaces=SpaceHooks(copy=about.copy, erase=about.erase, holdings=about.holdings),
)
