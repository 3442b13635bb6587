"""What the façade tells of channels, people and one's own; and what is said to one person alone, on pages too."""

from __future__ import annotations

import json

import pytest

from chat import around, room
from chat.actions import botting, channels, ephemerals, inviting, sitting, turning
from chat.models import Channel
from chat.v4 import ids
from collab.events import presence
from collab.profiles import actions as profiles
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.conftest import Page, do
from tests.sockets.test_chat import looks
from tests.sockets.test_v4 import begun, line, token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(room, "_rooms", {})
    monkeypatch.setattr(around, "_known", {})
    monkeypatch.setattr(around, "TICK", 0.1)


def test_a_bot_hears_that_it_was_let_in_and_whom_else_somebody_invites(town, play):
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    bot = botting.make(make.act(town.alice), "Greeter", space=town.space)
    _row, secret = botting.give_token(make.act(town.alice), bot, "greets", scopes=["chat"], days=0)
    where, team = ids.of("channel", board.pk), ids.of("team", town.space.pk)
    act = make.act

    async def scene():
        async with line(secret) as robot:
            await begun(robot)
            await do(lambda: inviting.invite(act(town.alice), chatting.fresh(board), [bot.user]))
            itself = await the(robot, "user_added")
            assert itself["data"] == {"user_id": ids.of("user", bot.pk), "team_id": team}
            assert itself["broadcast"]["channel_id"] == where
            await do(lambda: inviting.invite(act(town.alice), chatting.fresh(board), [town.eve], history="none"))
            another = await the(robot, "user_added")
            assert another["data"] == {"user_id": ids.of("user", town.eve.pk), "team_id": team}
            assert another["broadcast"]["channel_id"] == where
            await do(lambda: make.unshare(town.alice, chatting.fresh(board), town.eve))
            assert (await the(robot, "user_removed"))["data"]["user_id"] == ids.of("user", town.eve.pk)

    play(scene())


async def the(page: Page, event: str) -> dict:
    """The next event of this name, whatever is told beside it."""
    while (frame := await page.hear()).get("event") != event:
        assert "close" not in frame, frame
    return frame


async def pieces(page: Page) -> list[dict]:
    """What a page is told next that is for its person alone."""
    while "ephemeral" not in (frame := await page.hear()):
        assert "close" not in frame, frame
    return frame["ephemeral"]


def test_what_becomes_of_channels_is_told(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    where, team = ids.of("channel", trips.pk), ids.of("team", town.space.pk)
    secret, hers = token(town.bob), token(town.alice)
    act = make.act

    async def scene():
        async with line(secret) as bob, line(hers) as alice:
            await begun(bob)
            await begun(alice)
            await do(lambda: channels.change(act(town.alice), chatting.fresh(trips), title="Journeys"))
            changed = await the(bob, "channel_updated")
            assert json.loads(changed["data"]["channel"])["display_name"] == "Journeys"
            made = await do(lambda: chatting.channel(town.bob, town.space, "Mine"))
            created = await the(bob, "channel_created")
            assert created["data"] == {"channel_id": ids.of("channel", made.pk), "team_id": team}
            await do(lambda: sitting.leave(act(town.bob), chatting.fresh(trips)))
            assert (await the(bob, "user_removed"))["data"]["channel_id"] == where
            gone = await the(alice, "user_removed")
            assert (gone["data"]["user_id"], gone["broadcast"]["channel_id"]) == (ids.of("user", town.bob.pk), where)
            await do(lambda: sitting.join(act(town.bob), chatting.fresh(trips)))
            assert (await the(bob, "user_added"))["data"] == {"user_id": ids.of("user", town.bob.pk), "team_id": team}
            assert (await the(alice, "user_added"))["data"]["user_id"] == ids.of("user", town.bob.pk)
            await do(lambda: turning.make_private(act(town.alice), chatting.fresh(trips)))
            assert (await the(alice, "channel_converted"))["data"] == {"channel_id": where}
            await do(lambda: inviting.invite(act(town.alice), chatting.fresh(trips), [town.eve]))
            assert (await the(alice, "user_added"))["data"]["user_id"] == ids.of("user", town.eve.pk)
            await do(lambda: channels.archive(act(town.alice), chatting.fresh(trips)))
            ended = await the(alice, "channel_deleted")
            assert (ended["data"]["channel_id"], ended["data"]["delete_at"] > 0) == (where, True)

    play(scene())


def test_what_is_ones_own_is_told_to_ones_own_programs(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    chatting.say(town.alice, trips, "Hello")
    chatting.direct(town.alice, town.bob)
    where, secret, hers = ids.of("channel", trips.pk), token(town.bob), token(town.alice)

    async def scene():
        async with line(secret) as bob, line(hers) as alice:
            await begun(bob)
            await begun(alice)
            await do(lambda: sitting.read(make.act(town.bob), chatting.fresh(trips), 1))
            assert (await the(bob, "channel_viewed"))["data"] == {"channel_id": where}
            await do(lambda: sitting.prefer(make.act(town.bob), chatting.fresh(trips), is_favourite=True))
            (kept,) = json.loads((await the(bob, "preferences_changed"))["data"]["preferences"])
            assert (kept["category"], kept["name"], kept["value"]) == ("favorite_channel", where, "true")
            await do(lambda: sitting.prefer(make.act(town.bob), chatting.fresh(trips), is_favourite=False))
            (lost,) = json.loads((await the(bob, "preferences_deleted"))["data"]["preferences"])
            assert lost["name"] == where
            await do(lambda: presence.beat([town.bob.pk]))
            await do(lambda: profiles.say_kind(make.act(town.bob), "away"))
            while (told := (await the(alice, "status_change"))["data"])["status"] != "away":
                assert told["user_id"] == ids.of("user", town.bob.pk)
            assert told["user_id"] == ids.of("user", town.bob.pk)

    play(scene())


def test_what_is_said_to_one_alone_is_heard_by_their_pages_and_programs_only(town, play):
    trips = chatting.channel(town.alice, town.space)
    sitting.join(make.act(town.bob), trips)
    secret, hers = token(town.bob), token(town.alice)

    def tell(text):
        return ephemerals.tell(Channel.objects.get(pk=trips.pk), town.bob.pk, text, name="Robot", program="Robot")

    async def scene():
        before = await do(tell, "Before *you* came")
        async with looks(town.bob, trips.pk) as page, line(secret) as bob, line(hers) as alice:
            await begun(bob)
            await begun(alice)
            (piece,) = await pieces(page)
            assert (piece["id"], "<em>you</em>" in piece["html"]) == (before.pk, True)
            assert "Only you see this." in piece["html"]
            await do(tell, "Now")
            (piece,) = await pieces(page)
            assert "Now" in piece["html"]
            post = json.loads((await the(bob, "ephemeral_message"))["data"]["post"])
            assert (post["message"], post["type"], post["props"]["override_username"]) == (
                "Now",
                "system_ephemeral",
                "Robot",
            )
            await do(chatting.say, town.alice, trips, "For all")
            frame = await alice.hear()
            while frame["event"] != "posted":
                assert frame["event"] != "ephemeral_message"
                frame = await alice.hear()

    play(scene())
