"""Contents: a new file, or a new version of one."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict, Stale
from collab.lib.text import check_name, sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import storage
from files.actions import optimistic, recording, tree
from files.beside import name_for
from files.entry import FILE, Entry
from files.models import Blob
from files.queries import free_name_in

_BLOB = """kept AS (INSERT INTO files_blob (sha256, size, key, stored_sha256, sha1, created_at)
 SELECT %(sha256)s::bytea, %(size)s, %(key)s::text, %(stored)s::bytea, %(sha1)s::text, now()
 FROM verified RETURNING id), """
_CREATE = f"""made AS (INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime,
  etag, change_seq, created_at, created_by_id, modified_by_id)
 SELECT %(space)s, %(parent)s, %(name)s::text, %(sort)s::text, 2, %(acl)s, kept.id, %(size)s, %(mtime)s,
  %(etag)s::text, {recording.SEQ}, now(), %(actor)s::bigint, %(actor)s::bigint FROM kept RETURNING id), """
_REPLACE = f"""past AS (INSERT INTO files_version (node_id, blob_id, size, mtime, created_at, author_id, label)
 SELECT id, blob_id, size, mtime, now(), modified_by_id, '' FROM files_node, verified WHERE id = %(node)s),
 made AS (UPDATE files_node n SET blob_id = kept.id, size = %(size)s, mtime = %(mtime)s, etag = %(etag)s::text,
  change_seq = {recording.SEQ}, modified_by_id = %(actor)s::bigint FROM kept WHERE n.id = %(node)s RETURNING n.id), """


class Written(NamedTuple):
    """`created` is false when an existing file got new contents (its earlier ones are kept as a version).

    `beside`: somebody had saved it meanwhile, so this one lies beside theirs, under a name that says whose it is.
    """

    entry: Entry
    created: bool
    beside: bool = False


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
    based_on: str | None = None,
    seen: tree.Look | None = None,
) -> Written:
    """Store sealed bytes as `name` in `parent` (a Node or Entry); overwriting keeps a version.

    Needs ADD for a new name, EDIT for an existing one. `mtime`: unix seconds, now by default; `new_only`
    takes a free name beside an existing one instead of overwriting (drop boxes); `based_on`: the etag of the content
    that was changed: if the file has another one by now, both are kept (`files/beside.py`), or Stale is raised where
    nothing may be added; `seen`: what the door has read of the folder and the name. Raises BadInput,
    Conflict (a folder has the name), NotFound, Forbidden, Locked, Stale, OverQuota.
    """
    check_name(name)
    key = staged.keep()
    try:
        return _write(actor, parent, name, staged, key, tree.sane_time(mtime), tokens, guard, new_only, based_on, seen)
    except (OperationalError, InterfaceError):
        raise  # nobody knows whether it was committed: bytes without a row go later by themselves (files/strays.py)
    except BaseException:
        storage.remove(key)  # its row was never committed
        raise


def _write(
    actor: Actor, parent: Any, name: str, staged: storage.Staged, key: str, mtime: int, tokens: Collection[str],
    guard: tree.Guard | None, new_only: bool, based_on: str | None, seen: tree.Look | None,
) -> Written:  # fmt: skip
    etag = recording.fresh_etag()
    decided: list[tuple[str, Entry, Entry | None]] = []

    def plan(look: tree.Look) -> optimistic.Plan:
        into, current, given = look.found[parent.pk], look.child, name
        if guard:
            guard(current.entry if current else None)
        if current and new_only:
            given, current = free_name_in(parent.pk, name), None
        elif current and based_on is not None and _is_stale(current.entry, based_on, staged):
            if not into.entry.mask & Right.ADD:
                raise Stale
            given, current = free_name_in(parent.pk, name_for(name, actor.user, timezone.now())), None
        _require(into, current)
        if current is None:
            tree.require_free_name(into, given)
        tree.check_locks(look.space, actor, current, None if current else into, tokens)
        look.space.require_room(staged.size)
        values = {
            "sha256": staged.sha256, "size": staged.size, "key": key, "stored": staged.stored_sha256,
            "sha1": staged.sha1, "parent": parent.pk, "name": given, "sort": sort_key(given),
            "acl": into.entry.acl_id, "mtime": mtime, "node": current.entry.id if current else None,
        }  # fmt: skip
        decided.append((given, into.entry, current.entry if current else None))
        change = recording.change(
            _BLOB + (_REPLACE if current else _CREATE), "(SELECT id FROM made)", values,
            space_id=look.space.id, up=into.up, kind="edit" if current else "add", actor=actor, etag=etag,
            used=staged.size, grown=staged.size - (current.entry.size if current else 0),
            before={"size": current.entry.size, "blob": current.entry.blob_id} if current else None,
            after={"name": given, "parent": parent.pk, "size": staged.size} | recording.means(actor),
        )  # fmt: skip
        # names of mounts, and a name beside the wanted one, are compared under the lock alone
        return optimistic.Plan(change, staged.size, alone=into.entry.parent_id is not None and given == name)

    node_id, seq = optimistic.change(actor, parent.space_id, [parent.pk], parent.pk, name, plan, seen)
    given, into, current = decided[-1]
    entry = Entry(
        node_id, parent.pk, into.space_id, given, FILE, current.acl_id if current else into.acl_id, None,
        staged.size, mtime, etag, seq, current.created_at if current else int(time.time()),
        actor.user.pk if actor.user else None, key, staged.sha1, current.mask if current else into.mask,
    )  # fmt: skip
    return Written(entry, current is None, beside=given != name and not new_only)


def _is_stale(current: Entry, based_on: str, staged: storage.Staged) -> bool:
    """Whether somebody saved another content meanwhile; the same, sent again after an answer was lost, is none."""
    if current.is_folder or current.etag == based_on:
        return False
    # not by the name of its bytes: sealed ones bear that of what is stored
    return not Blob.objects.filter(pk=current.blob_id or 0, sha256=staged.sha256).exists()


def _require(into: tree.State, current: tree.State | None) -> None:
    if current is None:
        tree.require_folder(into)
        into.require(Right.ADD)
        return
    current.require(Right.EDIT)
    if current.entry.is_folder:
        raise Conflict(_("A folder has this name already. Choose another."))
