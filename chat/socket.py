"""A page of the chat: it hears all of the channel that it shows, and of the others in its column that something is new.

From the page: {"since": clock, "news": as its column was drawn (`queries.news`)} once, then {"typing": true}. To the
page: {"messages": [{"id", "root", "number", "clock", "key", "by", "html"}]}, each put in the place of what it has of
it; {"news": {"channel", "kind"}}; {"column": true} when its channels changed, or what is counted there; {"typing",
"person"}; {"people": {id: {"state", "word", "says"}}}: who of those in its column is here; {"lobby": true}: visitors
came, went or wait; {"read": [[id, number, name]]}: how far they have read; {"ephemeral": [{"id", "root", "html"}]}:
said to this person alone; {"swept": milliseconds}: what was said before has gone; {"reset": true}; {"gone": true}.
"""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from chat import announcing, around, drawing, queries
from chat import room as rooms
from chat.actions import ephemerals
from chat.actions.common import TOPIC
from chat.actions.visiting import LOBBY
from chat.models import Ephemeral
from chat.models.channel import other_of
from collab.accounts import languages
from collab.accounts.models import User
from collab.lib.errors import NotFound
from collab.live import socket as door
from collab.live import topics
from collab.rights import switches
from collab.rights.actor import Actor

GONE = 4404
LONGEST = 1000
TYPING_EVERY = 2.0
"""A page says no oftener that somebody writes."""


