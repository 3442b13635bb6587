"""Who stands at a program's socket, and which channels they hear: found by the token, again as long as it listens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Max
from django.utils import timezone

from chat import around, queries
from chat.actions import ephemerals
from chat.models import Channel, Ephemeral, Message, Reaction
from chat.v4 import door, preferences, records
from chat.v4.happening import Seen
from collab.accounts.models import AppPassword, User
from collab.lib.errors import Refusal
from collab.live.topics import Joined
from collab.registry import house
from collab.rights.actor import Actor


@dataclass(frozen=True)
class Standing:
    """`mine`: {channel: as they have it}; `seen`: where this socket begins; `writes`: whether the token may.

    `kept`: preferences, but for messages that are kept; `ended`: {channel: when, in ms} of those among the channels
    heard before that were archived or thrown away; `alone`: the last thing that was said to them alone.
    """

    user_id: int
    device: str
    name: str
    writes: bool
    mine: dict[int, queries.Mine]
    seen: Seen
    own: Joined
    is_bot: bool
    kept: preferences.Kept
    ended: dict[int, int]
    alone: int


def enter(token: str, address: str) -> Standing:
    """Return whose token it is. Raises a Refusal."""
    return _standing(door.by_token(token, address))


def again(before: Standing) -> Standing | None:
    """Return the same as it is now; None when account, token or its scope no longer allow it."""
    user = User.objects.filter(pk=before.user_id, is_active=True).first()
    row = AppPassword.objects.filter(pk=int(before.device[1:]), user=before.user_id).first()
    if user is None or row is None or row.has_ended:
        return None
    found = Actor.of(user)
    try:
        now = _standing(
            Actor(user, found.principals, user.epoch, "app-password", frozenset(row.scopes), device=before.device)
        )
    except Refusal:
        return None
    lost = Channel.objects.filter(pk__in=before.mine.keys() - now.mine.keys())
    ended = {
        pk: records.ms(deleted or archived)
        for pk, deleted, archived in lost.values_list("pk", "deleted_at", "archived_at") if deleted or archived
    }  # fmt: skip
    return replace(now, ended=ended)


def alone(before: Standing, after: int) -> list[Ephemeral]:
    """Return what was said to them alone since. Raises a Refusal."""
    user = User.objects.get(pk=before.user_id)
    rows = Ephemeral.objects.visible_to(Actor.of(user)).filter(pk__gt=after).select_related("author")
    return list(rows.order_by("pk")[: ephemerals.MOST])


def partners(before: Standing) -> set[int]:
    """Return of whom they are told how these are: with whom they talk in private, and they themselves."""
    actor = Actor.of(User.objects.get(pk=before.user_id))
    return around.partners(actor, before.mine.values()) | {before.user_id}


def clocks(channels: Iterable[int]) -> dict[int, int]:
    """Return {channel: its clock now}."""
    return dict(Channel.objects.filter(pk__in=list(channels)).values_list("pk", "clock"))


def _standing(actor: Actor) -> Standing:
    house.forget()
    door.require_scope(actor, write=False)
    assert actor.user is not None
    # first where it begins, then the channels: what happens between is told twice over nothing, and missed by nothing
    message = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    sign = Reaction.objects.aggregate(last=Max("pk"))["last"] or 0
    mine = {one.channel.pk: one for one in queries.column(actor)}
    numbers = {pk: one.channel.number for pk, one in mine.items()}
    seen = Seen(numbers, message, sign, records.ms(timezone.now()))
    writes = actor.allows_scope(door.SCOPE, write=True)
    kept = preferences.of(actor, mine.values(), flagged=False)
    alone = Ephemeral.objects.filter(user=actor.user).aggregate(last=Max("pk"))["last"] or 0
    return Standing(
        actor.user.pk, actor.device, str(actor.user), writes, mine, seen, Joined(None, 0), actor.user.is_bot, kept, {},
        alone,
    )  # fmt: skip
