"""One text in one process: its replica, the pages that show it, and who stands where in it.

The database is the truth, in the order of its numbers; a room follows it. Every change is kept there before anybody
hears of it, so a process that dies takes nothing with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.db import Error as DatabaseError

from collab.accounts.models import User
from collab.events import relay
from collab.lib.errors import NotFound, Refusal
from collab.live.socket import in_thread
from collab.rights.actor import Actor
from files.actions import drafting
from files.together import plain, wire
from files.together.paper import Paper

if TYPE_CHECKING:
    from files.together.socket import DraftSocket

logger = logging.getLogger(__name__)

PAUSE = 4.0
"""Seconds without a change after which the file is saved; while people go on writing, after `LONGEST`."""
LONGEST = 60.0
BEAT, SILENT = 20.0, 50.0
"""Whoever is here says so at the pace of BEAT; of whom another process said nothing for SILENT seconds is gone."""
SAVE = "files.tasks.save_draft"
_LARGE = 64_000


class TooLong(ValueError):
    """The text would become too long to be edited here."""


class Anew(ValueError):
    """The page holds a text that was begun before the one that is kept."""


class Room:
    """Everything about one text here. `known`: the number of the last update taken in; `epoch`: "" before any."""

    def __init__(self, node_id: int):
        self.node_id = node_id
        self.epoch = ""
        self.known = 0
        self.saved: tuple[int, str] = (0, "")
        self.sockets: set[DraftSocket] = set()
        self._order = asyncio.Lock()
        self._paper: Paper | None = None
        self._mine: dict[int, DraftSocket] = {}
        self._others: dict[str, tuple[float, dict[str, Any]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._unsaved_since = 0.0
        self._looking = False
        self._entering = 0
        self._bound = plain.MOST
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating: asyncio.Task[None] | None = None

    async def enter(self, socket: DraftSocket, vector: bytes) -> tuple[bytes, bytes]:
        """Take the page in; return what it lacks, and what this replica knows. Raises Refusal, wire.Malformed."""
        wire.clocks(vector)
        self._entering += 1
        try:
            async with self._order:
                await in_thread(_begin, socket.user_id, self.node_id)
                await self._follow()
                paper = await self._read()
                self.sockets.add(socket)
                if self._beating is None:
                    self._beating = asyncio.create_task(self._beat())
                return paper.since(vector), paper.vector
        finally:
            self._entering -= 1

    def leave(self, socket: DraftSocket) -> bool:
        """Forget the page; return whether nobody is left."""
        self.sockets.discard(socket)
        if not self.sockets:
            if self._timer is not None:
                self._timer.cancel()
            if self._beating is not None:
                self._beating.cancel()
                self._beating = None
            if self._unsaved_since:
                self._do(_ask_to_save(self.node_id))
        return not self.sockets and not self._entering

    async def take(self, socket: DraftSocket, update: bytes) -> None:
        """Take a change from a page: kept when this returns. Raises wire.Malformed, Anew, TooLong, Refusal."""
        async with self._order:
            paper = await self._read()
            if self.epoch != socket.epoch:
                raise Anew
            known = paper.clocks
            large = len(update) > _LARGE
            judged = await asyncio.to_thread(wire.check, update, known) if large else wire.check(update, known)
            self._require_room(paper, judged.inserted)
            try:
                paper.take(update)
                if paper.clocks != judged.after:
                    raise wire.Malformed("it holds itself up")
                seq = await in_thread(_append, socket.user_id, self.node_id, self.epoch, update)
            except BaseException:
                self._paper = None  # it may hold what nobody keeps: read again
                raise
            self._mine[seq] = socket
            await self._follow()
        self._save_later()

    async def heard(self, what: dict[str, Any]) -> None:
        """Take what another process says: who stands where in it, or that something changed."""
        if "who" in what:
            await self._heard_of(what)
        elif what.get("seq", self.known + 1) > self.known:
            self.look_soon()

    def look_soon(self) -> None:
        """Read what is new, once for all who ask meanwhile."""
        if not self._looking:
            self._looking = True
            self._do(self._look())

    async def _look(self) -> None:
        self._looking = False
        try:
            async with self._order:
                await self._follow()
        except DatabaseError:
            await self._send_away()

    def absorb_soon(self) -> None:
        """Something happened to the file: others may have written to it."""
        self._do(self._absorb())

    async def _absorb(self) -> None:
        try:
            await in_thread(drafting.absorb, self.node_id)
        except (DatabaseError, Refusal):
            await self._send_away()
            return
        await self._look()

    async def _read(self) -> Paper:
        """Return the replica, read anew if it had to be thrown away. Under `_order`. Raises NotFound."""
        if self._paper is None:
            await self._follow()
        if self._paper is None:
            raise NotFound
        return self._paper

    async def _follow(self) -> None:
        """Take in what the database holds beyond what is known here, and hand it to the pages. Under `_order`."""
        known = self.known if self._paper is not None else -1
        missed = await in_thread(drafting.since, self.node_id, known)
        if missed is None or missed.epoch != self.epoch:
            self._paper, self.known = None, 0
            for socket in list(self.sockets):
                await socket.begin_anew()
            self.epoch = missed.epoch if missed is not None else ""
        if missed is None:
            return
        if known >= 0 and self._paper is None:
            missed = await in_thread(drafting.since, self.node_id, -1)
            if missed is None:
                return
        paper = self._paper or Paper()
        if missed.state is not None:
            before = paper.vector
            paper.take(missed.state)
            if missed.state_seq > self.known:  # what was kept one by one is one now
                await self._hand(paper.since(before), None)
                self.known = missed.state_seq
        for seq, data in missed.updates:
            paper.take(data)
            if seq > self.known:
                self.known = seq
                await self._hand(data, self._mine.pop(seq, None))
        self._paper = paper
        saved = (missed.saved_seq, missed.problem)
        if saved != self.saved:
            self.saved = saved
            if missed.saved_seq >= self.known:
                self._unsaved_since = 0.0
            for socket in list(self.sockets):
                await socket.tell_saved()

    def _require_room(self, paper: Paper, inserted: int) -> None:
        """Raise TooLong if so many bytes more are too many; the text is measured when it comes near."""
        if self._bound + inserted > plain.MOST:
            self._bound = len(paper.text.encode())
        if inserted and self._bound + inserted > plain.MOST:
            raise TooLong
        self._bound += inserted

    async def _hand(self, update: bytes, origin: DraftSocket | None) -> None:
        for socket in list(self.sockets):
            if socket is not origin:
                await socket.hand(update)

    def _save_later(self) -> None:
        now = time.monotonic()
        self._unsaved_since = self._unsaved_since or now
        if self._timer is not None:
            self._timer.cancel()
        wait = max(0.0, min(PAUSE, self._unsaved_since + LONGEST - now))
        self._timer = asyncio.get_running_loop().call_later(wait, lambda: self._do(_ask_to_save(self.node_id)))

    # Who is here: nothing of it is kept.

    def everybody(self) -> list[dict[str, Any]]:
        """Return who is here, by this process or another."""
        until = time.monotonic() - SILENT
        self._others = {name: one for name, one in self._others.items() if one[0] > until}
        return [socket.who for socket in self.sockets] + [who for _when, who in self._others.values()]

    async def tell_who(self, who: dict[str, Any]) -> None:
        """Tell all pages, here and elsewhere, where somebody of ours stands; without a name, that they went."""
        await self._say_who(who)
        await in_thread(relay.publish_now, f"{drafting.TOPIC}:{self.node_id}", {"who": [who], "by": PROCESS})

    async def _say_who(self, who: dict[str, Any]) -> None:
        for socket in list(self.sockets):
            if socket.who["id"] != who["id"]:
                await socket.say({"who": [who]})

    async def _heard_of(self, what: dict[str, Any]) -> None:
        if what.get("by") == PROCESS:
            return
        for who in what["who"]:
            if who.get("name"):
                self._others[who["id"]] = (time.monotonic(), who)
            else:
                self._others.pop(who["id"], None)
            await self._say_who(who)

    async def _beat(self) -> None:
        """Say again who is here, notice who is not any more, and look for what Redis may have kept to itself."""
        while True:
            await asyncio.sleep(BEAT)
            before = set(self._others)
            here = [socket.who for socket in self.sockets]
            await in_thread(relay.publish_now, f"{drafting.TOPIC}:{self.node_id}", {"who": here, "by": PROCESS})
            self.everybody()
            self.look_soon()
            for gone in before - set(self._others):
                await self._say_who({"id": gone})

    async def _send_away(self) -> None:
        for socket in list(self.sockets):
            await socket.send_away()

    def _do(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


PROCESS = uuid.uuid4().hex
rooms: dict[int, Room] = {}


def room(node_id: int) -> Room:
    """Return the room of this text, a new one when nobody here shows it."""
    return rooms.setdefault(node_id, Room(node_id))


def left(socket: DraftSocket) -> None:
    """A page of the room went."""
    found = rooms.get(socket.node_id)
    if found is not None and found.leave(socket):
        del rooms[socket.node_id]


async def heard(node_id: int, what: dict[str, Any]) -> None:
    """Hand what another process says to the room, if it is open here."""
    if (found := rooms.get(node_id)) is not None:
        await found.heard(what)


async def _ask_to_save(node_id: int) -> None:
    """Let a worker save; while that cannot be asked, the sweep of the minute finds it."""
    try:
        await asyncio.to_thread(current_app.send_task, SAVE, [node_id], expires=300, retry=False)
    except Exception as error:
        logger.warning("files: a text waits for the sweep to be saved (%s)", error)


def _begin(person: int, node_id: int) -> None:
    drafting.begin(_actor(person), node_id)


def _append(person: int, node_id: int, epoch: str, update: bytes) -> int:
    return drafting.append(_actor(person), node_id, epoch, update)


def _actor(person: int) -> Actor:
    """Return the person as they are now: their groups are asked for at every change."""
    return Actor.of(User.objects.get(pk=person))
