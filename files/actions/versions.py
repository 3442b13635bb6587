"""Earlier contents: brought back, named, kept, removed."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction

from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import recording, tree
from files.entry import Entry
from files.models import Version
from files.queries import entry

_SWAP = """past AS (INSERT INTO files_version (node_id, blob_id, size, mtime, created_at, author_id, label)
 SELECT id, blob_id, size, mtime, now(), modified_by_id, '' FROM files_node WHERE id = %(node)s),
 made AS (UPDATE files_node n SET blob_id = v.blob_id, size = v.size, mtime = %(mtime)s, etag = %(etag)s::text,
  change_seq = %(seq)s, modified_by_id = %(actor)s::bigint FROM files_version v
  WHERE n.id = %(node)s AND v.id = %(version)s RETURNING n.id), """


@transaction.atomic
def restore(actor: Actor, version: Version, *, tokens: tuple[str, ...] = ()) -> Entry:
    """Make an earlier content the present one; the present one becomes a version. Needs EDIT."""
    node = version.node
    space = tree.lock(node.space_id)[node.space_id]
    found, _child = tree.state(actor, [node.pk], [space.id])
    state = found[node.pk]
    if not Version.objects.filter(pk=version.pk, node_id=node.pk).exists():
        raise NotFound
    state.require(Right.EDIT)
    tree.check_locks(space, actor, state, None, tokens)
    space.require_room(version.size)
    recording.write(
        _SWAP, "(SELECT id FROM made)",
        {"node": node.pk, "version": version.pk, "mtime": int(time.time()), "seq": space.seq + 1},
        space_id=space.id, up=state.up[:-1], kind="restore-version", actor=actor, used=version.size,
        grown=version.size - state.entry.size, before={"size": state.entry.size, "blob": state.entry.blob_id},
        after={"size": version.size, "blob": version.blob_id, "parent": state.entry.parent_id},
    )  # fmt: skip
    restored = entry(actor, node.pk)
    if restored is None:
        raise NotFound
    return restored


@transaction.atomic
def name(actor: Actor, version: Version, label: str) -> None:
    """Give a version a name: named ones are never thinned out. Needs EDIT."""
    _hold(actor, version, Right.EDIT)
    version.label = label.strip()[:200]
    version.save(update_fields=["label"])


@transaction.atomic
def keep(actor: Actor, version: Version, kept: bool) -> None:
    """Say whether a version stays for as long as its file. Needs EDIT."""
    _hold(actor, version, Right.EDIT)
    version.kept = kept
    version.save(update_fields=["kept"])


@transaction.atomic
def delete(actor: Actor, version: Version) -> None:
    """Remove one version for good. Needs DELETE."""
    _hold(actor, version, Right.DELETE)
    _remove(version.node.space_id, [version.pk])


def _hold(actor: Actor, version: Version, right: Right) -> None:
    """Lock the space of the version's file and require the right on it as it is now."""
    tree.lock(version.node.space_id)
    found, _child = tree.state(actor, [version.node_id], [version.node.space_id])
    found[version.node_id].require(right)


def _remove(space_id: int, ids: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spaces_space WHERE id = %s FOR UPDATE", [space_id])
        cursor.execute(
            "WITH gone AS (DELETE FROM files_version WHERE id = ANY(%s) RETURNING size)"
            " UPDATE spaces_space SET used = used - coalesce((SELECT sum(size) FROM gone), 0) WHERE id = %s",
            [ids, space_id],
        )
