"""A page on which somebody writes, in this process: what its script does, with the engine of the server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.testing import ApplicationCommunicator

from collab.asgi import application
from files.together.paper import Paper
from tests.sockets.conftest import HERE, PATIENCE


class Writer:
    """`paper`: what the page holds; `said`: every JSON frame it got, in order."""

    def __init__(self, wire: ApplicationCommunicator):
        self.wire = wire
        self.paper = Paper()
        self.epoch: str | None = None
        self.said: list[dict[str, Any]] = []
        self.closed: int | None = None

    async def hello(self) -> dict[str, Any]:
        """Begin; return what the server says of the text."""
        vector = base64.b64encode(self.paper.vector).decode()
        await self.say({"hello": {"epoch": self.epoch, "vector": vector}})
        found = await self.until("draft", "gone", "anew", "close")
        self.epoch = found.get("draft", {}).get("epoch", self.epoch)
        return found

    async def say(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def send(self, update: bytes) -> None:
        await self.wire.send_input({"type": "websocket.receive", "bytes": update})

    async def write(self, text: str) -> dict[str, Any]:
        """Make the text this one; return when the server promised to keep it, or refused."""
        await self.send(self.paper.rewrite(text))
        return await self.until("took", "refused", "close", "anew", "gone")

    async def hear(self) -> dict[str, Any]:
        """Take one frame: an update goes into the paper ({"update": its length}), a closing is {"close": code}."""
        answer = await self.wire.receive_output(PATIENCE)
        if answer["type"] == "websocket.close":
            self.closed = answer.get("code")
            found = {"close": self.closed}
        elif answer.get("bytes") is not None:
            self.paper.take(answer["bytes"])
            return {"update": len(answer["bytes"])}
        else:
            found = json.loads(answer["text"])
        self.said.append(found)
        return found

    async def until(self, *kinds: str) -> dict[str, Any]:
        """Hear until a frame of one of these kinds comes, and return it."""
        while not set(kinds) & (frame := await self.hear()).keys():
            pass
        return frame

    async def reads(self, text: str) -> None:
        """Hear until the text is this one."""
        while self.paper.text != text:
            await self.hear()


@contextlib.asynccontextmanager
async def at(node_id: int, cookie: bytes, headers: Any = None) -> AsyncIterator[Writer]:
    """Open the text's page by a session cookie."""
    given = [*(HERE if headers is None else headers), (b"cookie", cookie)]
    scope = {
        "type": "websocket", "path": f"/ws/files/{node_id}/", "query_string": b"", "headers": given,
        "subprotocols": [],
    }  # fmt: skip
    page = Writer(ApplicationCommunicator(application, scope))
    await page.wire.send_input({"type": "websocket.connect"})
    page.connected = (await page.wire.receive_output(PATIENCE))["type"] == "websocket.accept"
    try:
        yield page
    finally:
        await page.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        with contextlib.suppress(asyncio.CancelledError):
            await page.wire.wait(PATIENCE)
