"""The façade: how people are, what programs keep, commands, what is said to one alone, and how often one may ask."""

from __future__ import annotations

import json

import pytest
from redis.exceptions import RedisError

from chat import pace
from chat.actions import asking, botting, posting, sitting
from chat.models import Ephemeral, Message, Preference, Saved, Seat
from chat.v4 import ids
from collab.events import wake
from collab.profiles.models import Status
from tests import town as make
from tests.chat import chatting
from tests.chat.test_v4 import Program, program, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def bob(town):
    return program(town.bob)


@pytest.fixture
def where(trips):
    return ids.of("channel", trips.pk)


def test_how_one_is_is_said_and_asked(town, trips, bob):
    me, alice, eve = (ids.of("user", one.pk) for one in (town.bob, town.alice, town.eve))
    assert bob.get("users/me/status")["status"] == "offline"
    set_ = told(bob("PUT", "users/me/status", {"user_id": me, "status": "dnd", "dnd_end_time": 2**32}))
    assert (set_["status"], set_["user_id"]) == ("dnd", me)
    assert (Status.objects.get().kind, Status.objects.get().kind_until.year) == ("dnd", 2106)
    found = bob.post("users/status/ids", [me, alice, eve, ids.of("user", 10**9)], 200)
    assert {one["user_id"] for one in found} == {me, alice, eve}
    assert {one["status"] for one in found} == {"offline"}
    refused(bob("PUT", "users/me/status", {"user_id": alice, "status": "away"}), 404)
    refused(bob("PUT", f"users/{alice}/status", {"status": "away"}), 404)
    for wrong in ({"status": "busy"}, {"status": 5}, {"status": "dnd", "dnd_end_time": 9**20}, {}):
        refused(bob("PUT", "users/me/status", wrong), 400)
    refused(bob("PUT", "users/me/status", {"status": "dnd", "dnd_end_time": 5}), 400)
    refused(program(town.bob, scopes=["chat", "read-only"])("PUT", "users/me/status", {"status": "away"}), 403)


def test_preferences_are_ours_where_we_have_them_and_words_elsewhere(town, trips, bob, where):
    me, alice = ids.of("user", town.bob.pk), ids.of("user", town.alice.pk)
    chatting.direct(town.bob, town.alice)
    said = chatting.say(town.alice, trips, "Keep this")
    post = ids.of("post", said.pk)

    def put(category, name, value="true", user=me):
        return {"user_id": user, "category": category, "name": name, "value": value}

    kept = [put("favorite_channel", where), put("flagged_post", post), put("theme", "x", '{"a":1}')]
    assert told(bob("PUT", f"users/{me}/preferences", kept)) == {"status": "OK"}
    assert Seat.objects.get(user=town.bob, channel=trips).is_favourite
    assert Saved.objects.get().message_id == said.pk
    assert list(Preference.objects.values_list("category", "name", "value")) == [("theme", "x", '{"a":1}')]
    found = {(one["category"], one["name"]): one["value"] for one in bob.get("users/me/preferences")}
    assert found == {
        ("favorite_channel", where): "true", ("flagged_post", post): "true", ("theme", "x"): '{"a":1}',
        ("direct_channel_show", alice): "true",
    }  # fmt: skip
    assert bob.get("users/me/preferences/theme/name/x") == put("theme", "x", '{"a":1}')
    assert [one["name"] for one in bob.get("users/me/preferences/favorite_channel")] == [where]
    refused(bob("GET", "users/me/preferences/nothing"), 404)
    told(bob("PUT", "users/me/preferences", [put("direct_channel_show", alice, "false")]))
    assert bob.get(f"users/me/preferences/direct_channel_show/name/{alice}")["value"] == "false"
    assert not any(one["type"] == "D" for one in bob.get("users/me/channels"))
    told(bob("PUT", "users/me/preferences", [put("direct_channel_show", alice)]))
    assert any(one["type"] == "D" for one in bob.get("users/me/channels"))
    told(bob("POST", "users/me/preferences/delete", [put("theme", "x"), put("flagged_post", post)]))
    told(bob("POST", "users/me/preferences/delete", [put("favorite_channel", where)]))
    assert (Preference.objects.count(), Saved.objects.count()) == (0, 0)
    assert not Seat.objects.get(user=town.bob, channel=trips).is_favourite
    refused(bob("PUT", "users/me/preferences", [put("theme", "x", user=alice)]), 404)
    refused(bob("GET", f"users/{alice}/preferences"), 404)
    refused(bob("PUT", "users/me/preferences", [put("a", "x" * 65)]), 400)
    refused(bob("PUT", "users/me/preferences", [5]), 400)
    refused(bob("PUT", "users/me/preferences", [put("a", str(n)) for n in range(101)]), 400)
    eve = program(town.eve)
    refused(eve("PUT", "users/me/preferences", [put("favorite_channel", where, user="me")]), 404)
    refused(eve("PUT", "users/me/preferences", [put("flagged_post", post, user="me")]), 404)


