"""Changes that one person made in one go are one line: who, what they did, within an hour of each other, on one day.

Pages are cut between lines, never within one: a line stands where its newest change stands, and counts all of its
changes, however far below the end of its page they go. The cursor remembers which lines told so far reach below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

APART = 3600.0
"""Seconds."""
SHOWN = 3
"""So many of the things of a line are named."""
MOST_PLACES = 3
"""Whatever was done in more places than these at once is one line for all of them."""
MOST_KEPT = 100


class Placed(NamedTuple):
    """The changes of a part that happened in one place: the newest and the oldest, to which things, the newest few."""

    place: str
    newest: int
    oldest: int
    rows: int
    refs: list[int]
    top: list[int]


class Part(NamedTuple):
    """Changes that belong together, as far as one reading of the log saw them; numbers and seconds newest first.

    `key`: who, where, what, to what.
    """

    key: int
    newest: int
    oldest: int
    newest_at: float
    oldest_at: float
    places: list[Placed]


@dataclass
class Sum:
    """What was done in one place, or in all of them."""

    newest: int
    oldest: int
    rows: int = 0
    refs: set[int] = field(default_factory=set)
    top: list[int] = field(default_factory=list)

    def add(self, more: Placed | Sum) -> None:
        self.newest, self.oldest = max(self.newest, more.newest), min(self.oldest, more.oldest)
        self.rows += more.rows
        self.refs.update(more.refs)
        self.top = sorted([*self.top, *more.top], reverse=True)[:SHOWN]


@dataclass
class Gathered:
    """What one person did in one go, to be told: of a few places a line each, of many one for all."""

    key: int
    newest: int
    oldest: int
    oldest_at: float
    places: dict[str, Sum] = field(default_factory=dict)

    def take(self, part: Part) -> None:
        self.oldest, self.oldest_at = part.oldest, part.oldest_at
        for one in part.places:
            self.places.setdefault(one.place, Sum(one.newest, one.oldest)).add(one)

    def lines(self) -> list[tuple[int, Sum]]:
        """Return (number of places, what was done there), the newest first."""
        if len(self.places) <= MOST_PLACES:
            return [(1, one) for one in sorted(self.places.values(), key=lambda one: -one.newest)]
        whole = Sum(self.newest, self.oldest)
        for one in self.places.values():
            whole.add(one)
        return [(len(self.places), whole)]


class Gathering:
    """Takes parts as they are read, newest first, and makes lines of them."""

    def __init__(self, told: dict[str, int] | None = None):
        self.lines: list[Gathered] = []
        self._told = told or {}
        self._open: dict[int, Gathered] = {}

    def add(self, parts: Iterable[Part]) -> None:
        """Take one reading; the parts stand by their newest change."""
        for part in parts:
            if part.newest >= self._told.get(mark(part.key), 2**63):
                continue  # an earlier page told it
            line = self._open.get(part.key)
            if line is None or line.oldest_at - part.newest_at > APART:
                line = Gathered(part.key, part.newest, part.oldest, part.oldest_at)
                self._open[part.key] = line
                self.lines.append(line)
            line.take(part)

    def is_enough(self, size: int, read_to: float) -> bool:
        """Whether a page of this size is known, and a line more, when the log was read back to this moment."""
        return len(self.lines) > size and all(line.oldest_at - read_to > APART for line in self.lines[:size])

    def cursor(self, below: int, lines: list[Gathered]) -> list[Any]:
        """Return what the next page must know: where it begins, and which lines told so far reach below that."""
        kept = {name: oldest for name, oldest in self._told.items() if oldest < below}
        kept |= {mark(line.key): line.oldest for line in lines if line.oldest < below}
        return [below, dict(list(kept.items())[-MOST_KEPT:])]


def mark(key: int) -> str:
    """Return a short name of a key, for a cursor."""
    return f"{key & 0xFFFFFFFFFF:x}"
