"""What arrives is drawn before anybody looks: the change log, read for files that can have a picture."""

from __future__ import annotations

from typing import Any

from files.models import Node
from files.previews import kinds, orders

_BRING = frozenset({"add", "edit", "restore-version", "move", "copy"})
"""Changes after which a file may hold another content, or be drawn in another way by its new name."""


def handle(space_id: int, changes: list[Any]) -> None:
    """Order the previews of the files that these changes brought."""
    ids = {change.ref_id for change in changes if change.ref_kind == Node.REF_KIND and change.kind in _BRING}
    found = Node.objects.living().filter(pk__in=ids, size__gt=0).exclude(blob=None).values_list("blob_id", "name")
    orders.order((blob, name) for blob, name in found if kinds.how_of(name))
