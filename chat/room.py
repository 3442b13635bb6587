"""One channel in one process of sockets: what happens in it is read and drawn once, and told to all who look.

The database is the truth, in the order of the channel's clock. A room is woken by the outbox; what it was not told of
it finds by the clock, so nothing is lost when a message of Redis is, and nothing comes twice: pages put a message in
the place of what they have of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError
from django.utils import timezone, translation

from chat import drawing, queries
from chat.actions.common import SWEPT, TOPIC
from chat.actions.sitting import READ
from chat.announcing import MEMBER
from chat.models import Channel, Discreet, Message
from collab.events import relay
from collab.live import socket as door
from collab.live import straight
from collab.rights import explain
from collab.rights.right import Right

logger = logging.getLogger(__name__)

MOST = 200
"""So many changes are told one by one; who missed more draws the page anew."""
TYPING = "chat-typing"
"""Who writes is told past the outbox, under `chat-typing:<channel>`: nobody misses it."""
GATHER = 1.0
"""Seconds in which it is gathered who read how far."""
Look = tuple[str, str]
"""A language and a time zone."""
Piece = dict[str, Any]
Draw = Callable[[Channel, list[Message], Look], list[Piece]]


class Pieces(list[Piece]):
    """What happened, with the text that says all of it to a page: put together once, however many look."""

    @cached_property
    def text(self) -> straight.Text:
        return straight.Text(json.dumps({"messages": self}, separators=(",", ":")))


class Ear(Protocol):
    """A socket that hears of channels: `draw` makes of what happened what it is told, once for all that are alike.

    `doubted`: something happened that may have ended its right, and it has not looked yet.
    """

    user_id: int
    doubted: bool
    look: Look
    draw: Draw

    async def hand(self, pieces: Pieces) -> None:
        """Take what happened in one channel, in its order."""

    async def hear_typing(self, channel: int, person: int, name: str) -> None:
        """Take note that somebody writes."""

    async def hear_member(self, channel: int, person: int, *, on: bool) -> None:
        """Take note that somebody came, or went."""

    async def hear_reads(self, told: list[tuple[int, int, str]]) -> None:
        """Take note of who (id, number, name) has read how far."""

    async def hear_swept(self, until: datetime | None) -> None:
        """Take note that what was said before this moment has gone."""

    async def reset(self) -> None:
        """Begin anew: more was missed than is told one by one."""

    async def send_away(self) -> None:
        """Close for a while."""

    async def look_again(self) -> None:
        """Ask whether its right has ended, and go where it did."""


class Room:
    """Everything about one channel here. `clock`: of the last change that was told; `coming`: pages about to enter."""

    def __init__(self, channel: Channel):
        self.channel = channel
        self.clock = channel.clock
        self.sockets: set[Ear] = set()
        self.coming = 0
        self.reads: dict[int, tuple[int, str]] = {}
        self._order = asyncio.Lock()

    async def enter(self, socket: Ear, since: int) -> None:
        """Take a page in, and tell it what happened after `since`: nothing falls between."""
        self.coming += 1
        try:
            async with self._order:
                self.sockets.add(socket)
                rows = await door.in_thread(queries.changed, self.channel.pk, since, MOST + 1)
                if len(rows) > MOST:
                    await socket.reset()
                elif rows:
                    await self._tell(rows, [socket])
        finally:
            self.coming -= 1

    async def sweep(self) -> None:
        """Tell until when what was said has gone."""
        async with self._order:
            until = await door.in_thread(swept, self.channel.pk)
            for socket in list(self.sockets):
                await socket.hear_swept(until)

    async def look(self) -> None:
        """Read what happened since the last look, and tell it."""
        async with self._order:
            while self.sockets:
                rows = await door.in_thread(queries.changed, self.channel.pk, self.clock, MOST)
                if rows:
                    self.clock = rows[-1].clock
                    await self._tell(rows, list(self.sockets))
                if len(rows) < MOST:
                    return

    async def _tell(self, rows: list[Message], sockets: list[Ear]) -> None:
        if any(socket.doubted for socket in sockets):
            sockets = await self._still_in(sockets)
        by_look: dict[tuple[Draw, Look], list[Ear]] = defaultdict(list)
        for socket in sockets:
            by_look[socket.draw, socket.look].append(socket)
        for (draw, look), those in by_look.items():
            pieces = Pieces(await door.in_thread(draw, self.channel, rows, look))
            for socket in those:
                try:
                    await socket.hand(pieces)
                except (RuntimeError, OSError):  # its line broke; the others go on, and it asks again by its clock
                    logger.warning("chat: a page could not be told", exc_info=True)
                    await socket.send_away()

    async def _still_in(self, sockets: list[Ear]) -> list[Ear]:
        """Send those away whose right may have ended and did: not even what is said at that moment reaches them."""
        seeing = await door.in_thread(_who_sees, self.channel.pk)
        doubted = [socket for socket in sockets if socket.doubted and socket.user_id not in seeing]
        for socket in doubted:
            if socket.user_id:
                await socket.send_away()  # asks again as it comes back, and is told that it is over
            else:
                await socket.look_again()  # a visitor, who is none of those people
        out = {socket for socket in doubted if socket.user_id} | (set(sockets) - self.sockets)
        return [socket for socket in sockets if socket not in out]


_rooms: dict[int, Room] = {}
_tasks: set[asyncio.Task[None]] = set()
_waiting: set[int] = set()


def room(channel: Channel) -> Room:
    """Return the room of this channel in this process."""
    if channel.pk not in _rooms:
        _rooms[channel.pk] = Room(channel)
        if _heard not in door.hub.ears:
            door.hub.ears.append(_heard)
        door.hub.carry(TYPING, typed)
        door.hub.carry(READ, was_read)
        door.hub.carry(MEMBER, came_or_went)
    return _rooms[channel.pk]


def left(socket: Ear, channel: int) -> None:
    """Forget that it hears of the channel; the room goes with the last one, unless somebody stands at its door."""
    found = _rooms.get(channel)
    if found is not None:
        found.sockets.discard(socket)
        if not found.sockets and not found.coming:
            _rooms.pop(channel, None)


def tell_typing(channel: int, person: int, name: str) -> bool:
    """Tell all who look at the channel that somebody writes."""
    return relay.publish_now(f"{TYPING}:{channel}", {"person": person, "name": name, "at": time.time()})


async def typed(channel: int, said: dict[str, Any]) -> None:
    """Hear it, from whatever process."""
    found = _rooms.get(channel)
    if found is None:
        return
    for socket in list(found.sockets):
        if socket.user_id != said["person"]:
            await socket.hear_typing(channel, said["person"], said["name"])


async def came_or_went(channel: int, said: dict[str, Any]) -> None:
    """Hear who came or went, from whatever process."""
    if (found := _rooms.get(channel)) is not None:
        for socket in list(found.sockets):
            await socket.hear_member(channel, said["person"], on=said["on"])


async def was_read(channel: int, said: dict[str, Any]) -> None:
    """Hear how far somebody read; what many read in one second is told together."""
    found = _rooms.get(channel)
    if found is None:
        return
    if not found.reads:
        _do(_tell_reads(found))
    found.reads[said["person"]] = (said["number"], said["name"])


async def _tell_reads(found: Room) -> None:
    await asyncio.sleep(GATHER)
    told, found.reads = found.reads, {}
    looking = {socket.user_id for socket in found.sockets}
    try:
        discreet = await door.in_thread(_discreet, [*told, *looking])
    except DatabaseError:
        return  # pages learn it as they are drawn
    reads = [(person, number, name) for person, (number, name) in told.items() if person not in discreet]
    for socket in list(found.sockets) if reads else ():
        if socket.user_id in looking and socket.user_id not in discreet:
            await socket.hear_reads(reads)


def _discreet(people: list[int]) -> set[int]:
    return set(Discreet.objects.filter(user__in=people).values_list("user", flat=True))


def _do(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _heard(topic: str, event: dict[str, Any]) -> None:
    kind, _colon, number = topic.partition(":")
    if kind != TOPIC or (found := _rooms.get(int(number))) is None:
        return
    if found.channel.pk not in _waiting:
        _waiting.add(found.channel.pk)
        _do(_tell(found, found.look))
    if event.get("kind") == SWEPT:
        _do(_tell(found, found.sweep))


async def _tell(found: Room, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _waiting.discard(found.channel.pk)  # what happens from now on needs another look
    told = False
    try:
        await what()
        told = True
    except DatabaseError:
        logger.warning("chat: channel %d could not be read", found.channel.pk, exc_info=True)
    finally:
        if not told:  # whatever went wrong: the pages come back, and ask by the clocks that they know
            for socket in list(found.sockets):
                await socket.send_away()


def swept(channel: int) -> datetime | None:
    """Return the moment before which all that was said has gone, by a rule of the channel."""
    return Channel.objects.filter(pk=channel).values_list("swept_until", flat=True).first()


def _who_sees(channel: int) -> set[int]:
    found = Channel.objects.living().filter(pk=channel).values_list("acl_id", flat=True).first()
    return set(explain.people_with(found, Right.SEE)) if found is not None else set()


def is_for(since: int, pk: int, root: int, number: int) -> bool:
    """Whether a message is told to who reads from `since` on: one of a thread that began before, if it stands in the
    channel too, as on their page."""
    return pk >= since and (number > 0 or (root or pk) >= since)


def draw(channel: Channel, rows: list[Message], look: Look) -> list[Piece]:
    language, zone = look
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return [
            {"id": row.pk, "root": row.root_id or 0, "number": row.number, "clock": row.clock, "key": row.key,
             "by": row.author_id or 0, "html": drawing.draw(row)}
            for row in rows
        ]  # fmt: skip
