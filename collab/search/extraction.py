"""Texts of files, read one at a time in the background, by a program that its limits may end (`text_worker.py`).

A file is tried three times at most: what brought the worker down, or takes too long, is found by its name from then on.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from psycopg.errors import ProgramLimitExceeded

from collab.lib import confined
from collab.lib.errors import Damaged, Unavailable
from collab.registry import registry
from collab.search import words
from collab.search.models import Entry

TASK = "collab.search.tasks.read_texts"
LARGEST = 50 * 10**6
"""Bytes of a file that is read; a larger one is found by its name."""
MOST_TEXT = 500_000
"""Characters of its text that are indexed: 250 pages."""
MOST_TRIES = 3
LIMITS = confined.Limits(memory=512 * 2**20, processor=12, seconds=30, output=4 * MOST_TEXT + 1024, nice=5)
_CLAIMED = timedelta(minutes=5)
"""After so long, a worker that has said nothing is taken for dead."""
_LOCK = 0x5EA6C4
_VECTOR_MOST = 900_000
_WORKER = Path(__file__).with_name("text_worker.py")
_PLAIN = "txt text md markdown rst csv tsv log ini cfg conf yaml yml toml json xml tex srt vtt ics vcf sql py js css sh"
READABLE = {
    **dict.fromkeys(_PLAIN.split(), "plain"),
    **dict.fromkeys(("html", "htm", "xhtml"), "html"),
    "pdf": "pdf", "eml": "mail",
    **dict.fromkeys(("odt", "ods", "odp", "odg", "ott", "ots", "otp"), "odf"),
    **dict.fromkeys(("docx", "docm", "dotx", "xlsx", "xlsm", "pptx", "pptm", "ppsx"), "ooxml"),
}  # fmt: skip
"""How files with these endings are read."""

_CLAIM = """UPDATE search_entry SET tries = tries + 1, claimed_at = now() WHERE id = (
  SELECT id FROM search_entry WHERE state = 1 AND id > %s AND (claimed_at IS NULL OR claimed_at < %s)
  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING id, kind, source, ending, tries"""
_TWIN = """SELECT body, trouble, state FROM search_entry WHERE source = %s AND kind = %s AND ending = %s
 AND state <> 1 AND id <> %s LIMIT 1"""
_STORE = """WITH fresh AS MATERIALIZED (SELECT search_vector(%(text)s) AS vector),
 put AS (UPDATE search_entry SET body = %(body)s, shadow = %(shadow)s, words = names || fresh.vector,
  state = %(state)s, trouble = %(trouble)s, claimed_at = NULL
  FROM fresh WHERE id = %(id)s AND source = %(source)s AND pg_column_size(fresh.vector) < %(most)s)
 SELECT pg_column_size(fresh.vector) < %(most)s FROM fresh"""


def trouble_with(ending: str, size: int) -> str:
    """Return why a file is found by its name alone, "" when its text can be read."""
    if ending not in READABLE:
        return "kind"
    return "large" if size > LARGEST else ""


def call() -> None:
    """Ask the background to read what waits; while it cannot be asked, its own clock finds it within a minute."""
    with contextlib.suppress(OperationalError, OSError):
        current_app.send_task(TASK, retry=False)


def waiting() -> int:
    """Return how many texts wait to be read."""
    return Entry.objects.filter(state=Entry.State.WAITING).count()


def read_waiting(seconds: float = 50, tell: Callable[[int], None] | None = None) -> bool:
    """Read what waits, for so long at most, unless another process does. Returns whether some is left for a next time.

    Raises Unavailable while the store of files is away; nothing is lost by that.
    """
    until, last = time.monotonic() + seconds, 0
    with _alone() as mine:
        while mine and time.monotonic() < until:
            last = _read_next(last)
            if not last:
                return False
            if tell is not None:
                tell(1)
        return mine and Entry.objects.filter(state=Entry.State.WAITING, pk__gt=last).exists()


def _read_next(above: int) -> int:
    """Read the next text that waits; return its entry, 0 when none does."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [above, timezone.now() - _CLAIMED])
        row = cursor.fetchone()
    if row is None:
        return 0
    pk, kind, source, ending, tries = row
    if tries > MOST_TRIES:
        _store(pk, source, "", "tries")
        return int(pk)
    with connection.cursor() as cursor:
        cursor.execute(_TWIN, [source, kind, ending, pk])
        twin = cursor.fetchone()
    if twin is not None:
        _store(pk, source, twin[0], twin[1] if twin[2] == Entry.State.FAILED else "")
        return int(pk)
    try:
        text, trouble = _extracted(kind, source, ending)
    except Unavailable:
        Entry.objects.filter(pk=pk).update(tries=tries - 1, claimed_at=None)
        raise
    _store(pk, source, text, trouble)
    return int(pk)


def _extracted(kind: str, source: str, ending: str) -> tuple[str, str]:
    """Return the text of these bytes, and why there is none."""
    search = next((one for one in registry.searches() if one.kind == kind), None)
    how = READABLE.get(ending, "")
    if search is None or search.open is None or not how:
        return "", "kind"
    try:
        opened: Any = search.open(source)
    except Damaged:
        return "", "damaged"
    if opened is None:
        return "", "gone"
    with opened:
        try:
            return extract(opened, how)
        except Damaged:
            return "", "damaged"


def extract(file: Any, how: str) -> tuple[str, str]:
    """Return (text, "") or ("", why not): `damaged`, or the limit that ended the worker."""
    done = confined.run(_WORKER, [how, str(MOST_TEXT)], file, LIMITS, most=LARGEST)
    if done.trouble:
        return "", done.trouble
    if done.status != 0:
        return "", "damaged"
    return words.composed(done.output.decode(errors="replace"))[:MOST_TEXT], ""


def _store(pk: int, source: str, text: str, trouble: str) -> None:
    """Keep the text; one of too many different words for the index is cut until it fits."""
    state = Entry.State.FAILED if trouble else Entry.State.READ
    while True:
        values = {
            "id": pk, "source": source, "body": text, "shadow": f" {words.shadow(text)}" if text else "",
            "text": words.clean(text), "state": state, "trouble": trouble, "most": _VECTOR_MOST,
        }  # fmt: skip
        if _fits(values) or not text:
            return
        text = text[: len(text) // 2]


def _fits(values: dict[str, Any]) -> bool:
    """Store unless it is too much for one row of the index; what was written over meanwhile is left to wait."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STORE, values)
            return bool(cursor.fetchone()[0])
    except DatabaseError as error:
        if isinstance(error.__cause__, ProgramLimitExceeded):
            return False
        raise


@contextlib.contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of who reads; yields whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
