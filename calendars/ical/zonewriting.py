"""VTIMEZONE for a zone of IANA, as small as what it says allows: for programs that do not know the name.

Where the clocks change by a rule (the last Sunday of March), the rule is written; where they do not (Ramadan in
Morocco), the changes of the years around are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from calendars.ical.moments import plain
from calendars.ical.repeats import DAYS
from collab.lib import contentlines
from collab.lib.contentlines import Component, Line, component

_YEARS = 10
"""As many years must follow a rule, or are written one by one."""

Change = tuple[datetime, timedelta, timedelta, str]
"""(local time before, offset from, offset to, name of what follows)."""


def described(name: str, year: int, newline: bytes = b"\r\n") -> Component:
    """Return a VTIMEZONE that is true from the beginning of this year on."""
    made = component("VTIMEZONE", newline)
    made.add("TZID", name)
    zone = ZoneInfo(name)
    changes = [_changes(name, each) for each in range(year - 1, year + _YEARS)]
    rules = _rules(changes)
    if rules is None:
        for change in (_fixed(zone, year), *(one for each in changes for one in each)):
            made.append(_observance(change, newline))
    for change, rule in rules or ():
        made.append(_observance(change, newline, rule))
    if rules is not None and not rules:
        made.append(_observance(_fixed(zone, year), newline))
    return made


def renamed(data: bytes, names: Mapping[str, str]) -> bytes:
    """Return an object whose zones bear other names, in all that names them.

    `names`: {TZID as parameters say it: the new one}.
    """
    tree = contentlines.read(data)
    for calendar in tree.components("VCALENDAR"):
        for one in calendar.components("VTIMEZONE"):
            if (new := names.get(contentlines.unescape(one.value("TZID")).strip())) is not None:
                one.put("TZID", contentlines.escape(new))
        for part in contentlines.walk(calendar):
            part.inside = [_naming(one, names, part.newline) if type(one) is Line else one for one in part.inside]
    return bytes(tree)


def _naming(line: Line, names: Mapping[str, str], newline: bytes) -> Line:
    new = names.get(line.param("TZID").strip())
    if new is None:
        return line
    params = tuple((key, (new,) if key == "TZID" else values) for key, values in line.params)
    return contentlines.make(line.name, line.value, params, group=line.group, newline=newline)


def _fixed(zone: ZoneInfo, year: int) -> Change:
    """Return what holds from the beginning, as a change from itself."""
    start = datetime(year - 1, 1, 1, tzinfo=zone)
    offset = start.utcoffset() or timedelta(0)
    return start.replace(tzinfo=None), offset, offset, start.tzname() or ""


@lru_cache(maxsize=2048)
def _changes(name: str, year: int) -> tuple[Change, ...]:
    """Return the changes of one year (in UTC)."""
    zone = ZoneInfo(name)
    found = []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        after = moment + timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            found.append(_exactly(zone, moment, after))
        moment = after
    return tuple(found)


def _exactly(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    before = low.astimezone(zone).utcoffset() or timedelta(0)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    after = high.astimezone(zone)
    return (high + before).replace(tzinfo=None), before, after.utcoffset() or timedelta(0), after.tzname() or ""


def _rules(years: list[tuple[Change, ...]]) -> list[tuple[Change, str]] | None:
    """Return each change of the first year with its rule; None when later years do not follow one."""
    if any(len(one) != len(years[0]) for one in years):
        return None
    found = []
    for alike in zip(*years, strict=True):
        first = alike[0]
        if len({(one[0].month, one[0].time(), *one[1:]) for one in alike}) > 1:
            return None
        which = {(one[0].day - 1) // 7 + 1 for one in alike}
        latest = all((one[0] + timedelta(days=7)).month != one[0].month for one in alike)
        if len({one[0].weekday() for one in alike}) > 1 or (not latest and len(which) > 1):
            return None
        nth = -1 if latest else which.pop()
        found.append((first, f"FREQ=YEARLY;BYMONTH={first[0].month};BYDAY={nth}{DAYS[first[0].weekday()]}"))
    return found


def _observance(change: Change, newline: bytes, rule: str = "") -> Component:
    moment, before, to, name = change
    made = component("DAYLIGHT" if to > before else "STANDARD", newline)
    made.add("TZOFFSETFROM", _offset(before))
    made.add("TZOFFSETTO", _offset(to))
    made.add("TZNAME", name)
    made.add("DTSTART", plain(moment))
    if rule:
        made.add("RRULE", rule)
    return made


def _offset(offset: timedelta) -> str:
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02d}{seconds // 60 % 60:02d}"
    return text + (f"{seconds % 60:02d}" if seconds % 60 else "")
