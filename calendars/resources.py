"""Finding what can be booked, what is taken of it, one's own bookings and those that wait for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from calendars import opening, queries
from calendars.actions.booking import CANCELLED, PENDING
from calendars.models import Answer, Bookable, Calendar, CalendarObject, Hold, Occurrence
from calendars.opening import Span
from calendars.queries import Mine
from calendars.refusals import OutOfRules
from collab.rights.actor import Actor
from collab.rights.right import Right


@dataclass(frozen=True)
class Resource:
    """A bookable calendar as one person has it."""

    mine: Mine
    how: Bookable

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.mine.calendar.zone)


def all_of(actor: Actor) -> list[Resource]:
    """Return what the person sees and can be booked, by name."""
    found = [one for one in queries.home(actor) if one.calendar.books and not one.is_busy_only]
    how = Bookable.objects.in_bulk([one.calendar.pk for one in found])
    rows = [Resource(one, how[one.calendar.pk]) for one in found if one.calendar.pk in how]
    return sorted(rows, key=lambda one: (one.how.kind, one.mine.title.casefold()))


def taken(found: Sequence[Resource], since: datetime, until: datetime) -> dict[int, list[Span]]:
    """Return {id of a calendar: what is taken of it between two moments}, free time around bookings not counted."""
    ids = [one.mine.calendar.pk for one in found]
    rows = Hold.objects.filter(calendar__in=ids, span__overlap=(since, until)).order_by("starts")
    spans = defaultdict(list)
    for pk, starts, ends in rows.values_list("calendar", "starts", "ends"):
        spans[pk].append(Span(starts, ends))
    return spans


def why_not(one: Resource, span: Span, others: Sequence[Span]) -> str | Span:
    """Return what hinders this person from booking the time: a booking of others, a rule in words; "" for nothing."""
    since, until = opening.free_around(one.how, span)
    for other in others:
        before, after = opening.free_around(one.how, other)
        if before < until and after > since:
            return other
    if not one.mine.mask & Right.MANAGE:
        try:
            opening.check(one.how, span, one.zone, timezone.now())
        except OutOfRules as refusal:
            return str(refusal.message)
    return ""


@dataclass(frozen=True)
class Booking:
    """One time that somebody booked; `at`: which one of a series."""

    event: CalendarObject
    calendar: Calendar
    starts: datetime
    ends: datetime
    at: str

    @property
    def waits(self) -> bool:
        return self.event.status == PENDING


STEP = 30


def booked_by(actor: Actor, after: tuple[datetime, int] | None = None) -> tuple[list[Booking], str]:
    """Return what the person booked from now on, the next first, some at a time; and the cursor of what follows."""
    if actor.user is None:
        return [], ""
    seen = Calendar.objects.living().visible_to(actor).exclude(books=0).values("pk")
    rows = Hold.objects.filter(event__created_by=actor.user, calendar__in=seen, ends__gt=timezone.now())
    if after is not None:
        rows = rows.filter(Q(starts__gt=after[0]) | Q(starts=after[0], pk__gt=after[1]))
    found = list(
        rows.select_related("event", "calendar__space").defer("event__data", "event__text")
        .order_by("starts", "pk")[: STEP + 1]
    )  # fmt: skip
    more = f"{found[STEP - 1].starts.timestamp():.0f}-{found[STEP - 1].pk}" if len(found) > STEP else ""
    found = found[:STEP]
    times = Occurrence.objects.filter(
        event__in={one.event_id for one in found}, starts__in={one.starts for one in found}
    )
    names = {(event, starts): name for event, starts, name in times.values_list("event", "starts", "recurrence_id")}
    return [
        Booking(one.event, one.calendar, one.starts, one.ends, names.get((one.event_id, one.starts), ""))
        for one in found
    ], more


def refused_to(actor: Actor) -> list[CalendarObject]:
    """Return what the person asked for, was refused, and would not be over yet."""
    if actor.user is None:
        return []
    rows = CalendarObject.objects.living().visible_to(actor).filter(created_by=actor.user, status=CANCELLED)
    rows = rows.exclude(calendar__books=0).filter(answer__yes=False, last__gt=timezone.now())
    return list(rows.select_related("calendar", "answer").defer("data", "text").order_by("first", "pk")[:STEP])


def waiting_for(actor: Actor) -> Any:
    """Return the bookings that wait for the answer of this person, the next first."""
    rows = CalendarObject.objects.living().allowing(actor, Right.MANAGE).filter(status=PENDING, component="VEVENT")
    rows = rows.exclude(calendar__books=0).filter(calendar__space__archived_at=None, last__gt=timezone.now())
    return rows.select_related("calendar__space", "created_by").defer("data", "text").order_by("first", "pk")


@dataclass(frozen=True)
class State:
    """How it stands with a booking: it `waits`, was `refused`, or is booked; `word`: what came with the answer."""

    waits: bool
    refused: bool
    word: str
    may_answer: bool


def state_of(mine: Mine, row: CalendarObject) -> State:
    """Return how it stands with an entry of a bookable calendar, for who sees the whole of it."""
    found = Answer.objects.filter(event=row).first()
    waits = row.status == PENDING
    manages = bool(mine.mask & Right.MANAGE) and mine.calendar.space.archived_at is None
    refused = row.status == CANCELLED and found is not None and not found.yes
    return State(waits, refused, found.word if found is not None else "", waits and manages)
