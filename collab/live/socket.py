"""One open page: what it asks to hear, and what it is told. Frames are JSON objects of at most 8 KiB.

`Line` is what every websocket of the house shares: whose it is, from which page, how much it may say, and that it ends
with its session and its rights. What an app carries by one of its own (`Plugin.channels`) is built on it.

From the page: {"join": {"space:12": 345, "node:7": null}} (the last number it knows), {"leave": ["space:12"]},
{"active": true} when somebody touches it, once a minute at most.
To the page: {"topic", "seq", "kind", "ref"}; {"joined": {topic: seq}}; {"refused": [topics]}; {"lost": [topics]} when a
right ended; {"reset": [topics]} when too much was missed to tell it one by one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

from channels.db import DatabaseSyncToAsync
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseError
from django.http import parse_cookie

from collab.events import presence
from collab.live import straight, topics
from collab.live.hub import hub

logger = logging.getLogger(__name__)

SIGNED_OUT, TOO_MUCH, AWAY = 4401, 4429, 4503
"""Daphne closes with 1000 and with 3000 to 4999 only (RFC 6455, 7.4.2); for any other it raises, and the line stays."""
MOST_TOPICS = 200
LONGEST = 8192
FRAMES, SECONDS = 40, 10.0
"""A page may send so many frames in so many seconds."""
SOON = 0.3
WRONG = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What comes of reading a frame that is not as it should be; `int` of the infinite overflows."""
LOOK_EVERY = 60.0
"""Rights that end by themselves are noticed at this pace; rights that somebody takes, at once."""


