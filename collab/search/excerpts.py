"""The place in a text where the words stand, with them marked: pieces of plain text, escaped by whoever draws them."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.db import connection

from collab.search import words
from collab.search.language import Query

BEFORE, LENGTH = 70, 220
_MOST_PLACES = 40
_WORD = re.compile(r"[^\W_]+")
_PLACES = f"""SELECT e.id, substr(e.body, greatest(1, p.at - {BEFORE}), {LENGTH}), p.at > {BEFORE + 1},
  length(e.body) >= greatest(1, p.at - {BEFORE}) + {LENGTH}
 FROM search_entry e CROSS JOIN LATERAL (SELECT coalesce(min(nullif(strpos(e.shadow, w), 0)), 1) AS at
  FROM unnest(%s::text[]) w) p WHERE e.id = ANY(%s) AND e.body <> ''"""


class Piece(NamedTuple):
    """A piece of text; `found` says that it is one of the words that were looked for."""

    text: str
    found: bool = False


class Marker:
    """Knows the words of a query, and marks them."""

    def __init__(self, query: Query):
        self._wanted = {token for term in query.wanted for token in term.tokens}
        self._beginnings = tuple(
            term.tokens[-1] for term in query.wanted if term.prefix and len(term.tokens[-1]) > 1
        )  # fmt: skip
        stems = words.stems(self._wanted)
        self._stems = {stem for token in self._wanted for stem in stems[token]}

    @property
    def places(self) -> list[str]:
        """What to look for in the shadow of a text: each word and its stems, where a word begins."""
        found = dict.fromkeys([*self._wanted, *(stem for stem in self._stems if len(stem) > 2)])
        joined = [word.replace("oe", "œ").replace("ae", "æ") for word in found]
        return [f" {word}" for word in dict.fromkeys([*found, *joined])][:_MOST_PLACES]

    def marked(self, text: str) -> tuple[Piece, ...]:
        """Return the text in pieces; words of other forms are marked by their stems."""
        pieces: list[Piece] = []
        text, last = words.composed(text), 0
        for found in _WORD.finditer(text):
            if self._is_wanted(found.group()):
                pieces += [Piece(text[last : found.start()]), Piece(found.group(), True)]
                last = found.end()
        return tuple(piece for piece in (*pieces, Piece(text[last:])) if piece.text)

    def learn(self, texts: list[str]) -> None:
        """Ask for the stems of all words of these texts at once."""
        words.stems(words.plain(word)[: words.LONGEST] for text in texts for word in _WORD.findall(text))

    def _is_wanted(self, word: str) -> bool:
        token = words.plain(word)[: words.LONGEST]
        if token in self._wanted or token.startswith(self._beginnings or ("\0",)):
            return True
        return bool(token) and any(stem in self._stems for stem in words.stems([token])[token])


def of(marker: Marker, ids: list[int]) -> dict[int, str]:
    """Return {entry: the part of its text around the first of the words}, where it has a text. One query."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [marker.places or ["\x01"], ids])
        return {pk: _whole_words(text, before=before, after=after) for pk, text, before, after in cursor.fetchall()}


def _whole_words(text: str, *, before: bool, after: bool) -> str:
    """Leave a word off that is cut, and say by dots that there is more."""
    shown = " ".join(text.split())
    if before:
        shown = f"…{shown.partition(' ')[2] or shown}"
    if after:
        shown = f"{shown.rpartition(' ')[0] or shown}…"
    return shown
