"""Whoever reads the change log to the end, each at their own place: search, notifications.

A reader's place moves in the transaction of what it makes of the changes: what it writes to the database happens
exactly once, all else at least once. Order is that of each space's numbers. A reader that fails stays where it is, in
that space alone, and is tried again.
"""

from __future__ import annotations

import logging
import time

from django.db import connection, transaction

from collab.events import pace
from collab.events.models import Change, Reading
from collab.registry import registry
from collab.registry.plugin import Reader

logger = logging.getLogger(__name__)

AT_ONCE = 500
"""So many changes of one space are handed over in one transaction."""

_BEHIND = """SELECT s.id FROM spaces_space s LEFT JOIN events_reading r ON r.space_id = s.id AND r.reader = %s
 WHERE s.seq > coalesce(r.seq, 0) AND s.id > %s ORDER BY s.id LIMIT 200"""


def catch_up(seconds: float = 60.0, *, patient: bool = True) -> int:
    """Let every reader read on, for so long at most; returns how many changes were handed over.

    `patient`: those too that step back while changes pour in (`pace`). Spaces that another process is reading at the
    moment are left to it.
    """
    until = time.monotonic() + seconds
    counts = [_read(reader, until) for reader in registry.readers() if patient or not reader.patient]
    pace.note(max(counts, default=0))
    return sum(counts)


def _read(reader: Reader, until: float) -> int:
    count = last = 0
    while time.monotonic() < until and (spaces := _behind(reader.name, last)):
        for space_id in spaces:
            last = space_id
            try:
                while time.monotonic() < until and (step := _step(reader, space_id)):
                    count += step
                    if step < AT_ONCE:
                        break  # what came meanwhile calls again
            except Exception:  # whatever one space brings up, the others are read
                logger.exception("the reader %s stumbles in space %s", reader.name, space_id)
    return count


def _behind(name: str, above: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [name, above])
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def _step(reader: Reader, space_id: int) -> int:
    """Hand over the next changes of a space; 0 when there are none, or somebody else is reading them."""
    mine = Reading.objects.filter(reader=reader.name, space_id=space_id)
    place = mine.select_for_update(skip_locked=True).first()
    if place is None:
        if mine.exists():
            return 0
        Reading.objects.bulk_create([Reading(reader=reader.name, space_id=space_id, seq=0)], ignore_conflicts=True)
        place = mine.select_for_update(skip_locked=True).first()
        if place is None:
            return 0
    changes = list(
        Change.objects.filter(space_id=space_id, seq__gt=place.seq).select_related("actor").order_by("seq")[:AT_ONCE]
    )
    if not changes:
        return 0
    with connection.cursor() as cursor:
        # nobody waits for the disk: what a crash takes, place and work alike, is read again
        cursor.execute("SET LOCAL synchronous_commit = off")
    reader.handle(space_id, changes)
    Reading.objects.filter(pk=place.pk).update(seq=changes[-1].seq)
    return len(changes)


def forget_gone() -> int:
    """Delete the places in spaces that are gone. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM events_reading r WHERE NOT EXISTS (SELECT FROM spaces_space s WHERE s.id = r.space_id)"
        )
        return int(cursor.rowcount)
