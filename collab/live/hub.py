"""One subscription to Redis per process, and a loop over the sockets that listen: no channel layer in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import redis.asyncio
from channels.db import DatabaseSyncToAsync
from django.conf import settings
from redis.exceptions import RedisError

from collab.events import presence, relay, wake
from collab.live import straight

if TYPE_CHECKING:
    from collab.live.socket import Line

logger = logging.getLogger(__name__)

RIGHTS = frozenset(
    {
        "share",
        "unshare",
        "unlink",
        "restrict",
        "inherit",
        "expire",
        "take-charge",
        "archive",
        "restore",
        "move",
        "leave",
        "trash",
        "delete",
    }
)
"""Kinds of change after which somebody may have lost the sight of something in the space."""

Ear = Callable[[str, dict[str, Any]], None]
"""Hears of everything as (topic, event), and only takes note."""
Carrier = Callable[[int, dict[str, Any]], Awaitable[None]]
"""Takes what another process says about one thing of an app: (id, what)."""

BREATH = 100
"""So many sockets are told before others of this process get a turn."""
GATHER = 2 * wake.HUSH
"""Seconds after the last call in which somebody may have committed who did not call (`wake.HUSH`)."""
SPACING = 0.1
"""Seconds from one look into the outbox to the next: the first change is told at once, of a stream many in one go."""
LULL = 5.0
"""Seconds after which it looks although nobody called: calls are lost while Redis, or who calls, is short of breath."""
_AGAIN = (0.5, 1, 2, 5)


class Hub:
    """Topics and their sockets. It lives in the event loop of its process; `up` while Redis answers."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.ears: list[Ear] = []
        self._topics: dict[str, set[Line]] = defaultdict(set)
        self._spaces: dict[int, set[Line]] = defaultdict(set)
        self._sockets: set[Line] = set()
        self._carriers: dict[str, Carrier] = {}
        self._listening: asyncio.Task[None] | None = None
        self._relaying: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._came = asyncio.Event()
        self._looked = self._called = 0.0

    def enter(self, socket: Line) -> None:
        """Take the socket in; the first one begins the listening."""
        self._sockets.add(socket)
        if socket.is_page:
            presence.touch(socket.user_id)
            self._came.set()
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def carry(self, kind: str, carrier: Carrier) -> None:
        """Hand what is published (`relay.publish_now`) under topics of this kind to the carrier, and to no page."""
        self._carriers[kind] = carrier

    def leave(self, socket: Line) -> None:
        """Forget the socket."""
        self._sockets.discard(socket)
        for topic, joined in list(socket.topics.items()):
            self.quit(socket, topic, joined.space_id)

    def join(self, socket: Line, topic: str, space_id: int | None) -> None:
        """Tell the socket what happens in the topic."""
        self._topics[topic].add(socket)
        if space_id is not None:
            self._spaces[space_id].add(socket)

    def quit(self, socket: Line, topic: str, space_id: int | None) -> None:
        """Tell it no more."""
        _drop(self._topics, topic, socket)
        if space_id is not None and not any(joined.space_id == space_id for joined in socket.topics.values()):
            _drop(self._spaces, space_id, socket)

    async def _listen(self) -> None:
        """Listen as long as there are sockets; while Redis is away they are closed, and come back by themselves."""
        failures = 0
        while self._sockets or failures == 0:
            try:
                async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as listener:
                    await listener.psubscribe(f"{relay.CHANNEL}*")
                    await listener.subscribe(wake.CHANNEL)
                    self.up.set()
                    failures = 0
                    self._relay_soon()
                    async for message in listener.listen():
                        await self._hear(message)
            except (RedisError, OSError) as error:
                logger.warning("live: Redis is away (%s)", error)
            self.up.clear()
            failures += 1
            for socket in list(self._sockets):
                await socket.send_away()
            await asyncio.sleep(_AGAIN[min(failures, len(_AGAIN)) - 1])

    async def _beat(self) -> None:
        """Say who is here: every so often, and soon after somebody came."""
        while self._sockets:
            self._came.clear()
            people = {socket.user_id for socket in self._sockets if socket.is_page}
            await asyncio.to_thread(presence.beat, people)
            await asyncio.sleep(presence.BREATH)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), presence.BEAT)

    async def _watch(self) -> None:
        """Look into the outbox now and then while pages are open: they need no call, and no worker, to hear at last."""
        while self._sockets:
            await asyncio.sleep(LULL)
            if self.up.is_set() and self._looked < asyncio.get_running_loop().time() - LULL:
                self._relay_soon()

    async def _hear(self, message: dict[str, Any]) -> None:
        """Take one message. What is wrong with one keeps none after it from being heard by all who listen here."""
        try:
            await self._heard(message)
        except (RedisError, OSError):
            raise
        except Exception:
            logger.exception("live: a message could not be taken")

    async def _heard(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if channel == wake.CHANNEL:
            self._relay_soon()
        elif message["type"] == "pmessage":
            topic, event = channel.removeprefix(relay.CHANNEL), json.loads(message["data"])
            kind, _colon, number = topic.partition(":")
            if (carrier := self._carriers.get(kind)) is not None:
                await carrier(int(number), event)
            else:
                await self.tell(topic, event)

    async def tell(self, topic: str, event: dict[str, Any]) -> None:
        """Hand one event to all who listen to its topic, to its thing, or to what that thing lies in.

        First those are asked again whose rights it may have ended: no trouble with a page may keep that from happening.
        """
        ref, kind = str(event.get("ref", "")), str(event.get("kind", ""))
        if not event.get("quiet"):
            self._doubt(topic, kind, event.get("space"))
        for ear in self.ears:
            ear(topic, event)
        stem = ref.partition(":")[0]
        named = [topic, ref, *(f"{stem}:{pk}" for pk in event.get("at", ()))]
        count = 0
        for name in dict.fromkeys(named):
            frame = {"topic": name, "seq": event.get("seq", event.get("id", 0)), "kind": kind, "ref": ref}
            text = straight.Text(json.dumps(frame, separators=(",", ":")))  # once, however many listen
            for socket in list(self._topics.get(name, ())):
                try:
                    await socket.deliver(frame, text)
                except Exception:
                    # the others go on; this page comes back, and hears what it missed from the log
                    logger.exception("live: a page could not be told")
                    await socket.send_away()
                count += 1
                if count % BREATH == 0:
                    await asyncio.sleep(0)

    def _doubt(self, topic: str, kind: str, space_id: int | None) -> None:
        """Let the sockets look again at their rights, whom this event may have cost some."""
        if topic.startswith("user:"):
            for socket in self._sockets:
                if topic == f"user:{socket.user_id}":
                    socket.look_soon()
        elif kind in RIGHTS and space_id is not None:
            for socket in self._spaces.get(space_id, ()):
                socket.look_soon()

    def _relay_soon(self) -> None:
        self._called = asyncio.get_running_loop().time()
        if self._relaying is None or self._relaying.done():
            self._relaying = asyncio.create_task(self._relay())

    async def _relay(self) -> None:
        """Carry the outbox at once, and once more when nobody can be left whom the last call kept from calling."""
        now = asyncio.get_running_loop().time
        while self._looked < self._called + GATHER:
            while (wait := min(self._called + GATHER, self._looked + SPACING) - now()) > 0:
                await asyncio.sleep(wait)
            self._looked = now()
            with contextlib.suppress(RedisError, OSError):
                await DatabaseSyncToAsync(relay.publish_waiting, thread_sensitive=False)()


def _drop(index: dict[Any, set[Line]], key: Any, socket: Line) -> None:
    members = index.get(key)
    if members is not None:
        members.discard(socket)
        if not members:
            del index[key]


hub = Hub()
