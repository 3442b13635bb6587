"""What every change of the tree has in common: the space's lock, the state under it, etags up to the root.

Order of a change: bytes durable → lock the space's row (two spaces: by id) → read the state again →
check rights, conditions, locks, quota → write → etags, sizes and the change log in one statement.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from collab.dav import locks
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, OverQuota
from collab.lib.statements import kept
from collab.rights.actor import Actor
from collab.rights.explain import reason
from collab.rights.right import Right
from collab.rights.sql import LIVE
from files import mounts
from files.entry import COLUMNS, Entry
from files.models import Node

MAX_DEPTH = 100
TIMES = (-(2**40), 2**40)

Guard = Callable[[Entry | None], None]
"""Called under the lock with the row as it is now; raises Stale when the client's condition fails."""

_STATE = f"""WITH RECURSIVE found AS (SELECT n.* FROM files_node n WHERE n.trash_id IS NULL AND (n.id = ANY(%(ids)s)
   OR (n.parent_id = %(parent)s AND n.name = %(name)s))),
 masks AS (SELECT l.acl_id, bit_or(g.rights)::int AS mask FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id
  WHERE l.acl_id IN (SELECT acl_id FROM found) AND g.principal_id = ANY(%(principals)s) AND {LIVE} GROUP BY l.acl_id),
 up (start, id, parent_id, depth) AS (SELECT id, id, parent_id, 0 FROM found
  UNION ALL SELECT up.start, n.id, n.parent_id, up.depth + 1 FROM up JOIN files_node n ON n.id = up.parent_id)
 SELECT {COLUMNS}, coalesce(m.mask, 0),
  (SELECT array_agg(up.id ORDER BY up.depth DESC) FROM up WHERE up.start = n.id)
 FROM found n LEFT JOIN masks m ON m.acl_id = n.acl_id LEFT JOIN files_blob b ON b.id = n.blob_id"""

_RECORD = """clock AS (UPDATE spaces_space SET seq = seq + 1, used = used + %(used)s WHERE id = %(space)s
 RETURNING seq),
 touched AS (UPDATE files_node SET etag = %(etag)s::text, change_seq = clock.seq, size = size + CASE
   WHEN files_node.id = ANY(%(losing)s) THEN -%(grown)s WHEN files_node.id = ANY(%(same)s) THEN 0 ELSE %(grown)s END
  FROM clock WHERE files_node.id = ANY(%(up)s)),
 change AS (INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)
  SELECT %(space)s, clock.seq, %(kind)s::text, 'node', {ref}, %(before)s::jsonb, %(after)s::jsonb,
   %(actor)s::bigint, now() FROM clock RETURNING seq, ref_id)
 INSERT INTO events_outbox (topic, payload, created_at) SELECT 'space:' || %(space)s::text,
  jsonb_build_object('space', %(space)s,
  'seq', change.seq, 'kind', %(kind)s::text, 'ref', 'node:' || change.ref_id), now() FROM change
  RETURNING (SELECT ref_id FROM change)"""


@dataclass(frozen=True)
class Locked:
    """The locked row of a space. `quota` in bytes or None."""

    id: int
    used: int
    quota: int | None
    seq: int
    archived: bool
    locks: bool

    def require_room(self, size: int) -> None:
        """Raise OverQuota unless `size` more bytes fit."""
        if self.quota is not None and size > 0 and self.used + size > self.quota:
            raise OverQuota


@dataclass(frozen=True)
class State:
    """A node as it is under the lock, with the ids of its ancestors from the root down, itself last."""

    entry: Entry
    up: list[int]

    def require(self, right: Right) -> None:
        """Raise NotFound for what may not be seen, Forbidden (with whom to ask) for what may not be done."""
        if self.entry.mask & right == right:
            return
        if not self.entry.mask & Right.SEE:
            raise NotFound
        raise Forbidden(reason(Node.objects.select_related("acl").get(pk=self.entry.id), right))


def lock(*space_ids: int, reading: int | None = None) -> dict[int, Locked]:
    """Lock the spaces' rows in the order of their ids; the one that is only for `reading` may be archived.

    Raises NotFound for one that is gone, Forbidden for an archived one.
    """
    ids = sorted({*space_ids, *([reading] if reading is not None else [])})
    with kept() as cursor:
        cursor.execute(
            "SELECT s.id, s.used, s.quota, s.seq, s.archived_at IS NOT NULL,"
            " EXISTS (SELECT 1 FROM dav_lock k WHERE k.space_id = s.id AND k.expires_at > now())"
            " FROM spaces_space s WHERE s.id = ANY(%s) ORDER BY s.id FOR UPDATE OF s",
            [ids],
        )
        found = {row[0]: Locked(*row) for row in cursor.fetchall()}
    if len(found) != len(ids):
        raise NotFound
    if any(found[space_id].archived for space_id in space_ids):
        raise Forbidden(_("This space is archived: it can be read, not changed. An administrator can bring it back."))
    return found


