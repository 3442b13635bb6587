"""Taking a space's own rows away, once the apps have emptied it."""

from __future__ import annotations

from collab.events.models import Change
from collab.rights.models import Principal
from collab.spaces.models import Space


def remove(space: Space) -> None:
    """Delete the space with its log, links, rights. Raises ProtectedError if it still holds anything."""
    Change.objects.filter(space_id=space.pk).delete()
    Principal.objects.filter(link__acl=space.acl).delete()
    space.delete()
    space.acl.delete()
