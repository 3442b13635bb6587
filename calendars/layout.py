"""Where events stand in a grid: their days and minutes on the wall clock, side by side, one below the other.

Nothing here knows of pages: what happens goes in, places come out. Two that overlap never share a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

DAY = 24 * 60
SHORTEST = 25
"""Minutes: what is shorter takes this much room, so that its title can be read."""


@dataclass(frozen=True)
class Local:
    """Something that happens, on the clock of who looks: `starts`, `ends` without zone; `first`, `last` are its days.

    `band`: it belongs above the hours, for it takes whole days or at least twenty-four hours.
    """

    what: Any
    starts: datetime
    ends: datetime
    first: date
    last: date
    band: bool


@dataclass(frozen=True)
class Piece:
    """What is seen of it on one day: minutes from midnight, and the `column` of `columns` in which it stands."""

    local: Local
    day: date
    begins: int
    ends: int
    column: int
    columns: int

    @property
    def is_first(self) -> bool:
        """Whether it begins on this day."""
        return self.day == self.local.first


@dataclass(frozen=True)
class Bar:
    """A line across days: from the `start`-th (0), `span` of them, in the `lane`-th line; it may go on at both ends."""

    local: Local
    start: int
    span: int
    lane: int
    before: bool
    after: bool


def local(what: Any, zone: tzinfo) -> Local:
    """Return something with `starts`, `ends` (moments) and `all_day` on the clock of this zone."""
    starts = what.starts.astimezone(zone).replace(tzinfo=None)
    ends = max(what.ends.astimezone(zone).replace(tzinfo=None), starts)
    if what.ends > what.starts and ends == starts:  # the hour that comes twice: it ends when it began, by the clock
        ends = starts + (what.ends - what.starts)
    last = (ends - timedelta(microseconds=1)).date() if ends > starts else starts.date()
    return Local(what, starts, ends, starts.date(), last, what.all_day or ends - starts >= timedelta(days=1))


def pieces(found: Sequence[Local], day: date) -> list[Piece]:
    """Return what stands among the hours of this day, by its begin, the longer first."""
    here = [one for one in found if not one.band and one.first <= day <= one.last]
    spans = [_minutes(one, day) for one in here]
    order = sorted(range(len(here)), key=lambda number: (spans[number][0], -spans[number][1]))
    places = side_by_side([spans[number] for number in order])
    return [
        Piece(here[number], day, *spans[number], *place) for number, place in zip(order, places, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class Besides:
    """So many (`count`) that stand in no column of their own, in the last of `columns` instead of them."""

    begins: int
    ends: int
    column: int
    columns: int
    count: int


def narrowed(found: Sequence[Piece], most: int) -> tuple[list[Piece], list[Besides]]:
    """Return the pieces of a day in so many columns at most; where more meet, the last column says how many more.

    `found`: as `pieces` returns them.
    """
    shown: list[Piece] = []
    besides: list[Besides] = []
    for wide in _clusters(found):
        if wide[0].columns <= most:
            shown += wide
            continue
        shown += [replace(one, columns=most) for one in wide if one.column < most - 1]
        others = [one for one in wide if one.column >= most - 1]
        begins, ends = min(one.begins for one in others), max(one.ends for one in others)
        besides.append(Besides(begins, ends, most - 1, most, len(others)))
    return shown, besides


def _clusters(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Return those that meet, directly or by others, together."""
    cluster: list[Piece] = []
    for one in found:
        if cluster and one.begins >= max(other.ends for other in cluster):
            yield cluster
            cluster = []
        cluster.append(one)
    if cluster:
        yield cluster


def _minutes(one: Local, day: date) -> tuple[int, int]:
    midnight = datetime.combine(day, time())
    begins = max(0, _to_minutes(one.starts - midnight))
    ends = min(DAY, _to_minutes(one.ends - midnight))
    if ends - begins < SHORTEST:
        begins, ends = min(begins, DAY - SHORTEST), max(ends, min(begins, DAY - SHORTEST) + SHORTEST)
    return begins, min(ends, DAY)


def _to_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def side_by_side(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (column, columns) of each span, given by their begin: those that meet share the width evenly."""
    found: list[tuple[int, int]] = []
    cluster: list[int] = []
    ends: list[int] = []
    for begin, end in spans:
        if ends and begin >= max(ends):
            found += [(column, len(ends)) for column in cluster]
            cluster, ends = [], []
        free = next((column for column, until in enumerate(ends) if until <= begin), len(ends))
        if free == len(ends):
            ends.append(end)
        else:
            ends[free] = end
        cluster.append(free)
    return found + [(column, len(ends)) for column in cluster]


def bars(found: Sequence[Local], days: Sequence[date], *, band_only: bool = False) -> list[Bar]:
    """Return the lines across these days, which follow each other: long ones first, then by their begin.

    What takes less than a day stands on the day on which it begins, or on the first of these where that was before.
    """
    first, last = days[0], days[-1]
    wanted = []
    for one in found:
        until = one.last if one.band else max(one.first, first)
        if one.first > last or one.last < first or (band_only and not one.band):
            continue
        wanted.append((max(one.first, first), min(until, last), one))
    wanted.sort(key=lambda at: (at[0], not at[2].band, at[0] - at[1], at[2].starts))
    taken: list[date] = []
    placed = []
    for begin, end, one in wanted:
        lane = next((number for number, until in enumerate(taken) if until < begin), len(taken))
        if lane == len(taken):
            taken.append(end)
        else:
            taken[lane] = end
        placed.append(
            Bar(one, (begin - first).days, (end - begin).days + 1, lane, one.first < begin, one.band and one.last > end)
        )
    return placed


def more(found: Sequence[Bar], days: int, lanes: int) -> list[int]:
    """Return how many lines of each day do not fit into so many lanes."""
    counts = [0] * days
    for bar in found:
        if bar.lane >= lanes:
            for day in range(bar.start, bar.start + bar.span):
                counts[day] += 1
    return counts
