"""Whom somebody meets in the chat."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.models import Channel, Seat
from collab.accounts.models import User
from collab.rights import whom
from collab.rights.actor import Actor


def findable(actor: Actor) -> QuerySet[User]:
    """Return the active people to whom the actor may write: a bot finds those with whom it shares a channel."""
    found = whom.people(actor)
    if actor.user is None or not actor.user.is_bot:
        return found
    return User.objects.filter(Q(pk__in=found.values("pk")) | _met(actor), is_active=True)


def known(actor: Actor) -> QuerySet[User]:
    """Return whose name the actor learns anyhow: for a guest, those who sit in the channels that they see."""
    if actor.user is None or not actor.user.is_guest:
        return User.objects.all()
    return User.objects.filter(Q(pk__in=whom.people(actor).values("pk")) | Q(pk=actor.user.pk) | _met(actor))


def _met(actor: Actor) -> Exists:
    ours = Channel.objects.living().visible_to(actor).values("pk")
    return Exists(Seat.objects.filter(user=OuterRef("pk"), channel__in=ours))
