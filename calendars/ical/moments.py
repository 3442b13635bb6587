"""Dates, times and durations as iCalendar writes them (RFC 5545, 3.3.4 to 3.3.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EARLIEST = datetime(1, 1, 3)
LATEST = datetime(9999, 12, 29)
"""Between them each local time has a time in UTC, whatever the zone."""

_DURATION = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a local time without zone: `zone` is None for dates and floating times; `tzid` as written."""

    value: date | datetime
    zone: tzinfo | None = None
    tzid: str = ""

    @property
    def is_date(self) -> bool:
        """Whether it is a whole day."""
        return not isinstance(self.value, datetime)

    @property
    def is_floating(self) -> bool:
        """Whether it is a time that each reader takes for their own."""
        return self.zone is None and isinstance(self.value, datetime)

    @property
    def is_utc(self) -> bool:
        """Whether it was written in UTC."""
        return self.zone is UTC and not self.tzid

    @property
    def local(self) -> datetime:
        """The local time without zone; a day begins at midnight."""
        return self.value if isinstance(self.value, datetime) else datetime.combine(self.value, time())

    @property
    def day(self) -> date:
        """The local day."""
        return self.value.date() if isinstance(self.value, datetime) else self.value

    def utc(self, default: tzinfo) -> datetime:
        """Return the moment in UTC; a date or a floating time is read in the zone `default`."""
        return to_utc(self.local, self.zone or default)


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment in UTC of a local time; one that does not exist is read with the offset before the gap."""
    if zone is UTC:
        return local.replace(tzinfo=UTC)
    return clamp(local).replace(tzinfo=zone).astimezone(UTC)


def clamp(local: datetime) -> datetime:
    """Return the nearest time for which there is UTC."""
    return min(max(local, EARLIEST), LATEST)


def later(local: datetime, length: timedelta) -> datetime:
    """Return the time so much later, the last one at most."""
    try:
        return clamp(local + length)
    except OverflowError:
        return EARLIEST if length < timedelta(0) else LATEST


def from_utc(moment: datetime, zone: tzinfo) -> datetime:
    """Return the local time, without zone, of a moment in UTC."""
    return clamp(moment.replace(tzinfo=None)).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def read_day(text: str) -> date:
    """Return the date of “20260131”. Raise ValueError when it is none."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"not a date: {text[:40]}")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def read_time(text: str) -> tuple[datetime, bool]:
    """Return the local time of “20260131T170000” and whether “Z” follows. Raise ValueError when it is none."""
    utc = text[-1:] in ("Z", "z")
    plain = text[:-1] if utc else text
    if len(plain) == 13:
        plain += "00"  # some leave the seconds out
    if len(plain) != 15 or plain[8] not in "Tt" or not (plain.isascii() and (plain[:8] + plain[9:]).isdigit()):
        raise ValueError(f"not a time: {text[:40]}")
    second = min(int(plain[13:]), 59)  # a leap second
    return datetime(
        int(plain[:4]), int(plain[4:6]), int(plain[6:8]), int(plain[9:11]), int(plain[11:13]), second
    ), utc  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duration:
    """A length: `days` are days of the calendar, the rest is exact (RFC 5545, 3.3.6)."""

    days: int = 0
    exact: timedelta = timedelta(0)

    @property
    def total(self) -> timedelta:
        """The length where no clocks change."""
        return timedelta(days=self.days) + self.exact

    def after(self, local: datetime, zone: tzinfo) -> datetime:
        """Return the moment in UTC that this long after the local time."""
        try:
            return to_utc(clamp(local + timedelta(days=self.days)), zone) + self.exact
        except OverflowError:
            return LATEST.replace(tzinfo=UTC)


NO_TIME = Duration()


def read_duration(text: str) -> Duration:
    """Return the length of “P1DT2H”, “-PT15M”. Raise ValueError when it is none."""
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None or text.strip().upper()[-1:] in ("P", "T"):
        raise ValueError(f"not a duration: {text[:40]}")
    sign = -1 if found[1] == "-" else 1
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    try:
        exact = timedelta(hours=hours, minutes=minutes, seconds=seconds) * sign
    except OverflowError:
        raise ValueError("too long") from None
    whole = (weeks * 7 + days) * sign
    if abs(whole) > 366_000 or abs(exact) > timedelta(days=366_000):
        raise ValueError("too long")
    return Duration(whole, exact)


def stamp(moment: datetime) -> str:
    """Return a moment as UTC in the form of iCalendar."""
    return plain(moment if moment.tzinfo is UTC else moment.astimezone(UTC)) + "Z"


def plain(value: date | datetime) -> str:
    """Return a date or a local time in the form of iCalendar."""
    day = f"{value.year:04d}{value.month:02d}{value.day:02d}"
    if isinstance(value, datetime):
        return f"{day}T{value.hour:02d}{value.minute:02d}{value.second:02d}"
    return day
