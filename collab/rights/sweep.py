"""Nightly order: what has ended goes, and clients that watch the thing learn of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal


def sweep(limit: int = 1000) -> int:
    """Remove ended grants (queries ignore them already) and announce each on its thing. Returns how many."""
    ended = Grant.objects.filter(expires_at__lt=Now()).select_related("acl", "principal").order_by("pk")[:limit]
    count = 0
    for grant in ended:
        with transaction.atomic():
            thing = registry.thing(grant.acl.kind, grant.acl.object_id)
            linked = Principal.objects.filter(pk=grant.principal_id, user=None, group=None)
            grant.delete()
            linked.delete()
            if thing is not None:
                thing.rights_changed(Actor.nobody(), "expire", {"principal": grant.principal_id})
        count += 1
    return count
