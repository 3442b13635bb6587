"""Which times a page of appointments offers: when its hosts work, are free, and its own rules let one come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
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
Spell = tuple[datetime, datetime]
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
    return [at for at, _hosts in slots(page, minutes, first, days, but=but)]


def slots(
    page: AppointmentPage, minutes: int, first: date, days: int = DAYS, *, but: Appointment | None = None
) -> list[tuple[datetime, list[User]]]:
    """Return the same with who is free then: all hosts, or those of them whose turn it can be."""
    actor = answerable(page)
    if actor is None or minutes not in page.lengths:
        return []
    zone, now = ZoneInfo(page.calendar.zone), timezone.now()
    since = max(_midnight(first, zone), now + timedelta(minutes=page.notice))
    until = min(_midnight(first + timedelta(days=days), zone), now + timedelta(days=page.ahead))  # of beginnings
    every = list(page.hosts.order_by("pk"))
    hosts = [one for one in every if one.is_active]
    if since >= until or not hosts or not (page.rotates or len(hosts) == len(every)):
        return []
    before, after, lasts = (timedelta(minutes=each) for each in (page.before, page.after, minutes))
    last = until + lasts
    taken = _taken(actor, hosts, since - before, last + after, but)
    teams = [[one] for one in hosts if one.pk in taken] if page.rotates else [hosts] if len(taken) == len(hosts) else []
    full, working = _full(page, zone, since, until, but), _working(hosts, zone, since, last)
    found: dict[datetime, list[User]] = {}
    for team in teams:
        busy = [span for one in team for span in taken[one.pk]]
        for begins, ends in reduce(_both, (working[one.pk] for one in team)):
            at, step = begins, timedelta(minutes=min(STEP, minutes))
            while at + lasts <= ends:
                fits = since <= at < until and at.astimezone(zone).date() not in full
                if fits and not any(one < at + lasts + after and other > at - before for one, other in busy):
                    found.setdefault(at, []).extend(team)
                at += step
    return sorted(found.items())


def in_turn(page: AppointmentPage, free: Sequence[User], at: datetime) -> list[User]:
    """Return these hosts, first who has the fewest appointments of the page in the week of that time, then to come."""
    zone = ZoneInfo(page.calendar.zone)
    day = at.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    week = _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)
    rows = page.appointments.filter(cancelled_at=None, host__in=free, starts__gte=min(week[0], timezone.now()))
    given = list(rows.values_list("host", "starts"))
    ahead = Counter(host for host, _starts in given)
    near = Counter(host for host, starts in given if week[0] <= starts < week[1])
    return sorted(free, key=lambda one: (near[one.pk], ahead[one.pk], one.pk))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _working(hosts: Sequence[User], zone: ZoneInfo, since: datetime, until: datetime) -> dict[int, list[Spell]]:
    """Return {host: when they work}."""
    said = availability.hours_of([one.pk for one in hosts])
    return {
        pk: _whole((hours if hours.spans else Hours(zone, USUAL)).between(since, until)) for pk, hours in said.items()
    }


def _whole(spans: Iterable[Spell]) -> list[Spell]:
    """Return spans that meet as one."""
    found: list[Spell] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return found


def _both(some: Iterable[Spell], others: Sequence[Spell]) -> list[Spell]:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(begins, ends) for begins, ends in pairs if begins < ends]


def _taken(
    actor: Actor, hosts: Sequence[User], since: datetime, until: datetime, but: Appointment | None
) -> dict[int, list[Spell]]:
    """Return {host: when they cannot}; of whom that is not told no time is given away, and they are missing in it."""
    ids = {one.pk for one in hosts}
    try:
        busy = availability.busy_of(actor, ids, since, until, without=but.uid if but is not None else "")
    except TooManyMatches:
        return {}
    taken = {pk: [(one.starts, one.ends) for one in spans] for pk, spans in busy.items() if pk in ids}
    holds = HostHold.objects.filter(user__in=taken, span__overlap=(since, until))
    holds = holds.exclude(appointment__expires_at__lte=timezone.now())
    if but is not None:
        holds = holds.exclude(appointment=but)
    for user, span in holds.values_list("user", "span"):
        taken[user].append((span.lower, span.upper))
    return taken


def _full(
    page: AppointmentPage, zone: ZoneInfo, since: datetime, until: datetime, but: Appointment | None
) -> set[date]:
    """Return the days that have as many appointments as they may."""
    if page.per_day is None:
        return set()
    day = timedelta(days=1)
    rows = page.appointments.filter(cancelled_at=None, starts__gte=since - day, starts__lt=until + day)
    rows = rows.exclude(expires_at__lte=timezone.now())
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    counts = Counter(starts.astimezone(zone).date() for starts in rows.values_list("starts", flat=True))
    return {day for day, count in counts.items() if count >= page.per_day}
