"""How a space looks and what it says; what a person keeps on top."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.events import log
from collab.lib.errors import BadInput
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.actions.common import checked_name, lock, person, require_living
from collab.spaces.models import Pin, Space

LONGEST_FRONT = 20_000


@transaction.atomic
def edit(actor: Actor, space: Space, **fields: Any) -> Space:
    """Change name, description, hue or the text of the front page. Needs MANAGE."""
    actor.require(space, Right.MANAGE)
    lock(space)
    require_living(space)
    if "name" in fields:
        fields["name"] = checked_name(fields["name"])
    if len(fields.get("front", "")) > LONGEST_FRONT or "\0" in fields.get("front", ""):
        raise BadInput(_("The text of the front page is too long: 20,000 characters at most."))
    fields = {name: value for name, value in fields.items() if value != getattr(space, name)}
    if not fields:
        return space
    before = {name: getattr(space, name) for name in fields if name != "front"}
    after = {name: True if name == "front" else value for name, value in fields.items()}  # the log keeps no content
    for name, value in fields.items():
        setattr(space, name, value)
    space.save(update_fields=list(fields))
    log.record(space.pk, "edit", ("space", space.pk), person(actor).pk, before=before, after=after)
    return space


def pin(actor: Actor, space: Space, *, pinned: bool = True) -> None:
    """Keep the space on top of one's list, or let it go."""
    actor.require(space, Right.SEE)
    require_living(space)
    user = person(actor)
    if pinned:
        Pin.objects.get_or_create(user=user, space=space)
    else:
        Pin.objects.filter(user=user, space=space).delete()
