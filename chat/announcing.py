"""Telling the pages and programs of single people what concerns them, and those of a channel who came and went."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from collab.events import log, relay

TOPIC = "chat-to"
"""`chat-to:<person>`: something in the chat concerns this person alone. Kinds: EPHEMERAL, SEAT, KEPT, VIEWED."""
EPHEMERAL, SEAT, KEPT, VIEWED = "ephemeral", "seat", "kept", "viewed"
"""Something was said to them alone; their channels changed; what programs keep for them; they have read a channel."""
MEMBER = "chat-member"
"""Who comes and goes is told under `chat-member:<channel>`, past the outbox: who misses it asks for the members."""


def to(people: Iterable[int], kind: str) -> None:
    """Tell these people's pages and programs, after the transaction at hand."""
    log.announce_all([(f"{TOPIC}:{pk}", {"kind": kind}) for pk in people])


def viewed(person: int, channel: int) -> None:
    """Tell a person's other programs that they have read a channel; who misses it asks."""
    relay.publish_now(f"{TOPIC}:{person}", {"id": 0, "kind": VIEWED, "ref": f"seen:{channel}"})


def member(channel: int, person: int, *, on: bool) -> None:
    """Tell all who hear of a channel that somebody came, or went; and their own programs that they have it, or not."""
    to([person], SEAT)
    told = {"person": person, "on": on}
    transaction.on_commit(lambda: relay.publish_now(f"{MEMBER}:{channel}", told) and None)
