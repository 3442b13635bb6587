"""Saying again what somebody said: as a quotation in an answer, or to others."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from chat import drawing
from chat.actions import posting
from chat.actions.common import LONGEST
from chat.models import Channel, Message
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

MOST_QUOTED = 1_000


def quotation(message: Message) -> str:
    """Return the message as a quotation to be answered: who said it, with the way there, and its first words."""
    address = reverse("chat:message", args=[message.pk])
    head = _("[%(who)s wrote](%(address)s):") % {"who": _plain(drawing.who(message)), "address": address}
    return f"> {head}\n{_quoted(message.text, MOST_QUOTED)}\n\n"


def forward(actor: Actor, message: Message, channel: Channel, text: str = "", *, key: str = "") -> posting.Said:
    """Say a message that the actor reads in another channel too, with words of theirs before it. Raises as `say`.

    It says who said it, not where: that stands in `facts`, and each page asks whether its person may know. Its files
    stay where they are, with their own rights.
    """
    if message.deleted_at is not None or message.kind != Message.Kind.SAID:
        raise NotFound
    text = text.strip()
    head = f"**{_plain(drawing.who(message))}**"
    own = f"{text}\n\n" if text else ""
    room = LONGEST - len(own) - len(head) - 100
    body = f"{own}> {head}\n{_quoted(message.text, max(room // 2, 0))}"
    facts = {"from": message.facts.get("from", message.pk)}
    if files := message.facts.get("files"):
        facts["files"] = files
    return posting.say_once(actor, channel, body, key=key, facts=facts)


def _quoted(text: str, most: int) -> str:
    cut = text if len(text) <= most else text[:most].rstrip() + "…"
    if cut.count("```") % 2:  # what was cut within code ends there, and not with what follows it
        cut += "\n```"
    return "\n".join(f"> {line}".rstrip() for line in cut.split("\n"))


def _plain(name: str) -> str:
    """Return a name without what Markdown would read in it."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>@:~!#" else sign for sign in name)
