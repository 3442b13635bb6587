"""Two hundred pages of one channel: how soon each hears of a message, while they come back again and again."""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
import threading
import time
from typing import Any
from urllib.parse import urlencode

from bench import client
from bench.processes import CannotMeasure
from bench.results import Row
from bench.servers.collab import Collab
from bench.sockets import Page, hello

PAGES, MESSAGES = 200, 55
PACE = 0.25
"""Seconds between two messages: six times what two thousand people say."""
BACK_EVERY = 1.0
"""Seconds after which another tenth of the pages loses its line and comes back."""
PATIENCE = 30.0


class Reader(Page):
    """A page of the channel: the clock it knows, when it first heard of each message; `doubled`: of how many again."""

    def __init__(self, address: bytes, clock: int, had: dict[str, float]):
        super().__init__(address, "", [])
        self.clock, self.had, self.doubled = clock, had, 0

    def begin(self) -> None:
        """The door speaks first."""

    def take(self, event: dict[str, Any], now: float) -> None:
        """Note each message once."""
        if event.get("ready"):
            self.say({"since": self.clock})
            if not self.joined.done():
                self.joined.set_result(None)
        for piece in event.get("messages", ()):
            self.doubled += piece["clock"] <= self.clock
            self.clock = max(self.clock, piece["clock"])
            self.had.setdefault(piece["key"], now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Some are let go on purpose."""


def talk(collab: Collab) -> tuple[list[Row], str]:
    """Return the rows: from asking to say something until a page hears of it; what is lost or comes twice; answers."""
    late, taken, lost, doubled = asyncio.run(_measure(collab))
    late.sort()
    taken.sort()
    rows = []
    for title, unit, target, figure in (
        (f"message told to {PAGES} pages, median", "ms", None, statistics.median(late)),
        (f"message told to {PAGES} pages, p99", "ms", 250, late[int(len(late) * 0.99)]),
        ("saying something, mean", "ms", 100, statistics.mean(taken)),
        ("saying something, p99", "ms", 500, taken[int(len(taken) * 0.99)]),
        ("messages lost to a page", "", 0, lost),
        ("messages told twice", "", 0, doubled),
    ):
        row = Row(title, unit, target, floor=False) if target is not None else Row(title, unit, floor=False)
        row.add(collab.name, figure)
        rows.append(row)
    return rows, ", ".join(f"{row.title} {row.best(collab.name):,.1f} {row.unit}" for row in rows)


async def _measure(collab: Collab) -> tuple[list[float], list[float], int, int]:
    cookies = client.sign_in(collab, collab.login_password)["Cookie"]
    channel = int(collab.ask("channel"))
    address = hello(collab, f"/ws/chat/{channel}/", cookies)
    loop = asyncio.get_running_loop()
    had: list[dict[str, float]] = [{} for _page in range(PAGES)]
    clocks = [0] * PAGES
    pages: list[Reader] = [await _open(loop, collab, address, 0, one) for one in had]
    begun: dict[str, float] = {}
    taken: list[float] = []
    doubled = 0
    saying = threading.Thread(target=_say, args=(collab, channel, cookies, begun, taken), daemon=True)
    saying.start()
    turns = itertools.cycle(range(10))
    while saying.is_alive():
        await asyncio.sleep(BACK_EVERY)
        for number in range(next(turns), PAGES, 10):
            clocks[number], doubled = pages[number].clock, doubled + pages[number].doubled
            pages[number].transport.abort()
            pages[number] = await _open(loop, collab, address, clocks[number], had[number])
    until = loop.time() + PATIENCE
    while sum(map(len, had)) < PAGES * len(begun) and loop.time() < until:
        await asyncio.sleep(0.1)
    doubled += sum(page.doubled for page in pages)
    for page in pages:
        page.transport.abort()
    late = [(at - begun[key]) * 1e3 for one in had for key, at in one.items() if key in begun]
    if not late:
        raise CannotMeasure("no page heard of any message")
    return late, taken, PAGES * len(begun) - len(late), doubled


async def _open(loop: Any, collab: Collab, address: bytes, clock: int, had: dict[str, float]) -> Reader:
    _transport, page = await loop.create_connection(lambda: Reader(address, clock, had), "127.0.0.1", collab.port)
    async with asyncio.timeout(PATIENCE):
        await page.joined
    found: Reader = page
    return found


def _say(collab: Collab, channel: int, cookies: str, begun: dict[str, float], taken: list[float]) -> None:
    """Say one thing after another as a page does, and note when each was sent and answered."""
    writer = client.Client(collab)
    page = writer.ask("GET", f"/chat/{channel}/", None, Cookie=cookies)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    headers = {
        "Cookie": cookies, "Accept": "application/json", "X-CSRFToken": token[1].decode() if token else "",
        "Content-Type": "application/x-www-form-urlencoded", "Referer": collab.origin + "/chat/",
    }  # fmt: skip
    for number in range(MESSAGES):
        key = f"bench-key-{number}"
        begun[key] = time.perf_counter()
        body = urlencode({"text": f"Message {number} of the **bench**", "key": key}).encode()
        answer = writer.ask("POST", f"/chat/{channel}/say/", body, **headers)
        if answer.status != 201:
            raise CannotMeasure(f"saying something answered {answer.status}: {answer.body[:300]!r}")
        taken.append(answer.whole)
        time.sleep(PACE)
    writer.close()
