"""Names in a folder."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from collab.rights.actor import Actor
from files.actions import moving, tree
from files.models import Node


def rename(
    actor: Actor, node: Any, name: str, *, tokens: Collection[str] = (), guard: tree.Guard | None = None
) -> moving.Moved:
    """Give the node another name where it lies. Needs EDIT; raises what `moving.move` raises."""
    return moving.move(actor, node, Node.objects.get(pk=node.parent_id), name, tokens=tokens, guard=guard)
