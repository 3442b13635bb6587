"""All that the core knows about calendars. Read this first, then `models`, `actions/storing`, `dav/resources`."""

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from calendars import about, notices
from calendars.dav.tree import CalendarsTree
from calendars.port import Port
from collab.registry.plugin import DavTree, Every, NavEntry, PersonHooks, Plugin, SpaceHooks, SpaceTool
from collab.rights.switches import switch

_NAME = pgettext_lazy("app", "Calendars")


plugin = Plugin(
    slug="calendars",
    name=_NAME,
    icon="calendar",
    urls="calendars.urls",
    nav=(NavEntry(_NAME, "calendar", "calendars:home", in_space="calendars:space", order=30, key="a"),),
    dav=(DavTree("calendars", CalendarsTree),),
    calendar=Port(),
    notifications=notices.NOTICES,
    jobs=(
        Every(60, "calendars.tasks.remind"),
        Every(24 * 3600, "calendars.tasks.tidy"),
        Every(3600, "calendars.tasks.write_on"),
    ),
    settings=(switch("calendars", _NAME),),
    people=PersonHooks(forget=about.forget, export=about.export),
    spaces=SpaceHooks(copy=about.copy, erase=about.erase, holdings=about.holdings),
    space_tools=(SpaceTool(_NAME, "calendar", lambda space: reverse("calendars:space", args=[space.slug])),),
)
