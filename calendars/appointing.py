"""Which times a page of appointments offers: when all its hosts work, are free, and its own rules let one come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendars import availability
from calendars.availability import Hours
from calendars.models import Appointment, AppointmentPage, HostHold
from calendars.refusals import TooManyMatches
from collab.accounts.models import User
from collab.rights.actor import Actor
from collab.rights.right import Right

DAYS = 14
"""So many days stand on a page."""
USUAL = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(5))
"""Whoever said no working hours gives times within these, on the clock of the calendar."""
STEP = 30
LENGTHS = (10, 15, 20, 30, 45, 60, 90, 120, 180, 240)


def answerable(page: AppointmentPage) -> Actor | None:
    """Return who answers for a page, with whose rights what is taken is written; None where it gives no times."""
    maker = page.created_by
    if maker is None or not maker.is_active or not page.is_open or page.space.archived_at is not None:
        return None
    actor = Actor.of(maker)
    return actor if actor.rights_on(page.calendar) & Right.ADD else None


def offered(
    page: AppointmentPage, minutes: int, first: date, days: int = DAYS, *, but: Appointment | None = None
) -> list[datetime]:
    """Return the beginnings, in UTC, of the free times of this length on these days of the calendar's clock.

    `but`: an appointment that is to move, which hinders nobody. A fixed number of statements.
    """
    actor = answerable(page)
    if actor is None or minutes not in page.lengths:
        return []
    zone, now = ZoneInfo(page.calendar.zone), timezone.now()
    since = max(_midnight(first, zone), now + timedelta(minutes=page.notice))
    until = min(_midnight(first + timedelta(days=days), zone), now + timedelta(days=page.ahead))
    hosts = list(page.hosts.filter(is_active=True))
    if since >= until or not hosts or len(hosts) != page.hosts.count():
        return []
    before, after, lasts = (timedelta(minutes=each) for each in (page.before, page.after, minutes))
    taken = _taken(actor, hosts, since - before, until + after, but)
    if taken is None:
        return []
    full = _full(page, zone, since, until, but)
    found = []
    for begins, ends in _working(hosts, zone, since, until):
        at, step = begins, timedelta(minutes=min(STEP, minutes))
        while at + lasts <= ends:
            fits = at >= since and at + lasts <= until and at.astimezone(zone).date() not in full
            if fits and not any(one < at + lasts + after and other > at - before for one, other in taken):
                found.append(at)
            at += step
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _working(
    hosts: Sequence[User], zone: ZoneInfo, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when all hosts work."""
    said = availability.hours_of([one.pk for one in hosts])
    common: list[tuple[datetime, datetime]] | None = None
    for hours in said.values():
        spans = _whole((hours if hours.spans else Hours(zone, USUAL)).between(since, until))
        common = spans if common is None else _both(common, spans)
    return common or []


def _whole(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans that meet as one."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return found


def _both(
    some: Iterable[tuple[datetime, datetime]], others: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(begins, ends) for begins, ends in pairs if begins < ends]


def _taken(
    actor: Actor, hosts: Sequence[User], since: datetime, until: datetime, but: Appointment | None
) -> list[tuple[datetime, datetime]] | None:
    """Return when a host cannot, None where that is not told: then no time is given away."""
    ids = {one.pk for one in hosts}
    try:
        busy = availability.busy_of(actor, ids, since, until, without=but.uid if but is not None else "")
    except TooManyMatches:
        return None
    if busy.keys() != ids:
        return None
    holds = HostHold.objects.filter(user__in=ids, span__overlap=(since, until))
    if but is not None:
        holds = holds.exclude(appointment=but)
    spans = [(one.starts, one.ends) for each in busy.values() for one in each]
    return spans + [(one.lower, one.upper) for one in holds.values_list("span", flat=True)]


def _full(
    page: AppointmentPage, zone: ZoneInfo, since: datetime, until: datetime, but: Appointment | None
) -> set[date]:
    """Return the days that have as many appointments as they may."""
    if page.per_day is None:
        return set()
    day = timedelta(days=1)
    rows = page.appointments.filter(cancelled_at=None, starts__gte=since - day, starts__lt=until + day)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    counts = Counter(starts.astimezone(zone).date() for starts in rows.values_list("starts", flat=True))
    return {day for day, count in counts.items() if count >= page.per_day}
