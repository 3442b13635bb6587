"""The façade: what programs written for Mattermost ask, by tokens; who is kept out of what; and what is hostile."""

from __future__ import annotations

import contextlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern
from hypothesis import given
from hypothesis import strategies as st

from chat.actions import botting, posting
from chat.models import Channel, Message, Seat
from chat.v4 import ids, urls
from collab.accounts.actions import devices
from collab.accounts.models import AppPassword
from collab.lib.errors import BadInput
from collab.rights.right import Right
from tests import town as make
from tests.accounts.people import PASSWORD, make_person
from tests.chat import chatting

pytestmark = pytest.mark.django_db


class Program:
    """Calls the façade by a token."""

    def __init__(self, secret: str = ""):
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        self.headers = {"authorization": f"Bearer {secret}"} if secret else {}

    def __call__(self, method: str, path: str, data: object = None, **more):
        body = data if isinstance(data, str | bytes) else json.dumps(data)
        answer = self.client.generic(
            method,
            f"/api/v4/{path}",
            body if data is not None else b"",
            "application/json",
            headers=self.headers,
            **more,
        )
        assert answer["X-Version-Id"].startswith("9.")
        return answer

    def get(self, path: str):
        return told(self("GET", path))

    def post(self, path: str, data: object, status: int = 201):
        return told(self("POST", path, data), status)


