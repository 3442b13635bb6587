"""What desktop and phone clients listen by instead of asking every 30 s: `notify_push`, a protocol of short texts.

From the client: its user name, then a password (or "" and a ticket) as two frames; later `listen notify_file_id`. To
the client: `authenticated` or `err: …`; then `notify_file` (or `notify_file_id [12,34]`), `notify_activity`,
`notify_notification`, each at most once a second (sync protocol, 1.5). A frame says that there is something to ask
for, and of things only numbers that the person may know.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

from django.db import Error as DatabaseError

from collab.lib.errors import Forbidden, TooMany
from collab.live import socket, standing
from collab.live.audience import Heard
from collab.live.crowd import OWN, Crowd
from collab.live.socket import AWAY, SIGNED_OUT, TOO_MUCH, in_thread
from collab.live.strangers import Stranger

LONGEST = 1024
MOST_OF_ONE = 50
"""So many sockets one person may have open in this process."""
PACE = 1.0
MOST_IDS = 500
"""Of more things than that a client is told only that there are some."""
WRONG, SLOW, FULL = "err: Invalid credentials", "err: Too many tries, wait %d seconds", "err: Too many connections"
LISTEN = "listen notify_file_id"


class Push(Stranger):
    """One device that listens. `standing`: who it is, None until it has said so."""

    async def connect(self) -> None:
        self.standing: standing.Standing | None = None
        self._numbered = self._closed = self._tell_after = False
        self._name: str | None = None
        self._last: dict[str, float] = {}
        self._due: dict[str, set[int] | None] = {}
        await super().connect()

    async def full(self) -> None:
        """Say it as these clients read it."""
        await self._refuse(FULL, AWAY)

    async def disconnect(self, code: int) -> None:
        self._closed = True
        Crowd.of(socket.hub).lines.discard(self)
        await super().disconnect(code)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close, and tell nothing more: what was about to be said may no longer be heard."""
        self._closed = True
        Crowd.of(socket.hub).lines.discard(self)
        with contextlib.suppress(RuntimeError):  # the client has gone meanwhile
            await super().close(code, reason)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._closed:
            return
        if self.is_too_often() or text_data is None or len(text_data) > LONGEST:
            await self.close(TOO_MUCH)
        elif self.standing is not None:
            self._numbered = self._numbered or text_data.strip() == LISTEN
        elif self._name is None:
            self._name = text_data
        else:
            await self._enter(self._name, text_data)

    async def _enter(self, name: str, secret: str) -> None:
        try:
            found = await in_thread(standing.enter, name, secret, self.address)
        except Forbidden:
            await self._refuse(WRONG, SIGNED_OUT)
            return
        except TooMany as slow:
            await self._refuse(SLOW % (slow.retry_after or 1), TOO_MUCH)
            return
        except DatabaseError:
            await self.send_away()
            return
        crowd = Crowd.of(socket.hub)
        if sum(line.user_id == found.user_id for line in crowd.lines) >= MOST_OF_ONE:
            await self._refuse(FULL, TOO_MUCH)
            return
        self.be_known()
        self.standing, self.user_id = found, found.user_id
        socket.hub.enter(self)
        crowd.lines.add(self)  # before it is told that it is heard: nothing falls between
        try:
            await asyncio.wait_for(socket.hub.up.wait(), 2)
        except TimeoutError:
            await self.send_away()
            return
        # what ended while it was let in
        await self.look_again()
        if not self._closed:
            await self._say("authenticated")
            self.do(self._keep_looking())

    async def _refuse(self, text: str, code: int) -> None:
        await self._say(text)
        await self.close(code)

    def look_soon(self, *, told: bool = False) -> None:
        """Look again in a moment who this is; with `told`, let it hear in any case that files changed."""
        self._tell_after = self._tell_after or told
        super().look_soon()

    async def look_again(self) -> None:
        """Close when the password or the account no longer opens; tell of files when its rights have moved."""
        if self.standing is None or self._closed:
            return
        try:
            found = await in_thread(standing.again, self.standing)
        except DatabaseError:
            await self.send_away()
            return
        if found is None:
            await self.close(SIGNED_OUT)
            return
        before, self.standing = self.standing, found
        if self._tell_after or (found.epoch, found.principals) != (before.epoch, before.principals):
            self._tell_after = False
            self._put("file", None)

    def own(self, kind: str) -> None:
        """Take what happened to the person; whatever may touch their rights is looked at by `look_soon`."""
        if kind == OWN:
            self._put("notification", None)

    def heard(self, heard: Heard) -> None:
        """Take one change, if this person may hear of it."""
        if self.standing is None or not self.standing.hears or self.standing.principals.isdisjoint(heard.to):
            return
        mine = self.standing.principals
        if heard.file:
            self._put("file", {pk for pk, seers in heard.things.items() if not mine.isdisjoint(seers)} or None)
        if heard.activity:
            self._put("activity", None)

    def _put(self, kind: str, ids: set[int] | None) -> None:
        """Say it at once, or as soon as a second has passed since the last time; what comes meanwhile goes along."""
        if kind in self._due:
            waiting = self._due[kind]
            self._due[kind] = None if waiting is None or ids is None else waiting | ids
            return
        self._due[kind] = ids
        self.do(self._send_due(kind))

    async def _send_due(self, kind: str) -> None:
        await asyncio.sleep(self._last.get(kind, 0.0) + PACE - time.monotonic())
        ids = self._due.pop(kind)
        self._last[kind] = time.monotonic()
        if kind == "file" and self._numbered and ids is not None and len(ids) <= MOST_IDS:
            await self._say(f"notify_file_id {json.dumps(sorted(ids), separators=(',', ':'))}")
        else:
            await self._say(f"notify_{kind}")

    async def _say(self, text: str) -> None:
        if not self._closed:
            await self.say({}, text)

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """It joins no topic: the crowd tells it what it may hear."""
