"""Contents: a new file, or a new version of one."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict
from collab.lib.text import check_name, sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import storage
from files.actions import tree
from files.entry import FILE, Entry
from files.queries import free_name_in

_BLOB = """kept AS (INSERT INTO files_blob (sha256, size, key, sha1, created_at)
 VALUES (%(sha256)s, %(size)s, %(key)s, %(sha1)s, now()) RETURNING id), """
_CREATE = """made AS (INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime, etag,
  change_seq, created_at, created_by_id, modified_by_id)
 SELECT %(space)s, %(parent)s, %(name)s::text, %(sort)s::text, 2, %(acl)s, kept.id, %(size)s, %(mtime)s,
  %(etag)s::text, %(seq)s, now(), %(actor)s::bigint, %(actor)s::bigint FROM kept RETURNING id), """
_REPLACE = """past AS (INSERT INTO files_version (node_id, blob_id, size, mtime, created_at, author_id, label)
 SELECT id, blob_id, size, mtime, now(), modified_by_id, '' FROM files_node WHERE id = %(node)s),
 made AS (UPDATE files_node n SET blob_id = kept.id, size = %(size)s, mtime = %(mtime)s, etag = %(etag)s::text,
  change_seq = %(seq)s, modified_by_id = %(actor)s::bigint FROM kept WHERE n.id = %(node)s RETURNING n.id), """


class Written(NamedTuple):
    """`created` is false when an existing file got new contents (its earlier ones are kept as a version)."""

    entry: Entry
    created: bool


def write(
    actor: Actor,
    parent: Any,
    name: str,
    staged: storage.Staged,
    *,
    mtime: int | None = None,
    tokens: Collection[str] = (),
    guard: tree.Guard | None = None,
    new_only: bool = False,
) -> Written:
    """Store sealed bytes as `name` in `parent` (a Node or Entry); overwriting keeps a version.

    Needs ADD for a new name, EDIT for an existing one. `mtime`: unix seconds, now by default; `new_only`
    takes a free name beside an existing one instead of overwriting (drop boxes). Raises BadInput,
    Conflict (a folder has the name), NotFound, Forbidden, Locked, Stale, OverQuota.
    """
    check_name(name)
    key = staged.keep()
    try:
        return _write(actor, parent, name, staged, key, tree.sane_time(mtime), tokens, guard, new_only)
    except BaseException:
        storage.remove(key)  # its row was never committed; a crash here leaves a stray that fsck names
        raise


@transaction.atomic
def _write(
    actor: Actor, parent: Any, name: str, staged: storage.Staged, key: str, mtime: int, tokens: Collection[str],
    guard: tree.Guard | None, new_only: bool,
) -> Written:  # fmt: skip
    space = tree.lock(parent.space_id)[parent.space_id]
    found, current = tree.state(actor, [parent.pk], [space.id], parent=parent.pk, name=name)
    into = found[parent.pk]
    if guard:
        guard(current.entry if current else None)
    if current and new_only:
        name, current = free_name_in(parent.pk, name), None
    _require(into, current)
    if current is None:
        tree.require_free_name(into, name)
    tree.check_locks(space, actor, current, None if current else into, tokens)
    space.require_room(staged.size)
    etag = tree.fresh_etag()
    values = {
        "sha256": staged.sha256, "size": staged.size, "key": key, "sha1": staged.sha1, "parent": parent.pk,
        "name": name, "sort": sort_key(name), "acl": into.entry.acl_id, "mtime": mtime, "seq": space.seq + 1,
        "node": current.entry.id if current else None,
    }  # fmt: skip
    node_id = tree.write(
        _BLOB + (_REPLACE if current else _CREATE), "(SELECT id FROM made)", values,
        space_id=space.id, up=into.up, kind="edit" if current else "add", actor=actor, etag=etag, used=staged.size,
        grown=staged.size - (current.entry.size if current else 0),
        before={"size": current.entry.size, "blob": current.entry.blob_id} if current else None,
        after={"name": name, "parent": parent.pk, "size": staged.size},
    )  # fmt: skip
    now = int(time.time())
    entry = Entry(
        node_id, parent.pk, space.id, name, FILE, current.entry.acl_id if current else into.entry.acl_id, None,
        staged.size, mtime, etag, space.seq + 1, current.entry.created_at if current else now,
        actor.user.pk if actor.user else None, key, staged.sha1, current.entry.mask if current else into.entry.mask,
    )  # fmt: skip
    return Written(entry, current is None)


def _require(into: tree.State, current: tree.State | None) -> None:
    if current is None:
        tree.require_folder(into)
        into.require(Right.ADD)
        return
    current.require(Right.EDIT)
    if current.entry.is_folder:
        raise Conflict(_("A folder has this name already. Choose another."))
