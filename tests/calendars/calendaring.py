"""Calendars with something in them, as the tests of their pages need it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from calendars.actions import making, storing
from calendars.models import Calendar, CalendarObject, Component
from collab.accounts.models import User
from collab.spaces.models import Space
from tests import town as make
from tests.calendars.ical import VTIMEZONE

ZONE = "Europe/Berlin"


def personal(who: User) -> Calendar:
    """The person's own calendar for events."""
    making.furnish(make.act(who))
    return Calendar.objects.get(space__owner=who, name="personal")


def calendar(who: User, space: Space, title: str = "Sport", **fields: Any) -> Calendar:
    return making.make(make.act(who), space, title, components=[Component.EVENT], **fields)


def put(
    who: User, into: Calendar, title: str, starts: datetime | date, ends: datetime | date, *lines: str,
    zone: str = ZONE, uid: str = "",
) -> CalendarObject:  # fmt: skip
    """Put an event in, between local times of the zone ("": floating) or days."""
    uid = uid or f"{title}-{starts:%m%d%H%M}@test".replace(" ", "-")
    body = [
        "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", _when("DTSTART", starts, zone),
        _when("DTEND", ends, zone), f"SUMMARY:{title}", *lines, "END:VEVENT",
    ]  # fmt: skip
    zones = VTIMEZONE.strip().splitlines() if zone == ZONE else []
    data = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//T//EN", *zones, *body, "END:VCALENDAR", ""])
    return storing.put(make.act(who), into, f"{uid}.ics", data.encode()).found


def _when(name: str, at: datetime | date, zone: str) -> str:
    if not isinstance(at, datetime):
        return f"{name};VALUE=DATE:{at:%Y%m%d}"
    if zone == "UTC":
        return f"{name}:{at:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={zone}:{at:%Y%m%dT%H%M%S}" if zone else f"{name}:{at:%Y%m%dT%H%M%S}"
