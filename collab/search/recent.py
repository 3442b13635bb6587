"""The newest entries have small indexes of their own: of a word that a house is full of, the newest are wanted.

An index of words knows no time: for the newest twenty of 70,000 entries with a word, all would be read. Where there are
many entries, those since a certain moment stand in a second, partial index, which is asked first, and those since an
earlier one in a third. The moments are part of their names and their conditions: whatever becomes of the indexes, the
same is found.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connection

LEAST = 200_000
"""Entries from which on a house has these indexes."""
PARTS = (16, 4)
"""One entry in so many is in each; up to twice as many before it is made anew."""
_VECTORS = ("names", "words")
_NAME = re.compile(r"search_recent_(\d+)_(\d+)_(names|words)\Z")
_MINUTE = 60.0

_HERE = """SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = 'search_entry'::regclass AND c.relname LIKE 'search\\_recent\\_%'"""


class Window(NamedTuple):
    """A stretch of time: SQL about `e.at`; of how many entries at least one lies since it began; nothing is newer."""

    condition: str
    part: int
    is_newest: bool = False


_known: tuple[float, list[Window]] = (0.0, [])


def windows() -> list[Window]:
    """Return stretches of time that together are all time, the newest first; none where no index is for them.

    What is known is read again after a minute.
    """
    global _known
    if time.monotonic() >= _known[0]:
        _known = (time.monotonic() + _MINUTE, between(_usable(_indexes())))
    return _known[1]


def between(since: dict[int, int]) -> list[Window]:
    """Return the windows that begin at these moments: {part: second of 1970}."""
    if not since:
        return []
    edges = sorted(since.items(), key=lambda edge: -edge[1])
    first, last = edges[0], edges[-1]
    inner = [
        Window(f"e.at >= {_moment(begin)} AND e.at < {_moment(end)}", part)
        for (_part, end), (part, begin) in pairwise(edges)
    ]
    return [
        Window(f"e.at >= {_moment(first[1])}", first[0], is_newest=True),
        *inner,
        Window(f"e.at < {_moment(last[1])}", 1),
    ]


def forget() -> None:
    """Read it again when it is asked next."""
    global _known
    _known = (0.0, [])


def keep(least: int = LEAST) -> bool:
    """Have these indexes where there are many entries, and make one anew when too much has come since.

    Returns whether any was made. Outside of a transaction nobody waits for it: they are made beside the work.
    """
    here, kept, made = _indexes(), set(), False
    (entries,) = _row("SELECT count(*) FROM search_entry")
    if entries >= least:
        usable = _usable(here)
        for part in PARTS:
            second = _since(entries, part, usable.get(part))
            for vector in _VECTORS if second is not None else ():
                name = f"search_recent_{part}_{second}_{vector}"
                kept.add(name)
                if not here.get(name):
                    _drop(name)  # one that an end in the middle has left
                    _do(
                        f"CREATE INDEX {_beside()} IF NOT EXISTS {name} ON search_entry USING gin ({vector})"
                        f" WITH (fastupdate = off) WHERE at >= {_moment(second or 0)}"
                    )
                    made = True
    for name in here.keys() - kept:
        _drop(name)
    forget()
    return made


def _since(entries: int, part: int, now: int | None) -> int | None:
    """Return the second since which one in so many came: that of now while it will do; None where there is none."""
    if now is not None and entries // (4 * part) <= _count(now) <= 2 * entries // part:
        return now
    (moment,) = _row("SELECT at FROM search_entry ORDER BY at DESC OFFSET %s LIMIT 1", [entries // part])
    second = max(0, int(moment.timestamp()))
    # where most came in one moment nothing would be won
    return second if _count(second) <= 2 * entries // part else None


def _indexes() -> dict[str, bool]:
    """Return {name: whether it may be used}."""
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        return {name: valid for name, valid in cursor.fetchall() if _NAME.match(name)}


def _usable(here: dict[str, bool]) -> dict[int, int]:
    """Return {part: the second since which both of its indexes know}, the latest of each."""
    found: dict[int, int] = {}
    for name in sorted(here):
        if (named := _NAME.match(name)) and all(here.get(f"{name[: named.start(3)]}{vector}") for vector in _VECTORS):
            part, second = int(named[1]), int(named[2])
            found[part] = max(found.get(part, 0), second)
    return found


def _count(second: int) -> int:
    return int(_row(f"SELECT count(*) FROM search_entry WHERE at >= {_moment(second)}")[0])


def _moment(second: int) -> str:
    """Return a moment as SQL, written out: only so an index whose condition it is can be seen to do."""
    return f"'{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}+00'::timestamptz"


def _beside() -> str:
    return "" if connection.in_atomic_block else "CONCURRENTLY"


def _drop(name: str) -> None:
    _do(f"DROP INDEX {_beside()} IF EXISTS {name}")


def _do(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def _row(text: str, values: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()
