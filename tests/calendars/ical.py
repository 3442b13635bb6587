"""Calendar objects for tests, written as programs write them."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
PARIS = ZoneInfo("Europe/Paris")

VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


def calendar(*components: str, zones: str = "", newline: str = "\r\n") -> bytes:
    """Return a file of components given with BEGIN and END."""
    inside = "".join(textwrap.dedent(one).strip() + "\n" for one in components)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Tests//EN\n{zones}{inside}END:VCALENDAR\n"
    return text.replace("\n", newline).encode()


def events(*bodies: str, zones: str = VTIMEZONE, kind: str = "VEVENT") -> bytes:
    """Return a file of events, each with the same UID, from their lines."""
    head = f"BEGIN:{kind}\nUID:1@tests\nDTSTAMP:20260101T000000Z\n"
    return calendar(*[f"{head}{textwrap.dedent(one).strip()}\nEND:{kind}" for one in bodies], zones=zones)


def at(*parts: int, zone=UTC) -> datetime:
    """Return a moment in a zone."""
    return datetime(*parts, tzinfo=zone)
