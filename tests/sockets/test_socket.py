"""The one websocket: who may open it, what it tells, and that it goes on after any break without loss or double."""

import itertools
import json
from unittest import mock

import pytest
import redis
from django.test import Client

from collab.accounts.actions import passwords, people
from collab.events import relay, wake
from collab.groups import actions as groups
from collab.live import hub, topics
from collab.live import socket as door
from collab.rights import actions as rights
from collab.rights.right import READER
from tests import town as make
from tests.sockets.conftest import HERE, cookie_of, do, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def there(transactional_db):
    """Committed: alice and bob (in a team that edits the space), eve who sees nothing."""
    from tests.conftest import build_town

    return build_town()


def add(who, folder, name):
    make.make_file(who, folder, name, b"x")


def test_a_page_hears_what_happens_in_its_space(play, there):
    async def scene():
        async with opened(cookie_of_bob) as page:
            here = f"space:{there.space.pk}"
            answer = await page.join(**{here.replace(":", "_"): None})
            assert list(answer["joined"]) == [here]
            await do(add, there.alice, there.root, "a.txt")
            frame = await page.hear()
            assert frame["topic"] == here
            assert frame["seq"] == answer["joined"][here] + 1
            assert frame["ref"].startswith("node:")
            assert set(frame) == {"topic", "seq", "kind", "ref"}

    cookie_of_bob = cookie_of(there.bob)
    play(scene())


def test_what_only_an_app_could_carry_ends_no_listening(play, there):
    async def scene():
        async with opened(cookie) as page:
            await page.join(**{f"space_{there.space.pk}": None})
            await do(relay.publish_now, "nobodys:7", {"person": there.alice.pk, "number": 3})
            await do(relay.publish_now, f"space:{there.space.pk}", {"id": 0, "ref": "node:7", "at": 7})
            await do(add, there.alice, there.root, "after.txt")
            frame = await page.hear()
            assert frame["topic"] == f"space:{there.space.pk}"

    cookie = cookie_of(there.bob)
    play(scene())


def test_a_page_of_a_folder_hears_of_what_lies_below_and_of_nothing_else(play, there):
    inner = make.make_folder(there.alice, there.root, "inner")
    other = make.make_folder(there.alice, there.root, "other")

    async def scene():
        async with opened(cookie) as page:
            await page.join(**{f"node_{inner.pk}": None, f"user_{there.bob.pk}": None})
            await do(add, there.alice, other, "elsewhere.txt")
            await do(add, there.alice, inner, "here.txt")
            [frame] = await page.rest(there.bob)
            assert frame["topic"] == f"node:{inner.pk}"

    cookie = cookie_of(there.bob)
    play(scene())


def test_what_i_may_not_see_is_refused_as_what_is_not_there(play, there):
    async def scene():
        async with opened(cookie) as page:
            wanted = {f"space_{there.space.pk}": None, "space_999999": None, f"user_{there.bob.pk}": None}
            assert await page.join(**wanted, **{f"user_{there.eve.pk}": None}) == {
                "joined": {f"user:{there.eve.pk}": 0}
            }
            refused = (await page.hear())["refused"]
            assert sorted(refused) == sorted(name.replace("_", ":") for name in wanted)
            await do(add, there.alice, there.root, "a.txt")
            assert await page.rest(there.eve) == []

    cookie = cookie_of(there.eve)
    play(scene())


def test_a_page_that_comes_back_hears_each_change_once_and_in_order(play, there):
    here = f"space_{there.space.pk}"

    async def scene():
        async with opened(cookie) as page:
            start = (await page.join(**{here: None}))["joined"][here.replace("_", ":")]
            await do(add, there.alice, there.root, "a.txt")
            assert (await page.hear())["seq"] == start + 1
        for name in "bcd":
            await do(add, there.alice, there.root, name)
        async with opened(cookie) as page:
            await page.join(**{here: start + 1, f"user_{there.bob.pk}": None})
            assert [(await page.hear())["seq"] for _name in "bcd"] == [start + 2, start + 3, start + 4]
            await do(add, there.alice, there.root, "e")
            assert [frame["seq"] for frame in await page.rest(there.bob)] == [start + 5]

    cookie = cookie_of(there.bob)
    play(scene())


