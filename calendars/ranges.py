"""What takes place between two moments in some calendars: written-down occurrences, and series expanded beyond them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import connection

from calendars import indexing, roles
from calendars.ical import expanding, reading
from calendars.models import Occurrence
from calendars.queries import Mine
from calendars.refusals import TooManyMatches
from calendars.roles import Sight
from collab.lib.errors import Refusal
from collab.rights.actor import Actor

MOST = 20_000
"""So many occurrences are found at most; a page of a month with so many says nothing to anybody."""
SERIES = 500
"""So many series are expanded at most in one question; those whose rows end soon are written on each hour."""
WORK = 1.0
"""Seconds of this thread in which they are: five hundred of the worst rules would take twenty."""
_APART = timedelta(hours=14)
"""Zones differ by so much at most: times of no zone are looked for so far around."""

_COLUMNS = (
    "e.id, e.name, e.uid, e.component, e.summary, e.location, e.status, e.secrecy, e.created_by_id, e.etag,"
    " e.organizer <> ''"
)
_OF_OBJECT = len(_COLUMNS.split(","))
_SEEN = """o AS MATERIALIZED (SELECT o.* FROM unnest(%(ids)s::bigint[]) AS c (id)
 CROSS JOIN LATERAL (SELECT * FROM calendars_occurrence o WHERE o.calendar_id = c.id
  AND tstzrange(o.starts, o.ends, '[]') && tstzrange(%(since)s, %(until)s, '[]') OFFSET 0) o
 WHERE o.event_id NOT IN (SELECT e.id FROM calendars_calendarobject e WHERE e.calendar_id = ANY(%(ids)s)
  AND (e.secrecy = 2 OR e.component <> 'VEVENT')
  AND (e.component <> 'VEVENT' OR (e.created_by_id = %(user)s OR e.calendar_id = ANY(%(all_of)s)) IS NOT TRUE)))"""
"""Occurrences of events that somebody finds. What is hidden has an index of its own: most calendars hide nothing."""
_FEW = """, placed AS MATERIALIZED (SELECT o.*, CASE
  WHEN o.all_day OR o.floating OR o.ends - o.starts >= interval '1 day'
   OR (o.starts AT TIME ZONE %(zone)s)::date <> ((o.ends - interval '1 microsecond') AT TIME ZONE %(zone)s)::date
   OR o.event_id IN (SELECT i.event_id FROM calendars_invitee i WHERE i.user_id = %(user)s AND i.partstat = 'DECLINED')
  THEN NULL ELSE (o.starts AT TIME ZONE %(zone)s)::date END AS day FROM o),
 few AS (SELECT p.*, CASE WHEN p.day IS NULL THEN 0 ELSE row_number() OVER (
   PARTITION BY p.day ORDER BY p.starts, p.ends, p.event_id, p.recurrence_id COLLATE "C") END AS place,
  CASE WHEN p.day IS NULL THEN 0 ELSE count(*) OVER (PARTITION BY p.day) END AS count FROM placed p)"""
"""The first of each day, and how many it has; what is not of one day alone, or may be left out later, always stays."""
_TOLD = f""" SELECT {_COLUMNS}, o.calendar_id, EXTRACT(EPOCH FROM o.starts)::bigint,
  EXTRACT(EPOCH FROM o.ends)::bigint, o.all_day, o.floating, o.recurrence_id, o.busy, o.summary"""
_OBJECT = " CROSS JOIN LATERAL (SELECT * FROM calendars_calendarobject e WHERE e.id = o.event_id OFFSET 0) e"
_LAST = " ORDER BY o.starts, o.id LIMIT %(most)s"
_WRITTEN = f"WITH {_SEEN}{_TOLD} FROM (SELECT * FROM o{_LAST}) o{_OBJECT}{_LAST}"
_FIRST = f"""WITH {_SEEN}{_FEW}{_TOLD}, o.day, o.place, o.count
 FROM (SELECT * FROM few o WHERE o.place <= %(first)s{_LAST}) o{_OBJECT}{_LAST}"""
"""Moments as seconds (there is nothing finer in RFC 5545): Django reads thousands of them twenty times as fast.

