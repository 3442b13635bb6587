"""Words as they are compared: no capitals, no accents, no signs; and the stems that stand for them in the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection

from collab.lib.text import fold

LONGEST = 60
"""Letters of a word that count."""
_KEPT = 20_000
_WORD = re.compile(r"[^\W_]+")
_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"})
_stems: dict[str, tuple[str, ...]] = {}


def plain(text: str) -> str:
    """Return the text without capitals, accents and joined letters."""
    text = text.replace("\0", " ")
    return text.lower() if text.isascii() else fold(text).translate(_JOINED)


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [word[:LONGEST] for word in _WORD.findall(plain(text))]


def clean(text: str) -> str:
    """Return the words of a text with a blank between them: PostgreSQL takes no address or number apart then."""
    return " ".join(tokens(text))


def label(title: str) -> str:
    """Return a name by which something is found first, when it is typed whole: without the ending of a file."""
    stem, _dot, ending = title.rpartition(".")
    return clean(stem if stem and ending.isalnum() and len(ending) <= 5 else title)[:200]


class _Shadow(dict[int, int]):
    """Letter by letter, so that places in the shadow are places in the text; what is no letter becomes a blank."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        folded = fold(sign)
        if len(folded) != 1:
            folded = sign.lower()[:1] or sign
        found = ord(folded) if _WORD.fullmatch(folded) else 32
        if len(self) < _KEPT:
            self[code] = found
        return found


_shadow = _Shadow()


def shadow(text: str) -> str:
    """Return the text letter by letter as `plain` does, of the same length."""
    return text.translate(_shadow)


def composed(text: str) -> str:
    """Return the text with each accented letter as one sign, as `shadow` needs it, and without zeros."""
    return unicodedata.normalize("NFC", text.replace("\0", " "))


def stems(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return {word: its French and its English stem}; a query at most, for words that were not asked before."""
    found = {word: _stems.get(word, ()) for word in words}
    if unknown := [word for word, known in found.items() if not known]:
        if len(_stems) > _KEPT:
            _stems.clear()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w, ts_lexize('search_french', w), ts_lexize('search_english', w) FROM unnest(%s::text[]) w",
                [unknown],
            )
            for word, french, english in cursor.fetchall():
                _stems[word] = found[word] = tuple(dict.fromkeys([*(french or [word]), *(english or [word])]))
    return found
