"""RRULE, read and walked within a budget of work (RFC 5545, 3.3.10).

dateutil walks a rule; a rule that never fits (30 February) would keep it busy until the year 9999, seconds of a web
worker's time. So every step costs, and the walk ends when its budget is spent: nothing is interrupted, nothing waits.
A rule without COUNT is first moved to the period that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import rrule

from calendars.ical.refusals import TooManyInstances

BUDGET = 40_000
"""Units of work of one walk: about a microsecond each, so 40 ms."""

MOST_TIMES = 96
"""Times of one day that a rule may name: each quarter of an hour."""

_STEP = {"YEARLY": 60, "MONTHLY": 12, "WEEKLY": 5, "DAILY": 4, "HOURLY": 4}
_FREQUENCIES = {
    "YEARLY": rrule.YEARLY, "MONTHLY": rrule.MONTHLY, "WEEKLY": rrule.WEEKLY, "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
}  # fmt: skip
_LONGEST = {"YEARLY": 8_000, "MONTHLY": 96_000, "WEEKLY": 5_200, "DAILY": 36_500, "HOURLY": 876_000}
_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_REACH = {
    "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366), "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSECOND": (0, 60),
}  # fmt: skip
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "RSCALE", "SKIP", *_REACH}
_SIGNED = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}


@dataclass(frozen=True, slots=True)
class Rule:
    """`until`: the last moment that counts, local to the start unless `until_utc`; `until_day`: written as a date."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    until_utc: bool = False
    until_day: bool = False
    by: tuple[tuple[str, tuple[int, ...]], ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """(weekday from Monday 0, which one of the period or 0 for all)."""
    week_start: int = 0

    @property
    def ends(self) -> bool:
        """Whether it says when it ends."""
        return self.count is not None or self.until is not None

    def limited(self, until: datetime) -> Rule:
        """Return the rule with this local end."""
        return replace(self, until=until, until_utc=False, until_day=False)

    def has(self, *names: str) -> bool:
        """Whether it has one of these parts."""
        return any(name in names for name, _values in self.by)


def read_rule(text: str) -> Rule:
    """Return the rule. Raise ValueError when it is not one, TooManyInstances when it recurs more often than hourly."""
    said: dict[str, str] = {}
    for one in text.strip().rstrip(";").split(";"):
        name, equals, value = one.strip().partition("=")
        if not equals or name.upper() in said:
            raise ValueError(f"not a part of a rule: {one[:50]}")
        said[name.upper()] = value.strip().upper()
    if not said.keys() <= _PARTS:
        raise ValueError("a part that is not known here")
    freq = said.get("FREQ", "")
    if freq in {"SECONDLY", "MINUTELY"}:
        raise TooManyInstances
    if freq not in _FREQUENCIES:
        raise ValueError("no frequency")
    if said.get("RSCALE", "GREGORIAN") != "GREGORIAN" or said.get("SKIP", "OMIT") != "OMIT":
        raise ValueError("another calendar")
    until, utc, day = _until(said["UNTIL"]) if "UNTIL" in said else (None, False, False)
    by = tuple((name, _numbers(name, said[name])) for name in _REACH if said.get(name))
    times = 1
    for name, values in by:
        times *= len(values) if name in {"BYHOUR", "BYMINUTE", "BYSECOND"} else 1
    if times > MOST_TIMES:
        raise TooManyInstances
    count = int(said["COUNT"]) if "COUNT" in said else None
    interval = int(said.get("INTERVAL", "1"))
    if interval < 1 or (count is not None and count < 1):
        raise ValueError("a count is at least one")
    return Rule(
        freq, interval, count, until, utc, day, by, _weekdays(said.get("BYDAY", "")),
        _WEEKDAYS.get(said.get("WKST", "MO"), 0),
    )  # fmt: skip


def _until(text: str) -> tuple[datetime, bool, bool]:
    if len(text) == 8:
        return datetime.combine(date(int(text[:4]), int(text[4:6]), int(text[6:])), time(23, 59, 59)), False, True
    return datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S"), text.endswith("Z"), False


def _numbers(name: str, text: str) -> tuple[int, ...]:
    low, high = _REACH[name]
    if len(text) > 4_000:
        raise ValueError("a list is too long")
    numbers = sorted({int(one) for one in text.split(",")})
    if numbers[0] < low or numbers[-1] > high or (name in _SIGNED and 0 in numbers):
        raise ValueError(f"out of reach: {name}")
    return tuple(numbers)


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    if len(text) > 4_000:
        raise ValueError("a list is too long")
    found = []
    for one in text.split(",") if text else ():
        matched = _BYDAY.fullmatch(one.strip())
        if matched is None or abs(int(matched[1] or 1)) not in range(1, 54):
            raise ValueError(f"not a weekday: {one[:20]}")
        found.append((_WEEKDAYS[matched[2]], int(matched[1] or 0)))
    return tuple(dict.fromkeys(found))


class Exhausted(Exception):
    """The budget is spent."""


class Meter:
    """The purse of one answer: all walks for it pay from it."""

    def __init__(self, left: int = BUDGET) -> None:
        self.left = left

    def spend(self, units: int) -> None:
        """Pay; raise Exhausted when nothing is left."""
        self.left -= units
        if self.left < 0:
            raise Exhausted

    def earn(self) -> None:
        """Give back what one occurrence costs that is part of the answer: their number has its own bound."""
        self.left += 1 + _STEP["DAILY"]


class _Interval(int):
    """An interval that costs: dateutil adds it (weeks: multiplies it) once for each step that it takes."""

    meter: Meter
    cost: int

    def __new__(cls, interval: int, cost: int, meter: Meter) -> _Interval:
        made = super().__new__(cls, interval)
        made.cost, made.meter = cost, meter
        return made

    def __radd__(self, other: int) -> int:
        self.meter.spend(self.cost)
        return int(self) + other

    def __mul__(self, other: int) -> int:
        self.meter.spend(self.cost)
        return int(self) * other


def walk(
    rule: Rule, start: datetime, since: datetime | None, until: datetime, meter: Meter | None = None
) -> Iterator[datetime]:
    """Yield local starts in their order, from about `since` (some before it may come) to before `until`.

    The start is always the first and counts, whether it fits the rule or not. Ends early when the work is too much.
    """
    meter = Meter() if meter is None else meter
    if start < until:
        yield start
    left = None if rule.count is None else rule.count - 1
    if left == 0 or rule.interval > _LONGEST[rule.freq]:
        return
    end = until if rule.until is None else min(until, rule.until + timedelta(microseconds=1))
    try:
        for found in _walker(rule, start, since if left is None else None, end, meter):
            meter.spend(1)
            if found >= end:
                return
            if found <= start:
                continue
            yield found
            if left is not None:
                left -= 1
                if left == 0:
                    return
    except (Exhausted, OverflowError, ValueError, IndexError):
        return


def _walker(rule: Rule, start: datetime, since: datetime | None, end: datetime, meter: Meter) -> Iterator[datetime]:
    by: dict[str, Any] = {name.lower(): values for name, values in rule.by}
    monthly = rule.freq == "MONTHLY" or rule.has("BYMONTH")
    days = [rrule.weekday(day, nth or None) for day, nth in rule.days if not monthly or abs(nth) <= 5]
    if rule.days and not days:
        return iter(())  # no month has a sixth Monday
    dated = bool(days) or rule.has("BYMONTHDAY", "BYYEARDAY")
    if (rule.freq == "WEEKLY" and not dated) or (rule.freq == "YEARLY" and rule.has("BYWEEKNO") and not dated):
        days = [rrule.weekday(start.weekday())]
    elif rule.freq in {"YEARLY", "MONTHLY"} and not dated:
        by["bymonthday"] = (start.day,)
        if rule.freq == "YEARLY":
            by.setdefault("bymonth", (start.month,))
    if rule.freq != "HOURLY":
        by.setdefault("byhour", (start.hour,))
    by.setdefault("byminute", (start.minute,))
    by.setdefault("bysecond", (start.second,))
    entries = sum(len(values) for name, values in by.items()) + len(days)
    step = _STEP[rule.freq] * (1 + entries // 10) + int(rule.interval * _DAYS[rule.freq] / 60)
    moved = _moved(rule, start, since)
    walker = rrule.rrule(
        _FREQUENCIES[rule.freq], moved, interval=rule.interval, wkst=rule.week_start, byweekday=days or None, until=end,
        **by,
    )  # fmt: skip
    walker._interval = _Interval(rule.interval, step, meter)  # type: ignore[attr-defined]
    for name in ("_byyearday", "_bymonthday", "_bynmonthday", "_byweekday"):
        if values := getattr(walker, name):
            setattr(walker, name, frozenset(values))
    return iter(walker)


_DAYS = {"YEARLY": 0.0, "MONTHLY": 0.0, "WEEKLY": 7.0, "DAILY": 1.0, "HOURLY": 1 / 24}
"""dateutil counts the days of a long interval month by month."""


def _moved(rule: Rule, start: datetime, since: datetime | None) -> datetime:
    """Return a start some whole intervals later, at least one interval before `since`: as if walked."""
    if since is None or since <= start:
        return start
    if rule.freq in {"YEARLY", "MONTHLY"}:
        months = rule.interval * (12 if rule.freq == "YEARLY" else 1)
        away = ((since.year - start.year) * 12 + since.month - start.month) // months - 1
        if away < 1:
            return start
        place = start.year * 12 + start.month - 1 + away * months
        return start.replace(year=place // 12, month=place % 12 + 1, day=1)
    unit = {"WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1)}[rule.freq]
    away = (since - start) // (unit * rule.interval) - 1
    return start + unit * rule.interval * away if away > 0 else start
