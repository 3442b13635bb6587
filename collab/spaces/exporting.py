"""What spaces know of a person, for the archive they take with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.rights.actor import Actor
from collab.spaces.models import Pin, Space


def export(person: Any, into: Any) -> None:
    """Put in the spaces the person is in, those they made and see, those they keep on top, and their own."""
    mine = Space.objects.visible_to(Actor.of(person))
    pinned = set(Pin.objects.filter(user=person).values_list("space", flat=True))
    found = [
        {
            "name": space.name,
            "kind": space.kind,
            "description": space.description,
            "made_by_me": space.created_by_id == person.pk,
            "on_top": space.pk in pinned,
            "archived_at": space.archived_at,
        }
        for space in mine.team().defer("front").order_by("name", "pk")
    ]
    into.json("spaces.json", found, about=_("Spaces that you are in"))
    own = Space.objects.filter(owner=person).values("used", "quota", "created_at").first()
    into.json("own-room.json", own, about=_("The room of your own files"))
