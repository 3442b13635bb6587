"""Stars: what a person keeps at hand. They are one's own, and nobody hears of them."""

from __future__ import annotations

from typing import Any

from collab.lib.errors import NotFound
from collab.marks.models import Favourite
from collab.rights.actor import Actor
from collab.rights.right import Right


def star(actor: Actor, kind: str, thing: Any, *, starred: bool) -> None:
    """Star the thing for oneself, or take the star away. Raises NotFound for what one does not see."""
    if actor.user is None or not actor.can(thing, Right.SEE):
        raise NotFound
    if starred:
        mine = Favourite(user=actor.user, kind=kind, object_id=thing.pk)
        Favourite.objects.bulk_create([mine], ignore_conflicts=True)
    else:
        Favourite.objects.filter(user=actor.user, kind=kind, object_id=thing.pk).delete()