def test_too_much_missed_is_told_as_that(play, there, monkeypatch):
    monkeypatch.setattr(topics, "MOST_MISSED", 2)
    here = f"space:{there.space.pk}"

    async def scene():
        for name in "abc":
            await do(add, there.alice, there.root, name)
        async with opened(cookie) as page:
            await page.join(**{here.replace(":", "_"): 0})
            while "reset" not in (frame := await page.hear()):
                pass
            assert frame == {"reset": [here]}

    cookie = cookie_of(there.bob)
    play(scene())


def test_a_frame_lost_on_the_way_is_told_before_the_next(play, there):
    """Redis forgets what nobody hears: the number that is missing shows it."""
    here = f"space:{there.space.pk}"

    async def scene():
        async with opened(cookie) as page:
            joined = await page.join(**{here.replace(":", "_"): None, f"user_{there.bob.pk}": None})
            start = joined["joined"][here]
            with mock.patch.object(wake, "call"):
                await do(add, there.alice, there.root, "a")
                await do(swallow)
            await do(add, there.alice, there.root, "b")
            assert [(await page.hear())["seq"] for _name in "ab"] == [start + 1, start + 2]
            assert await page.rest(there.bob) == []

    def swallow():
        with mock.patch.object(relay, "CHANNEL", "nowhere:"):
            relay.publish_waiting()

    cookie = cookie_of(there.bob)
    play(scene())


def test_a_call_that_is_lost_delays_what_it_told_of_and_loses_nothing(play, there, monkeypatch):
    """No worker is here, and who wrote could not call: the pages' own process looks now and then."""
    monkeypatch.setattr(hub, "LULL", 0.2)

    async def scene():
        async with opened(cookie) as page:
            here = f"space:{there.space.pk}"
            await page.join(**{here.replace(":", "_"): None})
            with mock.patch.object(wake, "call"):
                await do(add, there.alice, there.root, "a.txt")
                assert (await page.hear())["topic"] == here

    cookie = cookie_of(there.bob)
    play(scene())


def test_after_one_blink_of_redis_the_next_change_calls_again(monkeypatch):
    """Only while it stays away are calls rare."""
    now, calls = [1000.0], []

    def publish(*_arguments):
        calls.append(now[0])
        raise redis.exceptions.TimeoutError

    monkeypatch.setattr(wake, "time", mock.Mock(monotonic=lambda: now[0]))
    monkeypatch.setattr(wake, "_next", 0.0)
    monkeypatch.setattr(wake, "_failed", 0)
    monkeypatch.setattr(wake.client(), "publish", publish)
    for _step in range(200):  # twenty seconds
        wake.call()
        now[0] += 0.1
    gaps = [round(after - before, 1) for before, after in itertools.pairwise(calls)]
    assert gaps[0] <= 0.2
    assert gaps == sorted(gaps)
    assert 5.0 <= gaps[-1] <= 5.2


@pytest.mark.parametrize("how", ["unshare", "leave", "restrict"])
def test_a_right_that_ends_is_told_at_once(play, there, how):
    folder = make.make_folder(there.alice, there.root, "inner")
    here = f"node:{folder.pk}"

    def end():
        alice = make.act(there.alice)
        if how == "unshare":
            rights.unshare(alice, there.space, there.team.principal)
        elif how == "leave":
            groups.remove(there.bob, there.team, there.bob)
        else:
            rights.stop_inheriting(alice, folder)

    async def scene():
        async with opened(cookie) as page:
            await page.join(**{here.replace(":", "_"): None, f"user_{there.bob.pk}": None})
            await do(end)
            while "lost" not in (frame := await page.hear()):
                pass
            assert frame == {"lost": [here]}
            await do(add, there.alice, folder, "secret.txt")
            assert await page.rest(there.bob) == []

    cookie = cookie_of(there.bob)
    play(scene())


