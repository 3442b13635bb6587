"""What every action on a space asks first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.lib.text import check_name
from collab.rights.actor import Actor
from collab.spaces.models import ARCHIVED, Space


def person(actor: Actor) -> User:
    """Return who acts. Raises Forbidden for a visitor."""
    if actor.user is None:
        raise Forbidden
    return actor.user


def require_living(space: Space) -> None:
    """Raise Forbidden for an archived space."""
    if space.archived_at:
        raise Forbidden(ARCHIVED)


def lock(space: Space) -> None:
    """Lock its row and read again what a page may have shown long ago. Raises NotFound when it is gone."""
    now = Space.objects.select_for_update().filter(pk=space.pk).first()
    if now is None:
        raise NotFound
    for name in ("name", "archived_at", "delete_at", "front", "cover_etag", "quota", "own_room", "hue", "description"):
        setattr(space, name, getattr(now, name))


def checked_name(name: str) -> str:
    """Return the name as it is kept. Raises BadInput."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 120 or "/" in name:
        raise BadInput(_("A space needs a name of at most 120 characters, without “/”."))
    return check_name(name)  # devices show it as a folder
