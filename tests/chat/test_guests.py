"""Accounts of guests: whatever the door, they find the channels that they were let into, and nothing of the others."""

from __future__ import annotations

import json

import pytest

from chat import finding, queries, reading, searching, socket, telling
from chat.actions import inviting, sitting
from chat.models import Preview
from chat.v4 import ids
from collab.accounts.models import Rank
from collab.events.models import Change
from collab.lib.errors import Forbidden, NotFound
from collab.live import topics
from collab.notifications.models import Notification
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting
from tests.chat.test_v4 import program
from tests.sockets.conftest import cookie_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def gus(town):
    return make.make_user("gus", Rank.GUEST)


@pytest.fixture
def open_to_gus(town, gus):
    make.change(town.space, description="What the board plans")
    trips = chatting.channel(town.alice, town.space, "Trips")
    chatting.say(town.alice, trips, "Hello zebra")
    make.share(town.alice, trips, gus, CONTRIBUTOR.mask)
    sitting.join(make.act(gus), chatting.fresh(trips))
    return trips


@pytest.fixture
def board(town, open_to_gus):
    found = chatting.channel(town.alice, town.space, "Board", is_default=True)
    chatting.say(town.alice, found, "Secret zebra @bob")
    return found


def test_pages_show_one_channel_and_nothing_of_the_others(town, gus, open_to_gus, board, client):
    client.force_login(gus)
    said = reading.page(chatting.mine(town.alice, board)).rows[0]
    lists = ("", "column/", "search/?q=zebra", "inbox/", "threads/", "channels/?q=", "saved/", "export/")
    for address in (*(f"/chat/{one}" for one in lists), f"/chat/{open_to_gus.pk}/", f"/chat/cards/?of={said.pk}", "/"):
        answer = client.get(address, follow=True)
        assert b"Secret" not in answer.content, address
        assert b"Board" not in answer.content, address
        assert b"What the board plans" not in answer.content, address
    there = ("", "pinned/", "people/?q=b", "export/", "lobby/", "visitors/")
    message = ("", "source/", "files/")
    closed = [*(f"/chat/{board.pk}/{one}" for one in there), *(f"/chat/message/{said.pk}/{one}" for one in message)]
    for address in (*closed, f"/chat/@{town.space.slug}/"):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/chat/{board.pk}/say/", {"text": "x"}).status_code == 404
    assert client.get(f"/chat/{open_to_gus.pk}/people/?q=b").json()["found"] == []  # bob reads there, too
    assert client.get(f"/chat/{open_to_gus.pk}/invite/").status_code == 404


def test_search_the_switcher_notices_and_the_log_know_no_other(town, gus, open_to_gus, board):
    actor = make.act(gus)
    assert [one.text for one in finding.find(actor, finding.read("zebra"))] == ["Hello zebra"]
    assert finding.find(actor, finding.read("in:Board zebra")) == []
    assert [one.title for one in searching.found_by(actor)] == ["Trips"]
    assert [one.channel.title for one in queries.column(actor)] == ["Trips"]
    assert [one.channel.title for one in queries.browse(actor, town.space)] == ["Trips"]
    with pytest.raises(NotFound):
        queries.mine(actor, board.pk)
    told = telling.tell(actor, list(Change.objects.filter(ref_kind="channel")))
    assert {one.title for one in told} == {"Trips"}
    assert not Notification.objects.filter(person=gus).exists()
    with pytest.raises(Forbidden):
        inviting.invite(actor, chatting.fresh(open_to_gus), [town.eve])


def test_sockets_admit_to_one_channel(town, gus, open_to_gus, board):
    key = cookie_of(gus).decode().partition("=")[2]
    here = socket._admit(key, open_to_gus.pk, "en")
    assert {topic for topic in here.topics if topic.startswith("talk:")} == {f"talk:{open_to_gus.pk}"}
    assert all(topic.endswith(f":{gus.pk}") for topic in here.topics if not topic.startswith("talk:"))
    assert here.people == set()
    assert socket._admit(key, board.pk, "en").here is None
    wanted = [f"channel:{board.pk}", f"space:{town.space.pk}", f"channel:{open_to_gus.pk}", f"user:{town.bob.pk}"]
    assert set(topics.admit(key, wanted)) == {f"channel:{open_to_gus.pk}"}


def test_programs_of_a_guest_find_no_more(town, gus, open_to_gus, board):
    call = program(gus)
    space, there = ids.of("team", town.space.pk), ids.of("channel", board.pk)
    assert [one["display_name"] for one in call.get(f"users/me/teams/{space}/channels")] == ["Trips"]
    assert [one["display_name"] for one in call.get(f"teams/{space}/channels")] == ["Trips"]
    assert call.get(f"teams/{space}")["description"] == ""
    for path in (f"channels/{there}", f"channels/{there}/posts", f"channels/{there}/members", f"channels/{there}/stats",
                 f"teams/name/{town.space.slug}/channels/name/board"):  # fmt: skip
        assert call("GET", path).status_code == 404, path
    assert call("POST", "posts", {"channel_id": there, "message": "x"}).status_code == 404
    found = call.post(f"teams/{space}/posts/search", {"terms": "zebra"}, 200)
    assert [one["message"] for one in found["posts"].values()] == ["Hello zebra"]
    here = ids.of("channel", open_to_gus.pk)
    names = {one["username"] for one in call.get(f"users?in_channel={here}")}
    assert names == {"alice", "gus"}  # who sits there; bob only might
    assert len(call.get(f"channels/{here}/members")) == 2
    assert {one["username"] for one in call.get("users")} == {"alice", "gus"}
    assert "alice@" not in json.dumps(call.get("users"))


def test_pictures_of_pages_are_shown_to_whom_a_message_gave_their_address(town, gus, client, open_to_gus):
    found = Preview.objects.create(
        digest=b"x" * 32, url="https://example.org/", title="A", picture=b"webp", asked_at=make.in_hours(0)
    )
    client.force_login(gus)
    assert client.get(f"/chat/pages/{found.pk}-{found.mark}.webp").status_code == 200
    for address in (f"/chat/pages/{found.pk}.webp", f"/chat/pages/{found.pk}-0.webp"):
        assert client.get(address).status_code == 404
