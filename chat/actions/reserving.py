"""Who makes channels in a space: whoever may add there, or only who manages it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from chat.models import Reserved
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space


@transaction.atomic
def reserve(actor: Actor, space: Space, *, on: bool) -> None:
    """Let only who manages the space make channels in it, or again whoever may add there. Needs MANAGE."""
    space.hold()
    actor.forget()
    actor.require(space, Right.MANAGE)
    if on:
        Reserved.objects.get_or_create(space=space)
    else:
        Reserved.objects.filter(space=space).delete()


def needed(space: Space) -> Right:
    """Return the right that making a channel in the space needs."""
    return Right.MANAGE if Reserved.objects.filter(space=space).exists() else Right.ADD


def spaces(actor: Actor) -> Any:
    """Return the spaces of teams in which the actor makes channels."""
    managed = Space.objects.allowing(actor, Right.MANAGE).values("pk")
    reserved = Q(pk__in=Reserved.objects.values("space")) & ~Q(pk__in=managed)
    return Space.objects.allowing(actor, Right.ADD).exclude(reserved).team().living()
