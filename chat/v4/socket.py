"""What programs listen by: every event numbered, the first of them `hello`, beside answers to what they ask.

From the program: {"seq", "action": "authentication_challenge", "data": {"token"}}, unless its handshake brought the
token; then "ping", "user_typing". To the program: {"event", "data", "broadcast", "seq"} and {"status", "seq_reply"}.
Who comes back begins anew with another `connection_id`: the client then asks for what it missed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from datetime import datetime
from typing import Any

from django.db import Error as DatabaseError

from chat import announcing, around
from chat import room as rooms
from chat.actions.common import TOPIC
from chat.models import Channel
from chat.queries import Mine
from chat.socket import TYPING_EVERY
from chat.v4 import changes, happening, ids, records, standing
from chat.v4 import door as calls
from collab.lib.errors import BadInput, Refusal
from collab.live import socket as door
from collab.live.strangers import Stranger

LONGEST = 8192
MOST_OF_ONE = 20
"""So many sockets one person or bot may have open in this process."""
_open: dict[int, int] = {}


class V4Socket(Stranger):
    """One program. `mine`: the channels that it hears, as its person has them."""

    look: rooms.Look = ("", "v4")
    draw = staticmethod(happening.draw)

    async def connect(self) -> None:
        self.standing: standing.Standing | None = None
        self.mine: dict[int, Mine] = {}
        self._clocks: dict[int, int] = {}
        self._seq = 0
        self._typed = 0.0
        self._counted = self._closed = False
        self.watched: set[int] = set()
        self._statuses: dict[int, str] = {}
        self._alone = 0
        self._order = asyncio.Lock()
        await super().connect()
        header = dict(self.scope["headers"]).get(b"authorization", b"").decode("latin-1")
        scheme, _space, token = header.partition(" ")
        if token and scheme.lower() in {"bearer", "token"} and not self._closed:
            await self._enter(token.strip(), 0)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._closed:
            return
        if self.is_too_often() or text_data is None or len(text_data) > LONGEST:
            await self.close(door.TOO_MUCH)
            return
        try:
            said = json.loads(text_data)
            action, seq, data = said["action"], said.get("seq", 0), said.get("data") or {}
            if not isinstance(action, str) or not isinstance(seq, int) or abs(seq) > 2**53:
                raise BadInput
            token = calls.text(data.get("token"), 300)
        except (*door.WRONG, BadInput):
            await self.close(door.TOO_MUCH)
            return
        if action == "authentication_challenge" and self.standing is None:
            await self._enter(token, seq)
        elif action == "ping":
            pong = {"text": "pong", "version": calls.VERSION, "server_time": int(time.time() * 1000), "node_id": ""}
            await self.say({"status": "OK", "data": pong, "seq_reply": seq})
        elif self.standing is None:
            await self.close(door.SIGNED_OUT)
        elif action in {"user_typing", "authentication_challenge"}:
            if action == "user_typing":
                await self._type(data.get("channel_id"))
            await self.say({"status": "OK", "seq_reply": seq})
        else:
            unknown = {"id": "api.websocket_handler.unknown_action.app_error", "message": "", "status_code": 400}
            await self.say({"status": "FAIL", "error": unknown, "seq_reply": seq})

    async def _enter(self, token: str, seq: int) -> None:
        try:
            found = await door.in_thread(standing.enter, token, self.address)
        except Refusal as refusal:
            told = {"id": "api.web_socket.connect.app_error", "message": str(refusal.message)}
            await self.say({"status": "FAIL", "error": told | {"status_code": refusal.status}, "seq_reply": seq})
            await self.close(door.SIGNED_OUT)
            return
        except DatabaseError:
            await self.send_away()
            return
        if _open.get(found.user_id, 0) >= MOST_OF_ONE:
            await self.close(door.TOO_MUCH)
            return
        _open[found.user_id] = _open.get(found.user_id, 0) + 1
        self._counted = True
        self.be_known()
        self.standing, self.user_id, self.seen = found, found.user_id, found.seen
        self.is_page, self._alone = found.is_bot, found.alone  # a bot is here as long as it listens
        door.hub.enter(self)
        try:
            await asyncio.wait_for(door.hub.up.wait(), 2)
        except TimeoutError:
            await self.send_away()
            return
        hello = {"connection_id": secrets.token_hex(13), "server_version": calls.VERSION_ID, "server_hostname": ""}
        await self._tell("hello", hello)
        if seq:
            await self.say({"status": "OK", "seq_reply": seq})
        async with self._order:
            await self._follow(found)
        self.do(self._keep_looking())

    async def _follow(self, found: standing.Standing) -> None:
        """Hear of these channels and of no others, each from the moment at which it was read; nothing falls between."""
        for pk in self.mine.keys() - found.mine.keys():
            self._leave(pk)
        for own in (f"user:{self.user_id}", f"{announcing.TOPIC}:{self.user_id}"):
            if own not in self.topics:
                door.hub.join(self, own, None)
                self.topics[own] = found.own
        await around.watch(self, await door.in_thread(standing.partners, found))
        late = []
        for pk, mine in found.mine.items():
            if pk not in self.mine:
                begun = records.ms(mine.channel.created_at) >= self.seen.since
                self._clocks[pk] = 0 if begun else mine.channel.clock
                self.seen.numbers[pk] = 0 if begun else mine.channel.number
                late.append(pk)
                for topic in _topics(pk):
                    door.hub.join(self, topic, mine.channel.space_id)
                    self.topics[topic] = found.own
                rooms.room(mine.channel).sockets.add(self)
            self.mine[pk] = mine
        now = await door.in_thread(standing.clocks, late) if late else {}
        for pk in late:
            if now.get(pk, 0) > self._clocks.get(pk, 0) and pk in self.mine and not self._closed:
                await rooms.room(self.mine[pk].channel).enter(self, self._clocks[pk])

    def _leave(self, pk: int) -> None:
        mine = self.mine.pop(pk)
        for topic in _topics(pk):
            self.topics.pop(topic, None)
            door.hub.quit(self, topic, mine.channel.space_id)
        rooms.left(self, pk)
        self._clocks.pop(pk, None)

    async def hand(self, pieces: rooms.Pieces) -> None:
        """Tell what happened in one channel, each once, but for what was said before this person's time.

        In the order in which it was said: what was changed meanwhile is among the last changes.
        """
        for piece in sorted(pieces, key=lambda piece: piece["state"].pk):
            state: happening.State = piece["state"]
            mine = self.mine.get(state.channel)
            if mine is None or piece["clock"] <= self._clocks[state.channel]:
                continue
            if rooms.is_for(mine.since, state.pk, state.root, state.number):
                for event, data in self.seen.told(state):
                    await self._tell(event, _of(mine, state) | data if event == "posted" else data, mine)
        last = pieces[-1]["state"].channel if pieces else 0
        if last in self._clocks:
            self._clocks[last] = max(self._clocks[last], max(piece["clock"] for piece in pieces))

    async def hear_typing(self, channel: int, person: int, name: str) -> None:
        """Tell that somebody writes."""
        if (mine := self.mine.get(channel)) is not None:
            await self._tell("typing", {"parent_id": "", "user_id": ids.of("user", person)}, mine)

    async def _type(self, channel: object) -> None:
        try:
            mine = self.mine.get(ids.read("channel", channel))
        except BadInput:
            return
        now = time.monotonic()
        assert self.standing is not None
        if mine is not None and mine.may_answer and self.standing.writes and now - self._typed >= TYPING_EVERY:
            self._typed = now
            await door.in_thread(rooms.tell_typing, mine.channel.pk, self.user_id, self.standing.name)

    async def deliver(self, frame: dict[str, Any], text: str = "") -> None:
        """Look again when something happened to the person or to a channel; what is said comes by the rooms."""
        kind, _colon, _number = frame["topic"].partition(":")
        if kind != announcing.TOPIC:
            if kind == "user" or frame["kind"].startswith("channel-"):  # what is said has the channel as its ref, too
                self.look_soon()
        elif frame["kind"] == announcing.EPHEMERAL:
            async with self._order:
                await self._tell_alone()
        elif frame["kind"] == announcing.VIEWED:
            await self._tell("channel_viewed", {"channel_id": ids.of("channel", int(frame["ref"].partition(":")[2]))})
        else:
            self.look_soon()

    async def _tell_alone(self) -> None:
        assert self.standing is not None
        for one in await door.in_thread(standing.alone, self.standing, self._alone):
            self._alone = one.pk
            await self._tell(
                "ephemeral_message", {"post": json.dumps(records.ephemeral(one))}, self.mine.get(one.channel_id)
            )

    async def look_again(self) -> None:
        """Close when the token opens no more; hear of new channels, and no longer of those that are theirs no more."""
        if self.standing is None or self._closed:
            return
        async with self._order:
            try:
                found = await door.in_thread(standing.again, self.standing)
                if found is None:
                    await self.close(door.SIGNED_OUT)
                    return
                for event, data, mine in changes.events(self.standing, found, self.seen.since):
                    await self._tell(event, data, mine)
                self.standing = found
                await self._follow(found)
            except DatabaseError:
                await self.send_away()

    async def hear_people(self, people: dict[int, around.Here]) -> None:
        """Tell how people are now; how they are at first is asked by a call."""
        for pk, here in people.items():
            status = records.status(pk, here)["status"]
            if self._statuses.get(pk, status) != status:
                await self._tell("status_change", {"status": status, "user_id": ids.of("user", pk)})
            self._statuses[pk] = status

    async def hear_member(self, channel: int, person: int, *, on: bool) -> None:
        """Tell that somebody else came or went; of the person themselves their own channels tell."""
        mine = self.mine.get(channel)
        if mine is not None and person != self.user_id:
            await self._tell(*changes.member(mine, person, on=on))

    async def hear_reads(self, told: list[tuple[int, int, str]]) -> None:
        """These programs know no receipts."""

    async def hear_swept(self, until: datetime | None) -> None:
        """These programs keep what they were told."""

    async def reset(self) -> None:
        """Let it come back: it then asks for what it missed."""
        await self.send_away()

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close, and tell nothing more."""
        self._closed = True
        await super().close(code, reason)

    async def disconnect(self, code: int) -> None:
        self._closed = True
        for pk in list(self.mine):
            self._leave(pk)
        around.unwatch(self, self.watched)
        if self._counted:
            self._counted = False
            _open[self.user_id] -= 1
            if not _open[self.user_id]:
                del _open[self.user_id]
        await super().disconnect(code)

    async def _tell(self, event: str, data: dict[str, Any], mine: Mine | None = None) -> None:
        if self._closed:
            return
        place = {"omit_users": None, "user_id": "" if mine else ids.of("user", self.user_id), "team_id": ""}
        place["channel_id"] = ids.of("channel", mine.channel.pk) if mine else ""
        seq, self._seq = self._seq, self._seq + 1
        await self.say({"event": event, "data": data, "broadcast": place, "seq": seq})


def _topics(pk: int) -> tuple[str, str]:
    return f"{TOPIC}:{pk}", f"{Channel.REF_KIND}:{pk}"


def _of(mine: Mine, state: happening.State) -> dict[str, Any]:
    drawn = records.channel(mine)
    return {
        "channel_display_name": drawn["display_name"], "channel_name": drawn["name"], "channel_type": drawn["type"],
        "team_id": drawn["team_id"], "sender_name": state.who, "set_online": True,
    }  # fmt: skip
