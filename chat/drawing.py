"""What is said in a channel, as pages and sockets draw it: one partial, the same for everybody.

Whose a message is, and what one may do with it, stands in attributes that the page of each person reads: so a message
is drawn once for all who share a language and a time zone, however many look.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chat import links
from chat.emoji import label
from chat.models import Channel, Ephemeral, Message
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


_drawn: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()
_faces: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()
MOST, LARGEST = 3_000, 16_000
"""So many articles a process keeps, of about two kilobytes: those of the channels that people look at. None that has
more characters, so that nobody fills its memory with long ones."""


def draw(message: Message, *, plain: bool = False) -> SafeString:
    """Return the message as an article. It was dressed (`queries.dress`); language and time zone are those at hand.

    `plain`: for visitors, whom it tells neither ids of people nor of other things, and leads nowhere else.

    What the article shows is a message of this clock, its author as they look now, and the day from which it is told:
    while none of them changes it is drawn once in a process, whoever asks.
    """
    face = _face(message.author) if message.author else ""
    preview = message.preview if message.deleted_at is None else None
    key = (
        plain, message.pk, message.clock, who(message), face, message.author is not None and message.author.is_bot,
        tuple((sign, *people, message.pictures.get(sign)) for sign, people in message.signs.items()),
        preview and (preview.pk, preview.site, preview.title, preview.text, preview.has_picture),
        get_language(), timezone.get_current_timezone_name(), timezone.localdate(),
    )  # fmt: skip
    article = _drawn.pop(key, None)
    if article is None:
        template = "chat/visitor/_message.html" if plain else "chat/_message.html"
        article = SafeString(get_template(template).render(_context(message, face, preview)))
    if len(article) <= LARGEST:
        _drawn[key] = article
    while len(_drawn) > MOST:
        _drawn.popitem(last=False)
    return article


def ephemeral(one: Ephemeral) -> SafeString:
    """Return what was said to one person alone as an article, in the language and time zone at hand."""
    local, name = timezone.localtime(one.at), one.name or str(one.author or "")
    face = faces.sign("avatar", one.author, False, portraits.place(one.author)) if one.author is not None else ""
    context = {
        "one": one, "who": name, "initials": initials(name), "face": face, "hour": _hour(local),
        "local": local.isoformat(timespec="minutes"), "body": SafeString(one.html),  # of `lib.markdown`, as messages
    }  # fmt: skip
    return SafeString(get_template("chat/_ephemeral.html").render(context))


def _face(author: Any) -> SafeString:
    """Return the sign of whoever said it, put together once for each of their pictures and names."""
    key = (author.pk, author.hue, author.initials, author.portrait)
    found = _faces.pop(key, None)
    if found is None:
        found = faces.sign("avatar", author, False, portraits.place(author))
    _faces[key] = found
    while len(_faces) > MOST:
        _faces.popitem(last=False)
    return found


def row(message: Message, channel: Channel, *, plain: bool = False) -> dict[str, Any]:
    """Return the message with its article, and what stands around it in lists."""
    local = timezone.localtime(message.at)
    return {
        "message": message, "channel": channel, "article": draw(message, plain=plain), "who": who(message),
        "day": local.date(), "hour": _hour(local),
    }  # fmt: skip


def _context(message: Message, face: str, preview: Any) -> dict[str, Any]:
    local = timezone.localtime(message.at)
    return {
        "message": message,
        "signs": [
            Sign(one, label(one), people, message.pictures.get(one, "")) for one, people in message.signs.items()
        ],
        "files": len(message.facts.get("files", [])) if message.deleted_at is None else 0,
        "preview": preview,
        "linked": message.deleted_at is None and links.leads_home(message),
        "who": name(message),
        "initials": initials(name(message)),
        "body": SafeString(message.html),  # what `lib.markdown` made of the words, which lets no markup through
        "face": face,
        "day": local.date(),
        "day_name": day_name(local.date()),
        "hour": _hour(local),
        "local": local.isoformat(timespec="minutes"),
    }


def _hour(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02d}"


def all_of(messages: Iterable[Message], channel: Channel, *, plain: bool = False) -> list[dict[str, Any]]:
    """Return the rows of several, each saying whether a new `begins_day` with it."""
    found = [row(message, channel, plain=plain) for message in messages]
    before = None
    for one in found:
        one["begins_day"] = one["day"] != before
        one["day_name"] = day_name(one["day"]) if one["begins_day"] else ""
        before = one["day"]
    return found


def who(message: Message) -> str:
    """Return the name under which it was said, a visitor's with a word that says so: where words are all there is."""
    return _("%(name)s (visitor)") % {"name": message.name} if message.facts.get("visitor") else name(message)


def name(message: Message) -> str:
    """Return the name under which it was said."""
    return message.name or str(message.author or _("Somebody who left"))
