"""CALDAV:calendar-query (RFC 4791, 7.8): the entries that fit a filter. The index narrows, the entry itself decides."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from calendars.dav import narrowing, wanted
from calendars.dav.entry import Entry, whole
from calendars.dav.kinds import CALENDAR
from calendars.dav.resources import CalendarResource
from calendars.dav.wanted import CALDAV, Wanted
from calendars.ical import filters, matching, partial, reading
from calendars.ical.parts import Item
from calendars.ical.refusals import InvalidFilter
from calendars.refusals import TooManyMatches
from collab.dav import multistatus
from collab.dav.reports import report
from collab.lib.errors import Refusal
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

STEP = 500
"""So many entries are fetched at a time."""
WORK = 10.0
"""Seconds of this thread in which entries are read to see whether they fit."""


@report(f"{{{CALDAV}}}calendar-query", CALENDAR)
def query(request: Request, root: Any) -> Response:
    """Answer with what fits. Whatever Depth is sent, the entries inside are meant: 0 would find nothing, ever."""
    resource = request.resource
    assert isinstance(resource, CalendarResource)
    asked = wanted.read(request, root)
    condition = root.find(f"{{{CALDAV}}}filter")
    if condition is None:
        raise InvalidFilter
    fits = filters.read_filter(condition)
    zone = wanted.zone_of(root, resource.found)
    return multistatus.streamed(_pieces(resource, asked, fits, zone), wanted.headers(asked))


def _pieces(resource: CalendarResource, asked: Wanted, fits: filters.CompFilter, zone: ZoneInfo) -> Iterator[str]:
    """Yield the responses of what fits: what the index knows first, then what was read."""
    request, found = resource.request, resource.found
    there = narrowing.candidates(request.actor, found, filters.narrow(fits), zone)
    render = asked.renderer(resource, zone)
    if asked.data is None:
        yield from map(render, asked.entries(request, found, there.sure))
    else:
        for rows in _steps(there.sure):
            yield from map(render, asked.entries(request, found, rows))
    reads = Wanted(asked.asked, asked.data or partial.VERBATIM)
    spent = 0.0
    for rows in _steps(there.unsure):
        for row in reads.entries(request, found, rows):
            if spent > WORK:  # before anything has left it is said so; later the answer breaks off, and is no XML
                raise TooManyMatches
            began = time.thread_time()
            fitting = _fits(request.actor, row, fits, zone)
            spent += time.thread_time() - began
            if fitting:
                yield render(row)


def _fits(actor: Actor, row: Entry, fits: filters.CompFilter, zone: ZoneInfo) -> bool:
    """Whether the entry fits as far as its person sees it: nobody learns by questions what they may not read."""
    item: Item
    try:
        item = reading.read(whole(actor, row))
    except Refusal:  # gone by now, or bounds are stricter than when it came
        return False
    return matching.matches(item, fits, zone)


def _steps(rows: Any) -> Iterator[Any]:
    """Yield the rows some hundred at a time, found once."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), STEP):
        yield rows.model.objects.filter(pk__in=ids[start : start + STEP], deleted_at=None).order_by("id")