class ChatSocket(door.Line):
    """`channel_id`: the channel that it shows; `since`: the first message that its person may read there.

    `clock`: the moment of the channel until which it was told.
    """

    draw = staticmethod(rooms.draw)

    async def connect(self) -> None:
        self.channel_id = int(self.scope["url_route"]["kwargs"]["pk"])
        self.since = self.clock = 0
        self._accepts = dict(self.scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        self.look: rooms.Look = ("", settings.TIME_ZONE)
        self._name = ""
        self._in = False
        self._typed = 0.0
        self._may_type = False
        self._told = False
        self._alone, self._telling = 0, asyncio.Lock()
        self._swept: datetime | None = None
        self.watched: set[int] = set()
        await super().connect()

    async def opened(self) -> None:
        """Listen to the channels of the column; unknown is as missing."""
        try:
            found = await door.in_thread(_admit, self._session, self.channel_id, self._accepts)
        except DatabaseError:
            await self.send_away()
            return
        if found is None:
            await self.close(door.SIGNED_OUT)
            return
        if found.here is None:
            await self._end()
            return
        self.look, self._name = (found.language, found.zone), found.name
        self._follow(found)
        await self.say({"ready": True})
        await around.watch(self, found.people)

    def _follow(self, found: _Admitted) -> None:
        for topic in self.topics.keys() - found.topics.keys():
            door.hub.quit(self, topic, self.topics.pop(topic).space_id)
        for topic, joined in found.topics.items():
            if topic not in self.topics:
                door.hub.join(self, topic, joined.space_id)
            self.topics[topic] = joined
        if found.here is not None:
            self.since, self._may_type = found.here.since, found.here.may_answer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_too_often() or text_data is None or len(text_data) > LONGEST:
            await self.close(door.TOO_MUCH)
            return
        try:
            said = json.loads(text_data)
            if "since" in said and not self._in and self.topics:
                self._in = True
                await self._enter(int(said["since"]), said.get("news"))
            elif said.get("typing") and self._in:
                await self._type()
        except door.WRONG:
            await self.close(door.TOO_MUCH)
        except NotFound:
            await self._end()
        except DatabaseError:
            await self.send_away()

    async def _enter(self, since: int, news: Any) -> None:
        mine, now = await door.in_thread(_mine, self.user_id, self.channel_id)
        if news is not None and news != now:  # before this line was open, or while it was broken
            await self.say({"column": True})
        self.clock = since
        await rooms.room(mine.channel).enter(self, since)
        await self._tell_alone()
        await self.hear_swept(await door.in_thread(rooms.swept, self.channel_id))  # as of now: `mine` is older

    async def _type(self) -> None:
        now = time.monotonic()
        if self._may_type and now - self._typed >= TYPING_EVERY:
            self._typed = now
            await door.in_thread(rooms.tell_typing, self.channel_id, self.user_id, self._name)

    async def hand(self, pieces: rooms.Pieces) -> None:
        """Take what happened, each once, but for what was said before this person's time, and in threads of before."""
        fresh = [piece for piece in pieces if piece["clock"] > self.clock]
        self.clock = max((piece["clock"] for piece in fresh), default=self.clock)
        mine = [
            piece for piece in fresh
            if rooms.is_for(self.since, piece["id"], piece["root"], piece["number"])
        ]  # fmt: skip
        if len(mine) == len(pieces):
            await self.say({}, pieces.text)
        elif mine:
            await self.say({"messages": mine})

    async def hear_swept(self, until: datetime | None) -> None:
        """Say once that what was said before this moment, in milliseconds, has gone."""
        if until is not None and self._swept != until:
            self._swept = until
            await self.say({"swept": int(until.timestamp()) * 1000})

    async def reset(self) -> None:
        """Let the page be drawn anew."""
        await self.say({"reset": True})

    async def hear_typing(self, channel: int, person: int, name: str) -> None:
        """Say that somebody writes in the channel that it shows."""
        await self.say({"typing": name, "person": person})

    async def hear_member(self, channel: int, person: int, *, on: bool) -> None:
        """Who came or went is seen when the page asks."""

    async def hear_people(self, people: dict[int, around.Here]) -> None:
        """Say how those with whom one talks are now."""
        with translation.override(self.look[0]):
            told = {str(pk): here.told() for pk, here in people.items()}
        await self.say({"people": told})

    async def hear_reads(self, told: list[tuple[int, int, str]]) -> None:
        """Say how far others have read."""
        await self.say({"read": told})

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Hear of a channel of the column; what its room tells of the one that is shown comes by itself."""
        kind, _colon, number = frame["topic"].partition(":")
        if kind == "user":
            self._told = True
            self.look_soon()
        elif kind == announcing.TOPIC and self._in and frame["kind"] == announcing.EPHEMERAL:
            await self._tell_alone()
        elif kind == TOPIC and int(number) != self.channel_id and frame["kind"] == "said":
            await self.say({"news": {"channel": int(number), "kind": frame["kind"]}})
        elif kind == TOPIC and int(number) == self.channel_id and frame["kind"] == LOBBY:
            await self.say({"lobby": True})

    async def _tell_alone(self) -> None:
        """Tell what was said to this person alone since it was told last."""
        async with self._telling:
            found = await door.in_thread(_alone, self.user_id, self.channel_id, self.look, self._alone)
            if found:
                self._alone = found[-1]["id"]
                await self.say({"ephemeral": found})

    async def look_again(self) -> None:
        """Ask again which channels are this person's; a page of one that is theirs no more ends."""
        if not self.user_id:
            return
        try:
            found = await door.in_thread(_admit, self._session, self.channel_id, self._accepts)
        except DatabaseError:
            await self.send_away()
            return
        if found is None:
            await self.close(door.SIGNED_OUT)
            return
        if found.here is None:
            await self._end()
            return
        before = set(self.topics)
        self._follow(found)
        await around.watch(self, found.people)
        if self._in:
            await self.hear_swept(found.here.channel.swept_until)
        if before != set(self.topics) or self._told:
            self._told = False
            await self.say({"column": True})

    async def disconnect(self, code: int) -> None:
        rooms.left(self, self.channel_id)
        around.unwatch(self, self.watched)
        await super().disconnect(code)

    async def _end(self) -> None:
        rooms.left(self, self.channel_id)
        await self.say({"gone": True})
        await self.close(GONE)


class _Admitted:
    """Who it is, what they may listen to, and the channel that the page shows as they have it."""

    def __init__(
        self,
        user: User,
        accepts: str,
        here: queries.Mine | None,
        column: list[tuple[int, int, str]],
        partners: set[int] | None = None,
    ):
        self.here = here
        self.people = partners or set()
        self.name = str(user)
        self.language = languages.fit(user.language) if user.language else languages.accepted(accepts)
        self.zone = str(languages.zone_of(user))
        those = {pk: space for pk, space, _pair in column} | ({here.channel.pk: here.channel.space_id} if here else {})
        self.topics = {f"{TOPIC}:{pk}": topics.Joined(space, 0) for pk, space in those.items()}
        for name in ("user", announcing.TOPIC):
            self.topics[f"{name}:{user.pk}"] = topics.Joined(None, 0)


def _admit(session: str, pk: int, accepts: str) -> _Admitted | None:
    user = topics.person(session)
    if user is None:
        return None
    actor = Actor.of(user)
    if not switches.is_kind_on("channel", actor):
        return _Admitted(user, accepts, None, [])
    try:
        here = queries.mine(actor, pk, named=False)
    except NotFound:
        here = None
    column = queries.heard(actor)  # the page has drawn it: what is said here is only which, and with whom
    people = {other_of(pair, user.pk) for _pk, _space, pair in column if pair}
    return _Admitted(user, accepts, here, column, around.findable(actor, people))


def _mine(person: int, pk: int) -> tuple[queries.Mine, int]:
    """Return the channel as the person has it, and what their column counts now."""
    actor = Actor.of(User.objects.get(pk=person))
    return queries.mine(actor, pk, named=False), queries.news(actor, pk)


def _alone(person: int, pk: int, look: rooms.Look, after: int) -> list[dict[str, Any]]:
    language, zone = look
    rows = Ephemeral.objects.visible_to(Actor.of(User.objects.get(pk=person))).filter(channel=pk, pk__gt=after)
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return [
            {"id": row.pk, "root": row.root_id or 0, "html": drawing.ephemeral(row)}
            for row in rows.select_related("author").order_by("pk")[: ephemerals.MOST]
        ]
