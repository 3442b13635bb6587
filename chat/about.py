"""What channels do for a space as a whole, and for a person who leaves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.actions import botting, channels, leaving
from chat.models import Bot, Channel
from collab.accounts.models import User
from collab.rights.actor import Actor
from collab.spaces.models import Space


def furnish(actor: Actor, space: Space, template: str) -> None:
    """Give a new space the channel in which everybody is."""
    if template not in {"", "empty"}:
        channels.make(actor, space, str(_("General")), is_default=True)


def starters(template: str) -> list[Any]:
    """Return what `furnish` brings."""
    return [_("a channel for everybody")] if template not in {"", "empty"} else []


def holdings(space: Space, actor: Actor | None) -> list[str]:
    """Say how many channels there are that the actor sees; for None all of them, those in the trash too."""
    found = Channel.objects.rooms().filter(space=space)
    count = (found.living().visible_to(actor) if actor is not None else found).count()
    return [ngettext("%(count)d channel", "%(count)d channels", count) % {"count": count}] if count else []


def copy(actor: Actor, source: Space, space: Space, *, content: bool = False) -> None:
    """Make the same open channels in a new space, empty: what was said belongs to those who said it there."""
    found = Channel.objects.open().visible_to(actor).filter(space=source, form=Channel.Form.OPEN, acl=source.acl_id)
    there = set(Channel.objects.living().filter(space=space).values_list("title", flat=True))
    for one in found.order_by("pk")[: channels.MOST]:
        if one.title not in there:
            channels.make(
                actor, space, one.title, purpose=one.purpose, announcements=one.announcements, is_default=one.is_default
            )


def erase(space: Space) -> None:
    """Delete the channels of a space, in the transaction that deletes the space."""
    botting.end(Bot.objects.filter(space=space).select_related("user"))
    channels.erase(list(Channel.objects.filter(space=space).values_list("pk", flat=True)))


def forget(person: User, **how: Any) -> None:
    """Let conversations go on with those who stay; what the person said stays, as somebody's who left."""
    leaving.leave(person, how.get("by"))
