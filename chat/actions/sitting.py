"""What one person makes of a channel: joining, leaving, reading on, following, a draft; and signs under messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import announcing
from chat import emoji as signs
from chat.actions.common import LONGEST, announce, take_turn
from chat.models import Channel, Discreet, Follow, Message, Reaction, Seat
from collab.events import notices, relay
from collab.lib.errors import BadInput, Forbidden, NotFound, TooLarge
from collab.rights.actor import Actor
from collab.rights.right import Right

NOTICES = ("chat.named", "chat.word", "chat.answered", "chat.said", "chat.visitor")
"""What tells people of things said here; reading the channel, they have heard of it."""
READ = "chat-read"
"""Who read how far, where a channel shows it, is told under `chat-read:<channel>`: a page that misses it asks later."""
MOST_SIGNS = 20
"""So many different signs stand under one message."""


@transaction.atomic
def join(actor: Actor, channel: Channel) -> Seat:
    """Have the channel in one's column, from now on as read. Needs SEE."""
    actor.require(channel, Right.SEE)
    announcing.member(channel.pk, _person(actor).pk, on=True)
    seat, _made = Seat.objects.update_or_create(
        channel=channel, user=_person(actor), defaults={"left_at": None}, create_defaults={"read": channel.number}
    )
    return seat


@transaction.atomic
def leave(actor: Actor, channel: Channel) -> None:
    """Have it in one's column no longer; who may see it may come back. One's right to it stays."""
    actor.require(channel, Right.SEE)
    announcing.member(channel.pk, _person(actor).pk, on=False)
    Seat.objects.update_or_create(
        channel=channel, user=_person(actor), defaults={"left_at": timezone.now(), "is_favourite": False}
    )


def read(actor: Actor, channel: Channel, number: int, *, seat: Seat | None = None) -> None:
    """Have read as far as this; never back, so that a slow page undoes nothing. Needs SEE.

    `seat`: theirs as it was found with the channel; where it says so already, nothing is written or told.
    """
    actor.require(channel, Right.SEE)
    number = min(number, channel.number)
    user = _person(actor)
    whole = number >= channel.number
    fields: dict[str, Any] = {"read": Greatest("read", number)} | ({"mentions": 0} if whole else {})
    known = seat is not None and seat.read >= number and not (whole and seat.mentions)
    if not known and not Seat.objects.filter(channel=channel, user=user).update(**fields):
        Seat.objects.get_or_create(channel=channel, user=user, defaults={"read": number})
    if channel.receipts and not known and not Discreet.objects.filter(user=user).exists():
        relay.publish_now(f"{READ}:{channel.pk}", {"person": user.pk, "number": number, "name": str(user)})
    announcing.viewed(user.pk, channel.pk)
    if whole:
        notices.have_read(user.pk, NOTICES, (Channel.REF_KIND, channel.pk))


def unread_from(actor: Actor, message: Message) -> None:
    """Have read only what was said before the message."""
    actor.require(message.channel, Right.SEE)
    if not message.number:
        raise BadInput
    Seat.objects.update_or_create(channel=message.channel, user=_person(actor), defaults={"read": message.number - 1})


@transaction.atomic
def prefer(actor: Actor, channel: Channel, **fields: Any) -> None:
    """Set what one's seat says: `level`, `is_favourite`, `draft`. Needs SEE."""
    actor.require(channel, Right.SEE)
    if set(fields) - {"level", "is_favourite", "draft"} or fields.get("level", "all") not in Seat.Level.values:
        raise BadInput
    draft = fields.get("draft", "")
    if len(draft) > LONGEST or "\0" in draft:
        raise BadInput
    if "is_favourite" in fields:
        announcing.to([_person(actor).pk], announcing.KEPT)
    seats = Seat.objects.filter(channel=channel, user=_person(actor))
    if not seats.update(**fields):
        Seat.objects.get_or_create(
            channel=channel, user=_person(actor), defaults={**fields, "read": channel.number}
        )  # fmt: skip


def follow(actor: Actor, root: Message, *, on: bool) -> None:
    """Follow the thread that begins with this message, or no longer. Needs SEE."""
    actor.require(root.channel, Right.SEE)
    Follow.objects.update_or_create(root=root, user=_person(actor), defaults={"stopped": not on})


def read_thread(actor: Actor, root: Message, last: int) -> None:
    """Have read a thread as far as this answer, where one follows it."""
    actor.require(root.channel, Right.SEE)
    Follow.objects.filter(root=root, user=_person(actor)).update(read=Greatest(F("read"), last))


@dataclass(frozen=True)
class Before:
    """What `read_for_me` found: {channel: (how far it was read, how much named one there)}, {root: (read until, read
    now)}."""

    seats: dict[int, tuple[int, int]]
    follows: dict[int, tuple[int, int]]


@transaction.atomic
def read_for_me(actor: Actor) -> Before:
    """Have seen all that names one, and all threads that one follows. What is said in channels stays as it was."""
    user = _person(actor)
    mine = Seat.objects.filter(user=user, mentions__gt=0)
    seats = {pk: (number, named) for pk, number, named in mine.values_list("channel", "read", "mentions")}
    channels = set(seats)
    mine.update(mentions=0)
    follows = Follow.objects.filter(user=user, stopped=False)
    last = Message.objects.filter(root=OuterRef("root")).order_by("-pk").values("pk")[:1]
    follows = follows.annotate(last=Subquery(last)).filter(last__gt=F("read"))
    rows = list(follows.values_list("root", "root__channel", "read", "last"))
    channels |= {channel for _root, channel, _read, _last in rows}
    Follow.objects.filter(pk__in=follows.values("pk")).update(read=Subquery(last))
    for channel in sorted(channels):
        notices.have_read(user.pk, ("chat.named", "chat.word", "chat.answered"), (Channel.REF_KIND, channel))
    return Before(seats, {root or 0: (was, last) for root, _channel, was, last in rows})


@transaction.atomic
def unread_for_me(actor: Actor, before: Before) -> None:
    """Take `read_for_me` back, but for what was read or named one since."""
    user = _person(actor)
    for channel, (number, named) in sorted(before.seats.items()):
        Seat.objects.filter(user=user, channel=channel, read=number).update(mentions=F("mentions") + named)
    for root, (was, now) in sorted(before.follows.items()):
        Follow.objects.filter(user=user, root=root, read=now).update(read=was)


@transaction.atomic
def react(actor: Actor, message: Message, emoji: str, *, on: bool) -> None:
    """Put a sign under a message, or take one's own away. Needs COMMENT. Raises BadInput, NotFound, TooLarge."""
    if not signs.is_sign(emoji):
        raise BadInput
    user = _person(actor)
    turn = take_turn(actor, message.channel, Right.COMMENT)
    if not Message.objects.filter(pk=message.pk, deleted_at=None, kind=Message.Kind.SAID).update(clock=turn.clock):
        raise NotFound
    if on:
        there = set(Reaction.objects.filter(message=message).values_list("emoji", flat=True))
        if emoji not in there and len(there) >= MOST_SIGNS:
            raise TooLarge(_("There are enough signs under this message."))
        Reaction.objects.get_or_create(message=message, user=user, emoji=emoji)
    else:
        Reaction.objects.filter(message=message, user=user, emoji=emoji).delete()
    announce(message.channel, turn.clock, "changed")


def _person(actor: Actor) -> Any:
    if actor.user is None:
        raise Forbidden
    return actor.user
