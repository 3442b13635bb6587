"""A page of a stream: what happened in a scope to what the actor may see, a line for all that was done in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collab.activity import scope as scopes
from collab.activity.gathering import Gathering
from collab.activity.reading import Chunk, Reader
from collab.activity.scope import Reach, Scope
from collab.activity.telling import Line, tell
from collab.lib import paging
from collab.lib.errors import BadInput
from collab.rights.actor import Actor

PAGE = 30
FIRST, GROWS, LONGEST = 400, 2, 12_000
"""Rows that the first reading of a whole page looks at, how much more each further one does, and at most."""
LEAST = 40
"""Rows of one space among many, for a whole page."""
PATIENCE = 1_000
"""So many rows without a page full: then the things themselves are asked, if they are few."""
LITTLE = 0.1
"""Who sees no more than this of the rows of a first reading of a whole page: they are asked at once."""
MOST_READ = 60_000
"""A page ends after so many rows, full or not; the next one goes on there."""
_NEWEST = 2**62


@dataclass(frozen=True)
class Page:
    """`more`: the cursor of the next page, "" at the end; `top`: the newest change seen, `count`: lines before any that
    could not be told."""

    lines: list[Line]
    more: str
    top: int


def page(actor: Actor, scope: Scope, cursor: str = "", *, size: int = PAGE) -> Page:
    """Return the lines that come after the cursor, newest first. After much that may not be seen it may be short."""
    below, told = _unsealed(cursor)
    kinds = scopes.verbs(actor, scope.app)
    gathering = Gathering(told)
    reached = _gather(actor, scope, kinds, gathering, below, size)
    shown = gathering.lines[:size]
    more = ""
    if len(gathering.lines) > size:
        more = paging.seal(gathering.cursor(shown[-1].newest, shown))
    elif reached:
        more = paging.seal(gathering.cursor(reached, shown))
    return Page(tell(actor, shown, kinds), more, shown[0].newest if shown else 0)


def count_new(actor: Actor, scope: Scope, top: int, *, most: int = 99) -> int:
    """Return how many lines a page would show above this change, `most` at most."""
    kinds = scopes.verbs(actor, scope.app)
    where = scopes.reach(actor, scope, kinds)
    chunk = Reader(actor, scope, kinds).read(where, _NEWEST, _each(where, FIRST, PAGE))
    gathering = Gathering()
    gathering.add(chunk.parts)
    return min(most, sum(line.newest > top for line in gathering.lines))


def _gather(actor: Actor, scope: Scope, kinds: list[Any], gathering: Gathering, below: int, size: int) -> int:
    """Read until the page is full; return the number down to which it was read, 0 when nothing lies below."""
    where: Reach = scopes.reach(actor, scope, kinds)
    reader = Reader(actor, scope, kinds)
    window = max(1, FIRST * size // PAGE)  # a few lines are found in few rows
    rows, told, tried = 0, 0, scope.thing is not None or scope.person is not None
    while True:
        chunk: Chunk = reader.read(where, below, _each(where, window, size))
        gathering.add(chunk.parts)
        below, rows, told = chunk.reached, rows + chunk.rows, told + chunk.told
        if not below or chunk.reached_at is None:
            return 0
        if gathering.is_enough(size, chunk.reached_at) or rows >= MOST_READ:
            return below
        if scope.since is not None and chunk.reached_at <= scope.since.timestamp():
            return 0
        if not tried and (rows >= PATIENCE or (rows >= FIRST and told < LITTLE * rows)):
            tried = True
            if (few := scopes.through_things(where, reader.seen)) is not None:
                where, window = few, GROWS * FIRST
                continue
        window = min(window * GROWS, LONGEST)


def _each(where: Reach, window: int, size: int) -> int:
    """Return how much of a reading for a page of this size falls to each of so many sources."""
    least = max(1, LEAST * size // PAGE)
    return max(least, 3 * window // (len(where.spaces) + 2)) if where.spaces else window


def _unsealed(cursor: str) -> tuple[int, dict[str, int]]:
    """Return where to begin, and what earlier pages told. Raises BadInput for a foreign cursor."""
    values = paging.unseal(cursor, 2)
    if values is None:
        return _NEWEST, {}
    below, told = values
    if type(below) is not int or not 0 < below < _NEWEST or not isinstance(told, dict):
        raise BadInput
    return below, {str(name): oldest for name, oldest in told.items() if type(oldest) is int}
