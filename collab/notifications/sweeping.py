"""Nightly order: what was told long ago goes, and choices about what is gone."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from collab.notifications import digests
from collab.notifications.models import Device, Digest, Follow, Notification
from collab.registry import registry

KEPT = timedelta(days=90)
_REVOKED_KEPT = timedelta(days=1)
_AT_ONCE = 5000


def sweep() -> None:
    """Do all of it."""
    now = timezone.now()
    while gone := list(Notification.objects.filter(last_at__lt=now - KEPT).values_list("pk", flat=True)[:_AT_ONCE]):
        Notification.objects.filter(pk__in=gone).delete()
    Digest.objects.filter(created_at__lt=now - digests.KEPT).delete()
    Device.objects.filter(revoked_at__lt=now - _REVOKED_KEPT).delete()
    forget_gone()


def forget_gone() -> int:
    """Delete choices about things that are no more; return how many. What lies in the trash may come back."""
    count = last = 0
    while rows := list(
        Follow.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "kind", "object_id")[:_AT_ONCE]
    ):
        last = rows[-1][0]
        there: set[tuple[str, int]] = set()
        for kind in {kind for _pk, kind, _id in rows}:
            there |= _there(kind, [object_id for _pk, one, object_id in rows if one == kind])
        gone = [pk for pk, kind, object_id in rows if (kind, object_id) not in there]
        count += Follow.objects.filter(pk__in=gone).delete()[0]
    return count


def _there(kind: str, ids: list[int]) -> set[tuple[str, int]]:
    """Return those that exist; of a kind whose app is not installed, all: it may come back."""
    verbs = registry.verbs(kind)
    if registry.shareable(kind) is None and (verbs is None or verbs.above is None):
        return {(kind, pk) for pk in ids}
    living = {pk for _kind, pk in registry.many((kind, pk) for pk in ids)}
    if verbs is not None and verbs.above is not None:
        living |= verbs.above(ids).keys()
    return {(kind, pk) for pk in living}
