"""Tasks in the calendar: each on the day or at the hour at which it is due, once, beside what takes place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from calendars.models import CalendarObject, Occurrence
from calendars.queries import Mine
from calendars.ranges import Found, Happens
from calendars.tasklists import queries
from collab.rights.actor import Actor

MOST = 1000
"""So many tasks are shown on one page of the calendar."""
_APART = timedelta(hours=26)
"""A day of a calendar begins so long before or after that of who looks at most."""


@dataclass(slots=True, eq=False)
class Due(Happens):
    """A task at the time at which it is due. It is not dragged: its page changes it."""

    is_done: bool

    @property
    def may_change(self) -> bool:
        return False


def with_tasks(
    actor: Actor, found: Found, lists: Sequence[Mine], since: datetime, until: datetime, zone: tzinfo
) -> Found:
    """Return what takes place and what is due in the span, in one order. One query."""
    due = between(actor, lists, since, until, zone)
    both = Found(sorted([*found, *due], key=lambda one: (one.starts, not one.all_day, one.ends, one.id)), found)
    both.cut = found.cut or len(due) >= MOST
    return both


def between(actor: Actor, lists: Sequence[Mine], since: datetime, until: datetime, zone: tzinfo) -> list[Due]:
    """Return the tasks that are due in the span, cancelled ones left out."""
    seen = [one for one in lists if queries.is_list(one)]
    if not seen:
        return []
    by_id = {one.calendar.pk: one for one in seen}
    rows = queries.rows(actor, seen).filter(due__gte=since - _APART, due__lt=until + _APART)
    rows = rows.exclude(status="CANCELLED").order_by("due", "pk")[:MOST]
    found = [_due(actor, row, by_id[row.calendar_id], zone) for row in rows]
    return [one for one in found if since <= one.starts < until]


def _due(actor: Actor, row: CalendarObject, mine: Mine, zone: tzinfo) -> Due:
    assert row.due is not None
    starts = ends = row.due
    if row.all_day:
        day = row.due.astimezone(ZoneInfo(mine.calendar.zone)).date()
        starts = datetime.combine(day, time(), zone).astimezone(UTC)
        ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    is_done = row.completed_at is not None or row.status == "COMPLETED"
    of_object = (
        row.pk, row.name, row.uid, row.component, row.summary, "", row.status, row.secrecy, row.created_by_id, row.etag,
    )  # fmt: skip
    free = int(Occurrence.Busy.FREE)
    return Due(actor, mine, starts, ends, row.all_day, row.all_day, "", free, of_object, None, is_done)
