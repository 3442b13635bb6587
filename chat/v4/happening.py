"""What changed messages mean as events: a room tells their state, these programs want to hear what was done.

A message that one socket has seen is compared with what it was; of one that it has not, numbers say whether it is new,
and which signs are. Only a sign taken from under an old message cannot be told from other changes: then the whole
message is told again, with all its signs.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chat.models import Channel, Message, Reaction
from chat.v4 import ids, records

KEPT = 1000
Event = tuple[str, dict[str, Any]]
"""(its name, its data)."""


@dataclass(frozen=True)
class State:
    """A message as it is now. `signs`: {(emoji, person): number of the sign}."""

    clock: int
    channel: int
    pk: int
    root: int
    number: int
    author: int
    people: tuple[int, ...]
    edited: int
    pinned: bool
    gone: bool
    signs: dict[tuple[str, int], int]
    drawn: dict[str, Any]
    who: str


@dataclass
class Seen:
    """What one socket knows. `numbers`: of the last thing said in each channel; `message`, `sign`: the last numbers of
    all; `since`: ms, when it came."""

    numbers: dict[int, int]
    message: int
    sign: int
    since: int
    known: OrderedDict[int, State] = field(default_factory=OrderedDict)

    def told(self, state: State) -> list[Event]:
        """Return what this state means, and keep it."""
        events = list(self._events(state))
        self.numbers[state.channel] = max(self.numbers.get(state.channel, 0), state.number)
        self.known.pop(state.pk, None)
        self.known[state.pk] = state
        while len(self.known) > KEPT:
            self.known.popitem(last=False)
        return events

    def _events(self, state: State) -> Iterator[Event]:
        before = self.known.get(state.pk)
        if state.gone:  # of one that was never told, too: whoever posted it knows it from the answer
            if before is None or not before.gone:
                yield "post_deleted", {"post": json.dumps(state.drawn)}
            return
        if before is None and self._is_new(state):
            yield "posted", {"post": json.dumps(state.drawn), "mentions": json.dumps(_ids(state.people))}
            return
        old = {pair: pk for pair, pk in state.signs.items() if pk <= self.sign} if before is None else before.signs
        changed = state.edited > self.since if before is None else before.edited != state.edited
        turned = before is not None and before.pinned != state.pinned
        added, removed = state.signs.keys() - old.keys(), old.keys() - state.signs.keys()
        answered = state.drawn["last_reply_at"] > self.since
        for name, pairs in (("reaction_added", added), ("reaction_removed", removed)):
            for emoji, person in sorted(pairs):
                yield name, {"reaction": json.dumps(_reaction(state, emoji, person))}
        if changed or turned or (before is None and not added and not answered):
            yield "post_edited", {"post": json.dumps(state.drawn)}

    def _is_new(self, state: State) -> bool:
        if state.number:
            return state.number > self.numbers.get(state.channel, 0)
        return state.pk > self.message


def draw(channel: Channel, rows: list[Message], look: object) -> list[dict[str, Any]]:
    """Return the states of messages, once for all sockets: one query more than a page asks."""
    numbers: dict[int, dict[tuple[str, int], int]] = {}
    living = [row.pk for row in rows if row.signs]
    found = Reaction.objects.filter(message__in=living).values_list("pk", "message_id", "emoji", "user_id")
    for pk, message, emoji, person in found if living else ():
        numbers.setdefault(message, {})[emoji, person] = pk
    return [{"clock": row.clock, "state": _state(row, numbers.get(row.pk, {}))} for row in rows]


def _state(row: Message, signs: dict[tuple[str, int], int]) -> State:
    who = f"@{row.author.username}" if row.author is not None else row.name
    return State(
        row.clock, row.channel_id, row.pk, row.root_id or 0, row.number, row.author_id or 0, tuple(row.people),
        records.ms(row.edited_at), row.pinned_at is not None, row.deleted_at is not None, signs,
        records.post(row, None), who,
    )  # fmt: skip


def _reaction(state: State, emoji: str, person: int) -> dict[str, Any]:
    return records.reaction(Message(pk=state.pk, channel_id=state.channel), emoji, person)


def _ids(people: tuple[int, ...]) -> list[str]:
    return [ids.of("user", pk) for pk in people]
