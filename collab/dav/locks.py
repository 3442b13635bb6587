"""Locks: who holds what, and whether a write may pass (RFC 4918, 6 and 7).

Writers call `require` inside their transaction, so that no lock can slip in between check and change.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from collab.dav.models import Lock
from collab.lib.errors import Locked

NODE = "node"
LONGEST = 24 * 3600
USUAL = 3600

_HELD = """
SELECT l.token, l.ref_id, l.user_id, l.scope = 'exclusive', l.deep, l.owner_xml, l.expires_at,
       extract(epoch FROM l.expires_at - now())::int, u.username, u.display_name
FROM dav_lock l JOIN accounts_user u ON u.id = l.user_id
WHERE l.space_id = ANY(%s) AND l.kind = %s AND l.expires_at > now() ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A live lock."""

    token: str
    ref_id: int
    user_id: int
    exclusive: bool
    deep: bool
    owner_xml: str
    expires_at: datetime
    seconds: int
    username: str
    display_name: str

    def covers(self, chain: Sequence[int]) -> bool:
        """Tell whether it protects the thing whose ancestors, itself last, are `chain`."""
        return self.ref_id == chain[-1] or (self.deep and self.ref_id in chain)


class LockedBy(Locked):
    """423, with the one who holds the lock in the sentence."""

    def __init__(self, held: Held):
        self.held = held
        who = held.display_name or held.username
        super().__init__(_("%(name)s is working on this file. Try again when they have finished.") % {"name": who})


def held_in(spaces: Collection[int], kind: str = NODE) -> list[Held]:
    """Return the live locks of these spaces, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(spaces), kind])
        return [Held(*row) for row in cursor.fetchall()]


def require(
    user_id: int | None,
    tokens: Collection[str],
    chains: Iterable[Sequence[int]],
    *,
    spaces: Collection[int],
    below: Callable[[set[int]], Collection[int]] | None = None,
    kind: str = NODE,
) -> list[Held]:
    """Refuse the write when a lock stands in its way; return the locks it touches.

    Each of `chains` is the ids from the root down to one thing written (for a member made, deleted or
    moved: its parent). `below` picks from a set of ids those inside a tree that goes away.
    Every exclusive lock needs its token, sent by its own user; of shared locks one token suffices.
    Raise LockedBy.
    """
    held = held_in(spaces, kind)
    if not held:
        return []
    touched = {lock.token: lock for chain in chains if chain for lock in held if lock.covers(chain)}
    if below:
        inside = set(below({lock.ref_id for lock in held}))
        touched.update({lock.token: lock for lock in held if lock.ref_id in inside})
    owned = {lock.token for lock in touched.values() if lock.token in tokens and lock.user_id == user_id}
    shared = [lock for lock in touched.values() if not lock.exclusive]
    for lock in touched.values():
        if lock.exclusive and lock.token not in owned:
            raise LockedBy(lock)
    if shared and not any(lock.token in owned for lock in shared):
        raise LockedBy(shared[0])
    return list(touched.values())


def new_token() -> str:
    """Return a token that cannot be guessed (RFC 4918, 6.5)."""
    return f"opaquelocktoken:{secrets.token_hex(20)}"


def release(refs: Collection[int], kind: str = NODE) -> None:
    """Drop the locks of things that were moved or deleted: locks never travel (RFC 4918, 7.5)."""
    Lock.objects.filter(kind=kind, ref_id__in=list(refs)).delete()


def sweep() -> int:
    """Forget locks that ran out; return how many. Nightly: they bind nobody any more."""
    return Lock.objects.filter(expires_at__lt=Now()).delete()[0]
