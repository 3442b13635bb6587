"""What the links of messages lead to, for one person: a message is drawn for all, these are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.text import Truncator

from chat import drawing, finding, links, queries
from collab.registry.searching import Shown
from collab.rights.actor import Actor
from collab.search import cards

MOST_MESSAGES = 100
_MESSAGE = re.compile(r"/chat/message/(\d{1,18})/")


@dataclass
class Linked:
    """The cards of one message: `origin`, the message that it forwards; `things` to which its links lead."""

    origin: Shown | None = None
    things: list[Shown] = field(default_factory=list)


def find(actor: Actor, ids: list[int]) -> dict[int, Linked]:
    """Return {message: its cards} of those of these messages that the actor reads, at most 100."""
    rows = list(finding.readable(actor).filter(pk__in=ids[:MOST_MESSAGES]))
    hrefs = {row.pk: links.of(row) for row in rows}
    origins = {row.pk: row.facts["from"] for row in rows if isinstance(row.facts.get("from"), int)}
    said = _messages(
        actor, {*origins.values(), *(pk for those in hrefs.values() for one in those if (pk := _named(one)))}
    )
    things = cards.find(actor, [one for those in hrefs.values() for one in those if not _named(one)])
    found = {}
    for row in rows:
        shown = [said.get(pk) if (pk := _named(one)) else things.get(one) for one in hrefs[row.pk]]
        unlike = {one.url: one for one in shown if one is not None}
        found[row.pk] = Linked(said.get(origins.get(row.pk, 0)), list(unlike.values()))
    return {pk: one for pk, one in found.items() if one.origin or one.things}


def _named(address: str) -> int:
    """Return the id of the message whose own address this is, 0 for another's."""
    found = _MESSAGE.fullmatch(cards.path_of(address))
    return int(found[1]) if found else 0


def _messages(actor: Actor, ids: set[int]) -> dict[int, Shown]:
    rows = list(finding.readable(actor).filter(pk__in=ids).select_related("channel__space")) if ids else []
    queries.dress(rows)
    titles = queries.titles(actor, {row.channel_id for row in rows})
    return {
        row.pk: Shown(
            Truncator(" ".join(row.text.split())).chars(160), reverse("chat:message", args=[row.pk]), "quote",
            titles.get(row.channel_id, ""), by=drawing.who(row), at=row.at,
        )
        for row in rows
    }  # fmt: skip
