"""A page on which somebody reads or writes a text with others.

Binary frames: a Yjs update of this text, both ways. JSON from the page: {"hello": {"epoch": what it holds, or null,
"vector": base64}}, then {"at": [anchor, head]} (relative positions of Yjs, base64) or {"at": null}.
To the page: {"draft": {"epoch", "may", "vector", "you", "saved", "problem"}}; {"took": n}, how many of its updates are
kept for good; {"who": [{"id", "name", "sign", "hue", "at"}]}, without a name: gone; {"may": "read" | "write"};
{"saved", "problem"}, of the file; {"moved"}; {"gone": why}; {"refused": why}; {"anew"}: begin again with nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from typing import Any

from django.db import Error as DatabaseError

from collab.accounts.models import User
from collab.lib.errors import Forbidden, NotFound, Refusal, Stale
from collab.lib.text import initials
from collab.live import socket as door
from collab.live import topics
from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import drafting
from files.models import Node
from files.together import room as rooms
from files.together import wire

GONE = 4404
MOST_BYTES, MOST_JSON = 2 * 2**20, 200_000
FLOOD = 8 * 2**20
"""Bytes that a page may send in ten seconds."""
_POSITION = 200


class DraftSocket(door.Line):
    """`who`: how others see this page; `epoch`: of the text it holds, "" before its hello."""

    most_frames = 400

    async def connect(self) -> None:
        self.node_id = int(self.scope["url_route"]["kwargs"]["pk"])
        self.epoch = ""
        self.room: rooms.Room | None = None
        self.who: dict[str, Any] = {"id": uuid.uuid4().hex[:16], "name": "", "sign": "", "hue": "", "at": None}
        self._may = Right.NONE
        self._took = 0
        self._bytes: list[tuple[float, int]] = []
        door.hub.carry(drafting.TOPIC, rooms.heard)
        await super().connect()

    async def opened(self) -> None:
        """Listen to what happens to the file, if it may be seen; unknown is as missing."""
        topic = f"{Node.REF_KIND}:{self.node_id}"
        found = await door.in_thread(topics.admit, self._session, [topic])
        try:
            if not found:
                raise NotFound
            self._may, person = await door.in_thread(_look, self.user_id, self.node_id)
        except Refusal:
            await self._end("missing")
            return
        self.who |= {"name": str(person), "sign": initials(str(person)), "hue": person.hue}
        self.topics = found
        door.hub.join(self, topic, found[topic].space_id)

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self.room is not None:
            rooms.left(self)
            await self.room.tell_who({"id": self.who["id"]})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_too_often() or self._is_flood(len(bytes_data or text_data or "")):
            await self.close(door.TOO_MUCH)
            return
        try:
            if bytes_data is not None and self.room is not None:
                await self._take(bytes_data)
            elif text_data is not None and len(text_data) <= MOST_JSON and self.topics:
                await self._listen(json.loads(text_data))
            elif self.topics:
                raise wire.Malformed
        except rooms.TooLong:
            await self._refuse("too-long")
        except door.WRONG:
            await self.close(door.TOO_MUCH)
        except Forbidden:
            await self.look_again()
            await self._refuse("forbidden")
        except NotFound:
            await self.look_again()
        except (Refusal, DatabaseError):
            await self.send_away()

    async def _take(self, update: bytes) -> None:
        """A change: kept before it is answered for."""
        if len(update) > MOST_BYTES:
            raise wire.Malformed
        if not self._may & Right.EDIT:
            raise Forbidden
        assert self.room is not None
        try:
            await self.room.take(self, update)
        except (rooms.Anew, Stale):
            await self.begin_anew()
            return
        except wire.Gap:
            await self.send_away()  # it comes back, and brings all that is missing here
            return
        self._took += 1
        await self.say({"took": self._took})

    async def _listen(self, said: Any) -> None:
        if "hello" in said:
            if self.room is not None:
                raise wire.Malformed
            await self._enter(said["hello"])
        elif self.room is not None:
            self.who["at"] = _place(said["at"])
            await self.room.tell_who(self.who)
        else:
            raise wire.Malformed

    async def _enter(self, hello: dict[str, Any]) -> None:
        vector, epoch = base64.b64decode(hello["vector"], validate=True), hello.get("epoch")
        if not isinstance(epoch, str | None):
            raise wire.Malformed
        room = rooms.room(self.node_id)
        try:
            lacks, knows = await room.enter(self, vector)
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                await self._end("missing")
            else:
                await self._end("no-text")
            return
        finally:
            if self not in room.sockets:
                rooms.left(self)
        if epoch not in {None, room.epoch}:
            rooms.left(self)
            await self.begin_anew()
            return
        self.room, self.epoch = room, room.epoch
        saved, problem = room.saved
        await self.hand(lacks)
        await self.say({"draft": {
            "epoch": room.epoch, "may": self._word(), "vector": base64.b64encode(knows).decode(),
            "you": self.who["id"], "saved": saved >= room.known, "problem": problem,
        }})  # fmt: skip
        await self.say({"who": [one for one in room.everybody() if one["id"] != self.who["id"]]})
        await room.tell_who(self.who)

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Something happened to the file: others may have written to it, or named it anew."""
        if self.room is None:
            return
        if frame["kind"] in {"move", "leave", "arrive"}:
            self.look_soon()
            await self.say({"moved": True})
        elif frame["ref"] == f"{Node.REF_KIND}:{self.node_id}":
            self.room.absorb_soon()

    async def lost(self, topics: list[str]) -> None:
        """The file went, or the right to see it."""
        await self._end(await door.in_thread(_why_gone, self.node_id))

    async def look_again(self) -> None:
        """Ask again what may be done here; who may not write any more reads on."""
        await super().look_again()
        if not self.topics or not self.user_id:
            return
        try:
            await self._follow_to_its_space()
            may, _person = await door.in_thread(_look, self.user_id, self.node_id)
        except Refusal:
            await self.lost(list(self.topics))
            return
        except DatabaseError:
            await self.send_away()
            return
        if may != self._may:
            self._may = may
            await self.say({"may": self._word()})

    async def _follow_to_its_space(self) -> None:
        """Hear of the rights of the space in which the file lies now."""
        for topic, joined in (await door.in_thread(topics.admit, self._session, list(self.topics)) or {}).items():
            before = self.topics[topic]
            if joined.space_id != before.space_id:
                door.hub.quit(self, topic, before.space_id)
                self.topics[topic] = joined
                door.hub.join(self, topic, joined.space_id)

    async def hand(self, update: bytes) -> None:
        """Send what others changed."""
        try:
            await self.send(bytes_data=update)
        except RuntimeError:
            return  # the page has gone meanwhile

    async def tell_saved(self) -> None:
        """Say whether the file has what is written here."""
        assert self.room is not None
        saved, problem = self.room.saved
        await self.say({"saved": saved >= self.room.known, "problem": problem})

    async def begin_anew(self) -> None:
        """Let the page come back with what it holds: it is not what is kept here."""
        await self.say({"anew": True})
        await self.send_away()

    async def _refuse(self, why: str) -> None:
        await self.say({"refused": why})

    async def _end(self, why: str) -> None:
        await self.say({"gone": why})
        await self.close(GONE)

    def _word(self) -> str:
        return "write" if self._may & Right.EDIT else "read"

    def _is_flood(self, size: int) -> bool:
        now = time.monotonic()
        self._bytes = [one for one in self._bytes if now - one[0] < door.SECONDS] + [(now, size)]
        return sum(one[1] for one in self._bytes) > FLOOD


def _look(person: int, node_id: int) -> tuple[Right, User]:
    """Return what the person may do, and who they are. Raises NotFound."""
    user = User.objects.get(pk=person)
    return drafting.may(Actor.of(user), node_id), user


def _why_gone(node_id: int) -> str:
    """Return why a page ends whose person saw the file until now."""
    return "trash" if Node.objects.filter(pk=node_id).exclude(trash=None).exists() else "lost"


def _place(said: Any) -> list[str] | None:
    """Return where somebody stands, checked. Raises ValueError."""
    if said is None:
        return None
    if not isinstance(said, list) or len(said) != 2 or any(not isinstance(one, str) for one in said):
        raise ValueError
    if any(len(one) > _POSITION for one in said):
        raise ValueError
    try:
        for one in said:
            base64.b64decode(one, validate=True)
    except binascii.Error:
        raise ValueError from None
    return said