@pytest.mark.parametrize("how", ["disabled", "signed out", "password"])
def test_a_session_that_ends_closes_its_sockets(play, there, how):
    def end():
        if how == "disabled":
            people.deactivate(None, there.bob)
        elif how == "signed out":
            client = Client()
            client.cookies["sessionid"] = cookie.decode().partition("=")[2]
            client.post("/accounts/logout/")
        else:
            passwords.set_password(None, there.bob, "a whole new day, Bob")

    async def scene():
        async with opened(cookie) as page, opened(cookie_of_alice) as other:
            await page.join(**{f"space_{there.space.pk}": None})
            await do(end)
            while "close" not in (frame := await page.hear()):
                pass
            assert frame == {"close": door.SIGNED_OUT}
            assert await other.wire.receive_nothing(0.3)

    cookie, cookie_of_alice = cookie_of(there.bob), cookie_of(there.alice)
    play(scene())


def test_nobody_and_other_sites_hear_nothing(play, there):
    async def scene():
        async with opened() as page:
            assert await page.hear() == {"close": door.SIGNED_OUT}
        foreign = [(b"host", b"testserver"), (b"origin", b"https://elsewhere.example")]
        async with opened(cookie, foreign) as page:
            assert not page.connected
        async with opened(cookie, HERE[:1]) as page:
            assert not page.connected

    cookie = cookie_of(there.bob)
    play(scene())


@pytest.mark.parametrize(
    "frame",
    [
        "no json", "[]", '"join"', '{"join": 5}', '{"join": {"space:1": "x"}}', "[" * 3000, '{"leave": 5}',
        json.dumps({"join": {f"space:{n}": None for n in range(1, 400)}}), "x" * 9000,
    ],
)  # fmt: skip
def test_a_frame_that_makes_no_sense_closes(play, there, frame):
    async def scene():
        async with opened(cookie) as page:
            await page.send(frame)
            assert await page.hear() == {"close": door.TOO_MUCH}

    cookie = cookie_of(there.bob)
    play(scene())


def test_a_page_that_asks_too_often_is_closed(play, there):
    async def scene():
        async with opened(cookie) as page:
            for _time in range(door.FRAMES + 1):
                await page.send({"leave": []})
            assert await page.hear() == {"close": door.TOO_MUCH}

    cookie = cookie_of(there.bob)
    play(scene())


def test_while_redis_is_away_pages_are_sent_away(play, there, settings):
    async def scene():
        async with opened(cookie) as page:
            assert (await page.hear()) == {"close": door.AWAY}

    cookie = cookie_of(there.bob)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    play(scene())


def test_what_one_may_see_for_a_time_is_lost_after_it(play, there):
    """Rights that end by themselves change no row: the clock of the socket finds them."""
    from datetime import timedelta

    from django.utils import timezone

    from collab.rights.models import Grant

    file = make.make_file(there.alice, there.root, "plan.txt", b"x")
    make.share(there.alice, file, there.eve, READER.mask)

    def expire():
        Grant.objects.filter(principal=there.eve.principal).update(expires_at=timezone.now() - timedelta(seconds=1))

    async def scene():
        with mock.patch.object(door, "LOOK_EVERY", 0.2):
            async with opened(cookie) as page:
                assert f"node:{file.pk}" in (await page.join(**{f"node_{file.pk}": None}))["joined"]
                await do(expire)
                assert await page.hear() == {"lost": [f"node:{file.pk}"]}

    cookie = cookie_of(there.eve)
    play(scene())


def test_what_nobody_here_understands_stops_no_page_from_hearing_what_comes_after(play, there):
    """A process hears all that is published: of rooms that it does not have, and of what makes no sense."""

    async def scene():
        async with opened(cookie) as page:
            here = f"space:{there.space.pk}"
            await page.join(**{here.replace(":", "_"): None})
            await do(relay.publish_now, "chat-member:1", {"person": 1, "on": True})
            await do(wake.client().publish, f"{relay.CHANNEL}space:1", b"{no json")
            await do(relay.publish_now, "chat-typing:x", {})
            await do(add, there.alice, there.root, "a.txt")
            assert (await page.hear())["topic"] == here

    cookie = cookie_of(there.bob)
    play(scene())
