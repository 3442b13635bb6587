"""Bots: made, let into channels, given tokens, stopped. A bot is a guest of the house without a password."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from chat import reach
from chat.actions.common import line
from chat.models import Bot, Channel, Seat
from collab.accounts.actions import devices
from collab.accounts.actions.people import checked_name
from collab.accounts.epochs import touch
from collab.accounts.models import AppPassword, Rank, User
from collab.accounts.usernames import suggest
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.right import CONTRIBUTOR, Right
from collab.spaces.models import Space

MOST, MOST_TOKENS = 50, 20
"""So many bots belong to one person or space, and so many tokens to one bot."""
TOO_MANY = _("There are 50 bots here already.")
TOO_MANY_TOKENS = _("This bot has 20 tokens. Take back those that are no longer used.")
OUTSIDE = _("This bot reads more in a channel than you do. Ask somebody who reads all of it there for a token.")
TOO_LONG = _("Say in at most 250 letters what it is for.")
HUE = "ardoise"


@transaction.atomic
def make(actor: Actor, name: str, *, space: Space | None = None, purpose: str = "") -> Bot:
    """Make a bot of one's own, or of a space (needs MANAGE there). Raises Forbidden, BadInput, Conflict."""
    name, purpose = checked_name(name), line(purpose, 250, TOO_LONG, needed=False)
    if actor.user is None or actor.user.is_guest:
        raise Forbidden
    if space is not None:
        space.hold()
        actor.forget()
        actor.require(space, Right.MANAGE)
    else:
        User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    theirs = {"space": space} if space is not None else {"owner": actor.user}
    if Bot.objects.filter(**theirs).count() >= MOST:
        raise Conflict(TOO_MANY)
    user = User(username=suggest(name), display_name=name, rank=Rank.GUEST, is_bot=True, hue=HUE)
    user.set_unusable_password()
    user.save()
    bot = Bot.objects.create(user=user, purpose=purpose, made_by=actor.user, **theirs)
    _tell(actor, "bot-made", bot)
    return bot


@transaction.atomic
def change(actor: Actor, bot: Bot, name: str, purpose: str) -> None:
    """Call it otherwise, or say anew what it is for. Raises NotFound, BadInput."""
    name, purpose = checked_name(name), line(purpose, 250, TOO_LONG, needed=False)
    now = held(actor, bot.pk)
    before, now.user.display_name, now.purpose = now.user.display_name, name, purpose
    now.user.save(update_fields=["display_name"])
    now.save(update_fields=["purpose"])
    if before != name:
        _tell(actor, "bot-renamed", now, before=before)


@transaction.atomic
def stop(actor: Actor, bot: Bot, *, on: bool = True) -> None:
    """Let it in no more, by whatever token, or again. What it said stays. Raises NotFound."""
    now = held(actor, bot.pk)
    if now.user.is_active != on:
        return
    now.user.is_active = not on
    now.user.save(update_fields=["is_active"])
    touch(now.user)
    _tell(actor, "bot-stopped" if on else "bot-resumed", now)


@transaction.atomic
def let_in(actor: Actor, bot: Bot, channel: Channel) -> None:
    """Let it read and write in a channel, what the actor reads. Needs SHARE there. Raises NotFound, Forbidden.

    It brings no token of somebody who reads less there (`tokens`).
    """
    now = held(actor, bot.pk)
    if channel.is_between:
        raise Forbidden
    rights.hold(actor, channel)
    first = {"read": channel.number, "since": reach.of(actor, channel)}
    Seat.objects.update_or_create(channel=channel, user=now.user, defaults={"left_at": None}, create_defaults=first)
    rights.share(actor, channel, now.user.principal, CONTRIBUTOR.mask)  # type: ignore[attr-defined]


@transaction.atomic
def put_out(actor: Actor, bot: Bot, channel: Channel) -> None:
    """Take from it what was given to it on the channel. Needs SHARE there. Raises NotFound, Forbidden."""
    now = held(actor, bot.pk)
    rights.unshare(actor, channel, now.user.principal)  # type: ignore[attr-defined]
    Seat.objects.filter(channel=channel, user=now.user).delete()


@transaction.atomic
def give_token(actor: Actor, bot: Bot, name: str, *, scopes: Iterable[str], days: int) -> tuple[AppPassword, str]:
    """Give it a token, which nobody sees again.

    Whoever has one reads what the bot reads: it is given by who reads all channels in which the bot is.
    Raises NotFound, BadInput, Conflict, Forbidden (by an app password, or outside of such a channel).
    """
    now = held(actor, bot.pk)
    if not is_among(actor, now):
        raise Forbidden(OUTSIDE)
    wanted = set(scopes)
    if not wanted - {"read-only"}:
        raise BadInput(_("Tick what this token is for."))
    if now.user.app_passwords.count() >= MOST_TOKENS:
        raise Conflict(TOO_MANY_TOKENS)
    return devices.create(
        now.user, line(name, 80, _("Give the token a name of at most 80 letters.")), scopes=wanted, days=days,
        strength=actor.strength, by=actor.user,
    )  # fmt: skip


@transaction.atomic
def take_token(actor: Actor, bot: Bot, token: int) -> tuple[AppPassword, str]:
    """Refuse this token from now on; returns what it was, and what undoes it for a minute. Raises NotFound."""
    now = held(actor, bot.pk)
    return devices.revoke(now.user, token, by=actor.user)


@transaction.atomic
def give_token_back(actor: Actor, bot: Bot, undo: str) -> AppPassword:
    """Take `take_token` back. Raises NotFound, Forbidden as `give_token`."""
    now = held(actor, bot.pk)
    if not is_among(actor, now):
        raise Forbidden(OUTSIDE)
    return devices.restore(now.user, undo, by=actor.user)


def is_among(actor: Actor, bot: Bot) -> bool:
    """Whether the actor reads in each channel what the bot reads there."""
    program = copy(bot.user)
    program.is_active = True  # one that is stopped may come in again
    inside = Channel.objects.living().rooms().visible_to(Actor.of(program))
    if inside.exclude(pk__in=Channel.objects.visible_to(actor).values("pk")).exists():
        return False
    its = Seat.objects.filter(channel=OuterRef("channel"), user=bot.pk).values("since")
    mine = Seat.objects.filter(user=actor.user, channel__in=inside.values("pk"), since__gt=0)
    return not mine.filter(since__gt=Coalesce(Subquery(its), 0)).exists()


def end(bots: Iterable[Bot]) -> None:
    """Let these in no more, for good: what they belonged to goes. Who said something stays known by name."""
    for bot in bots:
        User.objects.filter(pk=bot.pk).update(is_active=False)
        AppPassword.objects.filter(user=bot.pk).delete()
        touch(bot.user)
        bot.delete()


def end_of(person: User, by: User | None) -> None:
    """End the tokens of any bot that somebody who goes gave: they may know them still."""
    for row in AppPassword.objects.filter(given_by=person, user__is_bot=True).select_related("user").order_by("pk"):
        devices.revoke(row.user, row.pk, by=by)


def held(actor: Actor, pk: int) -> Bot:
    """Return the bot as it is now, locked, if it is the actor's to look after. Raises NotFound."""
    found = Bot.objects.managed_by(actor).select_for_update(of=("self",)).select_related("user", "space")
    bot = found.filter(pk=pk).first()
    if bot is None:
        raise NotFound
    return bot


def _tell(actor: Actor, kind: str, bot: Bot, **details: Any) -> None:
    place = str(bot.space) if bot.space is not None else str(bot.owner)
    audit.record(kind, actor.user, ("user", bot.pk), str(bot.user), place=place, **details)
