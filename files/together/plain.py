"""A file's bytes as the text that people edit, and back: what nobody touched keeps its bytes.

An editor knows one end of line, “\\n”. A file may have others, even several, and a mark of byte order before all
(Unicode, 23.8): they are put back where they were, and new lines end as most others do.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict, TooLarge

MOST = 2**20
"""Bytes of text that are edited in the browser."""
_BOM = b"\xef\xbb\xbf"
_ENDS = re.compile("\r\n|\r|\n")
_MOST_COMPARED = 20_000
"""Lines that are compared one by one; in a longer changed part, ends of line become the usual ones."""

NO_TEXT = _("This file is not written in UTF-8 text, so it cannot be edited here. Download it to open it elsewhere.")
TOO_LONG = _("This file is too long to be edited here (1 MB at most). Download it to open it elsewhere.")


def read(content: bytes) -> str:
    """Return the text of these bytes, with “\\n” at the end of lines. Raises Conflict for no text, TooLarge."""
    if len(content) > MOST:
        raise TooLarge(TOO_LONG)
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError:
        raise Conflict(NO_TEXT) from None
    if "\0" in text:
        raise Conflict(NO_TEXT)
    return _ENDS.sub("\n", text)


def usual_end(content: bytes) -> str:
    """Return how most lines of these bytes end, "" where there is one line only."""
    ends = Counter(_ENDS.findall(content.decode(errors="replace")))
    return ends.most_common(1)[0][0] if ends else ""


def written(text: str, original: bytes, usual: str = "\n") -> bytes:
    """Return the bytes of the text, with the ends of line and the mark that `original` (its earlier bytes) had.

    `usual`: how lines end where `original` has one line only.
    """
    mark = _BOM if original.startswith(_BOM) else b""
    before = original.removeprefix(_BOM).decode()
    ends = Counter(_ENDS.findall(before))
    usual = ends.most_common(1)[0][0] if ends else usual
    if usual == "\n" and len(ends) <= 1:
        return mark + text.encode()
    if len(ends) <= 1:
        return mark + text.replace("\n", usual).encode()
    return mark + _kept(before, text, usual).encode()


def _kept(before: str, text: str, usual: str) -> str:
    """Return the text with each line's own end, found by comparing lines; new ones get the usual end."""
    parts = re.split("(\r\n|\r|\n)", before)
    old, ends = parts[::2], [*parts[1::2], ""]
    new = text.split("\n")
    chosen = [usual] * len(new)
    for here, there, length in _common(old, new):
        for step in range(length):
            chosen[there + step] = ends[here + step] or usual
    chosen[-1] = ""
    for place in range(1, len(new)):
        if (chosen[place - 1], new[place], chosen[place]) == ("\r", "", "\n"):
            chosen[place] = "\r"  # two ends that would become one
    return "".join(line + end for line, end in zip(new, chosen, strict=True))


def _common(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Return (place in old, place in new, how many) of equal lines."""
    most = min(len(old), len(new))
    start = next((place for place in range(most) if old[place] != new[place]), most)
    end = next((place for place in range(most - start) if old[-1 - place] != new[-1 - place]), most - start)
    found = [(0, 0, start), (len(old) - end, len(new) - end, end)]
    middle = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(middle[0]), len(middle[1])) <= _MOST_COMPARED:
        for block in SequenceMatcher(None, *middle, autojunk=True).get_matching_blocks():
            found.append((start + block.a, start + block.b, block.size))
    return found
