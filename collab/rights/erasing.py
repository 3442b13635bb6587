"""What is left of a thing in the rights once its row is gone."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from collab.rights.models import Acl, Principal


@transaction.atomic
def forget_things(kind: str, ids: Collection[int]) -> None:
    """Delete the links and the circles of these things; their rows are deleted before, since they hold their circle."""
    Principal.objects.filter(link__kind=kind, link__object_id__in=ids).delete()
    own = Acl.objects.filter(kind=kind, object_id__in=ids)
    own.update(parent=None)
    own.delete()
