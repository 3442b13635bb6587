"""Which previews are wanted, being made, made, or cannot be: one row each, whoever asks and whoever makes it.

The background makes what waits, two at a time; whoever opens a page on which one is missing makes it at once, where a
place is free and it is quick. A row is claimed before it is made, and tried three times at most.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from collab.lib import confined
from collab.lib.errors import Damaged, Refusal, Unavailable
from files import storage
from files.gallery import taking
from files.kinds import ending_of
from files.models import Preview
from files.previews import kinds, making, shelf

TASK = "files.tasks.draw_previews"
MAKER = 1
"""Counted up when our drawing changes so much that what there is should be made again."""
MOST_TRIES = 3
MOST_FETCHED = 500 * 10**6
"""Bytes of a file that is copied to be drawn, where the store is elsewhere or sealed."""
_CLAIMED = timedelta(minutes=2)
"""After so long, a maker that has said nothing is taken for dead."""
_SLOW = "slow"
"""What waits with this was not made in the time that somebody waits."""
_LOCKS = (0x9E71E1, 0x9E71E2)
_AT_ONCE = threading.BoundedSemaphore(2)
"""Of the threads that answer pages, so many draw at a time: the others go on."""

_CLAIM = """UPDATE files_preview p SET tries = tries + 1, claimed_at = now() FROM files_blob b
 WHERE b.id = p.blob_id AND p.id = (SELECT id FROM files_preview WHERE state = 1
  AND (claimed_at IS NULL OR claimed_at < %(since)s) AND {which} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING p.id, p.blob_id, p.how, p.ending, p.tries, b.key, b.size"""


def order(wanted: Iterable[tuple[int, str]]) -> None:
    """Ask for previews of these (blob, name of the file), those apart that there are; the background is told."""
    asked = {(blob, how): ending_of(name) for blob, name in wanted if (how := kinds.how_of(name))}
    rows = [Preview(blob_id=blob, how=how, ending=ending[:10]) for (blob, how), ending in asked.items()]
    if rows:
        Preview.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        transaction.on_commit(call, robust=True)


def call() -> None:
    """Wake the background; while it cannot be, its own clock finds what waits within a minute."""
    with contextlib.suppress(OperationalError, OSError):
        current_app.send_task(TASK, retry=False)


def again(found: Preview) -> None:
    """Ask once more for one whose bytes were lost, or that was made by an older drawing."""
    fresh = {"state": Preview.State.WAITING, "tries": 0, "claimed_at": None, "trouble": ""}
    Preview.objects.filter(pk=found.pk, state=found.state).update(**fresh)


def ready(blob_id: int, name: str, *, patient: bool = False) -> Preview | None:
    """Return the preview, made now where it is missing and that is quick; None while it is on its way.

    One that cannot be made is returned with its trouble. The file can have one (`kinds.how_of`). `patient`: made now
    however long it takes, for who has an answer under way that cannot be given twice.
    """
    how = kinds.how_of(name)
    found = Preview.objects.filter(blob_id=blob_id, how=how).first()
    if found is not None and _is_stale(found):
        again(found)
        found.state = Preview.State.WAITING
    if found is not None and found.state != Preview.State.WAITING:
        return found
    if found is None:
        order([(blob_id, name)])
    slow = how in kinds.SLOW or (found is not None and found.trouble == _SLOW)
    if patient:
        return _awaited(blob_id, how)
    return None if slow else _now(blob_id, how, making.AT_ONCE, wait=False)


def _now(blob_id: int, how: str, limits: confined.Limits, *, wait: bool) -> Preview | None:
    """Make this one in this thread, if a place is free and nobody else makes it."""
    if not _AT_ONCE.acquire(blocking=wait):
        return None
    try:
        return _draw(_claim("blob_id = %(blob)s AND how = %(how)s", blob=blob_id, how=how), limits)
    except Refusal:
        return None
    finally:
        _AT_ONCE.release()


def _awaited(blob_id: int, how: str) -> Preview | None:
    """Make this one, or wait for whoever makes it at the moment."""
    until = time.monotonic() + making.LIMITS.seconds
    while time.monotonic() < until:
        if found := _now(blob_id, how, making.LIMITS, wait=True):
            return found
        found = Preview.objects.filter(blob_id=blob_id, how=how).exclude(state=Preview.State.WAITING).first()
        if found is not None:
            return found
        time.sleep(1)
    return None


def draw_waiting(seconds: float = 50) -> bool:
    """Make what waits, for so long at most, beside one other process at most. Returns whether some is left.

    Raises Unavailable while the store of files is away; nothing is lost by that.
    """
    until, last = time.monotonic() + seconds, 0
    with _one_of_two() as mine:
        while mine and time.monotonic() < until:
            row = _claim("id > %(last)s", last=last)
            if row is None:
                return False
            last = row[0]
            _draw(row, making.LIMITS)
        return mine and Preview.objects.filter(state=Preview.State.WAITING, pk__gt=last).exists()


def _is_stale(found: Preview) -> bool:
    return found.state == Preview.State.MADE and found.maker < MAKER


def _claim(which: str, **values: Any) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(which=which), values | {"since": timezone.now() - _CLAIMED})
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _draw(row: tuple[Any, ...] | None, limits: confined.Limits) -> Preview | None:
    """Make what was claimed and keep it; None when nothing was, or it is left to the background."""
    if row is None:
        return None
    pk, _blob, how, ending, tries, key, size = row
    if tries > MOST_TRIES:
        return _keep(pk, making.Made("tries"))
    if size > making.MOST_BYTES[how] or (not storage.front_reads(key) and size > MOST_FETCHED):
        return _keep(pk, making.Made("large"))
    try:
        with storage.open_blob(key) as file:
            made = making.make(file, how, ending, limits)
        if made.trouble == "time" and limits is making.AT_ONCE:
            _release(pk, tries - 1, trouble=_SLOW)
            call()
            return None
        if not made.trouble:
            shelf.put(key, how, made.pictures)
    except Damaged:
        made = making.Made("damaged")
    except (OSError, Refusal) as failure:
        _release(pk, tries - 1)  # of ours, not of the file
        raise Unavailable from failure
    return _keep(pk, made)


def _release(pk: int, tries: int, **fields: Any) -> None:
    Preview.objects.filter(pk=pk).update(tries=max(tries, 0), claimed_at=None, **fields)


def _keep(pk: int, made: making.Made) -> Preview | None:
    """Note what came of it; None when the content is gone meanwhile."""
    state = Preview.State.NONE if made.trouble else Preview.State.MADE
    changed = Preview.objects.filter(pk=pk).update(
        state=state, trouble=made.trouble, maker=MAKER, claimed_at=None, sizes=[len(one) for one in made.pictures],
        width=made.width, height=made.height, seconds=made.seconds, pages=made.pages, taken=made.taken,
        facts=made.facts, marks=made.marks,
    )  # fmt: skip
    if not changed:
        return None
    found = Preview.objects.get(pk=pk)
    if found.taken is not None:
        taking.drawn([found.blob_id])
    return found


@contextlib.contextmanager
def _one_of_two() -> Iterator[bool]:
    """Hold one of the two locks of who draws in the background; yields whether one was free."""
    mine = next((lock for lock in _LOCKS if _try(lock)), None)
    try:
        yield mine is not None
    finally:
        if mine is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [mine])


def _try(lock: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])
