"""One event, and one of its times: found as the person may see it, read from its bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from django.utils import timezone

from calendars import layout, queries, roles
from calendars.ical import expanding, reading
from calendars.ical.parts import Item, Part
from calendars.models import CalendarObject
from calendars.queries import Mine
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.accounts.models import User


@dataclass(frozen=True)
class Event:
    """An event in its calendar as one person has it; `time`: the one that was asked for, or the next."""

    mine: Mine
    row: CalendarObject
    item: Item
    time: expanding.Occurrence
    sight: roles.Sight
    user: User | None

    @property
    def part(self) -> Part:
        return self.time.part

    @property
    def at(self) -> str:
        """Which one of a series, "" where nothing repeats."""
        return self.time.recurrence_id

    @property
    def is_busy_only(self) -> bool:
        return self.sight is roles.Sight.BUSY

    @property
    def is_archived(self) -> bool:
        return self.mine.calendar.space.archived_at is not None

    def allows(self, ask: Callable[[int, User | None, int | None], bool]) -> bool:
        """Whether the person may do it (`roles.may_change`, `may_delete`), who sees the whole of it."""
        whole = self.sight is roles.Sight.WHOLE and not self.is_archived
        return whole and ask(self.mine.mask, self.user, self.row.created_by_id)


def event(actor: Actor, pk: int, at: str = "") -> Event:
    """Return the event and one of its times. Raises NotFound."""
    where = CalendarObject.objects.filter(pk=pk, deleted_at=None).values_list("calendar_id", flat=True).first()
    if where is None:
        raise NotFound
    mine = queries.mine(actor, where)
    row = queries.objects(actor, mine).filter(pk=pk).defer("text").first()
    if row is None:
        raise NotFound
    row.calendar = mine.calendar
    sight = roles.sight(mine.mask, actor.user, row.secrecy, row.created_by_id)
    item = reading.read(bytes(row.data))
    zone = timezone.get_current_timezone()
    return Event(mine, row, item, time_of(item, at, zone), sight, actor.user)


def time_of(item: Item, at: str, zone: tzinfo) -> expanding.Occurrence:
    """Return the time of this name, or the next to come, or the first there was. Raises NotFound."""
    if item.recurring and at:
        named = expanding.find(item, at, zone)
        found = [named] if named is not None else []
    elif item.recurring:
        now = timezone.now()
        found = expanding.occurrences(item, now, now + timedelta(days=400), zone, most=1)
        found = found or expanding.occurrences(item, _FIRST, _LAST, zone, most=1)
    else:
        found = expanding.occurrences(item, _FIRST, _LAST, zone, most=1)
    if not found:
        raise NotFound
    return found[0]


_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def local(found: Event) -> layout.Local:
    """Return its time on the clock of who looks."""
    return layout.local(
        When(found.time.starts_utc, found.time.ends_utc, found.time.all_day), timezone.get_current_timezone()
    )


@dataclass(frozen=True)
class When:
    """A time, as `layout.local` takes it."""

    starts: datetime
    ends: datetime
    all_day: bool
