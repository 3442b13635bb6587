"""The one statement that finds: a branch for each kind and each way of fitting, the rights of the kind inside each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from collab.lib.statements import ask, placed
from collab.search import recent, words
from collab.search.guessing import ALL, Seen, expected
from collab.search.kinds import Narrowed
from collab.search.language import Query, Term
from collab.search.recent import Window

NAMED, IN_NAME, IN_TEXT = 0, 1, 2
"""How well something fits, the best first: it is called just so, all words are in its name, or in its contents."""
_SHORTEST_NAME, _SHORTEST_TEXT = 2, 3
"""Letters from which on the rest of a word may be missing: a single one would bring half of the house."""
_MOST_FEW = 5
_FEW = 2_000
"""So many entries that fit are each asked for rights; where there are more, one may begin with what is seen."""
_SORTED = 50_000
"""So many entries that fit are sorted; more are met soon enough in the order of the page."""


_SIEVED = 500
"""So many entries that fit are sifted by what is seen, for who sees no more than some, before rights are asked."""
_MANY, _MANY_SIFTED = 5_000, 15_000
"""Where more entries fit, the newest of them are asked first, by indexes of their own (`recent`): who has them sifted,
which costs something each time, for more."""


class Row(NamedTuple):
    """What was found: `at` and `id` are those of the index, None and 0 where a kind has few and no index."""

    kind: str
    ref_id: int
    fit: int
    at: datetime | None
    id: int

    @property
    def key(self) -> tuple[int, float, int]:
        return self.fit, -(self.at.timestamp() if self.at else float("inf")), -self.id


@dataclass(frozen=True)
class Wanted:
    """The words of a query as the index takes them."""

    label: str
    in_name: str
    in_text: str
    without: str
    tokens: tuple[str, ...]

    @classmethod
    def of(cls, query: Query) -> Wanted:
        words.stems(token for term in query.terms for token in term.tokens)  # all at once
        return cls(
            " ".join(token for term in query.wanted for token in term.tokens)[:200],
            " & ".join(_lexemes(term, _SHORTEST_NAME) for term in query.wanted),
            " & ".join(_lexemes(term, _SHORTEST_TEXT) for term in query.wanted),
            " | ".join(_lexemes(term, _SHORTEST_TEXT) for term in query.excluded),
            tuple(token for term in query.wanted for token in term.tokens),
        )


@dataclass(frozen=True)
class Bounds:
    """From when on, until before when; after which row (fit, moment, id) to go on; how many at most.

    `window`: where more than `many` fit, only those of this stretch of time.
    """

    since: datetime | None = None
    until: datetime | None = None
    after: tuple[int, datetime, int] | None = None
    limit: int = 21
    window: Window | None = None
    many: int = _MANY


class Branch(NamedTuple):
    """A SELECT of rows, with its values. `steady`: one plan is the right one whatever these are."""

    text: str
    values: list[Any]
    steady: bool


Fits = dict[int, int]
"""Which ways of fitting are asked, each with how many entries are expected to fit."""


def look(kinds: Sequence[Narrowed], wanted: Wanted, bounds: Bounds) -> list[Row]:
    """Return what fits, the best first; texts, which cost most, are only asked when names do not fill the page."""
    rows: list[Row] = []
    seen = Seen()
    if wanted.in_text:
        rows = _look(kinds, wanted, bounds, {NAMED: 0, IN_NAME: expected("names", wanted.in_name)}, seen)
        if _fills(rows, bounds):
            return rows
    texts = expected("words", wanted.in_text) if wanted.in_text else ALL
    return rows + _look(kinds, wanted, bounds, {IN_TEXT: texts}, seen)


def _look(kinds: Sequence[Narrowed], wanted: Wanted, bounds: Bounds, fits: Fits, seen: Seen) -> list[Row]:
    """Ask of each kind; where many fit, the newest first, and others only when those do not fill the page."""
    bound = _MANY_SIFTED if any(seen.sifts(kind) for kind in kinds) else _MANY
    many = {fit: count for fit, count in fits.items() if bound < count < ALL}
    windows: Sequence[Window | None] = (many and recent.windows()) or [None]
    rows: list[Row] = []
    for number, window in enumerate(windows):
        part = replace(bounds, window=window, many=bound)
        rows += run(branches(kinds, wanted, part, many if number else fits, seen))
        if _fills(rows, bounds):
            break
    return rows


def _fills(rows: list[Row], bounds: Bounds) -> bool:
    return sum(row.at is not None for row in rows) >= bounds.limit


def branches(kinds: Iterable[Narrowed], wanted: Wanted, bounds: Bounds, fits: Fits, seen: Seen) -> list[Branch]:
    """Return what to ask of each kind."""
    found: list[Branch] = []
    for kind in kinds:
        try:
            if kind.search.everything is not None:
                found += _indexed(kind, wanted, bounds, fits, seen)
            elif NAMED in fits:
                found += _few(kind, wanted, bounds)
        except EmptyResultSet:
            continue  # the actor sees nothing of this kind, and the database need not be asked
    return found


def run(asked: list[Branch]) -> list[Row]:
    """Return the rows of all branches, the best first. One query; its plan is kept where that takes longer than it."""
    if not asked:
        return []
    text = " UNION ALL ".join(f"({branch.text})" for branch in asked)
    values = [value for branch in asked for value in branch.values]
    if all(branch.steady for branch in asked):
        rows = ask(*placed(text, values))
    else:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall()
    return sorted((Row(*row) for row in rows), key=lambda row: row.key)


def _indexed(kind: Narrowed, wanted: Wanted, bounds: Bounds, fits: Fits, seen: Seen) -> list[Branch]:
    guard, allowed = kind.ids
    text = f"e.kind = '{kind.search.kind}'"  # a word of ours: written out, so that PostgreSQL knows how many there are
    values: list[Any] = []
    for column, moment in ((">=", bounds.since), ("<", bounds.until)):
        if moment is not None:
            text += f" AND e.at {column} %s"
            values.append(moment)
    if wanted.without:
        text += " AND NOT e.words @@ %s::tsquery"
        values.append(wanted.without)
    found = []
    for fit, condition, asked in _fits(wanted, fits):
        if bounds.after and fit < bounds.after[0]:
            continue
        where, more = f"{text} {condition}", [*values, *asked]
        if bounds.after and fit == bounds.after[0]:
            where += " AND (e.at, e.id) < (%s, %s)"
            more += bounds.after[1:]
        expect, window = fits[fit], bounds.window
        few = seen.little(kind) if expect > _FEW else None
        if few == [] or (few and window and not window.is_newest):  # those few were asked at first
            continue
        if few is not None:
            where += " AND e.ref_id = ANY(%s)"
            more.append(few)
        elif window is not None and expect > bounds.many:
            where += f" AND {window.condition}"
            expect //= window.part
        sort = few is not None or expect <= (_SORTED if kind.is_whole else _FEW)
        sieved = _SIEVED if bounds.limit > 1 else _FEW  # the first that one sees comes soon
        if few is None and kind.is_whole and expect > sieved and (sieve := seen.sieve(kind)) is not None:
            where += f" AND {sieve[0]}"
            more += sieve[1]
        source = _source(where, sort=sort)
        rights = _each(guard) if kind.is_whole else f"JOIN ({guard}) g (id) ON g.id = e.ref_id"
        found.append(
            Branch(
                f"SELECT e.kind, e.ref_id, {fit}, e.at, e.id FROM {source} {rights}"
                " ORDER BY e.at DESC, e.id DESC LIMIT %s",
                [*more, *allowed, bounds.limit],
                steady=sort and few is None and kind.is_whole,
            )
        )
    return found


def _source(where: str, *, sort: bool) -> str:
    """Return the entries that fit: all of them sorted first, or in the order of the page as far as that is read.

    OFFSET 0 keeps PostgreSQL from mixing the two, which it does by guesses that are badly off for words and rights.
    """
    text = f"SELECT e.kind, e.ref_id, e.at, e.id FROM search_entry e WHERE {where}"
    return f"({text} ORDER BY e.at DESC, e.id DESC OFFSET 0) e" if sort else f"({text}) e"


def _each(guard: str) -> str:
    """Ask for rights entry by entry, until the page is full."""
    return f"CROSS JOIN LATERAL (SELECT FROM ({guard}) g (id) WHERE g.id = e.ref_id OFFSET 0) g"


def _fits(wanted: Wanted, fits: Fits) -> list[tuple[int, str, list[Any]]]:
    """Return (fit, condition, its values) of each way of fitting that is asked."""
    if not wanted.in_text:
        return [(IN_TEXT, "", [])]
    ways = {
        NAMED: ("AND e.label = %s", [wanted.label]),
        IN_NAME: ("AND e.names @@ %s::tsquery AND e.label <> %s", [wanted.in_name, wanted.label]),
        IN_TEXT: ("AND e.words @@ %s::tsquery AND NOT e.names @@ %s::tsquery", [wanted.in_text, wanted.in_name]),
    }
    return [(fit, *ways[fit]) for fit in fits]


def _few(kind: Narrowed, wanted: Wanted, bounds: Bounds) -> list[Branch]:
    if not wanted.tokens or wanted.without or bounds.after:
        return []
    inner, values = kind.names
    # the index is asked for the letters alone: to take letters out of a pattern costs it more than all the rest
    fits = " AND ".join(["g.plain LIKE %s AND substring(g.plain FROM %s) IS NOT NULL"] * len(wanted.tokens))
    text = (
        f"SELECT '{kind.search.kind}', g.id, {NAMED}, NULL::timestamptz, 0 FROM ({inner}) g WHERE {fits}"
        f" ORDER BY g.plain, g.id LIMIT {_MOST_FEW}"
    )
    patterns = [one for token in wanted.tokens for one in (f"%{token}%", rf"\m{token}")]
    return [Branch(text, [*values, *patterns], steady=kind.is_whole)]


def _lexemes(term: Term, shortest: int) -> str:
    """Return what stands for a term in a tsquery; several words side by side are a phrase."""
    stems = words.stems(term.tokens)
    if len(term.tokens) > 1:
        # only French stems have places in the index: whatever the language, the same words have the same stems
        sides = [_quoted(stems[token][0]) for token in term.tokens]
        if term.prefix and len(term.tokens[-1]) >= shortest:
            sides[-1] = f"({sides[-1]} | {_quoted(term.tokens[-1])}:*)"
        return f"({' <-> '.join(sides)})"
    token = term.tokens[0]
    found = [_quoted(stem) for stem in stems[token]]
    if term.prefix and len(token) >= shortest:
        found.append(f"{_quoted(token)}:*")
    return f"({' | '.join(found)})"


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
