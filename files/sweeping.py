"""Nightly order in files: trash past its days, blobs that nothing refers to, uploads that nobody finished."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from collab.lib.errors import Refusal
from collab.registry import house
from collab.rights.actor import Actor
from files import storage
from files.actions import trashing, tree
from files.models import Trash
from files.previews import shelf

BLOB_DAYS = 7

_UNREFERENCED = """WITH gone AS (DELETE FROM files_blob b WHERE b.id IN (SELECT b.id FROM files_blob b
 WHERE b.created_at < now() - %s::interval AND NOT EXISTS (SELECT 1 FROM files_node n WHERE n.blob_id = b.id)
 AND NOT EXISTS (SELECT 1 FROM files_version v WHERE v.blob_id = b.id) LIMIT 500 FOR UPDATE SKIP LOCKED)
 RETURNING b.id, b.key), names AS (DELETE FROM files_coauthor c USING gone WHERE c.blob_id = gone.id),
 drawn AS (DELETE FROM files_preview p USING gone WHERE p.blob_id = gone.id)
 SELECT key FROM gone"""


def expire_trash(*, days: int | None = None, limit: int = 500) -> int:
    """Remove for good what was thrown away more than `days` ago (as the house says). Returns how many entries went."""
    days = house.get("files.trash_days") if days is None else days
    old = Trash.objects.filter(deleted_at__lt=timezone.now() - timedelta(days=days))
    living = old.filter(space__archived_at=None)  # an archived space keeps its trash
    return sum(_expire(row) for row in living.order_by("pk")[:limit])


@transaction.atomic
def _expire(row: Trash) -> bool:
    """Remove one entry, unless somebody restored it (or archived the space) a moment ago."""
    with contextlib.suppress(Refusal):
        tree.lock(row.space_id)
        now = Trash.objects.select_related("node").filter(pk=row.pk).first()
        if now is not None:
            trashing.erase(now, Actor.nobody())
            return True
    return False


def sweep_blobs(*, days: int = BLOB_DAYS) -> int:
    """Delete blobs that nothing has referred to: the row first, committed, then the bytes. Returns how many."""
    count = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_UNREFERENCED, [f"{days} days"])
            keys = [row[0] for row in cursor.fetchall()]
        for key in keys:
            storage.remove(key)
            shelf.remove(key)
        count += len(keys)
        if len(keys) < 500:
            return count
