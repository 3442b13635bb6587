"""Whom an actor may find, to share with them: people and groups."""

from __future__ import annotations

from django.db.models import QuerySet

from collab.accounts.models import User
from collab.groups.models import Group
from collab.rights.actor import Actor


def people(actor: Actor) -> QuerySet[User]:
    """Return the active people whom the actor may find: a guest finds those of their own groups only."""
    active = User.objects.filter(is_active=True)
    if actor.user is None or not actor.user.is_guest:
        return active
    return active.filter(pk__in=User.objects.filter(memberships__group__in=groups(actor)).values("pk"))


def groups(actor: Actor) -> QuerySet[Group]:
    """Return the groups that the actor may find: a guest finds their own only."""
    if actor.user is None or not actor.user.is_guest:
        return Group.objects.all()
    return Group.objects.filter(pk__in=actor.user.memberships.values("group_id"))
