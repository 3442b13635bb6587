"""Who is busy when: the one answer for grids on pages and for the outbox of devices (RFC 6638, 5). Never with what.

Busy is what their own calendars hold, but for transparent calendars and entries, what is cancelled and what they
declined (RFC 4791, 7.10), and the days on which they say that they are away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils import timezone

from calendars import appointed, expected, queries, ranges
from calendars.models import Away, Calendar, Occurrence, Preference, WorkingHours
from calendars.queries import Mine
from calendars.ranges import Happens, Span
from calendars.refusals import TooManyMatches
from collab.accounts.models import User
from collab.rights import whom
from collab.rights.actor import Actor
from collab.rights.right import Right

DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """When somebody may be met: `spans` of (weekday, from, to) in minutes by the clock of `zone`; none: not said."""

    zone: ZoneInfo
    spans: tuple[tuple[int, int, int], ...] = ()

    def between(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """Return the working hours that touch the span, in UTC, in their order."""
        found = []
        day = since.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date()
        while day <= last:
            for weekday, begins, ends in self.spans:
                if weekday == day.weekday():
                    span = _at(day, begins, self.zone), _at(day, ends, self.zone)
                    if span[0] < until and span[1] > since and span[0] < span[1]:
                        found.append(span)
            day += timedelta(days=1)
        return sorted(found)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return minutes after midnight by the clock; 1440 is the midnight that ends the day."""
    if minutes >= DAY:
        day, minutes = day + timedelta(days=1), minutes - DAY
    return datetime.combine(day, time(*divmod(minutes, 60)), zone).astimezone(UTC)


def working_hours(user: User) -> Hours:
    """Return when one person may be met; no spans where they never said it."""
    return hours_of([user.pk])[user.pk]


def hours_of(users: Iterable[int]) -> dict[int, Hours]:
    """Return {user: their hours} of all who are there: one query."""
    rows = User.objects.filter(pk__in=list(users)).values_list(
        "pk", "time_zone", "working_hours__zone", "working_hours__spans"
    )
    return {
        pk: Hours(ZoneInfo(zone or own or timezone.get_default_timezone_name()), tuple(map(tuple, spans or ())))
        for pk, own, zone, spans in rows
    }


def told(actor: Actor, users: Iterable[int]) -> tuple[set[int], set[int]]:
    """Return those of the people whom the actor finds, and of these whose busy times everybody is told: one query.

    One always learns about oneself.
    """
    rows = whom.people(actor).filter(pk__in=list(users)).values_list("pk", "working_hours__told_to")
    found = dict(rows)
    me = {actor.user.pk} if actor.user is not None else set()
    return set(found), {pk for pk, to in found.items() if to != WorkingHours.ToldTo.SHARED or pk in me}


def busy_of(
    actor: Actor, users: Iterable[int], since: datetime, until: datetime, *, without: str = ""
) -> dict[int, list[Span]]:
    """Return {user: when they are busy}, cut to the span, what touches as one; the same few statements for any number.

    A person who is missing in it cannot be found by the actor, or lets only those be told with whom they share their
    calendars; of these the shared ones alone are told. `without`: the UID of an event that hinders nobody. Raises
    TooManyMatches.
    """
    if actor.user is None or since >= until:
        return {}
    found, open_to_all = told(actor, users)
    calendars = _calendars(actor, found, open_to_all)
    zones = {pk: hours.zone for pk, hours in hours_of(found).items()}
    spans: dict[int, list[Span]] = {pk: [] for pk in open_to_all}
    for shown in calendars:
        spans.setdefault(_owner(shown), [])
    here = timezone.get_current_timezone()
    around = (since - timedelta(days=1), until + timedelta(days=1))  # what has no zone moves into that of its person
    there = ranges.between(actor, calendars, *around, here)
    if there.cut:  # who is told of a part of it takes the rest for free
        raise TooManyMatches
    taken = [one for one in there if one.busy != Occurrence.Busy.FREE and (not without or one.uid != without)]
    for one in taken:
        owner = _owner(one.calendar)
        starts, ends = one.starts, one.ends
        if one.floating:
            starts, ends = (at.astimezone(here).replace(tzinfo=zones[owner]) for at in (starts, ends))
        spans[owner].append(Span(starts.astimezone(UTC), ends.astimezone(UTC), one.busy))
    for owner, span in expected.spans(open_to_all, *around, without=without):
        spans[owner].append(span)
    for owner, span in appointed.spans(open_to_all, *around, without=without):
        spans[owner].append(span)
    for away in Away.objects.filter(user__in=open_to_all, first__lte=around[1].date(), last__gte=around[0].date()):
        zone = zones[away.user_id]
        spans[away.user_id].append(Span(_at(away.first, 0, zone), _at(away.last, DAY, zone), Occurrence.Busy.BUSY))
    return {pk: joined(each, since, until) for pk, each in spans.items()}


def titled(
    actor: Actor, users: Iterable[int], since: datetime, until: datetime, *, without: str = ""
) -> dict[int, list[Happens]]:
    """Return {user: what of theirs the actor sees whole}, busy times with their words: the same few statements."""
    wanted = set(users)
    calendars = [one for one in queries.home(actor) if not one.is_busy_only and _owner(one) in wanted]
    found: dict[int, list[Happens]] = {}
    for one in ranges.between(actor, calendars, since, until, timezone.get_current_timezone()):
        if one.busy != Occurrence.Busy.FREE and not one.is_busy_only and (not without or one.uid != without):
            found.setdefault(_owner(one.calendar), []).append(one)
    return found


def joined(spans: Sequence[Span], since: datetime, until: datetime) -> list[Span]:
    """Return the spans cut to these moments, those of a kind that touch as one, by their begin."""
    found: list[Span] = []
    for kind in (Occurrence.Busy.BUSY, Occurrence.Busy.TENTATIVE):
        last: Span | None = None
        for one in sorted((one for one in spans if one.busy == kind), key=lambda one: one.starts):
            starts, ends = max(one.starts, since), min(one.ends, until)
            if starts >= ends:
                continue
            if last is not None and starts <= last.ends:
                last = found[-1] = Span(last.starts, max(last.ends, ends), kind)
            else:
                last = Span(starts, ends, kind)
                found.append(last)
    return sorted(found, key=lambda span: (span.starts, span.ends))


def _calendars(actor: Actor, found: set[int], open_to_all: set[int]) -> list[Mine]:
    """Return what makes these people busy: their own calendars, of the others' only those that the actor finds."""
    own = Calendar.objects.living().filter(space__owner__in=found)
    if closed := found - open_to_all:
        seen = Calendar.objects.found_by(actor).filter(space__owner__in=closed).values("pk")
        own = own.filter(Q(space__owner__in=open_to_all) | Q(pk__in=seen))
    rows = list(own.select_related("space"))
    prefer = Preference.objects.filter(calendar__in=rows, user=F("calendar__space__owner"))
    theirs = {one.calendar_id: one for one in prefer}
    # nobody sees by this more than that a time is taken
    calendars = [Mine(row, int(Right.RESPOND), theirs.get(row.pk), False) for row in rows]
    return [one for one in calendars if not one.transparent]


def _owner(one: Mine) -> int:
    return one.calendar.space.owner_id or 0
