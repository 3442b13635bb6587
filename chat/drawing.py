"""What is said in a channel, as pages and sockets draw it: one partial, the same for everybody.

Whose a message is, and what one may do with it, stands in attributes that the page of each person reads: so a message
is drawn once for all who share a language and a time zone, however many look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chat import links
from chat.emoji import label
from chat.models import Channel, Message
from chat.models.hook import initials
from collab.profiles import portraits
from collab.shell import faces
from collab.shell.templatetags.shell import day_name


@dataclass(frozen=True)
class Sign:
    """A sign under a message: its name for those who hear it, the ids of who put it there; its picture, or ""."""

    emoji: str
    label: Any
    people: list[int]
    picture: str = ""

    @property
    def count(self) -> int:
        return len(self.people)

    @property
    def ids(self) -> str:
        return " ".join(map(str, self.people))


def draw(message: Message, channel: Channel) -> str:
    """Return the message as an article. It was dressed (`queries.dress`); language and time zone are those at hand."""
    return get_template("chat/_message.html").render(context(message, channel))


def context(message: Message, channel: Channel) -> dict[str, Any]:
    """Return what the partial needs."""
    local = timezone.localtime(message.at)
    signs = [Sign(one, label(one), people, message.pictures.get(one, "")) for one, people in message.signs.items()]
    return {
        "message": message,
        "channel": channel,
        "signs": signs,
        "files": len(message.facts.get("files", [])) if message.deleted_at is None else 0,
        "preview": message.preview if message.deleted_at is None else None,
        "linked": message.deleted_at is None and links.leads_home(message),
        "who": who(message),
        "initials": initials(who(message)),
        "body": SafeString(message.html),  # what `lib.markdown` made of the words, which lets no markup through
        "face": faces.sign("avatar", message.author, False, portraits.place(message.author)) if message.author else "",
        "day": local.date(),
        "day_name": day_name(local.date()),
        "hour": f"{local.hour}:{local.minute:02d}",
        "local": local.isoformat(timespec="minutes"),
    }


def all_of(rows: Iterable[Message], channel: Channel) -> list[dict[str, Any]]:
    """Return the contexts of several, each saying whether a new `begins_day` with it."""
    found = [context(row, channel) for row in rows]
    before = None
    for one in found:
        one["begins_day"] = one["day"] != before
        before = one["day"]
    return found


def who(message: Message) -> str:
    """Return the name under which it was said."""
    return message.name or str(message.author or _("Somebody who left"))
