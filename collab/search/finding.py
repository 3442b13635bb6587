"""What people and programs find: one function for the box, the page and REST, so that they never differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from collab.lib import paging
from collab.lib.errors import BadInput
from collab.registry.searching import Shown
from collab.rights.actor import Actor
from collab.search import excerpts, fresh, kinds, language, nearby, statement
from collab.search.excerpts import Piece
from collab.search.kinds import Narrowed
from collab.search.language import Query
from collab.search.statement import Bounds, Row, Wanted

PAGE = 20
MOST = 100
FEW = 2
"""With fewer results than this, words that are like those typed are tried too."""


@dataclass(frozen=True)
class Hit:
    """Something found: `title` and `excerpt` in pieces, the words marked."""

    kind: str
    id: int
    label: str
    shown: Shown
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Found:
    """The answer to a query. `first`: people, groups and spaces, on the first page; `hits`: all else; `next`: a cursor.

    `instead` is a query with a word put right that finds something; `swapped` says that these are its results, since
    what was typed has none. `unread`: a date or a value that cannot be understood finds nothing.
    """

    query: Query
    first: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    next: str = ""
    instead: Query | None = None
    swapped: bool = False
    unread: bool = False

    def __bool__(self) -> bool:
        return bool(self.first or self.hits)


def read(actor: Actor, text: str) -> Query:
    """Return what a line asks of this actor."""
    return language.read(text, kinds.operators(actor))


def find(actor: Actor, asked: str | Query, *, after: str = "", limit: int = PAGE) -> Found:
    """Return what the actor finds, in a handful of queries, however much there is. Raises BadInput (foreign cursor)."""
    actor = _without_links(actor)
    query = asked if isinstance(asked, Query) else read(actor, asked)
    cursor = _cursor(after)
    if not query or actor.user is None:
        return Found(query)
    dates = kinds.dates(query)
    if dates is None:
        return Found(query, unread=True)
    where = kinds.narrowed(actor, query)
    bounds = Bounds(*dates, cursor, min(max(limit, 1), MOST) + 1)
    found = _page(actor, where, query, bounds)
    if cursor or len(found.first) + len(found.hits) >= FEW:
        return found
    instead = nearby.better(where, query, bounds)
    if instead is None or found:
        return replace(found, instead=instead)
    return replace(_page(actor, where, instead, bounds), query=query, instead=instead, swapped=True)


def latest(actor: Actor, limit: int = 5) -> list[Hit]:
    """Return what changed last among all that the actor may find: for a box in which nothing is typed yet."""
    where = kinds.narrowed(actor, Query())
    rows = statement.look(where, Wanted.of(Query()), Bounds(limit=limit))[:limit]
    return _hits(actor, where, rows, excerpts.Marker(Query()), with_text=False)


def _page(actor: Actor, where: list[Narrowed], query: Query, bounds: Bounds) -> Found:
    rows = statement.look(where, Wanted.of(query), bounds)
    few = [row for row in rows if row.at is None]
    rows = [row for row in rows if row.at is not None]
    more, size = len(rows) >= bounds.limit, bounds.limit - 1
    rows = rows[:size]
    following = paging.seal([rows[-1].fit, rows[-1].at.isoformat(), rows[-1].id]) if more and rows[-1].at else ""
    new: list[Row] = []
    if bounds.after is None:
        there = {(row.kind, row.ref_id) for row in rows}
        unheard = [ref for ref in fresh.found(where, query) if ref not in there][:size]
        new = [Row(kind, ref, statement.IN_NAME, None, 0) for kind, ref in unheard]
    marker = excerpts.Marker(query)
    hits = _hits(actor, where, [*few, *new, *rows], marker)
    named = {row[:2] for row in few}
    return Found(
        query,
        tuple(hit for hit in hits if (hit.kind, hit.id) in named),
        tuple(hit for hit in hits if (hit.kind, hit.id) not in named),
        following,
    )


def _hits(
    actor: Actor, where: Iterable[Narrowed], rows: list[Row], marker: excerpts.Marker, *, with_text: bool = True
) -> list[Hit]:
    """Return what is drawn of these rows, in their order; what went meanwhile is left out."""
    by_kind: dict[str, list[int]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.ref_id)
    searches = {kind.search.kind: kind.search for kind in where}
    shown = {
        (kind, pk): one for kind, ids in by_kind.items() for pk, one in searches[kind].show(actor, ids).items()
    }  # fmt: skip
    texts = excerpts.of(marker, [row.id for row in rows if row.id]) if with_text else {}
    marker.learn([*texts.values(), *(one.title for one in shown.values())])
    return [
        Hit(
            row.kind, row.ref_id, str(searches[row.kind].label), shown[row[:2]],
            marker.marked(shown[row[:2]].title), _excerpt(marker, texts.get(row.id, ""), row),
        )
        for row in rows if row[:2] in shown
    ]  # fmt: skip


def _without_links(actor: Actor) -> Actor:
    """A public link opens what is below its own address; it never widens a search."""
    return Actor.of(actor.user, strength=actor.strength) if actor.links else actor


def _excerpt(marker: excerpts.Marker, text: str, row: Row) -> tuple[Piece, ...]:
    """The words in their text; a thing found by its name alone has none to show."""
    pieces = marker.marked(text)
    return pieces if row.fit == statement.IN_TEXT or any(piece.found for piece in pieces) else ()


def _cursor(after: str) -> tuple[int, datetime, int] | None:
    values = paging.unseal(after, 3)
    if values is None:
        return None
    fit, moment, pk = values
    try:
        at = datetime.fromisoformat(moment)
        if type(fit) is not int or type(pk) is not int or at.tzinfo is None or not (0 <= fit <= 2 and 0 < pk < 2**63):
            raise BadInput
        at.timestamp()
    except (TypeError, ValueError, OverflowError):
        raise BadInput from None
    return fit, at, pk
