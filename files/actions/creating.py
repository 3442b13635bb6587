"""New folders."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from collab.lib.errors import NameTaken
from collab.lib.text import check_name, sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import recording, tree
from files.entry import FOLDER
from files.queries import entry

_INSERT = """made AS (INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, size, mtime, etag,
  change_seq, created_at, created_by_id, modified_by_id)
 VALUES (%(space)s, %(parent)s, %(name)s, %(sort)s, %(what)s, %(acl)s, 0, %(mtime)s, %(etag)s::text, %(seq)s, now(),
  %(actor)s::bigint, %(actor)s::bigint) RETURNING id), """


@transaction.atomic
def make_folder(
    actor: Actor, parent: Any, name: str, *, tokens: Collection[str] = (), guard: tree.Guard | None = None,
    mtime: int | None = None,
):  # fmt: skip
    """Make a folder in `parent` (a Node or Entry) and return its Entry.

    Needs ADD. Raises BadInput (name), NameTaken, NotFound, Forbidden, Locked, Stale.
    """
    check_name(name)
    space = tree.lock(parent.space_id)[parent.space_id]
    found, taken = tree.state(actor, [parent.pk], [space.id], parent=parent.pk, name=name)
    into = found[parent.pk]
    into.require(Right.ADD)
    tree.require_folder(into)
    if guard:
        guard(taken.entry if taken else None)
    if taken:
        raise NameTaken
    tree.require_free_name(into, name)
    tree.check_locks(space, actor, None, into, tokens)
    node_id = recording.write(
        _INSERT,
        "(SELECT id FROM made)",
        {
            "parent": parent.pk, "name": name, "sort": sort_key(name), "what": FOLDER, "acl": into.entry.acl_id,
            "mtime": tree.sane_time(mtime), "seq": space.seq + 1,
        },
        space_id=space.id, up=into.up, kind="add", actor=actor,
        after={"name": name, "parent": parent.pk, "folder": True},
    )  # fmt: skip
    made = entry(actor, node_id)
    assert made is not None or not into.entry.mask & Right.SEE
    return made
