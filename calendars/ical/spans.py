"""A span of time in a question of CalDAV (RFC 4791, 9.9): from, to, or both, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from calendars.ical.moments import EARLIEST, LATEST, read_time
from calendars.ical.refusals import InvalidFilter


@dataclass(frozen=True, slots=True)
class Span:
    """Moments in UTC; what was not said is the first or the last there is."""

    since: datetime
    until: datetime
    open_start: bool = False
    open_end: bool = False

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in it; its end is outside."""
        return self.since <= moment < self.until


def read_span(element: Any, *, closed: bool = False) -> Span:
    """Return the span of an element's `start` and `end`; `closed`: both must be said. Raise InvalidFilter."""
    start, end = element.get("start"), element.get("end")
    if (start is None and end is None) or (closed and (start is None or end is None)):
        raise InvalidFilter
    since = EARLIEST.replace(tzinfo=UTC) if start is None else _utc(start)
    until = LATEST.replace(tzinfo=UTC) if end is None else _utc(end)
    if since >= until:
        raise InvalidFilter
    return Span(since, until, start is None, end is None)


def _utc(text: str) -> datetime:
    try:
        moment, utc = read_time(text.strip())
    except ValueError:
        raise InvalidFilter from None
    if not utc:
        raise InvalidFilter
    return min(max(moment, EARLIEST), LATEST).replace(tzinfo=UTC)
