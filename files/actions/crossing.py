"""A large folder goes to another space: what lies in it is rewritten before anybody has to wait for it.

Every row inside has to name the other space, and that takes seconds for 100,000. They are rewritten in the transaction
that moves the folder, but before it takes the spaces' locks: until it commits nobody else sees anything of it, and
whatever breaks off has changed nothing. Meanwhile the folder is locked (RFC 4918, 6): who would write inside is
refused, with the name of the one who moves it, and never waits for one of these rows with a space's lock in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from collab.dav import locks
from collab.dav.models import Lock
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from files.actions import settling, subtree

TRIES = 4
"""Labels and shares ask no lock: two that wait for one another are told so by PostgreSQL, and this one begins anew."""
PAUSE = 0.1
SHUT_FOR = timedelta(minutes=30)
"""After this, a lock whose worker was killed and never came back ends by itself."""

_REWRITE = """UPDATE files_node SET space_id = %(there)s, change_seq = %(seq)s
 WHERE id = ANY(%(ids)s) AND space_id <> %(there)s AND trash_id IS NULL"""


def cross(actor: Actor, node: Any, there: int, work: UUID, act: Callable[[str], None], tell: settling.Tell) -> None:
    """Rewrite what lies in the folder for the space `there`, and do `act` (given its lock's token), which moves it.

    `work`: what this is a part of; when it begins anew after a kill, it finds its own lock.
    """
    with _shut(actor, node, work) as token:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    _rewrite(node.pk, there, tell)
                    act(token)
                return
            except OperationalError as error:
                if not left or not isinstance(error.__cause__, DeadlockDetected):
                    raise
                time.sleep(PAUSE)


@contextmanager
def _shut(actor: Actor, node: Any, work: UUID) -> Iterator[str]:
    """Lock the folder and all within for everybody, its person too: only who has the token writes there."""
    if actor.user is None:
        raise Forbidden
    token = f"opaquelocktoken:{work.hex}"
    Lock.objects.update_or_create(
        token=token,
        defaults={
            "kind": locks.NODE, "ref_id": node.pk, "space_id": node.space_id, "user": actor.user,
            "scope": Lock.Scope.EXCLUSIVE, "deep": True, "expires_at": timezone.now() + SHUT_FOR,
        },
    )  # fmt: skip
    try:
        yield token
    finally:
        Lock.objects.filter(token=token).delete()  # moved, the folder has none any more


def _rewrite(node_id: int, there: int, tell: settling.Tell) -> None:
    """Let all that lives below name the other space, a thousand rows at a time; the folder itself stays for the move.

    They get one number of the other space's clock, passed already: the move gives the folder the next one.
    """
    inside = [pk for pk in subtree.ids(node_id) if pk != node_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM spaces_space WHERE id = %s", [there])
        seq = cursor.fetchone()[0]
        for start in range(0, len(inside), settling.STEP):
            some = inside[start : start + settling.STEP]
            cursor.execute(_REWRITE, {"there": there, "seq": seq, "ids": some})
            tell(min(start + settling.STEP, len(inside)), len(inside))
