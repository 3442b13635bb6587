"""Two hundred people in the chat who do what people do there, each with a line open; and two thousand who listen."""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from typing import Any

from bench import processes
from bench.measures import Bench
from bench.processes import CannotMeasure
from bench.results import Row
from bench.servers.collab import Collab
from bench.talkers import PEOPLE, Line, Person

IDLE, AT_ONCE = 2_000, 20
EVERY = 20.0
"""Seconds from one act of a person to the next, on average."""
SHORTEST = 60.0
"""Seconds below which too little is said to speak of a hundredth of it."""


class Talking:
    """What happened: milliseconds of each request, what was said as (channel, clock, id, when, by whom)."""

    def __init__(self, collab: Collab, made: dict[str, Any]):
        self.collab, self.channels = collab, made["channels"]
        self.asked, self.refused, self.turned_away = list[float](), 0, 0
        self.kinds: dict[str, list[float]] = defaultdict(list)
        self.said: list[tuple[int, int, int, float, Person]] = []
        self.people = [Person(self, number, *one) for number, one in enumerate(made["people"])]

    async def measure(self, seconds: float) -> tuple[list[Row], str]:
        """Let them talk for so long; in the middle all lines break at once."""
        seconds = max(seconds, SHORTEST)
        await _each(self.people, lambda one: one.open(one.channel))
        self.asked.clear()
        self.kinds.clear()
        over = asyncio.get_running_loop().time() + seconds
        acting = [asyncio.create_task(self._live(one, over)) for one in self.people]
        await asyncio.sleep(seconds * 0.6)
        broken = time.perf_counter()
        await _each(self.people, lambda one: one.reconnect())
        back = time.perf_counter()
        await asyncio.gather(*acting)
        await _each(self.people, lambda one: one.stay())
        await asyncio.sleep(3)
        late = sorted(self._late(broken, back))
        missing = self._missing()
        for one in self.people:
            one.close()
        return self._rows(late, missing)

    async def _live(self, one: Person, over: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(one.dice.random() * EVERY)
        while loop.time() < over:
            await one.act()
            await asyncio.sleep(max(1.0, one.dice.expovariate(1 / EVERY)))

    def _late(self, broken: float, back: float) -> list[float]:
        """Return milliseconds from the sending of a message until another page of its channel had it.

        Of what was said while all lines were broken, nothing is counted.
        """
        return [
            (at - begin) * 1e3
            for channel, _clock, pk, begin, by in self.said
            if not broken - 1 < begin < back
            for one in self.people
            if one is not by
            for visit in one.visits
            if visit.channel == channel and visit.opened_at < begin and (at := visit.heard.get(pk)) is not None
        ]

    def _missing(self) -> int:
        """Return how many messages a page did not hear of that was drawn before they were said."""
        return sum(
            pk not in one.visits[-1].heard
            for channel, clock, pk, _begin, _by in self.said
            for one in self.people
            if one.channel == channel and clock > one.begin
        )

    def _rows(self, late: list[float], missing: int) -> tuple[list[Row], str]:
        asked = sorted(self.asked)
        if not late or not asked:
            raise CannotMeasure("nobody heard of any message")
        slow = sorted(self.kinds.items(), key=lambda each: -sum(each[1]))
        figures = (
            ("chat of 200 people: a request, mean", "ms", 100, statistics.mean(asked)),
            ("chat of 200 people: a request, p99", "ms", 500, asked[int(len(asked) * 0.99)]),
            ("chat: said → on another page, median", "ms", None, statistics.median(late)),
            ("chat: said → on another page, p99", "ms", 250, late[int(len(late) * 0.99)]),
            ("chat: messages that a page lost, all lines broken once", "", 0, float(missing)),
            ("chat: requests refused", "", 0, float(self.refused)),
        )
        told = f"{len(asked)} requests, {len(self.said)} messages, {len(late)} deliveries"
        told += f", {self.turned_away} lines tried again; "
        told += ", ".join(f"{kind} {len(each)} × {statistics.mean(each):.0f} ms" for kind, each in slow)
        return _told(figures, told)


def _told(figures: Any, before: str) -> tuple[list[Row], str]:
    rows = []
    for title, unit, target, figure in figures:
        row = Row(title, unit, target, floor=False)
        row.add("Collab", figure)
        rows.append(row)
        before += f"; {title} {figure:,.1f} {unit}".rstrip()
    return rows, before


async def _each(people: list[Person], what: Callable[[Person], Coroutine[Any, Any, None]]) -> None:
    for begin in range(0, len(people), AT_ONCE):
        await asyncio.gather(*(what(one) for one in people[begin : begin + AT_ONCE]))


async def _idle(talking: Talking) -> tuple[list[Row], str]:
    """Hold two thousand lines, and return what the server of the sockets takes for it."""
    lines: list[Line] = []
    for begin in range(0, IDLE, AT_ONCE):
        fresh = []
        for number in range(begin, begin + AT_ONCE):
            one = talking.people[number % PEOPLE]
            fresh.append(Person(talking, number, one.session, one.direct))
            fresh[-1].channel = one.channel
        await asyncio.gather(*(one.listen(1 << 40) for one in fresh))
        lines += [one.line for one in fresh if one.line is not None]
    await asyncio.sleep(2)
    parts = processes.parts(talking.collab.pid)
    holding = sum(size for title, size in parts.items() if "daphne" in title.lower())
    for line in lines:
        line.transport.close()
    return _told(
        [(f"memory for {IDLE:,} idle pages of the chat (PSS)", "MB", 400, holding / (1 << 20))], f"{len(lines)} lines"
    )


def measure(bench: Bench) -> None:
    """Take both measurements."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_both(bench, json.loads(bench.collab.ask("talkers"))))


async def _both(bench: Bench, made: dict[str, Any]) -> None:
    talking = Talking(bench.collab, made)
    for rows, told in (await talking.measure(bench.seconds * 12), await _idle(talking)):
        bench.rows += rows
        bench.tell(f"  {told}")
