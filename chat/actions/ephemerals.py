"""Saying something to one person alone: told to their pages and programs, kept for a day, read by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import announcing
from chat.actions import naming
from chat.actions.common import words
from chat.models import Channel, Ephemeral, Message
from collab.accounts.models import User
from collab.lib.errors import Forbidden, NotFound, TooMany
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right

KEPT = timedelta(days=1)
MOST = 50
"""So much is kept for one person in one channel."""
MOST_AT_ONCE, PACE = 60, timedelta(minutes=1)
"""So much one bot says to people alone in that time."""
ONLY_BOTS = _("Only a bot says something to one person alone.")


@transaction.atomic
def tell(channel: Channel, user_id: int, text: str, **fields: Any) -> Ephemeral:
    """Say this to one person who sees the channel; `fields`: root, author, name, program. Names in it call nobody."""
    text = words(text)
    last = (
        Message.objects.filter(channel=channel, number__gt=0).order_by("-number").values_list("pk", flat=True).first()
    )
    made = Ephemeral.objects.create(
        channel=channel, user_id=user_id, text=text, html=naming.html_of(text, {}), after=last or 0, at=timezone.now(),
        **fields,
    )  # fmt: skip
    theirs = Ephemeral.objects.filter(channel=channel, user=user_id).order_by("-pk").values_list("pk", flat=True)
    Ephemeral.objects.filter(pk__in=list(theirs[MOST : 2 * MOST])).delete()
    announcing.to([user_id], announcing.EPHEMERAL)
    return made


@transaction.atomic
def say(actor: Actor, channel: Channel, person: User, text: str, *, root: int | None = None) -> Ephemeral:
    """Say something as a bot to one person who sees the channel; a person, to themselves. Needs ADD.

    Raises Forbidden, NotFound, BadInput, TooMany.
    """
    actor.require(channel, Right.ADD)
    user = actor.user
    if user is None or not (user.is_bot or user.pk == person.pk):
        raise Forbidden(ONLY_BOTS)
    if person.pk not in explain.people_with(channel.acl_id, Right.SEE):
        raise NotFound
    beginning = None
    if root is not None:
        beginning = Message.objects.filter(pk=root, channel=channel, root=None, deleted_at=None).first()
        if beginning is None:
            raise NotFound
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    lately = Ephemeral.objects.filter(author=user, at__gt=timezone.now() - PACE)
    if lately.count() >= MOST_AT_ONCE:
        raise TooMany(retry_after=int(PACE.total_seconds()))
    return tell(channel, person.pk, text, author=user, root=beginning)


def dismiss(actor: Actor, pk: int) -> Ephemeral:
    """Take away what was said to the actor alone; return what it was. Raises NotFound."""
    found = Ephemeral.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    Ephemeral.objects.filter(pk=pk).delete()
    return found


def tidy() -> int:
    """Forget what is older than a day. Returns how much."""
    return Ephemeral.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
