"""The socket of a channel: what is said arrives once and in order, is caught up with, and ends with the right to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import transaction
from django.utils import timezone

from chat import around, queries, room
from chat.actions import inviting, moderating, posting, sitting
from chat.models import Channel, Message
from collab.accounts.models import User
from collab.asgi import application
from collab.events import presence
from collab.live import socket as door
from collab.rights import actions as rights
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.conftest import HERE, PATIENCE, Page, cookie_of, do

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch):
    monkeypatch.setattr(room, "_rooms", {})


@contextlib.asynccontextmanager
async def looks(who: User | None, channel: int, since: int = 0, news: int | None = None) -> AsyncIterator[Page]:
    """A page that shows the channel, as of this moment of its clock; `news`: what its column counted then."""
    cookie = await do(cookie_of, who) if who is not None else b""
    scope = {
        "type": "websocket", "path": f"/ws/chat/{channel}/", "query_string": b"", "subprotocols": [],
        "headers": [*HERE, (b"cookie", cookie), (b"accept-language", b"en")],
    }  # fmt: skip
    page = Page(ApplicationCommunicator(application, scope))
    await page.wire.send_input({"type": "websocket.connect"})
    page.connected = (await page.wire.receive_output(PATIENCE))["type"] == "websocket.accept"
    page.first = await page.hear()
    if page.first == {"ready": True}:
        await page.send({"since": since, "news": news})
    try:
        yield page
    finally:
        await page.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await page.wire.wait(PATIENCE)


async def messages(page: Page, count: int) -> list[dict]:
    """The next so many messages, whatever else comes between."""
    found: list[dict] = []
    while len(found) < count:
        frame = await page.hear()
        assert "close" not in frame, frame
        found += frame.get("messages", [])
    return found


def test_what_is_said_arrives_drawn(town, play):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, trips, "**Hello**")
            (piece,) = await messages(bob, 1)
            assert piece["by"] == town.alice.pk
            assert piece["number"] == 1
            assert "<strong>Hello</strong>" in piece["html"]

    play(scene())


def test_what_was_said_elsewhere_while_the_line_was_broken_marks_the_column(town, play):
    trips = chatting.channel(town.alice, town.space)
    other = chatting.channel(town.alice, town.space, "Garden")
    for one in (trips, other):
        sitting.join(make.act(town.bob), one)
    chatting.say(town.alice, other, "Before")

    async def until_told(drawn: int, text: str) -> list[dict]:
        """What a page hears until it hears what is said in its own channel now."""
        async with looks(town.bob, trips.pk, news=drawn) as bob:
            await do(chatting.say, town.alice, trips, text)
            frames = [await bob.hear()]
            while text not in json.dumps(frames[-1]):
                frames.append(await bob.hear())
            return frames

    async def scene():
        drawn = await do(lambda: queries.news(make.act(town.bob), trips.pk))
        assert {"column": True} not in await until_told(drawn, "First")
        assert {"column": True} not in await until_told(drawn, "Second"), "what is said here changes nothing elsewhere"
        await do(chatting.say, town.alice, other, "Meanwhile")
        assert {"column": True} in await until_told(drawn, "Third")

    play(scene())


def test_a_page_that_comes_as_the_last_one_leaves_hears_what_is_said(town, play):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.alice, trips.pk) as alice:
            await do(chatting.say, town.alice, trips, "Before")
            await messages(alice, 1)
            await room._rooms[trips.pk]._order.acquire()  # something is being told
            async with looks(town.bob, trips.pk, since=1) as bob:
                while not room._rooms[trips.pk].coming:
                    await asyncio.sleep(0.01)
                door_of_all = room._rooms[trips.pk]
                await alice.wire.send_input({"type": "websocket.disconnect", "code": 1000})
                await alice.wire.wait(PATIENCE)
                door_of_all._order.release()
                await do(chatting.say, town.alice, trips, "After")
                (piece,) = await messages(bob, 1)
                assert "After" in piece["html"]

    play(scene())


def test_what_was_missed_comes_first_each_once(town, play):
    trips = chatting.channel(town.alice, town.space)
    said = [chatting.say(town.alice, trips, str(number)) for number in range(5)]

    async def scene():
        async with looks(town.bob, trips.pk, since=said[1].clock) as bob:
            found = await messages(bob, 3)
            assert [one["id"] for one in found] == [one.pk for one in said[2:]]
            last = await do(chatting.say, town.alice, trips, "new")
            assert [one["id"] for one in await messages(bob, 1)] == [last.pk]

    play(scene())


def test_who_missed_too_much_begins_anew(town, play, monkeypatch):
    monkeypatch.setattr(room, "MOST", 2)
    trips = chatting.channel(town.alice, town.space)
    for number in range(4):
        chatting.say(town.alice, trips, str(number))

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            assert await bob.hear() == {"reset": True}

    play(scene())


def test_a_page_hears_that_what_was_old_has_gone_and_so_does_one_that_was_away(town, play):
    trips = chatting.channel(town.alice, town.space)
    old, new = (chatting.say(town.alice, trips, text) for text in ("Old", "New"))
    day = timezone.now() - timedelta(days=40)
    Message.objects.filter(pk=old.pk).update(at=day)
    Channel.objects.filter(pk=trips.pk).update(keep_days=30, keep_since=day)

    async def scene():
        async with looks(town.bob, trips.pk, since=new.clock) as bob:
            assert await do(moderating.expire) == 1
            told = await bob.hear()
            limit = (timezone.now() - timedelta(days=30)).timestamp() * 1000
            assert day.timestamp() * 1000 < told["swept"] <= limit
        async with looks(town.bob, trips.pk, since=new.clock) as back:
            assert await back.hear() == told

    play(scene())


@pytest.mark.parametrize("before", [True, False], ids=["as the page comes in", "right after something else"])
def test_a_page_hears_it_whenever_it_happens(town, play, monkeypatch, before):
    trips = chatting.channel(town.alice, town.space)
    old, new = (chatting.say(town.alice, trips, text) for text in ("Old", "New"))
    day = timezone.now() - timedelta(days=40)
    Message.objects.filter(pk=old.pk).update(at=day)
    Channel.objects.filter(pk=trips.pk).update(keep_days=30, keep_since=day)
    enter = room.Room.enter

    async def late(self, *args):
        if before:  # the event came when the page was not in the room yet
            with monkeypatch.context() as patch:
                patch.setattr(moderating, "announce", lambda *about: None)
                await do(moderating.expire)
        await enter(self, *args)

    def both():
        with transaction.atomic():
            chatting.say(town.alice, trips, "Newer")
            moderating.expire()

    async def scene():
        monkeypatch.setattr(room.Room, "enter", late)
        async with looks(town.bob, trips.pk, since=new.clock) as bob:
            if not before:
                await do(both)
            while "swept" not in await bob.hear():
                pass  # what was said beside it

    play(scene())


def test_changes_signs_and_what_is_taken_back_arrive_in_their_place(town, play):
    trips = chatting.channel(town.alice, town.space)
    said = chatting.say(town.alice, trips, "Hello")

    def change():
        posting.edit(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0], "Hullo")

    def sign():
        sitting.react(make.act(town.bob), queries.found(make.act(town.bob), said.pk)[0], "👍", on=True)

    def back():
        posting.take_back(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0])

    async def scene():
        async with looks(town.bob, trips.pk, since=said.clock) as bob:
            for act, word in ((change, "Hullo"), (sign, f'data-people="{town.bob.pk}"'), (back, "taken back")):
                await do(act)
                (piece,) = await messages(bob, 1)
                assert piece["id"] == said.pk
                assert word in piece["html"]

    play(scene())


def test_a_stranger_is_told_nothing(town, play):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.eve, trips.pk) as eve:
            assert eve.first == {"gone": True}
            assert (await eve.hear())["close"] == 4404
        async with looks(None, trips.pk) as nobody:
            assert nobody.first["close"] == 4401

    play(scene())


def test_a_right_that_ends_ends_the_page(town, play):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, trips, "One")
            await messages(bob, 1)
            await do(lambda: rights.unshare(make.act(town.alice), town.space, town.team.principal))
            while not (frame := await bob.hear()).keys() & {"gone", "close"}:
                pass
            if "gone" in frame:
                assert (await bob.hear())["close"] == 4404
                return
        assert frame["close"] == door.AWAY  # something was said at that moment: it asks again as it comes back
        async with looks(town.bob, trips.pk) as bob:
            assert bob.first == {"gone": True}
            assert (await bob.hear())["close"] == 4404

    play(scene())


def test_of_other_channels_only_that_something_is_new_is_told(town, play):
    trips, other = chatting.channel(town.alice, town.space), chatting.channel(town.alice, town.space, "Other")
    sitting.join(make.act(town.bob), other)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, other, "A secret")
            frame = await bob.hear()
            assert frame == {"news": {"channel": other.pk, "kind": "said"}}
            assert "secret" not in json.dumps(frame)

    play(scene())


def test_one_who_came_later_hears_nothing_of_before(town, play):
    trips = chatting.channel(town.alice, town.space)
    old = chatting.say(town.alice, trips, "Before")
    new = chatting.say(town.alice, trips, "After")
    sitting.join(make.act(town.bob), chatting.fresh(trips))
    trips.seats.filter(user=town.bob).update(since=new.pk)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            (piece,) = await messages(bob, 1)
            assert piece["id"] == new.pk
            await do(
                lambda: posting.edit(make.act(town.alice), queries.found(make.act(town.alice), old.pk)[0], "Again")
            )
            later = await do(chatting.say, town.alice, trips, "Later")
            assert [one["id"] for one in await messages(bob, 1)] == [later.pk]

    play(scene())


def test_others_see_who_writes(town, play):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.alice, trips.pk) as alice, looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, trips, "One")  # both hear, so both are in
            await messages(alice, 1)
            await messages(bob, 1)
            await bob.send({"typing": True})
            assert await alice.hear() == {"typing": "Bob", "person": town.bob.pk}

    play(scene())


@pytest.mark.parametrize("frame", ["{", "[]", '"x"', "7", "{" * 900, "x" * 2000], ids=range(6))
def test_frames_of_no_page_of_ours_end_it(town, play, frame):
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            await bob.send(frame)
            while "close" not in (heard := await bob.hear()):
                pass
            assert heard["close"] == 4429

    play(scene())


def test_who_comes_is_told_to_those_who_talk_with_them_alone(town, play, monkeypatch):
    monkeypatch.setattr(around, "TICK", 0.2)
    monkeypatch.setattr(around, "_known", {})
    monkeypatch.setattr(presence, "BREATH", 0.1)
    direct = chatting.direct(town.alice, town.bob)
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.alice, direct.pk) as alice, looks(town.alice, trips.pk):
            while (frame := await alice.hear()).get("people") is None or frame["people"][str(town.bob.pk)]["state"]:
                pass
            async with looks(town.bob, direct.pk):
                while not (frame := await alice.hear()).get("people"):
                    pass
                told = {"state": "online", "word": "Online", "says": ""}
                assert frame == {"people": {str(town.bob.pk): told}}

    play(scene())


def test_nothing_said_after_a_right_ended_reaches_a_page_that_has_not_looked_yet(town, play, monkeypatch):
    monkeypatch.setattr(door, "SOON", 30)
    trips = chatting.channel(town.alice, town.space)

    async def scene():
        async with looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, trips, "One")
            await messages(bob, 1)
            await do(lambda: rights.unshare(make.act(town.alice), town.space, town.team.principal))
            await do(chatting.say, town.alice, trips, "Among us")
            while "close" not in (frame := await bob.hear()):
                assert "messages" not in frame

    play(scene())


def test_who_reads_from_now_on_hears_what_a_thread_of_before_says_to_the_channel(town, play):
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    root = chatting.say(town.alice, board, "Before")
    inviting.invite(make.act(town.alice), board, [town.bob], history="none")

    async def scene():
        async with looks(town.bob, board.pk) as bob:
            await do(lambda: chatting.say(town.alice, board, "In the thread", root=root.pk))
            await do(lambda: chatting.say(town.alice, board, "For all", root=root.pk, also=True))
            assert [one["root"] for one in await messages(bob, 1)] == [root.pk]
            await do(chatting.say, town.alice, board, "Last")
            assert len(await messages(bob, 1)) == 1

    play(scene())
