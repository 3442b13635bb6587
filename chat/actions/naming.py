"""Whom a message names: “@lucas”, “@Sport”, “@all”, “@here”; and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chat import emoji
from chat.actions import preferring
from chat.models import Channel
from collab.accounts.models import User
from collab.lib import markdown
from collab.lib.errors import BadInput
from collab.marks.actions import mentioning
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right

ALL = frozenset({"all", "channel", "tous", "salon"})
"""Words that name everybody who has the channel."""
MOST_CALLED = 2_000


@dataclass(frozen=True)
class Named:
    """The text as HTML, and the ids of those who are to hear of it; never who says it."""

    html: str
    people: list[int]


def of(actor: Actor, channel: Channel, text: str) -> Named:
    """Return whom the text names, and its HTML. Raises BadInput for somebody who does not see the channel."""
    if actor.user is not None and actor.user.is_bot:
        return by_program(channel, text)
    tokens = markdown.named(text)
    names: dict[str, str] = {}
    people: list[int] = []
    if tokens:
        found = mentioning.of(actor, channel, text)
        names = {token: str(principal) for token, principal in found.principals.items()}
        people = found.people
        called = [token for token in tokens if token in ALL and token not in names]
        if called:
            everyone = everybody(channel)
            if len(everyone) > MOST_CALLED:
                raise BadInput(_("So many people are called by name only."))
            names |= {token: token for token in called}
            me = actor.user.pk if actor.user else None
            people = list(dict.fromkeys([*people, *(pk for pk in everyone if pk != me)]))
    return Named(html_of(text, names, lambda: preferring.tone(actor)), people)


def by_program(channel: Channel, text: str) -> Named:
    """Return whom a program names: people who see the channel, by user name. All other words stay words, “@all” too.

    A program cannot be told that it named somebody in vain, and nobody is called by one together with all others.
    """
    tokens = markdown.named(text, quoted=True)[: mentioning.MOST]
    found = User.objects.filter(username__in=tokens, pk__in=everybody(channel), is_active=True) if tokens else []
    people = list(found)
    return Named(html_of(text, {one.username: str(one) for one in people}), [one.pk for one in people])


def everybody(channel: Channel) -> list[int]:
    """Return the ids of all who see the channel."""
    return list(explain.people_with(channel.acl_id, Right.SEE))


def html_of(text: str, names: Mapping[str, str], tone: Callable[[], str] = str) -> str:
    """Return a message as HTML: `names` are those whom it names, {after the “@”: as they are called}.

    `tone` is asked for the tone of skin of whoever says it.
    """
    return str(markdown.render_remark(text, names, signs=emoji.in_text(text, tone) if ":" in text else None))
