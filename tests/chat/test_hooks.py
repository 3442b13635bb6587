"""Programs that write in a channel: their page, their door, what they send, and who is kept out."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.test import Client

from chat import payload
from chat.actions import channels, hooking
from chat.models import Hook, Message
from collab.accounts import throttle
from collab.events.models import AuditEntry
from collab.lib.errors import Forbidden
from collab.rights.right import EDITOR
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def hook(town, trips):
    return hooking.make(make.act(town.alice), trips, "Forge")


def post(token, data, **how):
    how = {"content_type": "application/json"} | how
    body = data if isinstance(data, str | bytes) else json.dumps(data)
    return Client(enforce_csrf_checks=True).post(f"/hooks/{token}", body, **how)


def refused(answer, code, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["id"] == code
    assert answer.json()["status_code"] == status
    return Message.objects.count() == 0


def test_json_and_forms_are_said_by_a_program(town, trips, hook):
    one, secret = hook
    answer = post(secret, {"text": "Done **well** @bob @all @nobody", "username": "Robot", "channel": "#Trips"})
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")
    form = urlencode({"payload": json.dumps({"text": "Two"})})
    assert post(secret, form, content_type="application/x-www-form-urlencoded").status_code == 200
    assert Client().post(f"/chat/hooks/{secret}", {"payload": '{"text": "Three"}'}).status_code == 200
    first, second, third = Message.objects.order_by("pk")
    assert [first.name, second.name, third.text] == ["Robot", "Forge", "Three"]
    assert first.author is None
    assert first.people == [town.bob.pk]
    assert [first.number, second.number] == [1, 2]
    assert chatting.mine(town.bob, trips).seat.mentions == 1
    client = Client()
    client.force_login(town.bob)
    page = client.get(f"/chat/{trips.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "by the program “Forge”" in page
    assert "by a program" in page
    assert "<strong>well</strong>" in page
    one.refresh_from_db()
    assert one.used_at is not None
    assert secret.encode() not in bytes(one.digest)


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [("{", "invalid_payload", 400), ("[" * 60_000, "invalid_payload", 400), ("[]", "invalid_payload", 400),
     ({"text": " \0"}, "no_text", 400), ({"attachments": [{}] * 21}, "too_many_attachments", 400),
     ({"text": "a", "channel": "other"}, "channel_not_found", 404), (b"x" * 65_537, "payload_too_large", 413)],
    ids=["broken", "deep", "list", "empty", "many", "elsewhere", "large"],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_in_their_words(hook, body, code, status):
    assert refused(post(hook[1], body), code, status)


def test_attachments_become_markdown_that_lets_nothing_through(hook):
    sent = {
        "text": "<script>x</script> <https://a.example|there> \ud800",
        "icon_url": "http://127.0.0.1/never",
        "attachments": [
            {"pretext": "Before", "title": "[x](javascript:1)", "title_link": "javascript:alert(1)", "color": "danger",
             "text": "![p](http://e.example/p.png) [l](javascript:1)", "fields": [{"title": "A", "value": 1}, 7]},
            {"title": "Build", "title_link": "https://b.example/?a=(1)"}, {"fallback": "Plain"}, 3,
        ],
    }  # fmt: skip
    assert post(hook[1], sent).status_code == 200
    message = Message.objects.get()
    assert "<script" not in message.html
    assert "javascript:1" not in "".join(part.split('"')[0] for part in message.html.split('href="')[1:])
    assert "<img" not in message.html
    for part in ('href="https://a.example"', 'href="https://b.example/?a=(1)"', "Plain", "🔴", "<blockquote>"):
        assert part in message.html
    assert payload.read(json.dumps({"text": "x" * 20_000}).encode(), "").text.endswith("…")


def test_a_stopped_renewed_unknown_or_archived_one_says_nothing(town, trips, hook):
    one, secret = hook
    alice = make.act(town.alice)
    assert refused(post("x" * 32, {"text": "a"}), "no_service", 404)
    hooking.stop(alice, trips, one.pk)
    assert refused(post(secret, {"text": "a"}), "no_service", 404)
    _one, new = hooking.renew(alice, trips, one.pk)
    assert refused(post(secret, {"text": "a"}), "no_service", 404)
    channels.archive(alice, chatting.fresh(trips))
    assert refused(post(new, {"text": "a"}), "channel_is_archived", 410)
    channels.throw_away(alice, chatting.fresh(trips))
    assert refused(post(new, {"text": "a"}), "no_service", 404)
    assert Client().get(f"/hooks/{new}").status_code == 405


def test_a_flood_is_slowed_down_and_so_is_who_guesses(hook, monkeypatch):
    for name in ("hook", "hook-said"):  # a slow machine takes longer for sixty than the first of them to be forgiven
        door = throttle.DOORS[name]
        account, crowd = (limit and replace(limit, heals=3600) for limit in (door.account, door.crowd))
        monkeypatch.setitem(throttle.DOORS, name, replace(door, account=account, crowd=crowd))
    answers = [post(hook[1], {"text": "a"}) for _time in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    guesses = [post(f"{number:032}", {"text": "a"}).status_code for number in range(61)]
    assert guesses == [404] * 60 + [429]


def test_all_programs_together_are_bounded_wherever_they_come_from(hook, monkeypatch):
    monkeypatch.setattr(hooking, "MOST_AT_ONCE", 2)
    assert [post(hook[1], {"text": "a"}).status_code for _time in range(3)] == [200, 200, 429]


def test_only_who_manages_lets_programs_in_and_the_log_tells_it(town, trips):
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, EDITOR.mask)
    with pytest.raises(Forbidden):
        hooking.make(make.act(carl), chatting.fresh(trips), "X")
    client = Client()
    for who, status in ((carl, 403), (town.eve, 404)):
        client.force_login(who)
        assert client.get(f"/chat/{trips.pk}/programs/").status_code == status
        assert client.post(f"/chat/{trips.pk}/programs/", {"name": "X"}).status_code == status
    client.force_login(town.alice)
    here = f"/chat/{trips.pk}/programs/"
    assert client.post(here, {"name": " "}).status_code == 400
    page = client.post(here, {"name": "Forge"}).content.decode()
    assert "/hooks/" in page
    assert "/hooks/" not in client.get(here).content.decode()
    pk = Hook.objects.get().pk
    for verb, data in (("rename", {"name": "Web site"}), ("stop", {}), ("resume", {}), ("stop", {}), ("remove", {})):
        assert client.post(f"{here}{pk}/{verb}/", data).status_code in {200, 302, 303}
    assert not Hook.objects.exists()
    kinds = list(AuditEntry.objects.filter(kind__startswith="hook-").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["hook-made", "hook-renamed", "hook-stopped", "hook-resumed", "hook-stopped", "hook-removed"]
