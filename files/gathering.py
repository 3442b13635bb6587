"""Things gathered from everywhere: what a person shared, and what bears a label."""

from __future__ import annotations

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Now

from collab.marks import labels
from collab.marks.models import Label
from collab.rights.actor import Actor
from collab.rights.models import Grant
from files.models import Node

Found = list[tuple[int, list[int]]]


def given(actor: Actor, limit: int, after: list[int] | None = None) -> Found:
    """Return (id, cursor) of what the actor shared with others or by a link, and still sees; the latest share first."""
    if actor.user is None:
        return []
    live = Q(expires_at=None) | Q(expires_at__gt=Now())
    there = Node.objects.living().visible_to(actor).filter(pk=OuterRef("acl__object_id"))
    grants = Grant.objects.filter(live, Exists(there), granted_by=actor.user, acl__kind=Node.REF_KIND)
    grants = grants.exclude(principal__user=actor.user)
    rows = grants.values("acl__object_id").annotate(last=Max("pk"))
    if after is not None:
        rows = rows.filter(last__lt=after[0])
    found = rows.order_by("-last").values_list("acl__object_id", "last")[:limit]
    return [(node, [last]) for node, last in found]


def labelled(actor: Actor, label: Label, limit: int, after: list[int] | None = None) -> Found:
    """Return (id, cursor) of the files and folders that bear the label and that the actor sees, the latest first."""
    found = labels.under(actor, label, limit, after[0] if after else None, Node.REF_KIND)
    return [(node, [pk]) for (_kind, node), pk in found]
