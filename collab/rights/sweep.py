"""Nightly order: what has ended goes, and clients that watch the thing learn of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from collab.events import audit
from collab.lib.errors import Refusal
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.telling import named

_NAMED = 100


def sweep(limit: int = 1000) -> int:
    """Remove ended grants (queries ignore them already) and announce each on its thing. Returns how many.

    The audit log gets one entry for all of them.
    """
    ended = (
        Grant.objects.filter(expires_at__lt=Now())
        .select_related("acl", "principal__user", "principal__group")
        .order_by("pk")[:limit]
    )
    count = 0
    told: list[dict[str, Any]] = []
    for grant in ended:
        whom = named(grant.principal)
        with transaction.atomic():
            thing = _held(grant.acl.kind, grant.acl.object_id)
            # its end may just have been put off
            if not Grant.objects.filter(pk=grant.pk, expires_at__lt=Now()).delete()[0]:
                continue
            Principal.objects.filter(pk=grant.principal_id, user=None, group=None).delete()
            if thing is not None:
                thing.rights_changed(Actor.nobody(), "expire", {"principal": grant.principal_id})
        count += 1
        if len(told) < _NAMED:
            told.append({"thing": [grant.acl.kind, grant.acl.object_id], "whom": list(whom[:2]) if whom else None})
    if count:
        audit.record("expire", None, ended=count, grants=told)
    return count


def _held(kind: str, object_id: int) -> Any:
    """Return the thing, locked; None when it is gone or its space archived: there is nobody to tell then."""
    thing = registry.thing(kind, object_id)
    if thing is not None:
        try:
            thing.hold()
        except Refusal:
            return None
    return thing
