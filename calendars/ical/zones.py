"""Time zones by the names that programs write: IANA, Windows, or the rules that the file gives itself.

The name of IANA wins over a VTIMEZONE that contradicts it, since such copies are often old. A local time that does
not exist (clocks go forward) is read with the offset before the change, as `zoneinfo` does with fold 0 (PEP 495).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from calendars.ical.moments import read_time
from calendars.ical.refusals import TooManyInstances
from calendars.ical.rules import Exhausted, Meter, read_rule, walk
from collab.lib.contentlines import Component, unescape

ZERO = timedelta(0)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_BY_OFFSET = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2}):?(\d\d)?")
_MOST_OBSERVANCES = 100
_MOST_CHANGES = 400
_FIRST, _LAST = datetime(1990, 1, 1), datetime(2060, 1, 1)
"""Between them the rules of a zone are worked out; before and after, what held at the ends goes on."""
_BUDGET = 120_000
"""Units of work for all zones of a file that bear no known name: enough for a dozen."""
_SMALL, _MOST_REMEMBERED = 4_096, 256
_DATE = 10
"""Units of work that a date costs which a zone names itself."""


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1024)
def named(tzid: str) -> tzinfo | None:
    """Return the zone of a name of IANA (also at the end of a path, as libical writes it) or of Windows."""
    name = tzid.strip().strip('"')
    if len(name) > 200:
        return None
    parts = name.strip("/").split("/")
    for first in range(len(parts)):
        tail = "/".join(parts[first:]).lower()
        if tail in _iana() and (first == 0 or "/" in tail or tail == "utc"):
            return UTC if tail in {"utc", "etc/utc", "gmt", "zulu", "microsoft/utc"} else ZoneInfo(_iana()[tail])
    return _windows(name)


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone of IANA as written there. (`available_timezones` reads the disk each time.)"""
    return _iana().get(name.lower()) == name


def _windows(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # loaded for the few that need it

    found = WINDOWS_TO_OLSON.get(name)
    return ZoneInfo(found) if found else None


def _by_offset(tzid: str) -> tzinfo | None:
    """Return the zone of a name that says its offset, as Apple writes it where it knows no better: “GMT+0200”."""
    found = _BY_OFFSET.fullmatch(tzid.strip())
    if found is None:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset) if offset < timedelta(days=1) else None


class GivenZone(tzinfo):
    """A zone by the changes that a VTIMEZONE describes."""

    def __init__(self, name: str, changes: list[tuple[datetime, timedelta, timedelta, str]]):
        """`changes`: (local time before it, offset from, offset to, name), each once."""
        changes = sorted(changes, key=lambda one: one[0] - one[1])
        self._name = name
        self._utc = [moment - before for moment, before, _to, _name in changes]
        self._first = [at + max(one[1], one[2]) for at, one in zip(self._utc, changes, strict=True)]
        self._second = [at + min(one[1], one[2]) for at, one in zip(self._utc, changes, strict=True)]
        self._after = [(to, said) for _moment, _before, to, said in changes]
        self._before = (changes[0][1], name)

    def _at(self, place: int) -> tuple[timedelta, str]:
        return self._after[place - 1] if place else self._before

    def _local(self, moment: datetime | None) -> tuple[timedelta, str]:
        if moment is None:
            return self._before
        return self._at(bisect_right(self._second if moment.fold else self._first, moment.replace(tzinfo=None, fold=0)))

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return the offset of a local time."""
        return self._local(moment)[0]

    def dst(self, moment: datetime | None) -> timedelta:
        """Return nothing: which of two offsets is the summer's is not said reliably."""
        return ZERO

    def tzname(self, moment: datetime | None) -> str:
        """Return the name, as written for this half of the year where it is."""
        return self._local(moment)[1] or self._name

    def fromutc(self, moment: datetime) -> datetime:
        """Return the local time of a moment in UTC that bears this zone."""
        plain = moment.replace(tzinfo=None)
        place = bisect_right(self._utc, plain)
        local = plain + self._at(place)[0]
        again = place > 0 and local < self._first[place - 1] and self._at(place - 1)[0] > self._at(place)[0]
        return local.replace(tzinfo=self, fold=int(again))

    def __repr__(self) -> str:
        return f"GivenZone({self._name!r})"


def given(found: Component, meter: Meter) -> tzinfo:
    """Return the zone that a VTIMEZONE describes. Raise ValueError when it is broken or beyond the bounds."""
    if (located := named(found.value("X-LIC-LOCATION"))) is not None:
        return located
    observances = found.components("STANDARD", "DAYLIGHT")
    if not 0 < len(observances) <= _MOST_OBSERVANCES:
        raise ValueError("no observances")
    changes: list[tuple[datetime, timedelta, timedelta, str]] = []
    for one in observances:
        before, to = _offset(one.value("TZOFFSETFROM")), _offset(one.value("TZOFFSETTO"))
        start, name = _plain(one.value("DTSTART")), one.value("TZNAME")[:100]
        moments = {start}
        for line in one.all("RDATE"):
            for value in line.value.split(",", _MOST_CHANGES)[:_MOST_CHANGES]:
                meter.spend(_DATE)
                moments.add(_plain(value.partition("/")[0]))
        for line in one.all("RRULE")[:2]:
            rule = read_rule(line.value)
            if rule.freq != "YEARLY":
                raise ValueError("a zone changes yearly or not by a rule")
            if rule.until_utc and rule.until:
                rule = rule.limited(rule.until + before)
            for moment in walk(rule, start, _FIRST, _LAST, meter):
                moments.add(moment)
                if len(moments) > _MOST_CHANGES:
                    break
        meter.spend(_DATE)  # a walk that was cut short would leave a zone that is wrong
        changes += [(moment, before, to, name) for moment in moments]
    return GivenZone(found.value("TZID"), list({one[0] - one[1]: one for one in changes}.values()))


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not an offset: {text[:20]}")
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if offset >= timedelta(days=1):
        raise ValueError("an offset is less than a day")
    return -offset if sign == "-" else offset


def _plain(text: str) -> datetime:
    return read_time(text.strip())[0]


_remembered: dict[bytes, tzinfo] = {}
"""Zones by their lines: every object of a program describes the same one, and to work it out costs milliseconds."""


class Zones:
    """The zones of one file: what each TZID in it means."""

    def __init__(self, calendar: Component):
        self._calendar = calendar
        self._found: dict[str, tzinfo | None] = {}
        self._meter = Meter(_BUDGET)
        self.unknown: list[str] = []
        self.broken: list[str] = []

    def find(self, tzid: str) -> tzinfo | None:
        """Return the zone, None when nobody knows it: the time is floating then, and `unknown` says so."""
        if tzid not in self._found:
            self._found[tzid] = named(tzid) or self._given(tzid) or _by_offset(tzid)
            if self._found[tzid] is None:
                self.unknown.append(tzid)
        return self._found[tzid]

    def _given(self, tzid: str) -> tzinfo | None:
        for one in self._calendar.components("VTIMEZONE"):
            if unescape(one.value("TZID")).strip() == tzid.strip():
                try:
                    return self._remember(one)
                except (ValueError, OverflowError, Exhausted, TooManyInstances):
                    self.broken.append(tzid)
        return None

    def _remember(self, found: Component) -> tzinfo:
        lines = bytes(found)
        zone = _remembered.get(lines) or given(found, self._meter)
        if len(lines) < _SMALL:
            if len(_remembered) >= _MOST_REMEMBERED:
                _remembered.clear()
            _remembered[lines] = zone
        return zone