class Line(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Belongs to one session. `topics`: what it listens to, each admitted by `topics.admit` again and again.

    Who builds on it answers to `opened`, `deliver` and `lost`.
    """

    channel_layer_alias = ""  # none: a layer would hold a connection to Redis for every page
    most_frames = FRAMES
    doubted = False
    _line: Any = None
    is_page = True
    """Whether somebody sits before it, so that they are here; a device that syncs is nobody's presence."""

    def __init__(self, *given: Any, **named: Any):
        super().__init__(*given, **named)  # before anything of a line can break, there is what is cleared away with it
        self.topics: dict[str, topics.Joined] = {}
        self.user_id = 0
        self._frames: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._soon = False

    async def connect(self) -> None:
        self._line = straight.line(self.base_send)
        if not self._is_ours():
            await self.close()
            return
        cookie = dict(self.scope["headers"]).get(b"cookie", b"").decode("latin-1")
        self._session = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
        try:
            known = await self.identify() if self._session else False
        except DatabaseError:  # a busy moment, as when all pages come back at once: they try again by themselves
            await self.accept()
            await self.send_away()
            return
        await self.accept()
        if not known:
            await self.unknown()
            return
        hub.enter(self)
        try:
            await asyncio.wait_for(hub.up.wait(), 2)
        except TimeoutError:
            await self.send_away()
            return
        self.do(self._keep_looking())
        await self.opened()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Take one message. A fault of ours closes the line, which is then cleared away like any other."""
        try:
            await super().dispatch(message)
        except StopConsumer:
            raise
        except Exception:
            if message["type"] == "websocket.disconnect":
                raise
            logger.exception("live: a frame could not be answered")
            await self.send_away()

    async def identify(self) -> bool:
        """Find out whose session it is; False where it is nobody's."""
        user = await in_thread(topics.person, self._session)
        self.user_id = user.pk if user is not None else 0
        return user is not None

    async def unknown(self) -> None:
        """Turn away whoever has no session here."""
        await self.close(SIGNED_OUT)

    async def opened(self) -> None:
        """The session is known and the hub hears: what it listens to can be told."""

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Take one event of a topic that was joined; `text` is its JSON."""

    async def lost(self, topics: list[str]) -> None:
        """Say that the rights to these topics ended."""
        await self.say({"lost": topics})

    async def disconnect(self, code: int) -> None:
        hub.leave(self)
        for task in self._tasks:
            task.cancel()

    def is_too_often(self) -> bool:
        """Count one more frame; whether they come faster than a page of ours sends them."""
        now = time.monotonic()
        self._frames = [at for at in self._frames if now - at < SECONDS] + [now]
        return len(self._frames) > self.most_frames

    def look_soon(self) -> None:
        """Look again in a moment; a thousand changes in it cost one look. Until then its rights are in doubt."""
        self.doubted = True
        if not self._soon:
            self._soon = True
            self.do(self._look_after(SOON))

    async def _look_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._soon = False  # what changes from now on needs another look
        await self.look_again()
        self.doubted = self._soon  # unless another doubt came meanwhile

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside; it ends with the connection."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def look_again(self) -> None:
        """Leave what may no longer be heard; close when the session ended."""
        if not self.user_id:
            return
        try:
            found = await in_thread(topics.admit, self._session, list(self.topics))
        except DatabaseError:
            await self.send_away()  # who cannot be asked about is told nothing
            return
        if found is None:
            await self.close(SIGNED_OUT)
            return
        lost = [topic for topic in self.topics if topic not in found]
        for topic in lost:
            joined = self.topics.pop(topic)
            hub.quit(self, topic, joined.space_id)
        if lost:
            await self.lost(lost)

    async def send_away(self) -> None:
        """Close for a while: the page comes back by itself, and catches up."""
        with contextlib.suppress(RuntimeError):  # the page has gone meanwhile
            await self.close(AWAY)

    async def _keep_looking(self) -> None:
        await asyncio.sleep(LOOK_EVERY * random.random())  # noqa: S311 - spreads the work, keeps no secret
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look_again()

    async def say(self, frame: dict[str, Any], text: str = "") -> None:
        """Send a frame, if the page is still there; a `straight.Text` goes straight to its line."""
        if self._line is not None and isinstance(text, straight.Text) and straight.write(self._line, text.frame):
            return
        with contextlib.suppress(RuntimeError):  # the page has gone meanwhile
            await self.send(text or json.dumps(frame, separators=(",", ":")))

    def _is_ours(self) -> bool:
        """A page of another site would come with the person's cookie: only our own origin may."""
        headers = dict(self.scope["headers"])
        try:
            origin = urlsplit(headers.get(b"origin", b"").decode("latin-1"))
        except ValueError:
            return False
        return bool(origin.netloc) and origin.netloc == headers.get(b"host", b"").decode("latin-1")


class Socket(Line):
    """What the pages of the house listen by."""

    async def connect(self) -> None:
        self._told: dict[str, int] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._order = asyncio.Lock()
        await super().connect()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_too_often() or text_data is None or len(text_data) > LONGEST:
            await self.close(TOO_MUCH)
            return
        try:
            asked = json.loads(text_data)
            wanted = (
                {str(topic): None if since is None else int(since) for topic, since in asked["join"].items()}
                if "join" in asked
                else {}
            )
            left = [str(topic) for topic in asked.get("leave", ())]
            if asked.get("active"):
                presence.touch(self.user_id)
        except WRONG:
            await self.close(TOO_MUCH)
            return
        for topic in left:
            if joined := self.topics.pop(topic, None):
                self._told.pop(topic, None)
                hub.quit(self, topic, joined.space_id)
        if wanted:
            await self._join(wanted)

    async def _join(self, wanted: dict[str, int | None]) -> None:
        if len(self.topics.keys() | wanted.keys()) > MOST_TOPICS:
            await self.close(TOO_MUCH)
            return
        async with self._order:
            new = [topic for topic in wanted if topic not in self.topics]
            for topic in new:  # what happens while we ask is kept until we know
                self._waiting[topic] = []
                hub.join(self, topic, None)
            found = await in_thread(topics.admit, self._session, list(wanted))
            kept = {topic: self._waiting.pop(topic) for topic in new}
            for topic in new:
                if found is None or topic not in found:
                    hub.quit(self, topic, None)
            if found is None:
                await self.close(SIGNED_OUT)
                return
            for topic, joined in found.items():
                since = wanted[topic]
                self.topics[topic] = joined
                self._told[topic] = joined.seq if since is None else since
                hub.join(self, topic, joined.space_id)
            await self.say({"joined": {topic: joined.seq for topic, joined in found.items()}})
            if refused := [topic for topic in wanted if topic not in found]:
                await self.say({"refused": refused})
            for topic, joined in found.items():
                await self._catch_up(topic, joined.seq)
        for topic in found.keys() & kept.keys():
            for frame in kept[topic]:
                await self.deliver(frame)

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Tell one event: each once, in the order of its space, with what was missed before it; `text` is its JSON."""
        topic, seq = frame["topic"], frame["seq"]
        if topic in self._waiting:
            self._waiting[topic].append(frame)
        elif (joined := self.topics.get(topic)) is None:
            return
        elif joined.space_id is None:
            await self.say(frame, text)
        elif topic.startswith("space:") and seq > self._told[topic] + 1:
            self.do(self._fill(topic, seq))
        elif seq > self._told[topic]:
            self._told[topic] = seq
            await self.say(frame, text)

    async def _fill(self, topic: str, until: int) -> None:
        async with self._order:
            await self._catch_up(topic, until)

    async def _catch_up(self, topic: str, until: int) -> None:
        """Tell what the page missed of a space, one by one as far as that goes; of a thing, that something was."""
        joined, since = self.topics.get(topic), self._told.get(topic, 0)
        if joined is None or joined.space_id is None or until <= since:
            return
        changes = await in_thread(topics.missed, joined.space_id, since) if topic.startswith("space:") else None
        if changes is None:
            self._told[topic] = max(until, self._told.get(topic, 0))
            await self.say({"reset": [topic]})
            return
        for seq, kind, ref in changes:
            if seq > self._told.get(topic, seq):
                self._told[topic] = seq
                await self.say({"topic": topic, "seq": seq, "kind": kind, "ref": ref})


async def in_thread(function: Any, *arguments: Any) -> Any:
    """Ask the database beside the loop."""
    return await DatabaseSyncToAsync(function, thread_sensitive=False)(*arguments)
