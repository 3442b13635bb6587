"""Working hours as devices say them: VAVAILABILITY with what repeats weekly (RFC 7953), read and written."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from calendars.availability import DAY, Hours
from calendars.ical.moments import read_duration, read_time
from calendars.ical.zones import named
from collab.lib import contentlines
from collab.lib.contentlines import Bounds, Component
from collab.lib.errors import BadInput

_BOUNDS = Bounds(size=200_000, lines=2_000, depth=6, line=10_000)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONDAY = "20250106"


def read(said: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return the weekly spans (weekday, from, to) in minutes, and the zone of IANA ("" for none). Raises BadInput."""
    tree = contentlines.read(said.encode(), _BOUNDS)
    found: set[tuple[int, int, int]] = set()
    zone = ""
    for calendar in tree.components("VCALENDAR"):
        for one in calendar.components("VAVAILABILITY"):
            for available in one.components("AVAILABLE"):
                try:
                    found |= _spans(available)
                except ValueError:
                    raise BadInput(_("These hours cannot be read.")) from None
                line = available.first("DTSTART")
                key = getattr(named(line.param("TZID")), "key", "") if line is not None and line.param("TZID") else ""
                zone = zone or key
    return _joined(found), zone


def _spans(one: Component) -> set[tuple[int, int, int]]:
    starts = read_time(one.value("DTSTART").strip())[0]
    ends = one.value("DTEND").strip()
    lasts = read_time(ends)[0] - starts if ends else read_duration(one.value("DURATION")).total
    rule = dict(part.partition("=")[::2] for part in one.value("RRULE").upper().split(";") if part)
    if lasts <= timedelta(0) or rule.get("FREQ", "WEEKLY") not in {"WEEKLY", "DAILY"}:
        return set()
    named_days = [day for day in rule.get("BYDAY", "").split(",") if day in _DAYS]
    days = [_DAYS.index(day) for day in named_days] or (
        [*range(7)] if rule.get("FREQ") == "DAILY" else [starts.weekday()]
    )
    begins = starts.hour * 60 + starts.minute
    until = begins + int(lasts.total_seconds() // 60)
    spans = {(day, begins, min(until, DAY)) for day in days}
    if until > DAY:
        spans |= {((day + 1) % 7, 0, min(until - DAY, DAY)) for day in days}
    return spans


def _joined(found: set[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the spans by day, those that touch as one."""
    joined: list[tuple[int, int, int]] = []
    for day, begins, ends in sorted(found):
        if joined and joined[-1][0] == day and begins <= joined[-1][2]:
            joined[-1] = (day, joined[-1][1], max(joined[-1][2], ends))
        else:
            joined.append((day, begins, ends))
    return joined


def written(hours: Hours) -> str:
    """Return the hours as a VCALENDAR."""
    by_time: dict[tuple[int, int], list[int]] = {}
    for day, begins, ends in hours.spans:
        by_time.setdefault((begins, ends), []).append(day)
    calendar = contentlines.component("VCALENDAR")
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Collab//Calendars//EN")
    outer = calendar.append(contentlines.component("VAVAILABILITY"))
    outer.add("UID", "working-hours")
    outer.add("DTSTAMP", f"{_MONDAY}T000000Z")
    for (begins, ends), days in sorted(by_time.items()):
        inner = outer.append(contentlines.component("AVAILABLE"))
        inner.add("UID", f"working-hours-{begins}-{ends}")
        inner.add("DTSTAMP", f"{_MONDAY}T000000Z")
        first = f"{int(_MONDAY) + days[0]}T{begins // 60:02d}{begins % 60:02d}00"
        inner.add("DTSTART", first, (("TZID", (str(hours.zone),)),))
        inner.add("DURATION", f"PT{ends - begins}M")
        inner.add("RRULE", "FREQ=WEEKLY;BYDAY=" + ",".join(_DAYS[day] for day in days))
    return bytes(calendar).decode()
