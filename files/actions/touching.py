"""Small changes of what a file shows: its time."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import recording, tree
from files.models import Node


@transaction.atomic
def set_mtime(actor: Actor, node: Any, mtime: int, *, tokens: tuple[str, ...] = ()) -> None:
    """Set the modification time (unix seconds). Needs EDIT."""
    space = tree.lock(node.space_id)[node.space_id]
    found, _child = tree.state(actor, [node.pk], [space.id])
    state = found[node.pk]
    state.require(Right.EDIT)
    tree.check_locks(space, actor, state, None, tokens)
    Node.objects.filter(pk=node.pk).update(mtime=tree.sane_time(mtime))
    recording.write(
        "", "%(ref)s::bigint", {"ref": node.pk}, space_id=space.id, up=state.up, kind="touch", actor=actor,
        before={"mtime": state.entry.mtime}, after={"mtime": mtime},
    )  # fmt: skip
