"""What the store writes down beside the bytes of an entry, so that no query reads them: columns and occurrences."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendars.addresses import normal
from calendars.ical import expanding, todos
from calendars.ical.parts import Item, Part
from calendars.models import CalendarObject, Component, Occurrence

BEFORE = timedelta(days=366)
AFTER = timedelta(days=731)
"""A series is written down from so long ago until so long from now; what lies outside is expanded when asked."""
MOST = 1200
"""So many occurrences of one entry are written down at most."""
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_SECRECY = {"": 0, "PUBLIC": 0, "CONFIDENTIAL": 1}
"""CLASS: what is not known is private (RFC 5545, 3.8.1.3)."""


@dataclass(frozen=True)
class Index:
    """`columns` of the object, and its occurrences as far as they are written down."""

    columns: dict[str, Any]
    occurrences: list[expanding.Occurrence]

    def rows(self, found: CalendarObject, invited: Collection[str] = ()) -> list[Occurrence]:
        """Return the rows of the occurrences of this object; `invited`: the addresses by which its owner is."""
        return [
            Occurrence(
                event=found,
                calendar_id=found.calendar_id,
                starts=one.starts_utc,
                ends=one.ends_utc,
                all_day=one.all_day,
                floating=one.floating or one.all_day,
                recurrence_id=one.recurrence_id,
                busy=busy_of(one.part, invited),
                summary=differing if (differing := one.part.summary[:1000]) != found.summary else None,
            )
            for one in self.occurrences
        ]


def index(item: Item, zone: str, *, now: datetime | None = None) -> Index:
    """Return what is written down of an entry in a calendar of this zone."""
    tz = ZoneInfo(zone)
    now = now or timezone.now()
    first, last = expanding.bounds(item, tz)
    part = item.master or item.parts[0]
    found, since, until = _written(item, tz, first, last, now)
    columns: dict[str, Any] = {
        "component": item.component,
        "summary": part.summary[:1000],
        "location": part.location[:500],
        "text": item.text,
        "status": part.status[:16],
        "secrecy": max(_SECRECY.get(one.klass, 2) for one in item.parts),
        "starts": part.starts.utc(tz) if part.starts else None,
        "ends": part.ends.utc(tz) if part.ends else None,
        "all_day": part.all_day,
        "due": part.due.utc(tz) if part.due else None,
        "completed_at": part.completed,
        "percent": part.percent,
        "priority": part.priority or 0,
        "sequence": max(one.sequence for one in item.parts),
        "categories": [one[:200] for one in part.categories][:50],
        "parent_uid": part.parent[:1000],
        "repeats": item.recurring,
        "rings_at": rings_next(found, tz, now),
        "first": first,
        "last": last,
        "expanded_since": since,
        "expanded_until": until,
        **(_task(part, tz, now) if item.component == Component.TASK else {}),
        "problems": [one[:300] for one in item.problems][:20],
    }
    return Index(columns, found)


MOST_RINGS = 200
"""So often one occurrence rings at most: all of a series are looked through each time that one is due."""
MORNING = timedelta(hours=8)
"""What is due on a day is told of at this hour of it."""


def _task(part: Part, tz: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return what is written down of a task alone."""
    calls = None
    if part.due is not None and todos.is_open(part):
        calls = part.due.utc(tz) + (MORNING if part.due.is_date else timedelta(0))
    return {
        "sort_order": todos.order_of(part),
        "assignees": [one[:300] for one in todos.assignees(part)],
        "calls_at": calls if calls is not None and calls > now else None,
    }


def rings_next(found: Iterable[expanding.Occurrence], tz: ZoneInfo, after: datetime) -> datetime | None:
    """Return when the next alarm of these occurrences is due, None when none will be."""
    return min((at for one in found for at in rings(one, tz) if at > after), default=None)


def rings(one: expanding.Occurrence, tz: ZoneInfo) -> list[datetime]:
    """Return when the alarms of an occurrence are due; of what is cancelled or done, and of what was heard, never."""
    part = one.part
    if part.status in {"CANCELLED", "COMPLETED"} or part.completed is not None:
        return []
    found = (
        at
        for alarm in part.alarms
        for at in alarm.moments(one.starts_utc, one.ends_utc, tz)
        if alarm.acknowledged is None or at > alarm.acknowledged  # RFC 9074, 6.1
    )
    return list(islice(found, MOST_RINGS))


def busy_of(part: Part, invited: Collection[str] = ()) -> int:
    """Return what one occurrence makes of those concerned: TRANSP and STATUS (RFC 4791, 7.10; RFC 5545, 3.8.2.7).

    Of an invitation (`invited`: the addresses of who is) what they declined makes nobody busy, and what they have not
    accepted may.
    """
    if part.transp == "TRANSPARENT" or part.status == "CANCELLED" or part.component != Component.EVENT:
        return Occurrence.Busy.FREE
    if invited:
        said = next((one.status for one in part.attendees if normal(one.address) in invited), "ACCEPTED")
        if said == "DECLINED":
            return Occurrence.Busy.FREE
        if said in {"TENTATIVE", "NEEDS-ACTION"}:
            return Occurrence.Busy.TENTATIVE
    return Occurrence.Busy.TENTATIVE if part.status == "TENTATIVE" else Occurrence.Busy.BUSY


def _written(
    item: Item, tz: ZoneInfo, first: datetime | None, last: datetime | None, now: datetime
) -> tuple[list[expanding.Occurrence], datetime | None, datetime | None]:
    """Return the occurrences to write down, and since and until when these are all there are (None: for ever)."""
    if first is None:
        return [], None, None
    if not item.recurring:
        return expanding.occurrences(item, _FIRST, _LAST, tz, most=MOST), None, None
    since = None if first >= now - BEFORE else now - BEFORE
    until = None if last is not None and last <= now + AFTER else now + AFTER
    found = expanding.occurrences(item, since or _FIRST, until or _LAST, tz, most=MOST + 1)
    if len(found) > MOST:
        found, until = found[:MOST], found[MOST].starts_utc
    return found, since, until
