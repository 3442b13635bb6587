"""The first share of a large folder: what lies inside moves to its new circle in short steps, nobody waits for it.

The new circle inherits the old one and holds no grant yet, so a thing that has moved and one that has not give the same
rights. The folder itself moves last, with the share (`homing.rehome`), under one lock: until then an interrupted
work has changed nothing that anybody could notice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from collab.events import jobs
from collab.events.models import Change
from collab.rights import lineage
from collab.rights.models import Acl
from files.actions import homing, tree

LARGE = 5_000
"""Below this, one statement is over before anybody notices."""
STEP = 2_500
PAUSE = 0.02
"""Of the time that a step took: others who wait for the space come in between."""

_MOVES = ("move", "leave", "arrive", "restore", "trash", "purge")

Tell = Callable[[int, int], None]


def is_large(node: Any) -> bool:
    """Whether a first share takes so long that nobody should wait for it before a page."""
    return node.is_folder and len(_inside(node.pk, LARGE)) >= LARGE


def settle(node: Any, tell: Tell = jobs.tell) -> None:
    """Prepare the folder for its first share. Each step is a transaction of its own; `tell(done, of)` after each."""
    if not is_large(node):
        return
    old, space_id, done = node.acl_id, node.space_id, 0
    seq, waiting = _seq(space_id), _inside(node.pk)
    total = len(waiting)
    while waiting:
        started = time.monotonic()
        with transaction.atomic():
            space = tree.lock(space_id)[space_id]
            acl = _circle(node.pk, old)
            if acl is None:
                return  # shared, moved or gone meanwhile: whoever asked finds out with the share
            if _moved(space_id, seq):
                waiting = _inside(node.pk, except_acl=acl)
            seq = space.seq
            step, waiting = waiting[:STEP], waiting[STEP:]
            with connection.cursor() as cursor:
                # nobody waits for the disk: the share itself does, and a log that holds it holds all before it
                cursor.execute("SET LOCAL synchronous_commit = off")
                cursor.execute(
                    "UPDATE files_node SET acl_id = %s WHERE id = ANY(%s) AND acl_id = %s AND id <> %s",
                    [acl, step, old, node.pk],
                )
        done += len(step)
        tell(min(done, total), total)
        time.sleep((time.monotonic() - started) * PAUSE)


def _circle(node_id: int, old: int) -> int | None:
    """Return the circle that the folder will have, made at the first step; None when it does not use the old one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl_id FROM files_node WHERE id = %s AND trash_id IS NULL", [node_id])
        row = cursor.fetchone()
    if row is None or row[0] != old:
        return None
    acl = Acl.objects.filter(kind="node", object_id=node_id).first() or lineage.create_acl("node", node_id, old)
    if acl.parent_id != old:
        lineage.inherit_from([acl.pk], old)
    return acl.pk


def _inside(node_id: int, limit: int | None = None, *, except_acl: int = 0) -> list[int]:
    """Return what lies below without a circle of its own, as far as it is not in `except_acl` yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{homing.BELOW} SELECT id FROM down WHERE NOT own AND acl_id <> %(acl)s LIMIT %(limit)s",
            {"node": node_id, "acl": except_acl, "limit": limit},
        )
        return [row[0] for row in cursor.fetchall()]


def _seq(space_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM spaces_space WHERE id = %s", [space_id])
        row = cursor.fetchone()
    return row[0] if row else 0


def _moved(space_id: int, seq: int) -> bool:
    """Whether anything found another place since: then who lies inside is asked again."""
    return Change.objects.filter(space_id=space_id, seq__gt=seq, kind__in=_MOVES).exists()
