"""Programs that are told what is said: which messages, how they are sent and signed, and what failures leave."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import calls, tasks
from chat.actions import calling, hooking, posting
from chat.models import Call, Channel, Message, Outgoing
from collab.events.models import AuditEntry
from collab.lib.errors import BadInput, Forbidden
from tests import town as make
from tests.chat import chatting, robots

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
HERE = "https://robots.example.org/in?x=1"


@pytest.fixture
def robot(monkeypatch):
    with robots.running(monkeypatch) as one:
        yield one


@pytest.fixture
def queue(monkeypatch):
    """What is queued waits in a list."""
    found: list[int] = []
    monkeypatch.setattr(tasks, "queue_call", found.append)
    return found


@pytest.fixture
def trips(town, queue):
    return chatting.channel(town.alice, town.space)


def tell(town, trips, robot=None, words=""):
    made, token = calling.make(make.act(town.alice), chatting.fresh(trips), "Robot", HERE, words)
    if robot is not None:
        Outgoing.objects.filter(pk=made.pk).update(address=robot.address)
    return made, token


def test_messages_that_begin_with_a_word_are_sent_signed_and_answered(
    town, trips, robot, queue, django_capture_on_commit_callbacks
):
    _made, token = tell(town, trips, robot, "!build !test")
    with django_capture_on_commit_callbacks(execute=True):
        chatting.say(town.bob, trips, "Not for it")
        said = chatting.say(town.bob, trips, "!Build now & here")
    (call,) = queue
    robot.body = json.dumps({"text": "**Building** @bob", "username": "Forge"}).encode()
    calls.carry(call)
    calls.carry(call)
    (path, headers, body), fields = robot.got[0], robot.fields()
    assert len(robot.got) == 1
    assert path == "/in?x=1"
    assert headers["X-Collab-Signature"] == "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    assert (fields["token"], fields["text"], fields["trigger_word"]) == (token, "!Build now & here", "!build")
    assert (fields["user_name"], fields["channel_name"], len(fields["post_id"])) == ("bob", "trips", 26)
    answer = Message.objects.exclude(author=town.bob).get()
    assert (answer.text, answer.name, answer.facts["program"]) == ("**Building** @bob", "Forge", "Robot")
    assert answer.people == [town.bob.pk]
    assert not Call.objects.exists()
    robot.body = json.dumps({"text": "Done", "response_type": "comment"}).encode()
    with django_capture_on_commit_callbacks(execute=True):
        chatting.say(town.bob, trips, "!test", root=said.pk)
    calls.carry(queue[-1])
    assert Message.objects.order_by("-pk")[0].root_id == said.pk


def test_all_of_an_open_channel_but_what_programs_say(town, trips, robot, queue):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    with pytest.raises(BadInput):
        tell(town, closed)
    tell(town, closed, words="!x")
    tell(town, trips, robot)
    _hook, secret = hooking.make(make.act(town.alice), chatting.fresh(trips), "Forge")
    Client().post(f"/hooks/{secret}", {"payload": '{"text": "From a program"}'})
    assert not Call.objects.exists()
    said = chatting.say(town.bob, trips, "Hello")
    assert Call.objects.get().message == said
    Channel.objects.filter(pk=trips.pk).update(form="closed")
    chatting.say(town.bob, trips, "Hidden")
    assert Call.objects.count() == 1


@pytest.mark.parametrize(("body", "said"), [(b"", 0), (b"ok", 0), (b'{"text": 5}', 1), (b"[" * 9999, 0), (b"{}", 0)])
def test_answers_that_cannot_be_said_are_none(town, trips, robot, queue, body, said):
    tell(town, trips, robot)
    chatting.say(town.bob, trips, "Hello")
    robot.body = body
    calls.carry(Call.objects.get().pk)
    assert not Call.objects.exists()
    assert Message.objects.count() == 1 + said


def test_what_does_not_arrive_is_tried_again_and_then_kept_to_be_seen(town, trips, robot, queue):
    made, _token = tell(town, trips, robot)
    chatting.say(town.bob, trips, "Hello")
    call, robot.status = Call.objects.get(), 503
    for number in range(len(calls.TRIES) + 1):
        Call.objects.filter(pk=call.pk).update(next_at=timezone.now() - timedelta(seconds=1))
        assert tasks.carry_due() == 1
        calls.carry(call.pk)
        call.refresh_from_db()
        assert (call.tries, call.error) == (number + 1, "HTTP 503")
    assert call.next_at is None
    page = Client(headers=EN)
    page.force_login(town.alice)
    assert "HTTP 503" in page.get(f"/chat/{trips.pk}/told/").content.decode()
    robot.status = 404
    chatting.say(town.bob, trips, "Again")
    calls.carry(Call.objects.latest("pk").pk)
    assert Call.objects.latest("pk").next_at is None
    assert made.calls.count() == 2


def test_it_goes_nowhere_but_to_the_public_network(town, trips, queue):
    for wrong in ("http://robots.example.org/", "https://a@b.example/", "https://x.example:22/", "nonsense", ""):
        with pytest.raises(BadInput):
            calling.make(make.act(town.alice), chatting.fresh(trips), "Robot", wrong)
    made, _token = tell(town, trips)
    Outgoing.objects.filter(pk=made.pk).update(address="https://127.0.0.1/")
    chatting.say(town.bob, trips, "Hello")
    calls.carry(Call.objects.get().pk)
    assert (Call.objects.get().next_at, Call.objects.get().error) == (None, "not a public address")


def test_what_was_taken_back_or_stopped_is_not_sent(town, trips, robot, queue):
    made, _token = tell(town, trips, robot)
    said = chatting.say(town.bob, trips, "Oh")
    posting.take_back(make.act(town.bob), Message.objects.select_related("channel").get(pk=said.pk))
    calls.carry(Call.objects.get().pk)
    chatting.say(town.bob, trips, "Oh")
    calling.stop(make.act(town.alice), chatting.fresh(trips), made.pk)
    assert not Call.objects.exists()
    chatting.say(town.bob, trips, "Oh")
    assert not Call.objects.exists()
    assert robot.got == []


def test_only_who_manages_the_channel_has_the_page(town, trips):
    page = Client(headers=EN)
    page.force_login(town.alice)
    here = f"/chat/{trips.pk}/told/"
    shown = page.post(here, {"name": "Robot", "address": HERE, "words": "!x"}).content.decode()
    token = shown.split("data-text")[1].split(">")[1].split("<")[0]
    one = Outgoing.objects.get()
    assert len(token) == 32
    assert token not in page.get(here).content.decode()
    assert token.encode() not in bytes(one.token)
    assert page.post(here, {"name": "Robot", "address": "http://x"}).status_code == 400
    assert page.post(f"{here}{one.pk}/remove/").status_code == 409
    assert page.post(f"{here}{one.pk}/stop/").status_code == 302
    assert page.post(f"{here}{one.pk}/remove/").status_code == 302
    assert not chatting.fresh(trips).calls_out
    kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert {"outgoing-made", "outgoing-stopped", "outgoing-removed"} <= kinds
    for who, status in ((town.bob, 403), (town.eve, 404)):
        page.force_login(who)
        assert page.get(here).status_code == status
        assert page.post(here, {"name": "x", "address": HERE}).status_code == status
    with pytest.raises(Forbidden):
        calling.make(make.act(town.bob), chatting.fresh(trips), "x", HERE)
    with pytest.raises(BadInput):
        calling.make(make.act(town.alice), chatting.direct(town.alice, town.bob), "x", HERE)


def test_our_own_fault_with_an_answer_does_not_send_the_message_again(town, trips, robot, queue, monkeypatch):
    tell(town, trips, robot)
    chatting.say(town.bob, trips, "Hello")
    robot.body = b'{"text": "Hello"}'

    def broken(*args, **how):
        raise RuntimeError("broken")

    monkeypatch.setattr(hooking, "say_by", broken)
    calls.carry(Call.objects.get().pk)
    assert len(robot.got) == 1
    assert not Call.objects.exists()
