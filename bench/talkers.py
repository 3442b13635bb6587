"""People of the chat, as load: each does what people do there, with requests and a line of their own.

How often they do what is what Mattermost's load test lets people do (weights for each message said):
https://github.com/mattermost/mattermost-load-test-ng
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench import sockets
from bench.processes import CannotMeasure

if TYPE_CHECKING:
    from bench.talking import Talking

PEOPLE, CHANNELS, HISTORY = 200, 10, 200
MIX = {
    "switch": 6.5, "scroll": 2.0, "drop_draft": 1.4, "column": 1.0, "direct": 1.0, "say": 1.0, "threads": 0.6,
    "draft": 0.5, "link": 0.3, "thread": 0.3, "react": 0.13, "reconnect": 0.14, "edit": 0.04, "search": 0.03,
}  # fmt: skip
ANSWERS = 0.18
"""This part of what is said is said in threads."""
PATIENCE = 60.0
TOKEN = "b" * 32


def people() -> str:
    """Make them, their channels and what was said before; return {"people": [[cookie, id of a conversation]], …}."""
    from django.db import connection
    from django.test import Client

    from chat.actions import channels
    from chat.models import Seat
    from collab.accounts.models import User
    from collab.groups.models import Group, Membership
    from collab.rights import actions as rights
    from collab.rights.actor import Actor
    from collab.rights.right import CONTRIBUTOR
    from collab.spaces import actions as spaces

    owner = User.objects.get(username="bench")
    space = spaces.create_for(owner, "Everybody talks")
    found = [User.objects.create_user(f"person{number}", None, display_name=f"P {number}") for number in range(PEOPLE)]
    group = Group.objects.create(name="Talkers")
    Membership.objects.bulk_create([Membership(group=group, user=one) for one in found])
    rights.share(Actor.of(owner), space, group.principal, CONTRIBUTOR.mask)  # type: ignore[attr-defined]
    made = [channels.make(Actor.of(owner), space, f"Channel {number}") for number in range(CHANNELS)]
    ids = [one.pk for one in found]
    with connection.cursor() as cursor:
        for channel in made:
            cursor.execute(_HISTORY, [channel.pk, ids, PEOPLE, HISTORY])
            cursor.execute(
                "UPDATE chat_channel SET clock = %s, number = %s, last_at = now() WHERE id = %s",
                [HISTORY, HISTORY, channel.pk],
            )
        cursor.execute("ANALYZE")
    Seat.objects.bulk_create([Seat(channel=channel, user=one, read=HISTORY) for channel in made for one in found])
    told = []
    for number, one in enumerate(found):
        browser = Client()
        browser.force_login(one)
        between = channels.direct(Actor.of(one), found[(number + 1) % PEOPLE])
        told.append([browser.cookies["sessionid"].value, between.pk])
    return json.dumps({"people": told, "channels": [one.pk for one in made]})


_HISTORY = """INSERT INTO chat_message (channel_id, kind, number, clock, author_id, name, key, text, html, words,
  facts, people, listeners, answered, at)
 SELECT %s, 'said', n, n, (%s::bigint[])[1 + n %% %s], '', '', t, '<p>' || t || '</p>', t, '{}', '{}', '{}', 0,
  now() - (1000 - n) * interval '1 minute'
 FROM generate_series(1, %s) n, LATERAL (SELECT 'message ' || n || ' and what was said of it' AS t) w"""


class Line(sockets.Page):
    """The line of a page that shows one channel; it goes on from `since`."""

    def __init__(self, hello: bytes, since: int, heard: dict[int, float]):
        super().__init__(hello, "", [])
        self.since, self.told = since, heard

    def begin(self) -> None:
        """Wait for the word of the house."""

    def take(self, event: dict[str, Any], now: float) -> None:
        """Note when it heard of which message for the first time."""
        if event.get("ready"):
            self.say({"since": self.since})
            if not self.joined.done():
                self.joined.set_result(None)
        for piece in event.get("messages", ()):
            self.since = max(self.since, piece["clock"])
            self.told.setdefault(piece["id"], now)


@dataclass
class Visit:
    """One page of a channel, from its opening on, and when it heard of which message."""

    channel: int
    opened_at: float
    heard: dict[int, float] = field(default_factory=dict)


class Person:
    """Somebody at a page of the chat. `begin`: the clock of the channel when the page was drawn."""

    def __init__(self, bench: Talking, number: int, cookie: str, direct: int):
        self.bench, self.direct, self.dice = bench, direct, random.Random(number)
        self.session = cookie
        self.cookie = f"sessionid={cookie}; csrftoken={TOKEN}"
        self.channel = bench.channels[number % CHANNELS]
        self.line: Line | None = None
        self.doing = "open"
        self.visits: list[Visit] = []
        self.begin, self.rows, self.mine = 0, list[int](), list[int]()
        self._door: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def act(self) -> None:
        """Do one thing."""
        await self.stay()
        what = self.dice.choices(list(MIX), list(MIX.values()))[0]
        self.doing = what
        await getattr(self, what if what == "reconnect" else f"_{what}")()

    async def stay(self) -> None:
        """Open the line again where the house closed it."""
        if self.line is not None and self.line.transport.is_closing():
            await self.listen(self.line.since)

    async def open(self, channel: int) -> None:
        """Draw the page of a channel, and listen to it."""
        self.close()
        page = await self.ask("GET", f"/chat/{channel}/")
        clock = re.search(rb'data-clock="(\d+)"', page[page.index(b"<chat-page") :])
        if clock is None:
            raise CannotMeasure("a page of the chat has no clock")
        self.channel, self.begin = channel, int(clock[1])
        self.rows = [int(one) for one in re.findall(rb' id="m(\d+)"', page)]
        self.visits.append(Visit(channel, math.inf))
        await self.listen(self.begin)
        self.visits[-1].opened_at = time.perf_counter()

    async def listen(self, since: int) -> None:
        """Open the line; as a page does, again after a pause when the house has no time."""
        loop, until = asyncio.get_running_loop(), time.monotonic() + PATIENCE
        while True:
            hello = sockets.hello(self.bench.collab, f"/ws/chat/{self.channel}/", self.cookie)
            line = Line(hello, since, self.visits[-1].heard if self.visits else {})
            await loop.create_connection(lambda line=line: line, "127.0.0.1", self.bench.collab.port)  # type: ignore[misc]
            try:
                async with asyncio.timeout(PATIENCE):
                    await line.joined
            except CannotMeasure:
                self.bench.turned_away += 1
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5 + self.dice.random())
            else:
                self.line = line
                return

    def close(self) -> None:
        """Leave the page."""
        if self.line is not None:
            self.line.transport.close()
            self.line = None

    async def _switch(self) -> None:
        await self.open(self.dice.choice(self.bench.channels))

    async def _direct(self) -> None:
        await self.open(self.direct)

    async def _scroll(self) -> None:
        await self.ask("GET", f"/chat/{self.channel}/?before={self.rows[0] if self.rows else 0}")

    async def _column(self) -> None:
        await self.ask("GET", f"/chat/column/?current={self.channel}")

    async def _drop_draft(self) -> None:
        await self.ask("POST", f"/chat/{self.channel}/draft/", text="")

    async def _draft(self) -> None:
        await self.ask("POST", f"/chat/{self.channel}/draft/", text="What I wanted to say was")

    async def _threads(self) -> None:
        await self.ask("GET", "/chat/threads/")

    async def _link(self) -> None:
        if self.rows:
            await self.ask("GET", f"/chat/{self.channel}/?at={self.dice.choice(self.rows)}")

    async def _thread(self) -> None:
        if self.rows:
            await self.ask("GET", f"/chat/{self.channel}/?thread={self.dice.choice(self.rows)}")

    async def _react(self) -> None:
        if self.rows:
            await self.ask("POST", f"/chat/message/{self.dice.choice(self.rows)}/react/", emoji="👍")

    async def _edit(self) -> None:
        if self.mine:
            await self.ask("POST", f"/chat/message/{self.mine[-1]}/", text="What I meant to say")

    async def _search(self) -> None:
        await self.ask("GET", "/chat/search/?q=message+17")

    async def reconnect(self) -> None:
        """Lose the line, and open another that goes on from there."""
        if self.line is not None:
            since = self.line.since
            self.close()
            await self.listen(since)

    async def _say(self) -> None:
        begin, channel = time.perf_counter(), self.channel
        fields = {"text": f"Said at {begin}, to all who look", "key": f"{self.dice.getrandbits(64):016x}"}
        if self.rows and self.dice.random() < ANSWERS:
            fields["root"] = str(self.dice.choice(self.rows))
        told = json.loads(await self.ask("POST", f"/chat/{channel}/say/", **fields))
        self.bench.said.append((channel, told["clock"], told["id"], begin, self))
        self.mine.append(told["id"])

    async def ask(self, method: str, path: str, **fields: str) -> bytes:
        """Make a request on the kept connection, note how long it took, and return what came."""
        begin = time.perf_counter()
        body = urlencode(fields).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.bench.collab.port}\r\nCookie: {self.cookie}\r\n"
            f"Accept: {'application/json' if method == 'POST' else 'text/html'}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if self._door is None:
            self._door = await asyncio.open_connection("127.0.0.1", self.bench.collab.port, limit=1 << 20)
        reader, writer = self._door
        writer.write(head.encode() + body)
        async with asyncio.timeout(PATIENCE):
            status, answer = await _answer(reader)
        took = (time.perf_counter() - begin) * 1e3
        self.bench.asked.append(took)
        self.bench.kinds[self.doing].append(took)
        if status >= 400:
            self.bench.refused += 1
        return answer


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split()[1])
    if (length := re.search(r"content-length: (\d+)", head)) is not None:
        return status, await reader.readexactly(int(length[1]))
    parts = []
    while "chunked" in head and (size := int(await reader.readline(), 16)):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    if "chunked" in head:
        await reader.readline()
    return status, b"".join(parts)
