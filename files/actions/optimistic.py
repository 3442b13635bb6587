"""Changes that were decided without the space's lock: it is held for one statement, which verifies what was seen.

A lock held across round trips lets one space take a change every few milliseconds. So an action reads, decides and
composes its change (`plan`) with nothing held; then one round trip takes the lock, compares what the decision rests on
with what is there now, and writes, or finds a difference and writes nothing. After a difference the action is
planned again under the lock. Actions that need more than `verified` compares go under the lock at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db import transaction

from collab.events import wake
from collab.lib.statements import together
from collab.rights.actor import Actor
from collab.rights.sql import LIVE
from files.actions import recording, tree

# Rows as they were seen (an acl or etag that does not matter is NULL), what the actor may do by their acls, who has
# the name, that there is room, and that no lock of a client's has to be asked: none on what is decided on or above it,
# and, where all below a folder matters (`v_deep`), none in the space.
_VERIFIED = f"""verified AS (SELECT FROM spaces_space s WHERE s.id = %(space)s AND s.archived_at IS NULL
 AND (s.quota IS NULL OR %(room)s::bigint <= 0 OR s.used + %(room)s::bigint <= s.quota)
 AND NOT EXISTS (SELECT FROM dav_lock k WHERE k.space_id = s.id AND k.expires_at > now()
  AND (%(v_deep)s::bool OR k.ref_id = ANY(%(v_ids)s::bigint[])))
 AND cardinality(%(v_ids)s::bigint[]) = (SELECT count(*)
  FROM unnest(%(v_ids)s::bigint[], %(v_parents)s::bigint[], %(v_acls)s::bigint[], %(v_etags)s::text[])
   AS e (id, parent_id, acl_id, etag)
   CROSS JOIN LATERAL (SELECT * FROM files_node one WHERE one.id = e.id OFFSET 0) n
  WHERE n.space_id = s.id AND n.trash_id IS NULL AND n.parent_id IS NOT DISTINCT FROM e.parent_id
   AND n.acl_id = coalesce(e.acl_id, n.acl_id) AND n.etag = coalesce(e.etag, n.etag))
 AND NOT EXISTS (SELECT FROM unnest(%(v_masked)s::bigint[], %(v_masks)s::bigint[]) AS e (acl_id, mask)
  WHERE e.mask <> coalesce((SELECT bit_or(g.rights)::int FROM rights_lineage l
   CROSS JOIN LATERAL (SELECT g.rights FROM rights_grant g WHERE g.acl_id = l.ancestor_id
    AND g.principal_id = ANY(%(v_principals)s::bigint[]) AND {LIVE} OFFSET 0) g WHERE l.acl_id = e.acl_id), 0))
 AND (SELECT n.id FROM files_node n WHERE n.parent_id = %(v_parent)s::bigint AND n.name = %(v_name)s::text
  AND n.trash_id IS NULL) IS NOT DISTINCT FROM %(v_child)s::bigint)"""


class Plan(NamedTuple):
    """What an action decided: the change, and the bytes it needs room for. `alone`: it may go without the lock.

    `whole`: folders on whose size it rests, so that nothing may have changed anywhere below.
    """

    change: recording.Change
    room: int = 0
    alone: bool = True
    whole: Collection[int] = ()


def change(
    actor: Actor,
    space_id: int,
    ids: Collection[int],
    parent: int,
    name: str,
    plan: Callable[[tree.Look], Plan],
    seen: tree.Look | None = None,
) -> tuple[int, int]:
    """Carry out what `plan` decides; return (node id, number of the change).

    `ids` are the nodes that it decides on, besides what is `name` in `parent`. `plan` may be called twice, and
    raises what stands against it. `seen`: what the door has read of all this already.
    """
    if done := attempt(actor, space_id, ids, parent, name, plan, seen):
        return done
    with transaction.atomic():
        space = tree.lock(space_id)[space_id]
        found, child = tree.state(actor, ids, [space_id], parent=parent, name=name)
        node_id, seq = plan(tree.Look(space, found, child)).change.run()
    return node_id, seq


def attempt(
    actor: Actor,
    space_id: int,
    ids: Collection[int],
    parent: int,
    name: str,
    plan: Callable[[tree.Look], Plan | None],
    seen: tree.Look | None = None,
) -> tuple[int, int] | None:
    """Do what `change` does, without the lock alone; None when that was not possible, and nothing was changed."""
    seen = seen or tree.look(actor, space_id, ids, parent=parent, name=name)
    planned = plan(seen)
    if planned is None or not planned.alone:
        return None
    planned.change.values.update(_expected(actor, seen, parent, name, planned.whole), room=planned.room)
    lock = (tree.LOCK, {"ids": [seen.space.id]})
    _space, rows = together(lock, planned.change.statement(_VERIFIED))
    if not rows:
        return None
    wake.after_commit()
    return rows[0][0], rows[0][1]


def _expected(actor: Actor, seen: tree.Look, parent: int, name: str, whole: Collection[int]) -> dict[str, Any]:
    """Return what `_VERIFIED` compares: every ancestor where it was, the nodes decided on with circle and content."""
    rows: dict[int, list[Any]] = {}
    states = [*seen.found.values(), *([seen.child] if seen.child else [])]
    for state in states:
        for place, node_id in enumerate(state.up):
            rows.setdefault(node_id, [state.up[place - 1] if place else None, None, None])
    for state in states:
        rows[state.entry.id][1] = state.entry.acl_id
        if not state.entry.is_folder or state.entry.id in whole:
            rows[state.entry.id][2] = state.entry.etag
    masks = {state.entry.acl_id: int(state.entry.mask) for state in states}
    return {
        "v_ids": list(rows), "v_parents": [row[0] for row in rows.values()],
        "v_acls": [row[1] for row in rows.values()], "v_etags": [row[2] for row in rows.values()],
        "v_masked": list(masks), "v_masks": list(masks.values()), "v_principals": list(actor.principals),
        "v_deep": any(state.entry.is_folder for state in states if state.entry.id in whole),
        "v_parent": parent, "v_name": name, "v_child": seen.child.entry.id if seen.child else None,
    }  # fmt: skip
