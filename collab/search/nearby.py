"""“Did you mean”: words of names that are like a word which finds little, offered only where they find something.

What is offered is tried first with the rights of who asks, so that no word of others ever appears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet

from collab.lib.statements import placed, together
from collab.search import statement, words
from collab.search.kinds import Narrowed
from collab.search.language import Query, Term

SHORTEST = 4
_MOST_WORDS, _NEAR, _LIKE, _MOST_TRIED = 4, 30, 12, 4
_THRESHOLD = 0.2
"""Of similarity by letters in threes: two letters exchanged in a short word leave no more."""
_LIKENESS = f"""SELECT set_config('pg_trgm.similarity_threshold', '{_THRESHOLD}', true),
 set_config('pg_trgm.word_similarity_threshold', '{2 * _THRESHOLD}', true)"""
"""For this transaction."""
# by the index in the order of likeness; of those that are alike so many are taken that the same come each time
_TERMS = """SELECT t.w, near.term FROM unnest(%s::text[]) t (w) CROSS JOIN LATERAL (
  SELECT term FROM (SELECT term FROM search_term s WHERE s.term %% t.w AND s.term <> t.w
   ORDER BY s.term <-> t.w LIMIT %s) closest ORDER BY similarity(term, t.w) DESC, term LIMIT %s) near"""


def better(kinds: Sequence[Narrowed], query: Query, bounds: statement.Bounds) -> Query | None:
    """Return the query with one word put right, if that finds something for who asks; each try is a query."""
    places = [
        place for place, term in enumerate(query.terms)
        if not term.excluded and not term.phrase and len(term.tokens) == 1 and len(term.tokens[0]) >= SHORTEST
    ][:_MOST_WORDS]  # fmt: skip
    if not places:
        return None
    like = _like(kinds, [query.terms[place].tokens[0] for place in places])
    tries = sorted(
        (distance(query.terms[place].tokens[0], word), place, word)
        for place in places for word in like.get(query.terms[place].tokens[0], ())
    )  # fmt: skip
    offered = [_put(query, place, word) for far, place, word in tries if far <= _most(word)][:_MOST_TRIED]
    if not offered:
        return None
    words.stems(token for one in offered for term in one.terms for token in term.tokens)
    few = replace(bounds, limit=1)
    return next((one for one in offered if statement.look(kinds, statement.Wanted.of(one), few)), None)


def _like(kinds: Sequence[Narrowed], tokens: list[str]) -> dict[str, set[str]]:
    """Return {word: words of names that are like it}; names of people and spaces are those the actor may find."""
    asked: list[str] = [_TERMS]
    values: list[Any] = [tokens, _NEAR, _LIKE]
    for kind in kinds:
        if kind.search.everything is None:
            try:
                inner, more = kind.names
            except EmptyResultSet:
                continue
            asked.append(
                "SELECT t.w, near.plain FROM unnest(%s::text[]) t (w) CROSS JOIN LATERAL (SELECT g.plain FROM"
                f" ({inner}) g WHERE t.w <%% g.plain"
                " ORDER BY word_similarity(t.w, g.plain) DESC, g.plain LIMIT 5) near"
            )
            values += [tokens, *more]
    found: dict[str, set[str]] = {}
    _set, rows = together((_LIKENESS, {}), placed(" UNION ALL ".join(f"({text})" for text in asked), values))
    for token, name in rows:
        found.setdefault(token, set()).update(word for word in words.tokens(name) if word != token)
    return found


def _put(query: Query, place: int, word: str) -> Query:
    terms = list(query.terms)
    terms[place] = Term(word, (word,), prefix=terms[place].prefix)
    return replace(query, terms=tuple(terms))


def _most(word: str) -> int:
    return 1 if len(word) < 6 else 2


def distance(one: str, other: str) -> int:
    """Return how many letters are to be added, taken, changed or exchanged with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, last, row = row, before, [place]
        for at, sign in enumerate(other, 1):
            best = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != sign))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == sign:
                best = min(best, last[at - 2] + 1)
            row.append(best)
    return row[-1]
