"""People, spaces, channels and messages as these programs read them: times in milliseconds, ids of 26 signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chat.around import Here
from chat.drawing import who
from chat.models import Channel, Ephemeral, Message
from chat.queries import Mine
from chat.v4 import emoji, ids
from collab.accounts.models import User
from collab.lib.text import fold
from collab.registry.ports import FileCard
from collab.spaces.models import Space

_FORMS = {Channel.Form.OPEN: "O", Channel.Form.CLOSED: "P", Channel.Form.DIRECT: "D", Channel.Form.GROUP: "G"}
Files = dict[int, FileCard]
"""Files that came with messages, as whoever asks may see them."""


def ms(moment: datetime | None) -> int:
    """Return a moment in milliseconds since 1970, 0 for none."""
    return int(moment.timestamp() * 1000) if moment is not None else 0


def slug(channel: Channel) -> str:
    """Return a channel's name as a part of an address; its id where nothing of the name can stand there."""
    return re.sub(r"[^a-z0-9]+", "-", fold(channel.title)).strip("-")[:64] or ids.of("channel", channel.pk)


def user(person: User, *, me: bool = False) -> dict[str, Any]:
    """Return a person. Their address is told to themselves alone."""
    made = ms(person.created_at)
    return {
        "id": ids.of("user", person.pk), "create_at": made, "update_at": made,
        "delete_at": 0 if person.is_active else made, "username": person.username, "nickname": str(person),
        "first_name": "", "last_name": "", "position": "", "email": (person.email or "") if me else "",
        "email_verified": me, "auth_service": "", "auth_data": "", "roles": "system_user",
        "locale": person.language or "fr", "is_bot": person.is_bot, "notify_props": {}, "props": {},
        "timezone": {"useAutomaticTimezone": "false", "manualTimezone": person.time_zone, "automaticTimezone": ""},
    }  # fmt: skip


def program() -> dict[str, Any]:
    """Return who stands for programs that have no account; each message says in `props` which it was."""
    return user(User(pk=ids.PROGRAM, username="program", display_name="Program", is_bot=True))


def team(space: Space) -> dict[str, Any]:
    """Return a space (of `finding.teams`): its name alone where only some of its channels are seen."""
    made = ms(space.created_at)
    return {
        "id": ids.of("team", space.pk), "create_at": made, "update_at": made, "delete_at": ms(space.archived_at),
        "display_name": space.name, "name": space.slug, "email": "", "type": "I",
        "description": space.description if space.is_found else "",  # type: ignore[attr-defined]
        "company_name": "", "allowed_domains": "", "invite_id": "", "allow_open_invite": False, "scheme_id": None,
    }  # fmt: skip


def channel(mine: Mine) -> dict[str, Any]:
    """Return a channel as one person has it."""
    one = mine.channel
    name = slug(one)
    if one.form == Channel.Form.DIRECT and one.pair:
        two = [ids.of("user", int(pk)) for pk in one.pair.split(":")]
        name = "__".join([two[0], two[-1]])
    made = ms(one.created_at)
    return {
        "id": ids.of("channel", one.pk), "create_at": made, "update_at": made, "delete_at": ms(one.archived_at),
        "team_id": "" if one.is_between else ids.of("team", one.space_id), "type": _FORMS[Channel.Form(one.form)],
        "display_name": mine.title, "name": name, "header": one.header, "purpose": one.purpose,
        "last_post_at": ms(one.last_at), "last_root_post_at": ms(one.last_at), "total_msg_count": one.number,
        "total_msg_count_root": one.number, "extra_update_at": 0, "creator_id": ids.of("user", one.created_by_id),
        "scheme_id": None, "props": None, "group_constrained": False, "shared": False, "policy_id": None,
    }  # fmt: skip


def member(mine: Mine, person: int) -> dict[str, Any]:
    """Return how one person has a channel."""
    seat = mine.seat
    return {
        "channel_id": ids.of("channel", mine.channel.pk), "user_id": ids.of("user", person), "roles": "channel_user",
        "last_viewed_at": 0, "msg_count": seat.read if seat else 0, "mention_count": seat.mentions if seat else 0,
        "notify_props": {}, "last_update_at": ms(seat.at) if seat else 0, "scheme_user": True, "scheme_admin": False,
        "explicit_roles": "",
    }  # fmt: skip


