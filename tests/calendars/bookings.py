"""Rooms and vehicles, and bookings of them, as the tests need them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from calendars import roles
from calendars.actions import offering
from calendars.models import Calendar, CalendarObject, Hold
from collab.accounts.models import User
from collab.spaces.models import Space
from tests import town as make
from tests.calendars.calendaring import calendar, put


def room(who: User, space: Space, title: str = "Salle 2", *, books: int = roles.EVERYBODY, **rules: Any) -> Calendar:
    """A bookable calendar, a room that whoever sees it books unless said."""
    made = calendar(who, space, title, zone="Europe/Berlin")
    offering.offer(make.act(who), made, books, **rules)
    return made


def ahead(days: int = 7, hour: int = 10, minute: int = 0) -> datetime:
    """A local time so many days from now, without zone."""
    day = timezone.now().date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute)


def book(
    who: User, into: Calendar, title: str, starts: datetime, hours: float = 2, *lines: str, **options: Any
) -> CalendarObject:
    """Book by what a program would send."""
    into.refresh_from_db()
    return put(who, into, title, starts, starts + timedelta(hours=hours), *lines, **options)


def held(into: Calendar) -> list[tuple[datetime, datetime]]:
    """What is taken of a calendar."""
    return [
        (one.starts.astimezone(UTC), one.ends.astimezone(UTC))
        for one in Hold.objects.filter(calendar=into).order_by("starts")
    ]


def overlapping(into: Calendar) -> bool:
    """Whether two confirmed or waiting bookings of the calendar overlap, by what is written down of their bytes."""
    from calendars import indexing
    from calendars.actions.booking import spans
    from calendars.ical import reading

    rows = CalendarObject.objects.filter(calendar=into, deleted_at=None)
    times = sorted(
        (one.starts, one.ends) for row in rows
        for one in spans(indexing.index(reading.read(bytes(row.data)), into.zone))
    )  # fmt: skip
    return any(before[1] > after[0] for before, after in itertools.pairwise(times))
