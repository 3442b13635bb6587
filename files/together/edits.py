"""The smallest change that turns one text into another: lines first, then the words within lines that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_LINES, _MOST_SIGNS = 4000, 4000
"""What is longer is replaced as a whole: comparing costs its square."""


class Edit(NamedTuple):
    """Put `text` in place of the signs from `start` to `end`, counted in the text as it was before all edits."""

    start: int
    end: int
    text: str


def edits(before: str, after: str) -> list[Edit]:
    """Return what makes `after` of `before`, in order; none of them touches another."""
    return list(_blocks(before, after))


def _blocks(before: str, after: str) -> Iterator[Edit]:
    if before == after:
        return
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    place = 0
    starts = []
    for line in [*old, ""]:
        starts.append(place)
        place += len(line)
    for one, two, texts in _differences(old, new, _MOST_LINES):
        start, part = starts[one], "".join(texts)
        gone = before[start : starts[two]]
        if gone and part and len(gone) <= _MOST_SIGNS and len(part) <= _MOST_SIGNS:
            yield from _words(start, gone, part)
        else:
            yield Edit(start, start + len(gone), part)


def _words(start: int, gone: str, part: str) -> Iterator[Edit]:
    old, new = _WORDS.findall(gone), _WORDS.findall(part)
    starts = [start]
    for word in old:
        starts.append(starts[-1] + len(word))
    for one, two, words in _differences(old, new, _MOST_SIGNS):
        yield Edit(starts[one], starts[two], "".join(words))


def _differences(old: Sequence[str], new: Sequence[str], most: int) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Yield (from, to, instead) where the sequences differ; what is the same at both ends is not compared."""
    short = min(len(old), len(new))
    head = next((place for place in range(short) if old[place] != new[place]), short)
    tail = next((place for place in range(short - head) if old[-1 - place] != new[-1 - place]), short - head)
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(left), len(right)) > most:
        yield head, len(old) - tail, right
        return
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what != "equal":
            yield head + a, head + b, right[c:d]
