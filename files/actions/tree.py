"""What every change of the tree has in common: the space's lock, the state under it, etags up to the root.

Order of a change: bytes durable → lock the space's row (two spaces: by id) → read the state again →
check rights, conditions, locks, quota → write → etags, sizes and the change log in one statement.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from collab.dav import locks
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, OverQuota
from collab.lib.statements import ask
from collab.rights.actor import Actor
from collab.rights.explain import reason
from collab.rights.right import Right
from collab.shell.templatetags.shell import filesize
from collab.spaces.models import Space
from files import mounts
from files.entry import COLUMNS, Entry
from files.models import Node
from files.queries import MASKS
from files.withholding import is_public, out

MAX_DEPTH = 100
TIMES = (-(2**40), 2**40)

Guard = Callable[[Entry | None], None]
"""Called under the lock with the row as it is now; raises Stale when the client's condition fails."""

_STATE = f"""WITH RECURSIVE found AS (SELECT n.* FROM unnest(%(ids)s::bigint[]) AS wanted (id)
   CROSS JOIN LATERAL (SELECT * FROM files_node one WHERE one.id = wanted.id OFFSET 0) n WHERE n.trash_id IS NULL
  UNION ALL SELECT * FROM files_node WHERE parent_id = %(parent)s AND name = %(name)s AND trash_id IS NULL
   AND NOT id = ANY(%(ids)s)),
 {MASKS},
 up (start, id, parent_id, depth) AS (SELECT id, id, parent_id, 0 FROM found
  UNION ALL SELECT up.start, n.id, n.parent_id, up.depth + 1 FROM up CROSS JOIN LATERAL (
   SELECT id, parent_id FROM files_node above WHERE above.id = up.parent_id OFFSET 0) n)
 SELECT {COLUMNS}, CASE WHEN {out()} THEN 0 ELSE coalesce(m.mask, 0) END,
  (SELECT array_agg(up.id ORDER BY up.depth DESC) FROM up WHERE up.start = n.id)
 FROM found n LEFT JOIN masks m ON m.acl_id = n.acl_id
 LEFT JOIN LATERAL (SELECT key, sha1 FROM files_blob one WHERE one.id = n.blob_id OFFSET 0) b ON true"""

_SPACE = """s.id, s.used, s.quota, s.seq, s.archived_at IS NOT NULL,
 EXISTS (SELECT 1 FROM dav_lock k WHERE k.space_id = s.id AND k.expires_at > now())"""
LOCK = f"SELECT {_SPACE} FROM spaces_space s WHERE s.id = ANY(%(ids)s) ORDER BY s.id FOR UPDATE OF s"
_LOOK = _STATE.replace(" FROM found n ", f", {_SPACE} FROM spaces_space s, found n ") + " WHERE s.id = %(space)s"


@dataclass(frozen=True)
class Locked:
    """The locked row of a space. `quota` in bytes or None."""

    id: int
    used: int
    quota: int | None
    seq: int
    archived: bool
    locks: bool

    def require_living(self) -> None:
        """Raise Forbidden for an archived space."""
        if self.archived:
            raise Forbidden(
                _("This space is archived: it can be read, not changed. An administrator can bring it back.")
            )

    def require_room(self, size: int) -> None:
        """Raise OverQuota unless `size` more bytes fit."""
        if self.quota is not None and size > 0 and self.used + size > self.quota:
            raise no_room(self.id)


def no_room(space_id: int) -> OverQuota:
    """Return the refusal of what does not fit in the space, with its name and how much it holds."""
    space = Space.objects.get(pk=space_id)
    if space.is_personal:
        return OverQuota()
    return OverQuota(
        _("%(space)s is full (%(room)s). Nothing is lost; empty the trash or ask for more space.")
        % {"space": space.name, "room": filesize(space.quota)}
    )


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


class Look(NamedTuple):
    """What an action decides on: the space, {id: state}, and what has the wanted name."""

    space: Locked
    found: dict[int, State]
    child: State | None


def lock(*space_ids: int, reading: Iterable[int] = ()) -> dict[int, Locked]:
    """Lock the spaces' rows in the order of their ids; those that are only for `reading` may be archived.

    Raises NotFound for one that is gone, Forbidden for an archived one.
    """
    ids = sorted({*space_ids, *reading})
    found = {row[0]: Locked(*row) for row in ask(LOCK, {"ids": ids})}
    if len(found) != len(ids):
        raise NotFound
    for space_id in space_ids:
        found[space_id].require_living()
    return found


def look(actor: Actor, space_id: int, ids: Iterable[int], *, parent: int, name: str) -> Look:
    """Read what `lock` and `state` do, in one statement, holding nothing. Raises as they do."""
    wanted = list(ids)
    values = {
        "ids": wanted, "parent": parent, "name": name, "principals": list(actor.principals), "public": is_public(actor),
        "space": space_id,
    }  # fmt: skip
    rows = ask(_LOOK, values)
    found, child = _sorted(rows, wanted, [space_id], parent, name)
    space = Locked(*rows[0][17:])
    space.require_living()
    return Look(space, found, child)


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
    values = {"ids": wanted, "parent": parent, "name": name, "principals": list(actor.principals)}
    rows = ask(_STATE, values | {"public": is_public(actor)})
    return _sorted(rows, wanted, held, parent, name)


def _sorted(
    rows: list[Any], wanted: list[int], held: Collection[int] | None, parent: int | None, name: str | None
) -> tuple[dict[int, State], State | None]:
    states = [State(Entry(*row[:16]), row[16]) for row in rows]
    found = {item.entry.id: item for item in states}
    if any(node_id not in found for node_id in wanted):
        raise NotFound
    if held is not None and any(item.entry.space_id not in held for item in states):
        raise NotFound
    child = next((item for item in states if item.entry.parent_id == parent and item.entry.name == name), None)
    return found, child if parent is not None else None


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
            " UNION ALL SELECT up.start, n.id, n.parent_id FROM up CROSS JOIN LATERAL ("
            " SELECT id, parent_id FROM files_node WHERE id = up.parent_id OFFSET 0) n)"
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