def told(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def program(who, **how) -> Program:
    return Program(devices.create(who, "program", **({"scopes": ["chat"]} | how))[1])


def refused(answer, status: int) -> None:
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/json"
    record = answer.json()
    assert record["status_code"] == status
    assert set(record) == {"id", "message", "detailed_error", "request_id", "status_code"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space, "Trips & more")


@pytest.fixture
def bob(town):
    return program(town.bob)


@pytest.fixture
def where(trips):
    return ids.of("channel", trips.pk)


@given(
    st.sampled_from(["user", "team", "channel", "post", "file"]), st.integers(0, 2**63 - 1), st.integers(0, 2**56 - 1)
)
def test_ids_come_back(kind, number, beside):
    text = ids.of(kind, number, beside)
    assert len(text) == 26
    assert text.isalnum()
    assert text == text.lower()
    assert ids.pair(kind, text) == (number, beside)


@given(st.text(max_size=30) | st.from_regex(r"[ybndrfg8ejkmcpqxot1uwisza345h769]{26}", fullmatch=True) | st.integers())
def test_what_is_no_id_is_refused(text):
    with contextlib.suppress(BadInput):
        assert ids.of("post", *ids.pair("post", text)) == text


def test_a_token_finds_its_person_the_space_and_the_channel_by_name(town, trips, bob, where):
    me = bob.get("users/me")
    assert (me["id"], me["username"], me["is_bot"]) == (ids.of("user", town.bob.pk), "bob", False)
    (team,) = bob.get("users/me/teams")
    assert team == bob.get(f"teams/name/{team['name']}") == bob.get(f"teams/{team['id']}")
    channel = bob.get(f"teams/{team['id']}/channels/name/trips-more")
    assert (channel["id"], channel["name"], channel["type"]) == (where, "trips-more", "O")
    assert bob.get(f"teams/name/{team['name']}/channels/name/Trips & more") == channel
    assert bob.get(f"channels/{where}")["display_name"] == "Trips & more"
    alice = bob.get("users/username/alice")
    assert bob.post("users/ids", [alice["id"], ids.of("user", 0)], 200)[0] == alice
    assert bob.post("users/usernames", ["@alice", "nobody"], 200) == [alice]
    assert alice["email"] == ""
    assert [one["username"] for one in bob.post("users/search", {"term": "ali"}, 200)] == ["alice"]
    found = bob.get(f"users/autocomplete?name=e&channel_id={where}")
    assert [one["username"] for one in found["out_of_channel"]] == ["eve"]
    assert {one["username"] for one in bob.get(f"users?in_channel={where}")} == {"alice", "bob"}
    chatting.channel(town.alice, town.space, "Trips (more)")
    refused(bob("GET", f"teams/{team['id']}/channels/name/trips-more"), 404)


def test_saying_answering_changing_and_taking_back(town, trips, bob, where):
    first = bob.post("posts", {"channel_id": where, "message": "Hello **you**", "pending_post_id": "u:1"})
    again = bob.post("posts", {"channel_id": where, "message": "Hello **you**", "pending_post_id": "u:1"})
    assert first["id"] == again["id"]
    assert Message.objects.get().author == town.bob
    answer = bob.post("posts", {"channel_id": where, "message": "Yes", "root_id": first["id"]})
    assert answer["root_id"] == first["id"]
    thread = bob.get(f"posts/{answer['id']}/thread")
    assert thread["order"] == [first["id"], answer["id"]]
    changed = told(bob("PUT", f"posts/{first['id']}/patch", {"message": "Hullo", "is_pinned": True}))
    assert (changed["message"], changed["is_pinned"], changed["edit_at"] > 0) == ("Hullo", True, True)
    assert bob.get(f"channels/{where}/pinned")["order"] == [first["id"]]
    told(bob("POST", f"posts/{first['id']}/unpin"))
    sign = bob.post("reactions", {"user_id": "me", "post_id": first["id"], "emoji_name": "thumbsup"})
    assert sign["emoji_name"] == "+1"
    assert bob.get(f"posts/{first['id']}/reactions")[0]["user_id"] == ids.of("user", town.bob.pk)
    told(bob("DELETE", f"users/me/posts/{first['id']}/reactions/+1"))
    assert bob.get(f"posts/{first['id']}/reactions") == []
    for short in ("tada", "heart", "rocket", "-1"):
        told(bob("POST", "reactions", {"post_id": first["id"], "emoji_name": short}), 201)
    assert bob.get(f"posts/{first['id']}/reactions")[0]["emoji_name"] == "tada"
    refused(bob("POST", "reactions", {"post_id": first["id"], "emoji_name": "no_such_sign"}), 400)
    told(bob("DELETE", f"posts/{first['id']}"))
    refused(bob("GET", f"posts/{first['id']}"), 404)
    alices = chatting.say(town.alice, trips, "Mine")
    refused(bob("PUT", f"posts/{ids.of('post', alices.pk)}/patch", {"message": "Yours"}), 403)
    attached = {"attachments": [{"title": "Build", "text": "broken", "color": "danger"}]}
    assert "**Build**" in bob.post("posts", {"channel_id": where, "message": "", "props": attached})["message"]


def test_history_by_page_beside_a_message_and_since(town, trips, bob, where):
    said = [chatting.say(town.alice, trips, str(number)) for number in range(5)]
    names = [ids.of("post", one.pk) for one in said]
    assert bob.get(f"channels/{where}/posts?per_page=2")["order"] == [names[4], names[3]]
    assert bob.get(f"channels/{where}/posts?per_page=2&page=1")["order"] == [names[2], names[1]]
    assert bob.get(f"channels/{where}/posts?before={names[2]}")["order"] == [names[1], names[0]]
    assert bob.get(f"channels/{where}/posts?after={names[2]}")["order"] == [names[4], names[3]]
    late = bob.get(f"channels/{where}/posts/{names[0]}".replace(f"channels/{where}/", ""))["create_at"]
    posting.take_back(make.act(town.alice), Message.objects.select_related("channel").get(pk=said[0].pk))
    found = bob.get(f"channels/{where}/posts?since={late}")
    assert found["posts"][names[0]]["delete_at"] > 0
    team = bob.get("users/me/teams")[0]["id"]
    assert bob.post(f"teams/{team}/posts/search", {"terms": "4"}, 200)["order"] == [names[4]]


def test_nobody_reads_what_was_before_their_time(town, trips, bob, where):
    old = chatting.say(town.alice, trips, "Old")
    new = chatting.say(town.alice, trips, "New")
    Seat.objects.update_or_create(channel=trips, user=town.bob, defaults={"since": new.pk})
    assert bob.get(f"channels/{where}/posts")["order"] == [ids.of("post", new.pk)]
    refused(bob("GET", f"posts/{ids.of('post', old.pk)}"), 404)


def test_the_number_of_queries_does_not_grow_with_what_is_listed(
    town, trips, bob, where, django_assert_max_num_queries
):
    for number in range(3):
        chatting.say(town.alice, trips, str(number))
    for path, most in ((f"channels/{where}/posts", 12), ("users/me/channels", 12), (f"channels/{where}/members", 14)):
        bob.get(path)
        with django_assert_max_num_queries(most):
            bob.get(path)
    chatting.channel(town.alice, town.space, "Another")
    for number in range(40):
        chatting.say(town.alice, trips, f"more {number}")
    with django_assert_max_num_queries(12):
        bob.get(f"channels/{where}/posts")


def test_channels_are_made_joined_left_read_and_talked_in_by_two(town, trips, bob, where):
    team = bob.get("users/me/teams")[0]["id"]
    made = bob.post("channels", {"team_id": team, "display_name": "Bikes", "name": "bikes", "type": "P"})
    assert Channel.objects.get(title="Bikes").form == Channel.Form.CLOSED
    assert told(bob("PUT", f"channels/{made['id']}/patch", {"purpose": "For bikes"}))["purpose"] == "For bikes"
    me = ids.of("user", town.bob.pk)
    assert bob.post(f"channels/{where}/members", {"user_id": me})["user_id"] == me
    assert where in {one["id"] for one in bob.get(f"users/me/teams/{team}/channels")}
    chatting.say(town.alice, trips, "One")
    assert bob.post("channels/members/me/view", {"channel_id": where}, 200)["status"] == "OK"
    assert chatting.mine(town.bob, trips).unread == 0
    told(bob("DELETE", f"channels/{where}/members/me"))
    refused(bob("POST", f"channels/{where}/members", {"user_id": ids.of("user", town.eve.pk)}), 403)
    two = bob.post("channels/direct", [me, ids.of("user", town.alice.pk)])
    assert two["type"] == "D"
    assert me in two["name"]
    assert bob.post("channels/direct", [ids.of("user", town.alice.pk), me])["id"] == two["id"]
    refused(bob("POST", "channels/direct", [ids.of("user", town.alice.pk), ids.of("user", town.eve.pk)]), 403)
    several = bob.post("channels/group", [me, ids.of("user", town.alice.pk), ids.of("user", town.eve.pk)])
    assert several["type"] == "G"
    assert bob.get(f"channels/{where}/stats")["member_count"] == 2


def test_a_bot_talks_to_those_whom_it_meets(town, trips, where):
    bot = botting.make(make.act(town.alice), "Robot", space=town.space)
    robot = Program(botting.give_token(make.act(town.alice), bot, "x", scopes=["chat"], days=30)[1])
    me, alice = (ids.of("user", one.pk) for one in (bot.user, town.alice))
    assert robot.get("users/me/teams") == []
    refused(robot("GET", f"users/{alice}"), 404)
    refused(robot("POST", "channels/direct", [me, alice]), 404)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    assert [one["id"] for one in robot.get("users/me/channels")] == [where]
    assert robot.get(f"users/{alice}")["username"] == "alice"
    refused(robot("GET", f"users/{ids.of('user', town.eve.pk)}"), 404)
    assert robot.post("channels/direct", [me, alice])["type"] == "D"


def test_signing_in_by_password_gives_a_token_that_ends_with_signing_out(town):
    make_person("carol", email="carol@example.org")
    stranger = Program()
    answer = stranger("POST", "users/login", {"login_id": "carol@example.org", "password": PASSWORD})
    assert told(answer)["username"] == "carol"
    row = AppPassword.objects.get()
    assert (row.by_login, row.scopes, row.expires_at is not None) == (True, ["chat"], True)
    carol = Program(answer["Token"])
    assert carol.get("users/me")["email"] == "carol@example.org"
    told(carol("POST", "users/logout"))
    refused(carol("GET", "users/me"), 401)
    for _number in range(12):
        told(stranger("POST", "users/login", {"login_id": "carol", "password": PASSWORD}))
    assert AppPassword.objects.count() == devices.MOST_LOGINS
    told(stranger("POST", "users/logout"))


def test_an_app_password_is_its_own_token_and_is_not_signed_out(town):
    _row, secret = devices.create(town.bob, "laptop", scopes=["chat"])
    answer = Program()("POST", "users/login", {"login_id": "bob", "password": secret})
    assert answer["Token"] == secret
    bob = Program(secret)
    told(bob("POST", "users/logout"))
    assert bob.get("users/me")["username"] == "bob"
    _row, files = devices.create(town.bob, "sync", scopes=["files"])
    refused(Program()("POST", "users/login", {"login_id": "bob", "password": files}), 403)


def test_a_second_step_is_not_gone_around(town):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    carol = make_person("carol")
    TOTP.activate(carol, generate_totp_secret())
    refused(Program()("POST", "users/login", {"login_id": "carol", "password": PASSWORD}), 401)
    assert not AppPassword.objects.exists()


def test_guessing_is_slowed_down(town):
    make_person("carol")
    stranger = Program()
    codes = [
        stranger("POST", "users/login", {"login_id": "carol", "password": f"wrong {number}"}).status_code
        for number in range(30)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429
    answer = stranger("POST", "users/login", {"login_id": "carol", "password": "wrong again"})
    assert int(answer["Retry-After"]) > 0


def test_a_token_that_reads_changes_nothing_and_one_for_files_opens_no_chat(town, trips, where):
    reader = program(town.bob, scopes=["chat", "read-only"])
    reader.post("users/ids", [ids.of("user", town.alice.pk)], 200)
    refused(reader("POST", "posts", {"channel_id": where, "message": "x"}), 403)
    refused(program(town.bob, scopes=["files"])("GET", "users/me"), 403)
    refused(Program("nonsense")("GET", "users/me"), 401)
    browser = Client()
    browser.force_login(town.bob)
    assert browser.get("/api/v4/users/me").status_code == 401
    assert not Message.objects.exists()


def test_files_come_with_messages_and_are_given_by_the_right_on_them(town, trips, where, store):
    bob = program(town.bob)
    file = SimpleUploadedFile("plan.txt", b"by bike", "text/plain")
    answer = bob.client.post("/api/v4/files", {"channel_id": where, "files": file}, headers=bob.headers)
    (info,) = told(answer, 201)["file_infos"]
    refused(bob("GET", f"files/{info['id']}"), 404)
    post = bob.post("posts", {"channel_id": where, "message": "", "file_ids": [info["id"]]})
    (found,) = post["metadata"]["files"]
    assert (found["name"], found["size"], found["mime_type"]) == ("plan.txt", 7, "text/plain")
    assert bob("GET", f"files/{found['id']}").getvalue() == b"by bike"
    assert bob.get(f"files/{found['id']}/info") == found == bob.get(f"posts/{post['id']}/files/info")[0]
    eve = program(town.eve)
    for path in ("", "/info", "/thumbnail", "/preview"):
        refused(eve("GET", f"files/{found['id']}{path}"), 404)
    number = ids.pair("file", found["id"])[0]
    elsewhere = chatting.say(town.bob, trips, "No file")
    refused(bob("GET", f"files/{ids.of('file', number, elsewhere.pk)}"), 404)
    refused(eve("POST", "posts", {"channel_id": where, "message": "", "file_ids": [info["id"]]}), 404)


def _probes(channel, post, user, team, file):
    parts = {"user": user, "team": team, "channel": channel, "post": post, "file": file, "name": "trips-more",
             "team_name": "plans", "rest": "x"}  # fmt: skip
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        for name, value in parts.items():
            route = route.replace(f"<str:{name}>", value).replace(f"<path:{name}>", value)
        yield route


def test_a_stranger_finds_nothing_anywhere(town, trips, where):
    """A word that only those in the channel may read is in no answer to anybody else, whatever is asked."""
    closed = chatting.channel(town.alice, town.space, "Kanari", closed=True)
    said = chatting.say(town.alice, closed, "kanarienvogel")
    team = ids.of("team", town.space.pk)
    channel, post = ids.of("channel", closed.pk), ids.of("post", said.pk)
    file, user = ids.of("file", 1, said.pk), ids.of("user", town.alice.pk)
    bodies = [
        {"channel_id": channel, "message": "x", "root_id": "", "post_id": post, "emoji_name": "+1", "user_id": "me",
         "term": "kanari", "terms": "kanari", "team_id": team, "display_name": "Mine", "type": "O"},
        [user, post, channel],
        [post],
    ]  # fmt: skip
    count = 0
    for who in (town.eve, town.bob, None):
        asker = program(who, scopes=[]) if who else Program()
        for route in _probes(channel, post, user, team, file):
            for method in ("GET", "POST", "PUT", "DELETE"):
                for body in bodies if method in {"POST", "PUT"} else (None,):
                    answer = asker(method, route + ("?since=1&name=kanari&in_channel=" + channel), body)
                    assert answer.status_code < 500
                    assert b"kanari" not in answer.content.lower().replace(b'"name":"kanari"', b""), (method, route)
                    count += 1
    assert count > 700
    assert Message.objects.filter(channel=closed).count() == 1
    assert not Message.objects.get(pk=said.pk).deleted_at


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b'{"channel_id": 5}', b'"text"', b"\xff\xfe", b'{"channel_id": null}', b"9" * 5000,
     b'{"channel_id": "' + b"y" * 26 + b'"}', b'{"channel_id": {"a": []}}', b"[[[]]]", b"[1, 2]", b"NaN"],
)  # fmt: skip
def test_hostile_bodies_are_refused(bob, body):
    for path in ("posts", "users/ids", "channels/direct", "reactions", "users/login", "channels", "posts/ids"):
        answer = bob("POST", path, body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert answer.json()["status_code"] == answer.status_code


def test_hostile_values_are_refused(bob, where):
    for message in ("a\0b", "\ud800", "x" * 16_001, 5, ["x"], ""):
        refused(bob("POST", "posts", {"channel_id": where, "message": message}), 400)
    for more in ({"file_ids": ["x"] * 11}, {"root_id": "nonsense"}, {"file_ids": "abc"}, {"pending_post_id": 7}):
        refused(bob("POST", "posts", {"channel_id": where, "message": "x"} | more), 400)
    refused(bob("POST", "users/ids", ["x"] * 201), 400)
    refused(bob("POST", "posts", b"x" * 300_000), 413)
    for query in ("page=-1", "per_page=x", "since=1e9", "page=" + "9" * 40, "before=nonsense"):
        refused(bob("GET", f"channels/{where}/posts?{query}"), 400)
    assert len(bob.get(f"channels/{where}/posts?per_page=100000&page=9999")["order"]) == 0
    for path in ("users/username/a%00b", "teams/name/a%00b", "users/nonsense", "nothing/here"):
        assert bob("GET", path).status_code in {400, 404}
    refused(bob("PATCH", "users/me"), 405)
    refused(bob("POST", "reactions", {"post_id": "x" * 26, "emoji_name": "+1"}), 400)


def test_a_flood_is_slowed_down(bob, where):
    codes = [bob("POST", "posts", {"channel_id": where, "message": str(number)}).status_code for number in range(65)]
    assert codes.count(201) == posting.MOST_AT_ONCE
    refused(bob("POST", "posts", {"channel_id": where, "message": "more"}), 429)


def test_a_token_for_the_chat_opens_no_other_file_by_saying_it(town, trips, where, store):
    """Nor one that waits in another channel, or for somebody else."""
    secret = make.make_file(town.alice, town.root, "salaries.txt")
    bob = program(town.bob, scopes=["chat"])
    assert make.act(town.bob).can(secret, Right.SEE)
    for beside in (0, 1, 2**55):
        refused(bob("POST", "posts", {"channel_id": where, "file_ids": [ids.of("file", secret.pk, beside)]}), 404)
    file = SimpleUploadedFile("plan.txt", b"by bike", "text/plain")
    answer = bob.client.post("/api/v4/files", {"channel_id": where, "files": file}, headers=bob.headers)
    (info,) = told(answer, 201)["file_infos"]
    other = ids.of("channel", chatting.channel(town.bob, town.space, "Other").pk)
    refused(bob("POST", "posts", {"channel_id": other, "file_ids": [info["id"]]}), 404)
    refused(program(town.alice)("POST", "posts", {"channel_id": where, "file_ids": [info["id"]]}), 404)
    post = bob.post("posts", {"channel_id": where, "file_ids": [info["id"]]})
    again = bob.post("posts", {"channel_id": other, "message": "Look", "file_ids": post["file_ids"]})
    assert again["metadata"]["files"][0]["name"] == "plan.txt"


def test_many_messages_are_asked_for_by_as_many_queries_as_one(town, trips, where, bob, django_assert_max_num_queries):
    said = [ids.of("post", chatting.say(town.alice, trips, str(number)).pk) for number in range(12)]
    with django_assert_max_num_queries(12):
        found = bob.post("posts/ids", said, 200)
    assert [one["id"] for one in found] == said


def test_a_change_of_two_things_is_both_or_nothing(town, trips, bob, where):
    said = chatting.say(town.alice, trips, "Hers")
    refused(bob("PUT", f"posts/{ids.of('post', said.pk)}/patch", {"is_pinned": True, "message": "His"}), 403)
    said.refresh_from_db()
    assert said.pinned_at is None
