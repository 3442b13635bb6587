"""The first times at which people can meet: quarters of hours as the bits of numbers, one number for each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from calendars.availability import Hours
from calendars.ranges import Span

QUARTER = timedelta(minutes=15)
EVERY = 2
"""A meeting begins at a whole or half hour: each second quarter."""
DAYTIME = (8, 22)
"""Whoever said no hours may be met between these, by the clock of who asks."""
PER_DAY = 2
"""So many times of one day are offered at most, so that there is a choice of days."""


@dataclass(frozen=True)
class Wanted:
    """Whom to meet, and what is known of them: `busy` and `hours` by person; who is missing in `busy` may be busy."""

    needed: Sequence[int]
    optional: Sequence[int]
    busy: Mapping[int, Sequence[Span]]
    hours: Mapping[int, Hours]


@dataclass(frozen=True)
class Time:
    """A time that is offered, in UTC; `cannot`: who has something else then, those who are needed first."""

    starts: datetime
    ends: datetime
    cannot: tuple[int, ...] = ()


def times(
    wanted: Wanted, lasts: timedelta, since: datetime, until: datetime, zone: tzinfo, most: int = 5
) -> list[Time]:
    """Return the first times within the span at which all can, else those at which the fewest cannot, by their begin.

    Those who are needed weigh more than all others. Within the working hours of who said any; `zone`: of who asks.
    """
    since = _rounded_up(since)
    count = int((until - since) / QUARTER)
    size = max(1, -(-lasts // QUARTER))
    if count < size:
        return []
    whole = (1 << count) - 1
    free = {
        pk: _free(wanted.busy.get(pk, ()), wanted.hours.get(pk), since, until, zone, whole)
        for pk in (*wanted.needed, *wanted.optional)
    }
    fits = {pk: _long_enough(mask, size) for pk, mask in free.items()}
    daytime = _long_enough(_daytime(since, count, zone), size) & _beginnings(since, count, size)
    for among in ((*wanted.needed, *wanted.optional), wanted.needed):
        everybody = daytime
        for pk in among:
            everybody &= fits[pk]
        if everybody:
            return _offered(everybody, fits, wanted, since, size, zone, most)
    best, fewest = 0, len(wanted.needed) + 1
    for at in _bits(daytime):
        missing = sum(not fits[pk] >> at & 1 for pk in wanted.needed)
        if missing < fewest:
            best, fewest = 0, missing
        if missing == fewest:
            best |= 1 << at
    return _offered(best, fits, wanted, since, size, zone, most)


def cannot(people: Iterable[int], busy: Mapping[int, Sequence[Span]], starts: datetime, ends: datetime) -> list[int]:
    """Return who of the people has something else between these moments."""
    return [pk for pk in people if any(one.starts < ends and one.ends > starts for one in busy.get(pk, ()))]


def _offered(
    mask: int, fits: Mapping[int, int], wanted: Wanted, since: datetime, size: int, zone: tzinfo, most: int
) -> list[Time]:
    """Return the first of these times, none of which meet, few of one day."""
    found: list[Time] = []
    days: dict[object, int] = {}
    for at in _bits(mask):
        starts = since + at * QUARTER
        day = starts.astimezone(zone).date()
        if (found and starts < found[-1].ends) or days.get(day, 0) >= PER_DAY:
            continue
        days[day] = days.get(day, 0) + 1
        missing = tuple(pk for pk in (*wanted.needed, *wanted.optional) if not fits[pk] >> at & 1)
        found.append(Time(starts, starts + size * QUARTER, missing))
        if len(found) == most:
            break
    return found


def _bits(mask: int) -> Iterable[int]:
    """Yield the places of the bits, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _free(busy: Iterable[Span], hours: Hours | None, since: datetime, until: datetime, zone: tzinfo, whole: int) -> int:
    """Return the quarters in which a person may be met and has nothing else."""
    free = whole
    if hours is not None and hours.spans:
        free = 0
        for begins, ends in hours.between(since, until):
            free |= _quarters(begins, ends, since, whole, inside=True)
    for one in busy:
        free &= ~_quarters(one.starts, one.ends, since, whole)
    return free


def _quarters(begins: datetime, ends: datetime, since: datetime, whole: int, *, inside: bool = False) -> int:
    """Return the quarters that the span touches; `inside`: those that lie in it whole."""
    first, last = (begins - since) / QUARTER, (ends - since) / QUARTER
    low = max(0, -int(-first // 1) if inside else int(first // 1))
    high = max(low, int(last // 1) if inside else -int(-last // 1))
    return ((1 << high) - (1 << low)) & whole


def _long_enough(mask: int, size: int) -> int:
    """Return the quarters with which so many free ones begin."""
    found = mask
    for number in range(1, size):
        found &= mask >> number
        if not found:
            break
    return found


def _daytime(since: datetime, count: int, zone: tzinfo) -> int:
    mask = 0
    for at in range(count):
        if DAYTIME[0] <= (since + at * QUARTER).astimezone(zone).hour < DAYTIME[1]:
            mask |= 1 << at
    return mask


def _beginnings(since: datetime, count: int, size: int) -> int:
    """Return the quarters at a whole or half hour; of what takes less than half an hour each."""
    if size < EVERY:
        return (1 << count) - 1
    first = (-(since.minute // 15)) % EVERY
    return sum(1 << at for at in range(first, count, EVERY))


def _rounded_up(moment: datetime) -> datetime:
    """Return the next quarter of an hour, in UTC: all zones are whole quarters away from it."""
    moment = moment.astimezone(UTC)
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (QUARTER - past if past else timedelta(0))