def post(message: Message, cards: Files | None) -> dict[str, Any]:
    """Return a message that was dressed (`queries.dress`), with those of its files that are among the cards.

    None: for several people at once, whose rights on files differ. Then it says how to ask for each, not what it is.
    """
    moments = [message.at, message.edited_at, message.pinned_at, message.last_answer_at, message.deleted_at]
    came = message.facts.get("files", [])
    shown = [] if cards is None else [cards[pk] for pk in came if pk in cards]
    files = came if cards is None else [card.id for card in shown]
    props = {}
    if message.author_id is None:
        props = {"from_webhook": "true", "override_username": who(message)}
    return {
        "id": ids.of("post", message.pk), "create_at": ms(message.at), "update_at": max(map(ms, moments)),
        "edit_at": ms(message.edited_at), "delete_at": ms(message.deleted_at), "is_pinned": bool(message.pinned_at),
        "user_id": ids.of("user", message.author_id or ids.PROGRAM), "root_id": ids.of("post", message.root_id),
        "channel_id": ids.of("channel", message.channel_id), "original_id": "", "message": message.text,
        "type": "" if message.kind == Message.Kind.SAID else "system_generic", "props": props, "hashtags": "",
        "pending_post_id": "", "file_ids": [ids.of("file", pk, message.pk) for pk in files],
        "reply_count": message.answered, "last_reply_at": ms(message.last_answer_at), "participants": None,
        "metadata": {"files": [file(card, message) for card in shown], "reactions": reactions(message)},
    }  # fmt: skip


def ephemeral(one: Ephemeral) -> dict[str, Any]:
    """Return what was said to one person alone, as a message that nobody can ask for again."""
    props = {} if one.author_id is not None else {"from_webhook": "true", "override_username": one.name}
    said = Message(
        pk=one.pk, channel_id=one.channel_id, root_id=one.root_id, author_id=one.author_id, text=one.text, at=one.at
    )
    said.signs = {}
    return post(said, {}) | {"id": ids.of("ephemeral", one.pk), "type": "system_ephemeral", "props": props}


def status(person: int, here: Here | None) -> dict[str, Any]:
    """Return how a person is; None for one who is away from the house, or says so."""
    return {
        "user_id": ids.of("user", person), "status": here.state if here is not None and here.state else "offline",
        "manual": bool(here is not None and here.shown.kind), "last_activity_at": 0,
    }  # fmt: skip


def command(word: str, usage: str, help: str, *, space: int | None = None) -> dict[str, Any]:
    """Return a command as it is offered; of a program only what all who type it may know."""
    return {
        "id": "", "trigger": word, "auto_complete": True, "auto_complete_desc": help, "auto_complete_hint": usage,
        "display_name": word, "description": help, "team_id": ids.of("team", space), "creator_id": "", "create_at": 0,
        "update_at": 0, "delete_at": 0, "method": "P", "username": "", "icon_url": "", "url": "", "token": "",
    }  # fmt: skip


def posts(rows: Iterable[Message], cards: Files) -> dict[str, Any]:
    """Return messages as a list has them, in this order."""
    drawn = [post(row, cards) for row in rows]
    return {
        "order": [one["id"] for one in drawn], "posts": {one["id"]: one for one in drawn}, "next_post_id": "",
        "prev_post_id": "",
    }  # fmt: skip


def reactions(message: Message) -> list[dict[str, Any]]:
    """Return the signs under a message, one by one."""
    return [reaction(message, sign, pk) for sign, people in message.signs.items() for pk in people]


def reaction(message: Message, sign: str, person: int) -> dict[str, Any]:
    """Return one sign of one person."""
    return {
        "user_id": ids.of("user", person), "post_id": ids.of("post", message.pk), "emoji_name": emoji.name_of(sign),
        "channel_id": ids.of("channel", message.channel_id), "create_at": ms(message.at), "update_at": ms(message.at),
        "delete_at": 0, "remote_id": "",
    }  # fmt: skip


def file(card: FileCard, message: Message | None, channel_id: int = 0, person: int = 0) -> dict[str, Any]:
    """Return what there is to know of a file; of one that came with no message yet, where it waits, and whose it is."""
    end = card.name.rpartition(".")[2].lower() if "." in card.name else ""
    where = message.channel_id if message is not None else channel_id
    beside = message.pk if message is not None else ids.waiting(person, channel_id, card.id)
    return {
        "id": ids.of("file", card.id, beside), "name": card.name, "extension": end,
        "size": card.size, "user_id": ids.of("user", (message.author_id or 0) if message is not None else 0),
        "post_id": ids.of("post", message.pk) if message is not None else "",
        "channel_id": ids.of("channel", where), "create_at": ms(message.at) if message is not None else 0,
        "update_at": 0, "delete_at": 0, "mime_type": card.media, "has_preview_image": bool(card.preview), "width": 0,
        "height": 0,
    }  # fmt: skip
