"""CALDAV:calendar-multiget (RFC 4791, 7.9): the entries at these addresses, in their order, however many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from calendars import queries
from calendars.dav import wanted
from calendars.dav.entry import Entry
from calendars.dav.kinds import CALENDAR, HOME, OBJECT
from calendars.dav.resources import CalendarResource
from collab.dav import multistatus
from collab.dav.hrefs import text
from collab.dav.reports import report
from collab.dav.request import names_of, path_of
from collab.lib.errors import NotFound, Refusal

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

STEP = 500
"""So many entries are looked up at a time."""

Found = tuple[CalendarResource, Callable[[Entry], str]]


@report(f"{{{wanted.CALDAV}}}calendar-multiget", HOME, CALENDAR, OBJECT)
def multiget(request: Request, root: Any) -> Response:
    """Answer each address with what is asked of it, or with 404; what lies elsewhere is not there."""
    asked = wanted.read(request, root)
    hrefs = ["".join(one.itertext()).strip() for one in root.findall("{DAV:}href")]
    return multistatus.streamed(_Answer(request, asked).pieces(hrefs), wanted.headers(asked))


class _Answer:
    """Finds the calendars once and their entries in steps."""

    def __init__(self, request: Request, asked: wanted.Wanted):
        self._request = request
        self._asked = asked
        self._calendars: dict[str, Found | None] = {}

    def pieces(self, hrefs: list[str]) -> Iterator[str]:
        """Yield one response for each address."""
        for start in range(0, len(hrefs), STEP):
            step = hrefs[start : start + STEP]
            places = [self._place(href) for href in step]
            found = {name: self._entries(name, places) for name in {place[0] for place in places if place}}
            for href, place in zip(step, places, strict=True):
                row = found[place[0]].get(place[1]) if place else None
                calendar = self._calendar(place[0]) if place else None
                if row is None or calendar is None:
                    yield multistatus.status_only(text(href), "404 Not Found")
                else:
                    yield calendar[1](row)

    def _place(self, href: str) -> tuple[str, str] | None:
        """Return (calendar, entry) of an address within what was asked, None for any other."""
        request = self._request
        try:
            path = path_of(href, request.header("Host"))
            below = path.removeprefix(request.base + "/")
            parts = names_of(below) if below != path else []
        except Refusal:
            return None
        user = request.actor.user
        if len(parts) != 3 or user is None or parts[0].lower() != user.username:
            return None
        scope = request.resource.parts[1:]
        return (parts[1], parts[2]) if parts[1 : 1 + len(scope)] == scope else None

    def _entries(self, calendar: str, places: list[tuple[str, str] | None]) -> dict[str, Entry]:
        found = self._calendar(calendar)
        if found is None:
            return {}
        mine = found[0].found
        names = {place[1] for place in places if place and place[0] == calendar}
        rows = queries.objects(self._request.actor, mine).filter(name__in=names)
        return {row.name: row for row in self._asked.entries(self._request, mine, rows)}

    def _calendar(self, name: str) -> Found | None:
        if name not in self._calendars:
            self._calendars[name] = self._find(name)
        return self._calendars[name]

    def _find(self, name: str) -> Found | None:
        request = self._request
        there = getattr(request.resource, "found", None)
        try:
            found = there if there is not None else queries.in_home(request.actor, name)
        except NotFound:
            return None
        resource = CalendarResource(request, [request.resource.parts[0], name], found)
        return resource, self._asked.renderer(resource, ZoneInfo(found.calendar.zone))
