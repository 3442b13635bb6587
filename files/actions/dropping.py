"""Files that a visitor drops off: each sender's in a folder of their own, never over what is there."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from collab.lib.errors import Refusal
from collab.lib.text import NAME_BYTES, cut
from collab.rights import drops
from collab.rights.actor import Actor
from collab.rights.models import Drop
from files.actions import creating, tree, writing
from files.models import Node
from files.receiving import Arrived


def drop(
    actor: Actor, box: Any, arrived: list[Arrived], sending: Drop, *, folder: str = "", again: int | None = None,
    goes_on: bool = False,
) -> int | None:  # fmt: skip
    """Store what arrived in `box` (a Node or Entry): in a new `folder`, in the one that was made for this sender
    before (`again`), or loose when neither is given. Needs ADD.

    What is refused says so in its `refused`; the rest is stored, and noted in `sending`, which ends with this unless it
    `goes_on`. Returns the folder's id: none was made when nothing was stored.
    """
    into = _before(box, again) if folder else box
    for one in arrived:
        if one.staged is None:
            continue
        try:
            with transaction.atomic():  # a folder stays only with its first file
                place = into or _folder(actor, box, folder)
                written = writing.write(actor, place, one.name, one.staged, new_only=True)
                drops.add(sending, written.entry.name, written.entry.size)
        except Refusal as refusal:
            one.refuse(refusal.message)
            continue
        into = place
    (drops.go_on if goes_on else drops.finish)(sending, [(one.name, one.refused) for one in arrived if one.refused])
    return into.pk if folder and into is not None else None


def _folder(actor: Actor, box: Any, name: str) -> Node:
    """Make a folder under the first free name that begins so, the name being chosen under the space's lock."""
    tree.lock(box.space_id)
    free, number = cut(name, NAME_BYTES), 1
    while Node.objects.inside(box.pk).filter(name=free).exists():
        number += 1
        tail = f" ({number})"
        free = cut(name, NAME_BYTES - len(tail)) + tail
    creating.make_folder(actor, box, free)
    return Node.objects.inside(box.pk).get(name=free)


def _before(box: Any, again: int | None) -> Node | None:
    """Return the folder that this sender filled before, if it still lies in the box."""
    if again is None:
        return None
    return Node.objects.inside(box.pk).filter(pk=again, kind=Node.Kind.FOLDER).first()
