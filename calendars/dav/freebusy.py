"""CALDAV:free-busy-query (RFC 4791, 7.10): when a calendar, or all of a person's, makes somebody busy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendars import queries, ranges
from calendars.dav.kinds import CALENDAR, HOME
from calendars.dav.wanted import CALDAV
from calendars.ical.moments import stamp
from calendars.ical.refusals import InvalidFilter
from calendars.ical.spans import read_span
from calendars.models import Occurrence
from calendars.refusals import TooManyMatches
from collab.dav.reports import report
from collab.dav.response import SAFE, Response
from collab.lib import contentlines

if TYPE_CHECKING:
    from collab.dav.request import Request

LONGEST = timedelta(days=3 * 366)
"""So long a span is worked out at most; longer ones are refused, not answered in part."""
_KINDS = {Occurrence.Busy.BUSY: "BUSY", Occurrence.Busy.TENTATIVE: "BUSY-TENTATIVE"}


@report(f"{{{CALDAV}}}free-busy-query", HOME, CALENDAR)
def free_busy(request: Request, root: Any) -> Response:
    """Answer with one VFREEBUSY, which tells times and nothing else."""
    said = root.find(f"{{{CALDAV}}}time-range")
    if said is None:
        raise InvalidFilter
    span = read_span(said, closed=True)
    if span.until - span.since > LONGEST:
        raise TooManyMatches
    one = getattr(request.resource, "found", None)
    calendars = [one] if one is not None else [each for each in queries.home(request.actor) if not each.hidden]
    user = request.actor.user
    zone = one.calendar.zone if one is not None else (user and user.time_zone) or timezone.get_default_timezone_name()
    found = ranges.busy_times(request.actor, calendars, span.since, span.until, ZoneInfo(zone))
    headers = [("Content-Type", "text/calendar; charset=utf-8; component=vfreebusy"), *SAFE]
    return Response(200, headers, written(span.since, span.until, found))


def written(since: datetime, until: datetime, found: list[ranges.Span]) -> bytes:
    """Return the spans as a calendar with one VFREEBUSY (RFC 5545, 3.6.4)."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Collab//EN", "BEGIN:VFREEBUSY",
        f"DTSTAMP:{stamp(timezone.now().astimezone(UTC))}", f"DTSTART:{stamp(since)}", f"DTEND:{stamp(until)}",
        *(f"FREEBUSY;FBTYPE={_KINDS[one.busy]}:{stamp(one.starts)}/{stamp(one.ends)}" for one in found),  # type: ignore[index]
        "END:VFREEBUSY", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(contentlines.fold(line) for line in lines)
