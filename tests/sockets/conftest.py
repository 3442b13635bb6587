"""A page's end of the websocket, in this process, on the real Redis and the committed test database."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import DatabaseSyncToAsync
from django.db import transaction
from django.test import Client

from collab.accounts.models import User
from collab.asgi import application
from collab.events import log
from collab.live import socket as door
from collab.live.hub import Hub
from collab.registry import house

PATIENCE = 20
HERE = [(b"host", b"testserver"), (b"origin", b"http://testserver")]


class Page:
    """One open page of a person."""

    def __init__(self, wire: ApplicationCommunicator):
        self.wire = wire
        self.connected = False

    async def join(self, **topics: int | None) -> dict[str, Any]:
        """Join topics, written space_12; return the answer."""
        await self.send({"join": {name.replace("_", ":"): since for name, since in topics.items()}})
        return await self.hear()

    async def send(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> dict[str, Any]:
        """Return the next frame; a closing is {"close": code}."""
        answer = await self.wire.receive_output(PATIENCE)
        if answer["type"] == "websocket.close":
            code = answer.get("code")
            assert code in {None, 1000} or 3000 <= code <= 4999, f"Daphne sends no {code}"
            return {"close": code}
        return json.loads(answer["text"])

    async def rest(self, user: User) -> list[dict[str, Any]]:
        """Return every frame that still comes before one that is sent now (the person's own topic must be joined)."""
        await do(fence, user.pk)
        frames = [await self.hear()]
        while frames[-1].get("kind") != "fence":
            frames.append(await self.hear())
        return frames[:-1]


def fence(person: int) -> None:
    with transaction.atomic():
        log.announce(f"user:{person}", {"kind": "fence", "ref": ""})


def cookie_of(user: User) -> bytes:
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}".encode()


@contextlib.asynccontextmanager
async def opened(cookie: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> AsyncIterator[Page]:
    """Open a page by its session cookie."""
    given = (HERE if headers is None else headers) + ([(b"cookie", cookie)] if cookie else [])
    # not the communicator of channels: it keeps the database's connections from going back to the pool
    scope = {"type": "websocket", "path": "/ws/", "query_string": b"", "headers": given, "subprotocols": []}
    page = Page(ApplicationCommunicator(application, scope))
    await page.wire.send_input({"type": "websocket.connect"})
    page.connected = (await page.wire.receive_output(PATIENCE))["type"] == "websocket.accept"
    try:
        yield page
    finally:
        await page.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await page.wire.wait(PATIENCE)


async def do(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do what another process would do."""
    return await DatabaseSyncToAsync(work, thread_sensitive=False)(*arguments)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Callable[[Coroutine[Any, Any, None]], None]:
    """Return how to run a scene to its end: in a loop with a hub of its own, as a process that knows nothing yet.

    What a loop asks of the database fails here as it does in life: nothing is remembered from before that would answer
    it (settings of the house), and what browsers in the same process need for themselves (Playwright) does not hold.
    """
    monkeypatch.setattr(house, "_LATELY", 0)

    def run(scene: Coroutine[Any, Any, None]) -> None:
        hub = Hub()
        monkeypatch.setattr(door, "hub", hub)

        async def whole() -> None:
            try:
                await scene
            finally:
                for task in (hub._listening, hub._relaying, hub._beating, hub._watching):
                    if task is not None:
                        task.cancel()

        with monkeypatch.context() as strict, ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
            strict.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
            thread.submit(asyncio.run, whole()).result()

    return run