def state(
    actor: Actor,
    ids: Iterable[int],
    held: Collection[int] | None,
    *,
    parent: int | None = None,
    name: str | None = None,
) -> tuple[dict[int, State], State | None]:
    """Read nodes again: ({id: state}, the child `name` of `parent`). One query.

    `held`: the spaces that are locked; None only to look.

    Raises NotFound if one of `ids` is gone, or was moved to a space that is not held.
    """
    wanted = list(ids)
    with kept() as cursor:
        cursor.execute(_STATE, {"ids": wanted, "parent": parent, "name": name, "principals": list(actor.principals)})
        rows = [State(Entry(*row[:16]), row[16]) for row in cursor.fetchall()]
    found = {item.entry.id: item for item in rows}
    if any(node_id not in found for node_id in wanted):
        raise NotFound
    if held is not None and any(item.entry.space_id not in held for item in found.values()):
        raise NotFound
    child = next((item for item in rows if item.entry.parent_id == parent and item.entry.name == name), None)
    return found, child if parent is not None else None


def write(
    insert: str,
    ref: str,
    values: dict[str, Any],
    *,
    space_id: int,
    up: Collection[int],
    kind: str,
    actor: Actor,
    grown: int = 0,
    losing: Collection[int] = (),
    same: Collection[int] = (),
    used: int = 0,
    etag: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> int:
    """Run `insert` (comma-ended CTEs) and record the change in one statement; return the node's id.

    `ref`: SQL that yields the node's id. `up`: nodes whose etag moves, the space's root among them;
    they grow by `grown` bytes, those `losing` shrink by it, the `same` keep their size. `used`: bytes that
    the space holds more.
    """
    values |= {
        "space": space_id,
        "up": list(up),
        "kind": kind,
        "actor": actor.user.pk if actor.user else None,
        "grown": grown,
        "losing": list(losing),
        "same": list(same),
        "used": used,
        "etag": etag or fresh_etag(),
        "before": _json(before),
        "after": _json(after),
    }
    with kept() as cursor:
        cursor.execute(f"WITH {insert}{_RECORD.format(ref=ref)}", values)
        node_id: int = cursor.fetchone()[0]
    return node_id


def changed(
    node: Any,
    actor: Actor,
    kind: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record a change of the node's visible metadata: its etag and its ancestors' move. Takes the space's lock."""
    from files.models.node import ancestor_ids

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spaces_space WHERE id = %s FOR UPDATE", [node.space_id])
    up = ancestor_ids(node.pk)
    write(
        "", "%(ref)s::bigint", {"ref": node.pk}, space_id=node.space_id, kind=kind, actor=actor, before=before,
        up=up if node.is_folder else up[:-1],  # a file's etag stands for its bytes: devices would fetch it again
        after=after,
    )  # fmt: skip


def check_locks(
    space: Locked,
    actor: Actor,
    target: State | None,
    parent: State | None,
    tokens: Collection[str],
    *,
    deep: bool = False,
) -> None:
    """Raise Locked (423) unless the submitted tokens cover every lock in the way (RFC 4918, 6 and 7).

    `target` is what changes, `parent` the collection that gains or loses a member, `deep` for what goes
    with all below it, and so out of its own parent.
    """
    if space.locks:
        chains = [state.up for state in (target, parent) if state]
        if deep and target:
            chains.append(target.up[:-1])
        locks.require(
            actor.user.pk if actor.user else None,
            tokens,
            chains,
            spaces=[space.id],
            below=(lambda ids: below(target.entry.id, ids)) if deep and target else None,
        )


def unlock(space: Locked, node_id: int) -> None:
    """Drop the locks on the node and on all below: locks never travel (RFC 4918, 7.5)."""
    if space.locks:
        held = {lock.ref_id for lock in locks.held_in([space.id])}
        locks.release({node_id, *below(node_id, held)})


def below(node_id: int, ids: Collection[int]) -> set[int]:
    """Return those of `ids` that lie below the node."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (start, id, parent_id) AS (SELECT id, id, parent_id FROM files_node WHERE id = ANY(%s)"
            " UNION ALL SELECT up.start, n.id, n.parent_id FROM up JOIN files_node n ON n.id = up.parent_id)"
            " SELECT DISTINCT start FROM up WHERE id = %s AND start <> %s",
            [list(ids), node_id, node_id],
        )
        return {row[0] for row in cursor.fetchall()}


def require_folder(parent: State, *, height: int = 1) -> None:
    """Raise Conflict unless things can be put inside, BadInput when so many levels more would be too deep."""
    if not parent.entry.is_folder:
        raise Conflict(_("This is a file: nothing can be put inside."))
    if len(parent.up) + height > MAX_DEPTH:
        raise BadInput(_("Folders can lie in one another 100 levels deep, no more."))


def require_free_name(parent: State, name: str) -> None:
    """Raise NameTaken when, at the top of somebody's own files, a space or a received share appears by that name."""
    if parent.entry.parent_id is None:
        mounts.require_free(parent.entry.space_id, name)


def sane_time(mtime: int | None) -> int:
    """Return the client's time (unix seconds) if it is one that any client can show, else now."""
    low, high = TIMES
    return mtime if mtime is not None and low < mtime < high else int(time.time())


def fresh_etag() -> str:
    """Return 32 new hex digits."""
    return uuid.uuid4().hex


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