The rows of objects are fetched one by one: PostgreSQL would rather read all entries of the house to find some.
"""
_OPEN = f"""SELECT {_COLUMNS}, e.calendar_id, e.data, e.expanded_since, e.expanded_until
 FROM unnest(%s::bigint[]) AS c (id)
 CROSS JOIN LATERAL (
  SELECT * FROM calendars_calendarobject e WHERE e.calendar_id = c.id AND e.deleted_at IS NULL
   AND e.expanded_until IS NOT NULL AND e.expanded_until < %s
  UNION SELECT * FROM calendars_calendarobject e WHERE e.calendar_id = c.id AND e.deleted_at IS NULL
   AND e.expanded_since IS NOT NULL AND e.expanded_since > %s OFFSET 0) e
 WHERE e.first < %s AND (e.last IS NULL OR e.last >= %s)
  AND e.component = 'VEVENT' AND (e.secrecy < 2 OR e.created_by_id = %s OR e.calendar_id = ANY(%s))
 ORDER BY e.id LIMIT %s"""


@dataclass(slots=True, eq=False)
class Happens:
    """One time that something takes place, as its person may see it: `title` and `location` are "" where only when.

    `starts`, `ends` are in UTC; what belongs to no zone (`floating`, whole days too) is put into the zone asked for.
    `ends` is exclusive, equal to `starts` for a mere moment. `recurrence_id`: which one of a series, "" where nothing
    repeats. A month has thousands of them and draws a hundred: what is said of one is worked out when it is asked.
    """

    actor: Actor
    calendar: Mine
    starts: datetime
    ends: datetime
    all_day: bool
    floating: bool
    recurrence_id: str
    busy: int
    of_object: Sequence[Any]
    own_title: str | None
    declined: ClassVar[bool] = False
    """By whoever looks (`invited.marked`)."""

    @property
    def id(self) -> int:
        """Of its object, as `name`, `uid`, `etag`, `component` are."""
        return int(self.of_object[0])

    @property
    def name(self) -> str:
        return str(self.of_object[1])

    @property
    def uid(self) -> str:
        return str(self.of_object[2])

    @property
    def component(self) -> str:
        return str(self.of_object[3])

    @property
    def etag(self) -> str:
        return str(self.of_object[9])

    @property
    def invites(self) -> bool:
        """Whether anybody is invited to it."""
        return bool(self.of_object[10])

    @property
    def sight(self) -> Sight:
        """How much of it the person sees."""
        return roles.sight(self.calendar.mask, self.actor.user, self.of_object[7], self.of_object[8])

    @property
    def is_busy_only(self) -> bool:
        return self.sight is Sight.BUSY

    @property
    def title(self) -> str:
        return self._seen(self.of_object[4] if self.own_title is None else self.own_title)

    @property
    def location(self) -> str:
        return self._seen(self.of_object[5])

    @property
    def status(self) -> str:
        return self._seen(self.of_object[6])

    @property
    def may_change(self) -> bool:
        """Whether the person may move it: never in an archived space."""
        mine = self.calendar
        may = roles.may_change(mine.mask, self.actor.user, self.of_object[8])
        return may and mine.calendar.space.archived_at is None and self.sight is Sight.WHOLE

    def _seen(self, text: str) -> str:
        return text if self.sight is Sight.WHOLE else ""


class Found(list[Happens]):
    """What takes place, in its order. `cut`: there is more, which was not found out: it would have been too much.

    `more`: {day: how many begin and end on it besides}, where only the first of each day were asked for.
    """

    def __init__(self, rows: Iterable[Happens] = (), like: Found | None = None):
        super().__init__(rows)
        self.cut: bool = like.cut if like is not None else False
        self.more: dict[date, int] = like.more if like is not None else {}


def between(
    actor: Actor, calendars: Sequence[Mine], since: datetime, until: datetime, zone: tzinfo, *,
    first: int | None = None,
) -> Found:  # fmt: skip
    """Return the events that touch the span in these calendars, by their start (RFC 4791, 9.9): two queries.

    `zone`: in which days and times of no zone are meant here. A moment at `since` is in, one at `until` not.
    `first`: so many (at least 1) are wanted of what lies within one day of the zone, the others are counted.
    """
    if not calendars or since >= until:
        return Found()
    by_id = {one.calendar.pk: one for one in calendars}
    user = actor.user.pk if actor.user is not None else 0
    # whoever sees busy times alone sees those of private entries, too
    all_of = [pk for pk, one in by_id.items() if one.mask & roles.Right.MANAGE or one.is_busy_only]
    around = (since - _APART, until + _APART)
    ids = list(by_id)
    asked: dict[str, Any] = {"ids": ids, "since": around[0], "until": around[1], "user": user, "all_of": all_of}
    asked |= {"most": MOST, "first": first, "zone": str(zone)}
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN if first is None else _FIRST, asked)
        rows = cursor.fetchall()
        cursor.execute(_OPEN, [ids, around[1], around[0], around[1], around[0], user, all_of, SERIES])
        series = cursor.fetchall()
    written = [_of_row(actor, by_id, row, zone) for row in rows]
    known = {(one.id, one.recurrence_id) for one in written}
    beyond: list[Happens] = []
    cut = len(written) >= MOST or len(series) >= SERIES
    ends = time.thread_time() + WORK
    for row in series:
        if time.thread_time() > ends:
            cut = True
            break
        beyond += _expanded(actor, by_id, row, around, zone)
    beyond = [one for one in beyond if (one.id, one.recurrence_id) not in known]
    touching = (one for one in (*written, *beyond) if _touches(one, since, until))
    found = Found(sorted(touching, key=lambda one: (one.starts, not one.all_day, one.ends, one.id, one.recurrence_id)))
    found.cut = cut
    if first is not None:
        found.more = {row[-3]: row[-1] - first for row in rows if row[-2] == first < row[-1]}
    return found


@dataclass(frozen=True)
class Span:
    """A time that is taken: `busy` is an `Occurrence.Busy`."""

    starts: datetime
    ends: datetime
    busy: int


def busy_times(actor: Actor, calendars: Sequence[Mine], since: datetime, until: datetime, zone: tzinfo) -> list[Span]:
    """Return when these calendars make somebody busy, cut to the span; what touches is one (RFC 4791, 7.10).

    Raises TooManyMatches: who is told of a part of it takes the rest for free.
    """
    opaque = [one for one in calendars if not one.transparent]
    there = between(actor, opaque, since, until, zone)
    if there.cut:
        raise TooManyMatches
    found = [one for one in there if one.busy != Occurrence.Busy.FREE]
    spans: list[Span] = []
    for kind in (Occurrence.Busy.BUSY, Occurrence.Busy.TENTATIVE):
        for one in (one for one in found if one.busy == kind):
            starts, ends = max(one.starts, since), min(one.ends, until)
            last = spans[-1] if spans and spans[-1].busy == kind else None
            if last is not None and starts <= last.ends:
                spans[-1] = Span(last.starts, max(last.ends, ends), kind)
            elif starts < ends:
                spans.append(Span(starts, ends, kind))
    return sorted(spans, key=lambda span: (span.starts, span.ends))


def _touches(one: Happens, since: datetime, until: datetime) -> bool:
    return one.starts < until and (one.ends > since or (one.starts == one.ends and one.starts >= since))


def _of_row(actor: Actor, by_id: dict[int, Mine], row: tuple[Any, ...], zone: tzinfo) -> Happens:
    calendar, starts, ends, all_day, floating, recurrence_id, busy, other = row[_OF_OBJECT : _OF_OBJECT + 8]
    mine = by_id[calendar]
    starts, ends = datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC)
    if floating:
        own = ZoneInfo(mine.calendar.zone)
        starts, ends = _moved(starts, own, zone), _moved(ends, own, zone)
    return Happens(actor, mine, starts, ends, all_day, floating, recurrence_id, busy, row, other)


def _expanded(
    actor: Actor, by_id: dict[int, Mine], row: tuple[Any, ...], around: tuple[datetime, datetime], zone: tzinfo
) -> list[Happens]:
    """Return what a series says of the span outside of what is written down of it."""
    *head, calendar, data, since, until = row
    mine = by_id[calendar]
    try:
        item = reading.read(bytes(data))
    except Refusal:  # it was read when it came; bounds are stricter today
        return []
    found = expanding.occurrences(item, *around, zone, most=indexing.MOST)
    outside = (
        one
        for one in found
        if (until is not None and one.ends_utc >= until) or (since is not None and one.starts_utc < since)
    )
    return [
        Happens(
            actor, mine, one.starts_utc, one.ends_utc, one.all_day, one.floating or one.all_day, one.recurrence_id,
            indexing.busy_of(one.part), head, one.part.summary[:1000],
        )
        for one in outside
    ]  # fmt: skip


def _moved(moment: datetime, own: tzinfo, zone: tzinfo) -> datetime:
    """Return the same time of day in another zone."""
    return moment.astimezone(own).replace(tzinfo=zone).astimezone(UTC)
