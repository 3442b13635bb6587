"""Letting programs say something in a channel: their addresses made, renamed, stopped; and what they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import naming, programs
from chat.actions.common import take_turn_of_program, words
from chat.actions.posting import put
from chat.models import Channel, Hook, Message
from collab.accounts import credentials
from collab.accounts.throttle import Throttle
from collab.lib.errors import Conflict, NotFound, TooMany
from collab.rights.actor import Actor

MOST = 50
"""So many programs write in one channel at most, stopped ones too."""
MOST_AT_ONCE, PACE = 120, timedelta(minutes=1)
"""So much all programs together say in one channel in that time, wherever they come from."""
TOO_MANY = _("There are 50 programs in this channel. Remove those that are stopped.")
_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make(actor: Actor, channel: Channel, name: str) -> tuple[Hook, str]:
    """Let a program in; return it with its secret, which nobody learns again. Needs MANAGE.

    Raises Forbidden, BadInput, Conflict.
    """
    name = programs.name_of(name)
    programs.hold(actor, channel)
    if channel.hooks.count() >= MOST:
        raise Conflict(TOO_MANY)
    secret = credentials.new_secret(programs.LETTERS)
    hook = Hook.objects.create(channel=channel, name=name, digest=credentials.digest(secret), made_by=actor.user)
    programs.tell(actor.user, channel, "hook-made", hook)
    return hook, secret


@transaction.atomic
def renew(actor: Actor, channel: Channel, pk: int) -> tuple[Hook, str]:
    """Give it a new secret, and let it write again if it was stopped: the old address is nobody's. Needs MANAGE."""
    hook = programs.held(actor, channel, channel.hooks, pk)
    secret = credentials.new_secret(programs.LETTERS)
    hook.digest, hook.stopped_at, hook.used_at = credentials.digest(secret), None, None
    hook.save(update_fields=["digest", "stopped_at", "used_at"])
    programs.tell(actor.user, channel, "hook-renewed", hook)
    return hook, secret


@transaction.atomic
def rename(actor: Actor, channel: Channel, pk: int, name: str) -> None:
    """Call it otherwise from now on. Needs MANAGE. Raises BadInput."""
    name = programs.name_of(name)
    hook = programs.held(actor, channel, channel.hooks, pk)
    if hook.name == name:
        return
    before, hook.name = hook.name, name
    hook.save(update_fields=["name"])
    programs.tell(actor.user, channel, "hook-renamed", hook, before=before)


@transaction.atomic
def stop(actor: Actor, channel: Channel, pk: int, *, on: bool = True) -> None:
    """Let it write no more, or again at the same address. Needs MANAGE."""
    hook = programs.held(actor, channel, channel.hooks, pk)
    if programs.halt(hook, on=on):
        programs.tell(actor.user, channel, "hook-stopped" if on else "hook-resumed", hook)


@transaction.atomic
def remove(actor: Actor, channel: Channel, pk: int) -> None:
    """Take a stopped one out of the list for good; what it said stays. Needs MANAGE. Raises Conflict."""
    hook = programs.held(actor, channel, channel.hooks, pk)
    programs.drop(actor, channel, hook, "hook-removed")


def find(token: str, address: str) -> Hook:
    """Return the hook of this secret, in a channel that is there. Raises NotFound; TooMany for who guesses or floods.

    Whoever has the secret is slowed down by hook and neighbourhood after sixty messages at once, then one each second.
    """
    throttle = Throttle()
    found = Hook.objects.filter(digest=credentials.digest(token), stopped_at=None, channel__deleted_at=None)
    hook = found.select_related("channel__space", "channel__acl").first()
    if hook is None:  # whoever knows a secret of so many bits pays nothing for those who guess
        throttle.check("hook", "", address)
        throttle.fail("hook", "", address)
        raise NotFound
    throttle.check("hook-said", str(hook.pk), address)
    throttle.fail("hook-said", str(hook.pk), address)
    return hook


@transaction.atomic
def say(hook: Hook, text: str, *, name: str = "") -> Message:
    """Say something in the hook's channel, under `name` or its own; the message says which program it was.

    Only people who see the channel are named by it. Raises BadInput, NotFound, Conflict, TooMany.
    """
    text, channel = words(text), hook.channel
    turn = take_turn_of_program(channel)
    # under the channel's lock: what was stopped meanwhile says nothing more
    now = Hook.objects.filter(pk=hook.pk, digest=hook.digest, stopped_at=None).first()
    if now is None:
        raise NotFound
    _require_pace(channel)
    when = timezone.now()
    if now.used_at is None or when - now.used_at > _NOTED_EVERY:
        Hook.objects.filter(pk=hook.pk).update(used_at=when)
    named = naming.by_program(channel, text)
    return put(channel, turn, named, text=text, author=None, name=name or now.name, facts={"program": now.name})


@transaction.atomic
def say_by(
    channel: Channel, text: str, *, program: str, name: str = "", root: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Message:  # fmt: skip
    """Say what a program answered, in the channel or in a thread; `facts`: what else is known. Raises as `say`."""
    text = words(text)
    turn = take_turn_of_program(channel, numbered=root is None)
    _require_pace(channel)
    beginning = Message.objects.filter(pk=root, channel=channel, deleted_at=None).first() if root is not None else None
    if root is not None and beginning is None:
        raise NotFound
    return put(
        channel, turn, naming.by_program(channel, text), root=beginning, numbered=root is None, text=text, author=None,
        name=name or program, facts={"program": program} | (facts or {}),
    )  # fmt: skip


def _require_pace(channel: Channel) -> None:
    """Count what programs said among the last that was said: a question as short in a channel of a million."""
    lately = channel.messages.filter(number__gt=channel.number - 2 * MOST_AT_ONCE, at__gt=timezone.now() - PACE)
    if lately.filter(author=None, facts__has_key="program").count() >= MOST_AT_ONCE:
        raise TooMany(retry_after=int(PACE.total_seconds()))
