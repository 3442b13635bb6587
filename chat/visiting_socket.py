"""The page of a visitor: it hears of its one channel, as long as the link opens it and nobody showed them out.

To the page: {"turn": true} when they were let in, or must wait again, so that it is drawn anew; then as `chat.socket`:
{"ready": true}, {"messages": […]}, {"reset": true}; {"gone": true}. Nothing of who is here, who writes or has read.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from chat import drawing, visitors
from chat import room as rooms
from chat.actions.common import TOPIC
from chat.actions.visiting import LOBBY
from chat.models import Channel, Message
from chat.socket import GONE, LONGEST
from collab.accounts import languages
from collab.lib.errors import NotFound
from collab.live import socket as door
from collab.live import topics

MOST_OF_ONE = 5
"""So many pages of one visitor are open in this process."""
_open: Counter[int] = Counter()


class VisitorSocket(door.Line):
    """It belongs to a session that a visitor sits before. `guest`: they, as they stood when last asked."""

    is_page = False

    async def connect(self) -> None:
        self.visitor_id = int(self.scope["url_route"]["kwargs"]["pk"])
        self.guest: visitors.Guest | None = None
        self.clock = self.channel_id = 0
        self._in = self._counted = False
        self.look: rooms.Look = ("", settings.TIME_ZONE)
        await super().connect()

    async def identify(self) -> bool:
        accepts = dict(self.scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        self.guest = await door.in_thread(visitors.of_session, self._session, self.visitor_id)
        self.look = (await door.in_thread(languages.accepted, accepts), settings.TIME_ZONE)  # it may ask the database
        return self.guest is not None and self._count()

    async def unknown(self) -> None:
        await self._end()

    def _count(self) -> bool:
        self._counted = True
        _open[self.visitor_id] += 1
        return _open[self.visitor_id] <= MOST_OF_ONE

    async def opened(self) -> None:
        """Listen to the channel, and look again in the moment in which the link ends."""
        assert self.guest is not None
        channel = self.guest.channel
        self.channel_id, topic = channel.pk, f"{TOPIC}:{channel.pk}"
        self.topics[topic] = topics.Joined(channel.space_id, channel.clock)
        door.hub.join(self, topic, channel.space_id)
        await self.look_again()  # what happened before the hub knew of it
        end = await door.in_thread(visitors.end_of, self.guest.link)
        if end is not None:
            self.do(self._look_at(end))
        if self.topics:
            await self.say({"ready": True} if self.guest.is_in else {"waiting": True})

    async def _look_at(self, end: Any) -> None:
        await asyncio.sleep(max(0.0, (end - timezone.now()).total_seconds()) + 0.1)
        await self.look_again()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_too_often() or text_data is None or len(text_data) > LONGEST:
            await self.close(door.TOO_MUCH)
            return
        try:
            said = json.loads(text_data)
            if "since" in said and not self._in and self.guest is not None and self.guest.is_in:
                self._in = True
                self.clock = int(said["since"])
                here = await door.in_thread(self.guest.here)
                await rooms.room(here.channel).enter(self, self.clock)
        except door.WRONG:
            await self.close(door.TOO_MUCH)
        except NotFound:
            await self._end()
        except DatabaseError:
            await self.send_away()

    async def hand(self, pieces: rooms.Pieces) -> None:
        """Take what happened since they came in, each once."""
        fresh = [piece for piece in pieces if piece["clock"] > self.clock]
        self.clock = max((piece["clock"] for piece in fresh), default=self.clock)
        since = self.guest.visitor.since if self.guest is not None else 0
        mine = [piece for piece in fresh if rooms.is_for(since, piece["id"], piece["root"], piece["number"])]
        if mine:
            await self.say({"messages": mine})

    async def reset(self) -> None:
        """Let the page be drawn anew."""
        await self.say({"reset": True})

    async def hear_typing(self, channel: int, person: int, name: str) -> None:
        """Visitors are not told who is here."""

    async def hear_member(self, channel: int, person: int, *, on: bool) -> None:
        """Nor who comes and goes."""

    async def hear_reads(self, told: list[tuple[int, int, str]]) -> None:
        """Nor who has read."""

    async def hear_swept(self, until: datetime | None) -> None:
        """What is too old has gone: the page is drawn without it."""
        await self.reset()

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Hear that somebody was let in or shown out: perhaps they."""
        if frame["kind"] == LOBBY:
            await self.look_again()

    async def look_again(self) -> None:
        """Ask again whether they may stay; turn the page when they were let in, or must wait again."""
        if not self.topics:
            return
        try:
            found = await door.in_thread(visitors.of_session, self._session, self.visitor_id)
        except DatabaseError:
            await self.send_away()
            return
        before, self.guest = self.guest, found
        if found is None or found.visitor.state not in {found.visitor.State.IN, found.visitor.State.WAITING}:
            await self._end()
        elif before is not None and before.is_in != found.is_in:
            rooms.left(self, self.channel_id)
            await self.say({"turn": True})

    async def disconnect(self, code: int) -> None:
        rooms.left(self, self.channel_id)
        if self._counted:
            self._counted = False
            _open[self.visitor_id] -= 1
            if _open[self.visitor_id] <= 0:
                del _open[self.visitor_id]
        await super().disconnect(code)

    async def _end(self) -> None:
        rooms.left(self, self.channel_id)
        door.hub.leave(self)
        self.topics = {}
        await self.say({"gone": True})
        await self.close(GONE)

    @staticmethod
    def draw(channel: Channel, rows: list[Message], look: rooms.Look) -> list[rooms.Piece]:
        """Return what happened as visitors see it: by whom, only where it was one of them."""
        language, zone = look
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            return [piece(row) for row in rows]


def piece(row: Message) -> rooms.Piece:
    """Return a message that was dressed as a page of a visitor takes it."""
    return {
        "id": row.pk, "root": row.root_id or 0, "number": row.number, "clock": row.clock,
        "key": row.key if row.visitor_id else "", "by": f"v{row.visitor_id}" if row.visitor_id else "0",
        "html": drawing.draw(row, plain=True),
    }  # fmt: skip
