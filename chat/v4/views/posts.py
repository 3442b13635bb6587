"""Messages, and the signs under them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest

from chat import payload, queries
from chat.actions import posting, sitting
from chat.models import Message
from chat.queries import Mine
from chat.v4 import door, emoji, finding, ids, records
from chat.v4.door import OK, Answer
from collab.lib.errors import NotFound
from collab.registry import registry
from collab.rights.actor import Actor

MOST_FILES = 10


def say(request: HttpRequest, actor: Actor) -> Any:
    """Say something; with the same `pending_post_id`, once."""
    told = door.sent(request, dict)
    mine = finding.channel(actor, told.get("channel_id"))
    files = _files(actor, mine, told.get("file_ids"))
    root = told.get("root_id")
    said = posting.say_once(
        actor, mine.channel, words_of(told), key=_key(told.get("pending_post_id")),
        root=ids.read("post", root) if root else None, bring=(lambda: files) if files else None,
    )  # fmt: skip
    record = _drawn(actor, said.message)
    return Answer(record | {"pending_post_id": door.text(told.get("pending_post_id"), 100)}, 201)


def one(request: HttpRequest, actor: Actor, post: str) -> Any:
    """One message."""
    found, _mine = finding.message(actor, post)
    return records.post(found, finding.cards(actor, [found]))


def by_ids(request: HttpRequest, actor: Actor) -> Any:
    """Those of the messages that one reads."""
    found = finding.messages(actor, door.texts(door.sent(request, list), 50))
    cards = finding.cards(actor, found)
    return [records.post(row, cards) for row in found]


def change(request: HttpRequest, actor: Actor, post: str) -> Any:
    """Say one's own message anew, pin it or no longer."""
    found, mine = finding.message(actor, post)
    told = door.sent(request, dict)
    pinned = told["is_pinned"] if isinstance(told.get("is_pinned"), bool) else None
    text = words_of(told) if told.get("message") is not None else None
    posting.change(actor, found, text, pinned=None if pinned == (found.pinned_at is not None) else pinned)
    return _drawn(actor, _again(found, mine))


def take_back(request: HttpRequest, actor: Actor, post: str) -> Any:
    """Take it back."""
    posting.take_back(actor, finding.message(actor, post)[0])
    return OK


def pin(request: HttpRequest, actor: Actor, post: str) -> Any:
    """Keep it at hand for all."""
    posting.pin(actor, finding.message(actor, post)[0], on=True)
    return OK


def unpin(request: HttpRequest, actor: Actor, post: str) -> Any:
    """Keep it at hand no longer."""
    posting.pin(actor, finding.message(actor, post)[0], on=False)
    return OK


def thread(request: HttpRequest, actor: Actor, post: str) -> Any:
    """The thread in which a message is, from its beginning: at most 200 answers, on from `fromPost`."""
    found, mine = finding.message(actor, post)
    after = request.GET.get("fromPost")
    beginning, answers = queries.thread(mine, found.root_id or found.pk, after=ids.read("post", after) if after else 0)
    rows = [row for row in (beginning, *answers) if row.deleted_at is None]
    return records.posts(rows, finding.cards(actor, rows)) | {"has_next": len(answers) == queries.ANSWERS}


def of_channel(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """What stands in a channel itself, the latest first; with `since`, all that changed, its threads too."""
    mine = finding.channel(actor, channel)
    if since := door.number(request, "since", 0, 10**15):
        rows = finding.changed_since(mine, since)
    else:
        beside = {name: request.GET.get(name, "") for name in ("before", "after")}
        rows = finding.line(mine, door.slice_of(request), **beside)
    return records.posts(rows, finding.cards(actor, rows))


def pinned(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """What is kept at hand in a channel."""
    mine = finding.channel(actor, channel)
    rows = queries.dress(list(queries.messages(mine).exclude(pinned_at=None).order_by("-pinned_at")[:200]))
    return records.posts(rows, finding.cards(actor, rows))


def signs(request: HttpRequest, actor: Actor, post: str) -> Any:
    """The signs under a message."""
    return records.reactions(finding.message(actor, post)[0])


def sign(request: HttpRequest, actor: Actor) -> Any:
    """Put one's sign under a message."""
    told = door.sent(request, dict)
    found, _mine = finding.message(actor, told.get("post_id"))
    me = finding.myself(actor, door.text(told.get("user_id"), 26) or finding.ME)
    put = emoji.sign_of(door.text(told.get("emoji_name"), emoji.LONGEST))
    sitting.react(actor, found, put, on=True)
    return Answer(records.reaction(found, put, me.pk), 201)


def unsign(request: HttpRequest, actor: Actor, user: str, post: str, name: str) -> Any:
    """Take one's sign away."""
    found, _mine = finding.message(actor, post)
    finding.myself(actor, user)
    sitting.react(actor, found, emoji.sign_of(name), on=False)
    return OK


def words_of(told: dict[str, Any]) -> str:
    """Return what is said: the text, and attachments in the shape of hooks as Markdown."""
    words, props = door.text(told.get("message")), told.get("props")
    attached = props.get("attachments") if isinstance(props, dict) else None
    quoted = payload.attached(attached) if isinstance(attached, list) else ""
    return "\n\n".join(part for part in (words, quoted) if part)


def _key(pending: object) -> str:
    """Return the key under which a message is said once, from the name that its sender gave to it."""
    text = door.text(pending, 100)
    return f"v4-{hashlib.sha256(text.encode()).hexdigest()[:32]}" if text else ""


def _files(actor: Actor, mine: Mine, told: object) -> list[int]:
    """Return which files come with it: those that the sender brought here, or reads elsewhere, and sees themselves."""
    wanted = [finding.brought(actor, mine, text) for text in door.texts(told, MOST_FILES)] if told else []
    store = registry.files()
    found = store.cards(actor, wanted) if store is not None and wanted else []
    if len(found) != len(wanted):
        raise NotFound
    return wanted


def _again(found: Message, mine: Mine) -> Message:
    row = Message.objects.get(pk=found.pk)
    row.channel = mine.channel
    return row


def _drawn(actor: Actor, message: Message) -> dict[str, Any]:
    queries.dress([message])
    return records.post(message, finding.cards(actor, [message]))
