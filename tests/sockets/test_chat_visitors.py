"""The socket of a visitor: it waits, hears of one channel, and ends within two seconds of what opened it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from chat import room, visiting_socket
from chat.actions import sitting, visiting
from chat.models import Message, Visitor
from collab.asgi import application
from collab.rights import actions as rights
from collab.rights import links
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.conftest import HERE, PATIENCE, Page, do
from tests.sockets.test_chat import looks, messages

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 2.0
"""Seconds within which somebody is out."""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch):
    monkeypatch.setattr(room, "_rooms", {})


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def came(town, trips, *choices, name="Camille", **how):
    """Somebody who entered by a new link: (link, who they are, their cookie, its address, their browser)."""
    act = make.act(town.alice)
    link = links.make_link(act, chatting.fresh(trips), CONTRIBUTOR.mask, choices=list(choices), **how)
    url = f"/s/{links.token_of(act, link, chatting.fresh(trips))}/"
    browser = Client()
    said = urlencode({"do": "enter", "name": name})
    browser.post(url, said, content_type="application/x-www-form-urlencoded")
    cookie = f"sessionid={browser.cookies['sessionid'].value}".encode()
    return link, Visitor.objects.latest("pk"), cookie, url, browser


@contextlib.asynccontextmanager
async def sits(visitor: int, cookie: bytes, since: int = 0) -> AsyncIterator[Page]:
    scope = {
        "type": "websocket", "path": f"/ws/chat-visitor/{visitor}/", "query_string": b"", "subprotocols": [],
        "headers": [*HERE, (b"cookie", cookie), (b"accept-language", b"en")],
    }  # fmt: skip
    page = Page(ApplicationCommunicator(application, scope))
    await page.wire.send_input({"type": "websocket.connect"})
    page.connected = (await page.wire.receive_output(PATIENCE))["type"] == "websocket.accept"
    page.first = await page.hear()
    if page.first == {"ready": True}:
        await page.send({"since": since})
    try:
        yield page
    finally:
        await page.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await page.wire.wait(PATIENCE)


async def out(page: Page, since: float) -> float:
    """Nothing but the end comes. Return after how many seconds."""
    assert await page.hear() == {"gone": True}
    took = time.monotonic() - since
    assert await page.hear() == {"close": 4404}
    return took


async def at_once(end: Callable[[], Awaitable[float]]) -> None:
    """The quickest of some: how busy this machine is just now is no property of the house."""
    took: list[float] = []
    while len(took) < 3 and min(took, default=AT_ONCE) >= AT_ONCE:
        took.append(await end())
    assert min(took) < AT_ONCE, took


def test_both_hear_each_other_and_nothing_of_who_is_here(town, trips, play):
    _link, visitor, cookie, _url, browser = came(town, trips)

    def say(text):
        from chat import visitors

        guest = visitors.of_session(browser.cookies["sessionid"].value, visitor.pk)
        return visiting.say(guest, text).message

    async def scene():
        async with sits(visitor.pk, cookie) as camille, looks(town.bob, trips.pk) as bob:
            await do(chatting.say, town.alice, trips, "Hello")
            (piece,) = await messages(camille, 1)
            assert "Hello" in piece["html"]
            assert (piece["by"], piece["key"]) == ("0", "")
            await messages(bob, 1)
            await bob.send({"typing": True})
            await do(lambda: sitting.read(make.act(town.bob), chatting.fresh(trips), 1))
            said = await do(say, "Thanks")
            (mine,) = await messages(camille, 1)
            assert (mine["id"], mine["by"]) == (said.pk, f"v{visitor.pk}")
            (theirs,) = await messages(bob, 1)
            assert theirs["by"] == 0
            assert "visitor</span>" in theirs["html"]
            await do(make.make_file, town.alice, town.root)

    play(scene())


def test_an_answer_to_what_was_before_is_heard_where_it_stands_in_the_channel_too(town, trips, play):
    before = chatting.say(town.alice, trips, "Before Camille")
    _link, visitor, cookie, _url, _browser = came(town, trips)

    async def scene():
        async with sits(visitor.pk, cookie) as camille:
            await do(lambda: chatting.say(town.alice, trips, "Not for her", root=before.pk))
            shown = await do(lambda: chatting.say(town.alice, trips, "For all", root=before.pk, also=True))
            (piece,) = await messages(camille, 1)
            assert piece["id"] == shown.pk, "as on her page"

    play(scene())


def test_in_the_lobby_nothing_is_heard_until_the_page_turns(town, trips, play):
    _link, visitor, cookie, _url, _browser = came(town, trips, "lobby")

    def decide(state):
        visiting.decide(make.act(town.alice), chatting.fresh(trips), visitor, state)

    async def scene():
        async with looks(town.bob, trips.pk) as bob, sits(visitor.pk, cookie) as camille:
            assert camille.first == {"waiting": True}
            await camille.send({"since": 0})  # asking does not help
            await do(chatting.say, town.alice, trips, "Secret")
            await messages(bob, 1)
            await do(decide, "in")
            assert await camille.hear() == {"turn": True}
            assert await bob.hear() == {"lobby": True}
        said = await do(chatting.say, town.alice, trips, "After")
        async with sits(visitor.pk, cookie) as camille:
            (piece,) = await messages(camille, 1)
            assert piece["id"] == said.pk  # not what was said before they came in
            await do(decide, "waiting")
            assert await camille.hear() == {"turn": True}
            await do(chatting.say, town.alice, trips, "Among us")
            await do(decide, "refused")
            await out(camille, time.monotonic())

    play(scene())


def test_it_ends_with_the_link_the_visit_and_the_right_behind_it(town, trips, play):
    def stop(link, _visitor):
        links.revoke_link(make.act(town.alice), chatting.fresh(trips), link)

    def remove(_link, visitor):
        visiting.decide(make.act(town.alice), chatting.fresh(trips), visitor, "removed")

    def suspend(_link, _visitor):
        make.share(town.alice, town.space, town.bob, 255)
        rights.unshare(make.act(town.bob), make.fresh(town.space), town.alice.principal)

    def give_again():
        make.share(town.bob, town.space, town.alice, 255)

    async def scene():
        for how in (stop, remove, suspend):

            async def end(how=how):
                found = await do(came, town, trips)
                async with sits(found[1].pk, found[2]) as camille:
                    assert camille.first == {"ready": True}
                    began = time.monotonic()
                    await do(how, *found[:2])
                    took = await out(camille, began)
                async with sits(found[1].pk, found[2]) as camille:
                    assert camille.first == {"gone": True}
                if how is suspend:
                    await do(give_again)
                return took

            await at_once(end)

    play(scene())


def test_it_ends_in_the_moment_in_which_the_link_does(town, trips, play):
    async def end():
        found = await do(lambda: came(town, trips, expires_at=make.in_hours(1)))
        await do(make.expire, trips, found[0].principal, 3 / 3600)
        ends = time.monotonic() + 3
        async with sits(found[1].pk, found[2]) as camille:
            assert await do(Message.objects.count) == 0
            return await out(camille, ends)

    play(at_once(end))


def test_another_session_a_number_guessed_and_too_many_pages_are_turned_away(town, trips, play, monkeypatch):
    monkeypatch.setattr(visiting_socket, "MOST_OF_ONE", 1)
    _link, camille, cookie, _url, _browser = came(town, trips)
    _other, sam, others_cookie, _there, _his = came(town, trips, name="Sam")

    async def scene():
        for visitor, key in ((camille.pk, others_cookie), (camille.pk, b""), (sam.pk + 99, cookie)):
            async with sits(visitor, key) as page:
                assert page.first == {"gone": True}
        async with sits(camille.pk, cookie) as page:
            assert page.first == {"ready": True}
            async with sits(camille.pk, cookie) as second:
                assert second.first == {"gone": True}
            await page.send("not json")
            while "close" not in (frame := await page.hear()):
                pass
            assert frame == {"close": 4429}
        async with looks(town.eve, trips.pk) as eve:
            assert eve.first == {"gone": True}
        await asyncio.sleep(0)

    play(scene())
