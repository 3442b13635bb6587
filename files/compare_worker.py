"""Compares two texts line by line: bytes in, JSON out. Limits can end it: `lib.confined` runs it.

In: the length of the first text as decimal digits and a line feed, then both texts. Words: the lines shown around a
change, and the most rows that are wanted. Exit codes: 0 compared, 2 no texts, 3 too many lines.
"""

from __future__ import annotations

import json
import re
import sys
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

MOST_LINES = 20_000
MOST_WIDE = 2_000
"""Characters of a line that are shown; of longer ones the words are not compared."""
FINE = 2_000
"""Texts of fewer lines are compared with all their lines, the most common ones too."""
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class NoText(Exception):
    """Bytes that are not written words."""


def decode(data: bytes) -> str:
    """Return the text. Raises NoText for what is none."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise NoText


def compare(before: list[str], after: list[str], around: int, most: int) -> dict[str, Any]:
    """Return {"added", "removed", "pieces": [{"skipped", "rows"}], "cut"}.

    A row is [kind, line number before, line number after, before, after]; `kind` is "same", "changed", "removed" or
    "added", a side of "changed" a list of [differs, text]. `skipped`: equal lines before the piece.
    """
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > FINE)
    pieces: list[dict[str, Any]] = []
    added = removed = shown = last = 0
    cut = False
    for group in matcher.get_grouped_opcodes(around):
        rows: list[list[Any]] = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                rows += [["same", i + 1, j1 + i - i1 + 1, before[i], before[i]] for i in range(i1, i2)]
                continue
            removed += i2 - i1
            added += j2 - j1
            if shown + len(rows) < most:
                rows += _changed(before, after, (i1, i2, j1, j2))
        rows = rows[: most - shown]
        cut = cut or shown >= most
        if rows:
            pieces.append({"skipped": group[0][1] - last, "rows": rows})
        shown += len(rows)
        last = group[-1][2]
    return {
        "added": added,
        "removed": removed,
        "pieces": pieces,
        "cut": cut or shown >= most,
        "left": len(before) - last,
    }


def _changed(before: list[str], after: list[str], span: tuple[int, int, int, int]) -> list[list[Any]]:
    i1, i2, j1, j2 = span
    rows: list[list[Any]] = []
    for i, j in zip_longest(range(i1, i2), range(j1, j2)):
        if i is None:
            rows.append(["added", None, j + 1, None, after[j]])
        elif j is None:
            rows.append(["removed", i + 1, None, before[i], None])
        else:
            rows.append(["changed", i + 1, j + 1, *words(before[i], after[j])])
    return rows


def words(before: str, after: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return both lines in parts, [whether it differs, text]."""
    if len(before) + len(after) > MOST_WIDE:
        return [[True, before]], [[True, after]]
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.quick_ratio() < 0.4:  # two lines that have nothing to do with each other
        return [[True, before]], [[True, after]]
    left: list[list[Any]] = []
    right: list[list[Any]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for parts, text in ((left, "".join(a[i1:i2])), (right, "".join(b[j1:j2]))):
            if text:
                parts.append([tag != "equal", text])
    return left, right


def main() -> int:
    around, most = map(int, sys.argv[1:])
    length, data = int(sys.stdin.buffer.readline(20)), sys.stdin.buffer.read()
    try:
        texts = [decode(part).splitlines() for part in (data[:length], data[length:])]
    except NoText:
        return 2
    if any(len(lines) > MOST_LINES for lines in texts):
        return 3
    before, after = ([line[: MOST_WIDE * 2] for line in lines] for lines in texts)
    sys.stdout.write(json.dumps(compare(before, after, around, most)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
