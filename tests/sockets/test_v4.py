"""The socket of the façade: `hello` first, events in order and once, only of what one may hear, and its end."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from asgiref.testing import ApplicationCommunicator

from chat import queries, room
from chat.actions import posting, sitting
from chat.v4 import ids
from collab.accounts.actions import devices
from collab.accounts.models import AppPassword
from collab.asgi import application
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.conftest import PATIENCE, Page, do

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch):
    monkeypatch.setattr(room, "_rooms", {})


@contextlib.asynccontextmanager
async def line(token: str = "", *, challenge: bool = True) -> AsyncIterator[Page]:
    """A program that listens; by its handshake where it is not challenged."""
    headers = [(b"host", b"testserver")] + ([(b"authorization", f"Bearer {token}".encode())] if not challenge else [])
    scope = {
        "type": "websocket", "path": "/api/v4/websocket", "headers": headers, "subprotocols": [],
        "query_string": b"connection_id=&sequence_number=0",
    }  # fmt: skip
    page = Page(ApplicationCommunicator(application, scope))
    await page.wire.send_input({"type": "websocket.connect"})
    await page.wire.receive_output(PATIENCE)
    if challenge:
        await page.send({"seq": 1, "action": "authentication_challenge", "data": {"token": token}})
    try:
        yield page
    finally:
        await page.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await page.wire.wait(PATIENCE)


async def begun(page: Page) -> None:
    hello = await page.hear()
    assert (hello["event"], hello["seq"]) == ("hello", 0)
    assert await page.hear() == {"status": "OK", "seq_reply": 1}
    await page.send({"seq": 2, "action": "ping"})
    assert (await page.hear())["data"]["text"] == "pong"


async def events(page: Page, count: int) -> list[dict]:
    found: list[dict] = []
    while len(found) < count:
        frame = await page.hear()
        assert "close" not in frame, frame
        found.append(frame)
    return found


def token(who, **how) -> str:
    return devices.create(who, "x", **({"scopes": ["chat"]} | how))[1]


def again(who, message):
    return make.act(who), queries.found(make.act(who), message.pk)[0]


async def the(page: Page, kind: str) -> dict:
    """The next event of this kind; what was changed before may be told beside it."""
    while (frame := (await events(page, 1))[0])["event"] != kind:
        assert frame["event"] == "post_edited"
    return frame


def test_events_come_once_numbered_and_in_order(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    old = chatting.say(town.alice, trips, "Old")
    secret = token(town.bob)

    def acts():
        new = chatting.say(town.alice, trips, "New @bob")
        chatting.say(town.alice, trips, "Answer", root=old.pk)
        posting.edit(*again(town.alice, new), "Newer @bob")  # as such it may be told first
        sitting.react(*again(town.alice, old), "👍", on=True)
        return new

    async def scene():
        async with line(secret) as bob:
            await begun(bob)
            new = await do(acts)
            got: dict[str, list[dict]] = {}
            seqs = []
            while not {"posted", "reaction_added"} <= got.keys() or len(got["posted"]) < 2:
                (frame,) = await events(bob, 1)
                seqs.append(frame["seq"])
                got.setdefault(frame["event"], []).append(frame)
            first, answer = (json.loads(frame["data"]["post"]) for frame in got["posted"])
            assert first["id"] == ids.of("post", new.pk)
            assert answer["root_id"] == ids.of("post", old.pk)
            assert json.loads(got["posted"][0]["data"]["mentions"]) == [ids.of("user", town.bob.pk)]
            assert got["posted"][0]["data"]["sender_name"] == "@alice"
            assert got["posted"][0]["broadcast"]["channel_id"] == ids.of("channel", trips.pk)
            sign = json.loads(got["reaction_added"][0]["data"]["reaction"])
            assert (sign["post_id"], sign["emoji_name"]) == (ids.of("post", old.pk), "+1")
            assert seqs == list(range(1, len(seqs) + 1))
            await do(lambda: sitting.react(*again(town.alice, old), "👍", on=False))
            await the(bob, "reaction_removed")
            await do(lambda: posting.edit(*again(town.alice, new), "Newest"))
            while json.loads((await the(bob, "post_edited"))["data"]["post"])["message"] != "Newest":
                pass  # of “Newer”, where it was not told as new already
            await do(lambda: posting.take_back(*again(town.alice, old)))
            gone = await the(bob, "post_deleted")
            assert json.loads(gone["data"]["post"])["message"] == ""

    play(scene())


def test_a_new_conversation_is_heard_from_its_first_word(town, play):
    secret = token(town.bob)

    def write():
        return chatting.say(town.alice, chatting.direct(town.alice, town.bob), "Hello Bob")

    async def scene():
        async with line(secret, challenge=False) as bob:
            assert (await bob.hear())["event"] == "hello"
            said = await do(write)
            added, shown, frame = await events(bob, 3)
            assert [one["event"] for one in (added, shown, frame)] == ["direct_added", "preferences_changed", "posted"]
            assert added["data"]["teammate_id"] == ids.of("user", town.alice.pk)
            assert frame["data"]["channel_type"] == "D"
            assert json.loads(frame["data"]["post"])["id"] == ids.of("post", said.pk)

    play(scene())


def test_strangers_and_wrong_tokens_hear_nothing(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    files, eves = token(town.bob, scopes=["files"]), token(town.eve)

    async def scene():
        for wrong in ("nonsense", "", files):
            async with line(wrong) as one:
                assert (await one.hear())["error"]["status_code"] in {401, 403}
                assert (await one.hear())["close"] == 4401
        async with line(eves) as eve:
            await begun(eve)
            await do(chatting.say, town.alice, trips, "Not for Eve")
            await do(lambda: chatting.say(town.alice, chatting.direct(town.alice, town.eve), "For Eve"))
            added, _shown, frame = await events(eve, 3)
            assert added["event"] == "direct_added"
            assert "For Eve" in frame["data"]["post"]
        async with line("x", challenge=False) as late:
            assert (await late.hear())["status"] == "FAIL"

    play(scene())


def test_a_token_that_is_taken_back_ends_the_socket(town, play):
    secret = token(town.bob)

    async def scene():
        async with line(secret) as bob:
            await begun(bob)
            await do(lambda: devices.revoke(town.bob, AppPassword.objects.get().pk))
            frame = await bob.hear()
            while "close" not in frame:
                frame = await bob.hear()
            assert frame["close"] == 4401

    play(scene())


def test_who_writes_is_told_and_a_token_that_reads_tells_nothing(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    hers, his = token(town.alice), token(town.bob)
    reads = token(town.alice, scopes=["chat", "read-only"])
    typing = {"action": "user_typing", "seq": 3, "data": {"channel_id": ids.of("channel", trips.pk)}}

    async def scene():
        async with line(his) as bob, line(hers) as alice, line(reads) as reader:
            for one in (bob, alice, reader):
                await begun(one)
            await reader.send(typing)
            assert (await reader.hear())["status"] == "OK"
            await alice.send(typing)
            (frame,) = await events(bob, 1)
            assert (frame["event"], frame["data"]["user_id"]) == ("typing", ids.of("user", town.alice.pk))
            assert frame["seq"] == 1

    play(scene())


@pytest.mark.parametrize(
    "frame",
    ["{", "[" * 5000, '"x"', '{"seq": 1}', '{"action": "ping", "seq": "x"}', '{"action": "x", "data": 5}', "[1]"],
)
def test_hostile_frames_end_it(town, play, frame):
    secret = token(town.bob)

    async def scene():
        async with line(secret) as bob:
            await begun(bob)
            await bob.send(frame)
            assert (await bob.hear())["close"] == 4429

    play(scene())


def test_a_flood_ends_it(town, play):
    secret = token(town.bob)

    async def scene():
        async with line(secret) as bob:
            await begun(bob)
            for number in range(60):
                await bob.send({"seq": number + 3, "action": "nonsense"})
            frame = await bob.hear()
            while "close" not in frame:
                assert frame["status"] == "FAIL"
                frame = await bob.hear()
            assert frame["close"] == 4429

    play(scene())
