"""Channels as tests make them, and what is said in them."""

from __future__ import annotations

from typing import Any

from chat import queries, reading
from chat.actions import channels, posting
from chat.models import Channel, Message
from collab.accounts.models import User
from collab.spaces.models import Space
from tests import town as make


def channel(who: User, space: Space, title: str = "Trips", **fields: Any) -> Channel:
    return channels.make(make.act(who), space, title, **fields)


def direct(who: User, other: User) -> Channel:
    return channels.direct(make.act(who), other)


def say(who: User, where: Channel, text: str = "Hello", **how: Any) -> Message:
    return posting.say_once(make.act(who), fresh(where), text, **how).message


def mine(who: User, where: Channel) -> queries.Mine:
    return queries.mine(make.act(who), where.pk)


def fresh(where: Channel) -> Channel:
    return Channel.objects.select_related("acl", "space").get(pk=where.pk)


def words(who: User, where: Channel) -> list[str]:
    """What the person reads in the channel itself, oldest first."""
    return [one.text for one in reading.page(mine(who, where)).rows]
