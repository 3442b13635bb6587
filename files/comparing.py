"""Two contents of a file side by side: which lines and words came and went.

Comparing may take long for texts made to that end: a process of its own does it, under limits, and says no in time.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from collab.lib import confined
from collab.lib.errors import BadInput, TooLarge, Unavailable
from files import storage

MOST = 2**20
"""Bytes of each of the two."""
MOST_ROWS = 2_000
AROUND = 3
SECONDS = 6
_WORKER = Path(__file__).with_name("compare_worker.py")
_LIMITS = confined.Limits(memory=2**29, processor=SECONDS, seconds=SECONDS + 4, output=2**24, nice=5)
_NO_TEXT, _TOO_LONG = 2, 3


class Part(NamedTuple):
    """A piece of a line; `differs`: it is not in the other one."""

    differs: bool
    text: str


class Row(NamedTuple):
    """A line of both: `kind` is "same", "changed", "removed" or "added"; a side that has none is empty."""

    kind: str
    before: int | None
    after: int | None
    left: list[Part]
    right: list[Part]


class Piece(NamedTuple):
    """Lines that follow one another; `skipped`: so many equal ones stand before them."""

    skipped: int
    rows: list[Row]


@dataclass(frozen=True)
class Difference:
    """How many lines came and went, and where; `left`: equal ones after the last piece, `cut`: there is more."""

    added: int
    removed: int
    pieces: list[Piece]
    left: int
    cut: bool

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed)

    def in_order(self) -> Iterator[tuple[Piece, list[tuple[str, int | None, list[Part]]]]]:
        """Yield each piece with its lines one below another: (sign, number, parts), what went before what came."""
        for piece in self.pieces:
            lines: list[tuple[str, int | None, list[Part]]] = []
            came: list[tuple[str, int | None, list[Part]]] = []
            for row in piece.rows:
                if row.kind == "same":
                    lines += came
                    came = []
                    lines.append(("same", row.after, row.right))
                    continue
                if row.before is not None:
                    lines.append(("removed", row.before, row.left))
                if row.after is not None:
                    came.append(("added", row.after, row.right))
            yield piece, lines + came


def compare(before: str, after: str, sizes: tuple[int, int]) -> Difference:
    """Compare the texts of two blobs, by their keys and sizes in bytes.

    Raises TooLarge for what is long, or too different to be compared in time, BadInput for what is no text.
    """
    if max(sizes) > MOST:
        raise TooLarge(_("Only texts of up to 1 MB can be compared. Download both versions instead."))
    with tempfile.TemporaryFile() as both:
        both.write(b"%d\n" % sizes[0])
        for key in (before, after):
            with storage.open_blob(key) as file:
                both.write(file.read(MOST + 1))
        both.flush()
        both.seek(0)
        try:
            done = confined.run(_WORKER, [str(AROUND), str(MOST_ROWS)], both, _LIMITS, most=2 * MOST + 64)
        except OSError:
            raise Unavailable from None
    if done.status == _NO_TEXT:
        raise BadInput(_("These contents are no plain text, so their lines cannot be compared. Download both instead."))
    if done.trouble or done.status == _TOO_LONG:
        raise TooLarge(_("These texts are too long, or too different, to be compared. Download both instead."))
    if done.status:
        raise Unavailable
    return _read(json.loads(done.output))


def _read(found: dict[str, Any]) -> Difference:
    pieces = [Piece(one["skipped"], [_row(*row) for row in one["rows"]]) for one in found["pieces"]]
    return Difference(found["added"], found["removed"], pieces, found["left"], found["cut"])


def _row(kind: str, before: int | None, after: int | None, left: Any, right: Any) -> Row:
    return Row(kind, before, after, _parts(left, kind), _parts(right, kind))


def _parts(side: Any, kind: str) -> list[Part]:
    if side is None:
        return []
    return [Part(kind in {"added", "removed"}, side)] if isinstance(side, str) else [Part(*part) for part in side]
