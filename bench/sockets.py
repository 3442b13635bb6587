"""Two thousand open pages that hear of the same changes: how soon each is told, and what holding them takes."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import statistics
import time
from typing import Any

from bench import client, processes
from bench.processes import CannotMeasure
from bench.results import Row
from bench.servers.collab import Collab

SOCKETS = 2_000
AT_ONCE = 50
"""So many are opened at the same time: they all come back together after a restart, yet not in one instant."""
PACE = 0.5
"""Seconds between two changes."""
PATIENCE = 60.0
WATCHED_OF = 10
"""One page in so many is read at once, the rest a moment later: two thousand people read on machines of their own, and
reading all of them here took as much of the two processors as telling them did."""
SETTLED = 3.0
"""Seconds after the last page has come in: how two thousand come back at once is another question."""
TEXT, PING, PONG = 1, 9, 10


class Page(asyncio.Protocol):
    """One open page (RFC 6455), which notes when it hears of what. What it says is read afterwards: two thousand of
    them would take the processor from the house."""

    _calm = False

    def __init__(self, address: bytes, topic: str, heard: list[tuple[bytes, float]]):
        self._hello = address
        self._topic = topic
        self._heard = heard
        self._buffer = b""
        self._open = False
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.joined.done():
            self.joined.set_exception(CannotMeasure(f"a websocket was refused: {self._buffer[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if self._calm and not self._buffer and data[0] == 0x80 | TEXT and len(data) == data[1] + 2:
            self._heard.append((data[2:], now))  # one short frame
            return
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.transport.close()
                return
            self._open, self._buffer = True, rest
            self.begin()
        while (found := _read(self._buffer)) is not None:
            kind, text, self._buffer = found
            if kind == PING:
                self.transport.write(_frame(text, PONG))
            if kind == TEXT and self._calm:
                self._heard.append((text, now))
            elif kind == TEXT:
                self.take(json.loads(text), now)

    def begin(self) -> None:
        """Say what the page listens to."""
        self.say({"join": {self._topic: None}})

    def say(self, what: dict[str, Any]) -> None:
        self.transport.write(_frame(json.dumps(what).encode()))

    def take(self, event: dict[str, Any], now: float) -> None:
        """Note what the page is told."""
        if "joined" in event and not self.joined.done():
            if event["joined"]:
                self.joined.set_result(None)
                self._calm = True
        elif "refused" in event:
            self.transport.close()


def hello(collab: Collab, path: str, cookies: str) -> bytes:
    """Return what a browser says first to open a websocket."""
    host, key = f"127.0.0.1:{collab.port}", base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nCookie: {cookies}\r\n\r\n"
    ).encode()


def sockets(collab: Collab, seconds: float) -> tuple[list[Row], str]:
    """Return the rows: the 95th percentile from asking for a change until a page hears of it, and the memory."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    late, lost, holding = asyncio.run(_measure(collab, max(4, int(seconds / PACE))))
    late.sort()
    p95 = Row(f"told to {SOCKETS:,} pages, p95", "ms", 80, floor=False)
    p95.add(collab.name, late[int(len(late) * 0.95)])
    median = Row(f"told to {SOCKETS:,} pages, median", "ms", floor=False)
    median.add(collab.name, statistics.median(late))
    missing = Row("changes that a page did not hear of", "", 0, floor=False)
    missing.add(collab.name, lost)
    memory = Row(f"memory of the websocket server, {SOCKETS:,} pages (PSS)", "MB", 250, floor=False)
    memory.add(collab.name, holding / (1 << 20))
    told = ", ".join(f"{row.title} {row.best(collab.name):,.1f} {row.unit}" for row in (p95, median, missing, memory))
    return [p95, median, missing, memory], told


async def _measure(collab: Collab, changes: int) -> tuple[list[float], int, int]:
    """Return milliseconds of each delivery, how many are missing, and the bytes that Daphne holds."""
    cookies = client.sign_in(collab, collab.login_password)["Cookie"]
    topic = f"space:{collab.ask('home').strip()}"
    soon: list[tuple[bytes, float]] = []
    later: list[tuple[bytes, float]] = []
    loop, first = asyncio.get_running_loop(), hello(collab, "/ws/", cookies)
    pages: list[Page] = []

    def page() -> Page:
        return Page(first, topic, later if len(pages) % WATCHED_OF else soon)

    for begin in range(0, SOCKETS, AT_ONCE):
        for _number in range(min(AT_ONCE, SOCKETS - begin)):
            _transport, made = await loop.create_connection(page, "127.0.0.1", collab.port)
            pages.append(made)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(page.joined for page in pages[begin:]))
    await asyncio.sleep(SETTLED)
    soon.clear()
    later.clear()
    unwatched = [page.transport for number, page in enumerate(pages) if number % WATCHED_OF]
    asked = await _write(collab, changes, unwatched)
    until = loop.time() + PATIENCE
    while len(soon) + len(later) < SOCKETS * changes and loop.time() < until:
        await asyncio.sleep(0.1)
    holding = sum(size for title, size in processes.parts(collab.pid).items() if "daphne" in title.lower())
    for page in pages:
        page.transport.close()
    read = {text: json.loads(text).get("seq") for text in {text for text, _at in (*soon, *later)}}
    heard = [[(read[text], at) for text, at in one if read[text] is not None] for one in (soon, later)]
    lowest = min((seq for one in heard for seq, _at in one), default=0)
    late = [(at - asked[seq - lowest]) * 1e3 for seq, at in heard[0] if seq - lowest < len(asked)]
    if not late:
        raise CannotMeasure("no page heard of any change")
    told = len(late) + sum(seq - lowest < len(asked) for seq, _at in heard[1])
    return late, SOCKETS * len(asked) - told, holding


async def _write(collab: Collab, changes: int, unwatched: list[asyncio.Transport]) -> list[float]:
    """Change one file again and again, and return when each change was asked for."""
    writer, asked = client.Client(collab), []
    for number in range(changes):
        for transport in unwatched:
            transport.pause_reading()
        asked.append(time.perf_counter())
        await asyncio.to_thread(writer.dav, "PUT", "heard-by-all", f"{number}".encode())
        await asyncio.sleep(PACE / 2)
        for transport in unwatched:
            transport.resume_reading()
        await asyncio.sleep(PACE / 2)
    writer.close()
    return asked


def _frame(text: bytes, kind: int = TEXT) -> bytes:
    """Return a short frame as a client sends it: masked, here with zeros."""
    return bytes([0x80 | kind, 0x80 | len(text)]) + bytes(4) + text


def _read(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """Return the first whole frame's kind and text and the rest of the buffer, None when it has not all come."""
    if len(buffer) < 2:
        return None
    length, begin = buffer[1], 2
    if length == 126:
        length, begin = int.from_bytes(buffer[2:4], "big"), 4
    elif length == 127:
        length, begin = int.from_bytes(buffer[2:10], "big"), 10
    if len(buffer) < begin + length:
        return None
    return buffer[0] & 0x0F, buffer[begin : begin + length], buffer[begin + length :]
