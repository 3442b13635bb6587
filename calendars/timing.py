"""When an event takes place as people write it: days, hours on the wall, a zone; to and from what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from calendars.ical.expanding import Occurrence
from calendars.ical.moments import Moment, from_utc
from calendars.ical.parts import Item
from calendars.ical.writing import zoned


@dataclass(frozen=True)
class Timing:
    """From a day to a day, both counting; with hours, or whole days (both None). `zone`: of IANA, "" for none."""

    first_day: date
    last_day: date
    begins: time | None
    ends: time | None
    zone: str

    @property
    def is_whole(self) -> bool:
        return self.begins is None

    @property
    def is_backwards(self) -> bool:
        return not self.is_whole and self.end < self.start

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first_day, self.begins or time())

    @property
    def end(self) -> datetime:
        """Its end by the clock; of whole days the day after the last."""
        if self.is_whole:
            return datetime.combine(self.last_day + timedelta(days=1), time())
        return datetime.combine(self.last_day, self.ends or time())

    def moments(self) -> tuple[Moment, Moment]:
        """Return start and end as they are kept."""
        if self.is_whole:
            return Moment(self.first_day), Moment(self.last_day + timedelta(days=1))
        if not self.zone:
            return Moment(self.start), Moment(self.end)
        zone = ZoneInfo(self.zone)
        return zoned(self.start, zone), zoned(self.end, zone)

    def moved(self, away: timedelta, longer: timedelta = timedelta(0)) -> Timing:
        """Return it so much later by the clock, and so much longer, at least a quarter of an hour or a day."""
        if self.is_whole:
            first = self.first_day + timedelta(days=away.days)
            return Timing(first, max(first, self.last_day + timedelta(days=away.days + longer.days)), None, None, "")
        return between(self.start + away, max(self.end + away + longer, self.start + away + _LEAST), self.zone)


_LEAST = timedelta(minutes=15)


def between(start: datetime, end: datetime, zone: str) -> Timing:
    """Return the timing of two local times."""
    return Timing(start.date(), end.date(), start.time(), end.time(), zone)


def of(found: Occurrence, here: tzinfo) -> Timing:
    """Return when one time of an event is: in its own zone if that is one of IANA, else in that of who looks."""
    if found.all_day:
        first = found.starts.day
        days = max(1, round((found.ends_utc - found.starts_utc) / timedelta(days=1)))
        return Timing(first, first + timedelta(days=days - 1), None, None, "")
    if found.floating:
        start = found.starts.local
        return between(start, start + (found.ends_utc - found.starts_utc), "")
    zone = zone_of(found.starts, here)
    return between(from_utc(found.starts_utc, zone), from_utc(found.ends_utc, zone), str(zone))


def zone_of(moment: Moment, here: tzinfo) -> ZoneInfo:
    """Return the zone in which a moment is written down for people."""
    if isinstance(moment.zone, ZoneInfo):
        return moment.zone
    return here if isinstance(here, ZoneInfo) else ZoneInfo("UTC")


def for_all(item: Item, shown: Timing, wanted: Timing, here: tzinfo) -> Timing:
    """Return when a series begins once one time of it, which is `shown`, is moved to `wanted`."""
    master = item.parts[0].starts or item.parts[0].due
    if master is None:
        return wanted
    if wanted.zone and not master.is_date and not master.is_floating:
        begun = from_utc(master.utc(UTC), ZoneInfo(wanted.zone)).date()
    else:
        begun = master.day
    was = shown.first_day
    if shown.zone and wanted.zone and shown.zone != wanted.zone:
        there = shown.start.replace(tzinfo=ZoneInfo(shown.zone))
        was = there.astimezone(ZoneInfo(wanted.zone)).date()
    away = timedelta(days=(begun - was).days)
    return Timing(wanted.first_day + away, wanted.last_day + away, wanted.begins, wanted.ends, wanted.zone)