def test_commands_are_listed_and_done(town, trips, bob, where, monkeypatch):
    queue: list[int] = []
    monkeypatch.setattr(asking, "_queue", queue.append)
    asking.make(
        make.act(town.alice), town.space, word="weather", name="Meteo", address="https://x.example/", usage="[x]"
    )
    team = ids.of("team", town.space.pk)
    found = {one["trigger"]: one for one in bob.get(f"commands?team_id={team}")}
    assert {"help", "weather"} <= found.keys()
    assert (found["weather"]["auto_complete_hint"], found["weather"]["url"], found["weather"]["token"]) == (
        "[x]",
        "",
        "",
    )
    assert [one["trigger"] for one in bob.get(f"commands?team_id={team}&custom_only=true")] == ["weather"]
    assert "weather" in {one["trigger"] for one in bob.get(f"teams/{team}/commands/autocomplete")}
    assert bob.post("commands/execute", {"channel_id": where, "command": "/me waves"}, 200)["text"] == ""
    assert Message.objects.get().text == "*waves*"
    assert "Meteo" in bob.post("commands/execute", {"channel_id": where, "command": "/weather Lyon"}, 200)["text"]
    refused(bob("POST", "commands/execute", {"channel_id": where, "command": "/nothing"}), 400)
    refused(bob("POST", "commands/execute", {"channel_id": where, "command": "no command"}), 400)
    refused(program(town.eve)("POST", "commands/execute", {"channel_id": where, "command": "/weather"}), 404)
    refused(program(town.eve)("GET", f"commands?team_id={team}"), 404)


def test_only_a_bot_says_something_to_one_alone(town, trips, bob, where):
    bot = botting.make(make.act(town.alice), "Helper", space=town.space)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    helper = Program(botting.give_token(make.act(town.alice), bot, "x", scopes=["chat"], days=0)[1])
    alice, eve, me = (ids.of("user", one.pk) for one in (town.alice, town.eve, town.bob))
    sitting.join(make.act(town.bob), trips)

    def say(who, person, **post):
        return who(
            "POST", "posts/ephemeral", {"user_id": person, "post": {"channel_id": where, "message": "Psst", **post}}
        )

    made = told(say(helper, me), 201)
    assert (made["type"], made["message"], made["channel_id"]) == ("system_ephemeral", "Psst", where)
    assert made["user_id"] == ids.of("user", bot.pk)
    one = Ephemeral.objects.get()
    assert (one.user, one.author) == (town.bob, bot.user)
    refused(helper("GET", f"posts/{made['id']}"), 400)
    assert told(say(bob, me), 201)["user_id"] == me
    refused(say(bob, alice), 403)
    refused(say(helper, eve), 404)
    refused(say(helper, me, root_id=ids.of("post", 10**6)), 404)
    refused(say(program(town.eve), me), 404)
    refused(helper("POST", "posts/ephemeral", {"user_id": me, "post": 5}), 400)
    assert bob.get(f"channels/{where}/posts")["order"] == []
    assert not Message.objects.exists()
    posting.say_once(make.act(town.bob), chatting.fresh(trips), "x")


@pytest.mark.parametrize("is_away", [False, True])
def test_who_asks_without_end_is_slowed_down_and_told_how_much_is_left(town, trips, bob, where, monkeypatch, is_away):
    monkeypatch.setattr(pace, "BURST", 5)
    monkeypatch.setattr(pace, "RATE", 0.01)
    monkeypatch.setattr(pace, "_away_until", 0.0)
    if is_away:

        def gone():
            raise RedisError

        monkeypatch.setattr(wake, "client", gone)
    left = []
    for _time in range(5):
        answer = bob("GET", "users/me")
        assert answer.status_code == 200
        assert answer["X-Ratelimit-Limit"] == "5"
        left.append(int(answer["X-Ratelimit-Remaining"]))
    assert left == [4, 3, 2, 1, 0]
    answer = bob("GET", f"channels/{where}")
    refused(answer, 429)
    assert (answer["X-Ratelimit-Remaining"], int(answer["Retry-After"]) > 0) == ("0", True)
    assert int(answer["X-Ratelimit-Reset"]) > 400
    refused(bob("POST", "users/ids", []), 429)
    told(bob("POST", "posts", {"channel_id": where, "message": "Writing has its own pace"}), 201)
    told(program(town.bob)("GET", "users/me"))
    assert json.loads(program(town.alice)("GET", "users/me").content)["username"] == "alice"
