"""Who of those with whom one talks is here, and what they are at: drawn with the page, then told as it changes.

A process asks once every `TICK` about all people that its pages show, and tells each page what changed of its own: the
work grows with the people shown and with what changes, never with one times the other.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Channel
from chat.queries import Mine
from collab.events import presence
from collab.live import socket as door
from collab.profiles import statuses
from collab.profiles.models import Status
from collab.rights import whom
from collab.rights.actor import Actor

TICK = 5.0
MOST = 300
DND = "dnd"


@dataclass(frozen=True)
class Here:
    """`state`: ONLINE, AWAY, DND, or "" for who is not here; `shown`: what they say they are at."""

    state: str = ""
    shown: statuses.Shown = statuses.NOTHING

    @property
    def word(self) -> str:
        """What the state is called."""
        names = {presence.ONLINE: _("Online"), presence.AWAY: _("Away"), DND: _("Do not disturb")}
        return names.get(self.state, "")

    @property
    def says(self) -> str:
        """Their sign and words."""
        return f"{self.shown.icon} {self.shown.message}".strip()

    def told(self) -> dict[str, str]:
        """Return it as a page takes it, in the language at hand."""
        return {"state": self.state, "word": self.word, "says": self.says}


def partners(actor: Actor, column: Iterable[Mine]) -> set[int]:
    """Return with whom the actor talks in private, of those whom they find. One query."""
    return findable(
        actor, {one.others[0].pk for one in column if one.channel.form == Channel.Form.DIRECT and one.others}
    )


def findable(actor: Actor, ids: Collection[int]) -> set[int]:
    """Return those of these people whom the actor finds, at most `MOST`. One query."""
    return set(whom.people(actor).filter(pk__in=sorted(ids)[:MOST]).values_list("pk", flat=True)) if ids else set()


def look(people: Collection[int]) -> dict[int, Here]:
    """Return how these people are now; who asks has found them. One query, one exchange with Redis."""
    if not people:
        return {}
    here, now = presence.states(people), timezone.now()
    said = {row.pk: statuses.for_others(statuses.at(row, now)) for row in Status.objects.filter(pk__in=list(people))}
    return {pk: _here(here.get(pk, ""), said.get(pk, statuses.NOTHING)) for pk in people}


def attach(actor: Actor, column: Collection[Mine]) -> None:
    """Give those with whom one talks in private `.here`, for the pages that list them."""
    found = look(partners(actor, column))
    for one in column:
        for person in one.others:
            person.here = found.get(person.pk)  # type: ignore[attr-defined] # read by templates


def _here(state: str, shown: statuses.Shown) -> Here:
    kind = Status.Kind
    if shown.kind == kind.OFFLINE or not state:
        return Here("", shown)
    if shown.kind in {kind.DND, kind.BUSY}:
        return Here(DND, shown)
    return Here(presence.AWAY if shown.kind == kind.AWAY else state, shown)


class Watcher(Protocol):
    """A socket that is told of people: `watched` are those."""

    watched: set[int]

    async def hear_people(self, people: dict[int, Here]) -> None:
        """Take note of how they are now."""


_watchers: dict[int, set[Watcher]] = defaultdict(set)
_known: dict[int, Here] = {}
_ticking: asyncio.Task[None] | None = None


async def watch(socket: Watcher, people: set[int]) -> None:
    """Tell this page of these people from now on, and of no others; what is known already, at once."""
    global _ticking
    fresh = people - socket.watched
    unwatch(socket, socket.watched - people)
    socket.watched = set(people)
    for pk in fresh:
        _watchers[pk].add(socket)
    if known := {pk: _known[pk] for pk in fresh if pk in _known}:
        await socket.hear_people(known)
    if people and (_ticking is None or _ticking.done()):
        _ticking = asyncio.create_task(_tick())


def unwatch(socket: Watcher, people: Iterable[int]) -> None:
    """Tell it no more of these."""
    for pk in people:
        if (those := _watchers.get(pk)) is not None:
            those.discard(socket)
            if not those:
                _watchers.pop(pk, None)
                _known.pop(pk, None)


async def _tick() -> None:
    while _watchers:
        found: dict[int, Here] = await door.in_thread(look, list(_watchers))
        news: dict[Any, dict[int, Here]] = defaultdict(dict)
        for pk, here in found.items():
            if pk in _watchers and _known.get(pk) != here:
                _known[pk] = here
                for socket in _watchers[pk]:
                    news[socket][pk] = here
        for socket, changed in news.items():
            await socket.hear_people(changed)
        await asyncio.sleep(TICK)
