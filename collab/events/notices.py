"""Telling people of what happens outside of spaces, in the transaction that does it; who carries it stands above.

What happens in a space is in its change log, and needs no word here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.dispatch import Signal

telling = Signal()
"""Sent with `kind`, `people` (ids), `ref`, `actor_id` and `facts`."""
reading = Signal()
"""Sent with `person` (an id), `kinds` and `ref`."""


def tell(kind: str, people: Iterable[int], ref: tuple[str, int], *, actor_id: int | None = None, **facts: int) -> None:
    """Tell these people: `kind` is a declared `Notice`, `ref` the thing it is about, ("registration", 12).

    `facts` are numbers, added up when the same is told again before it was read. Words are found when it is read.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notification belongs to the transaction of its cause")
    telling.send(None, kind=kind, people=list(people), ref=ref, actor_id=actor_id, facts=facts)


def have_read(person: int, kinds: Iterable[str], ref: tuple[str, int]) -> None:
    """Say that a person has seen what these notices told of the thing, by looking at the thing itself."""
    reading.send(None, person=person, kinds=list(kinds), ref=ref)
