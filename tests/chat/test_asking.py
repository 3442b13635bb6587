"""Commands that ask a program: who makes and types them, what is sent, answers at once and later, and what fails."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from chat import replies, tasks
from chat.actions import asking, ephemerals, programs
from chat.models import Asking, Channel, Ephemeral, Message, SlashCommand
from collab.accounts.models import User
from collab.events.models import AuditEntry
from collab.lib.errors import NotFound
from collab.rights.right import READER
from tests import town as make
from tests.chat import chatting, robots
from tests.chat.test_taking import taken

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


HERE = "https://robots.example.org/in"


@pytest.fixture
def robot(monkeypatch):
    with robots.running(monkeypatch) as one:
        yield one


@pytest.fixture
def capture(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def queue(monkeypatch):
    found: list[int] = []
    monkeypatch.setattr(tasks, "queue_asking", lambda pk, after=0: found.append(pk))
    return found


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def weather(town, trips, robot):
    return ask_by(town.alice, trips, robot)


def ask_by(who, place, robot=None, word="weather"):
    made, token = asking.make(make.act(who), place, word=word, name="Meteo", address=HERE, usage="[town]")
    if robot is not None:
        SlashCommand.objects.filter(pk=made.pk).update(address=robot.address)
    return made, token


@pytest.fixture
def bob(town, client):
    client.force_login(town.bob)
    return client


def type_in(client, channel, text="/weather Lyon", **fields):
    return client.post(f"/chat/{channel.pk}/say/", {"text": text, **fields}, headers=SCRIPT)


def answered(client, trips, robot, queue, capture, body, text="/weather Lyon", **fields):
    robot.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    with capture(execute=True):
        told = type_in(client, trips, text, **fields)
    assert told.status_code == 200, told.content
    tasks.carry_asking(queue[-1])
    return told.json()


def test_a_program_is_asked_as_mattermost_asks_and_answers_for_all(town, trips, weather, robot, queue, bob, capture):
    said = {"response_type": "in_channel", "text": "**Sun** @alice", "username": "Sky"}
    told = answered(bob, trips, robot, queue, capture, said, key="abcdefgh-1")
    assert "Meteo" in told["told"]
    (path, headers, body), fields, (_made, token) = robot.got[0], robot.fields(), weather
    assert path == "/in?x=1"
    assert headers["X-Collab-Signature"] == "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    assert (fields["token"], fields["command"], fields["text"]) == (token, "/weather", "Lyon")
    assert (fields["user_name"], fields["channel_name"], len(fields["trigger_id"])) == ("bob", "trips", 26)
    assert fields["response_url"].startswith(f"{settings.URL}/hooks/commands/")
    message = Message.objects.get()
    assert (message.name, message.text, message.facts["program"]) == ("Sky", "**Sun** @alice", "Meteo")
    assert message.people == [town.alice.pk]
    assert "/weather · Bob" in bob.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    type_in(bob, trips, key="abcdefgh-1")
    tasks.carry_asking(queue[-1])
    assert (len(robot.got), Asking.objects.count()) == (1, 1)


def test_what_is_for_one_person_is_read_by_nobody_else_and_can_be_dismissed(
    town, trips, weather, robot, queue, bob, capture
):
    chatting.say(town.alice, trips, "Before")
    answered(bob, trips, robot, queue, capture, {"text": "Rain <b>here</b>"})
    chatting.say(town.alice, trips, "After")
    page = bob.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "Only you see this." in page
    assert page.index("Before") < page.index("Rain &lt;b&gt;") < page.index("After")
    assert Message.objects.count() == 2
    alice = Client(headers=EN)
    alice.force_login(town.alice)
    assert "Rain" not in alice.get(f"/chat/{trips.pk}/").content.decode()
    one = Ephemeral.objects.get()
    assert alice.post(f"/chat/ephemeral/{one.pk}/dismiss/").status_code == 404
    assert bob.post(f"/chat/ephemeral/{one.pk}/dismiss/").status_code == 204
    assert "Rain" not in bob.get(f"/chat/{trips.pk}/", headers=EN).content.decode()


def test_in_a_thread_the_answer_stands_in_the_thread(town, trips, weather, robot, queue, bob, capture):
    said = chatting.say(town.alice, trips, "Where?")
    answered(bob, trips, robot, queue, capture, {"text": "Here alone"}, root=said.pk)
    answered(bob, trips, robot, queue, capture, {"text": "All", "response_type": "in_channel"}, root=said.pk)
    assert Message.objects.get(text="All").root_id == said.pk
    assert "Here alone" not in bob.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "Here alone" in bob.get(f"/chat/{trips.pk}/?thread={said.pk}", headers=EN).content.decode()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"", ""), (200, b"{}", ""), (200, b"Plain", "Meteo\xa0» a répondu à /weather quelque chose d’illisible"),
        (200, b"[" * 9999, "illisible"), (200, b"x" * 70_000, "illisible"), (500, b"", "erreur (500)"),
        (302, b"", "erreur (302)"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_to_whoever_asked_in_their_language(
    town, trips, weather, robot, queue, bob, capture, status, body, words
):
    User.objects.filter(pk=town.bob.pk).update(language="fr")
    robot.status = status
    answered(bob, trips, robot, queue, capture, body)
    assert not Message.objects.exists()
    found = list(Ephemeral.objects.values_list("user", "text"))
    assert len(found) == bool(words)
    assert all(user == town.bob.pk and words in text for user, text in found)


def test_a_slow_program_a_dead_one_and_one_inside_the_house(
    town, trips, weather, robot, queue, bob, capture, monkeypatch
):
    monkeypatch.setattr(replies, "SECONDS", 0.0)
    answered(bob, trips, robot, queue, capture, b"{}")
    monkeypatch.setattr(replies, "SECONDS", 10.0)
    SlashCommand.objects.update(address="http://127.0.0.1:9/in")
    answered(bob, trips, robot, queue, capture, b"{}")
    monkeypatch.undo()
    SlashCommand.objects.update(address="https://127.0.0.1/")
    asking.ask(make.act(town.bob), chatting.fresh(trips), weather[0], "")
    replies.carry(Asking.objects.latest("pk").pk)
    texts = list(Ephemeral.objects.order_by("pk").values_list("text", flat=True))
    assert ["secondes" in texts[0], "joint" in texts[1], "réseau public" in texts[2]] == [True] * 3
    assert robot.got == []


def test_questions_that_nobody_carried_are_sent_or_given_up_and_few_are_on_their_way(
    town, trips, weather, robot, queue, bob, monkeypatch
):
    for _time in range(4):
        assert type_in(bob, trips).status_code == 200
    first, second, third, fourth = Asking.objects.order_by("pk")
    assert set(replies.give_up()) == {first.pk, second.pk, third.pk, fourth.pk}
    Asking.objects.filter(pk__in=[first.pk, second.pk]).update(state="sent")
    tasks.carry_asking(third.pk)
    assert robot.got == []
    assert queue[-1] == third.pk
    Asking.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert replies.give_up() == []
    texts = list(Ephemeral.objects.order_by("pk").values_list("text", flat=True))
    assert sum("trop longtemps" in text for text in texts) == 2
    assert sum("secondes" in text for text in texts) == 2
    assert replies.give_up() == []
    assert Ephemeral.objects.count() == 4


def test_later_answers_are_taken_five_times_for_half_an_hour(town, trips, weather, robot, queue, bob, capture):
    answered(bob, trips, robot, queue, capture, b"")
    where = urlsplit(robot.fields()["response_url"]).path
    program = Client(enforce_csrf_checks=True)

    def later(data, path=where):
        return program.post(path, json.dumps(data), content_type="application/json").status_code

    assert later({"text": "Alone"}) == 200
    assert later({"text": "All", "response_type": "in_channel"}) == 200
    assert later({"text": "x"}, where[:-1] + ("a" if where[-1] != "a" else "b")) == 404
    assert program.get(where).status_code == 405
    assert (Message.objects.get().text, Ephemeral.objects.get().text) == ("All", "Alone")
    assert later(["nonsense"]) == 400
    assert [later({"text": "x"}) for _time in range(3)] == [200, 200, 404]
    Asking.objects.update(left=5)
    make.share(town.alice, trips, town.bob, READER.mask)
    Channel.objects.filter(pk=trips.pk).update(archived_at=timezone.now())
    assert later({"text": "x", "response_type": "in_channel"}) == 410
    Channel.objects.filter(pk=trips.pk).update(archived_at=None)
    Asking.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert later({"text": "x"}) == 404
    assert asking.tidy() == 1


def test_who_lost_the_channel_or_whose_command_was_stopped_is_told_nothing_more(
    town, trips, weather, robot, queue, bob, capture
):
    answered(bob, trips, robot, queue, capture, b"")
    one = replies.Asking.objects.select_related("command", "channel__space", "channel__acl", "person", "root").get()
    asking.stop(make.act(town.alice), chatting.fresh(trips), weather[0].pk)
    assert not Asking.objects.exists()
    assert type_in(bob, trips).status_code == 400
    one.person = town.eve
    for all_ in (False, True):
        with pytest.raises(NotFound):
            asking.answer(one, "x", in_channel=all_)


def test_only_who_may_write_asks_and_the_channel_comes_before_its_space(town, trips, robot, queue, client):
    ask_by(town.alice, town.space, word="both")
    ask_by(town.alice, town.space, word="space-only")
    mine, _token = ask_by(town.alice, trips, word="both")
    assert [one.pk for one in asking.offered(trips) if one.word == "both"] == [mine.pk]
    reader = make.make_user("rita")
    make.share(town.alice, town.space, reader, READER.mask)
    for who, status in ((town.bob, 200), (reader, 403), (town.eve, 404)):
        client.force_login(who)
        assert type_in(client, trips, "/both").status_code == status
        assert type_in(client, trips, "/space-only x").status_code == status
    client.force_login(town.bob)
    offers = client.get("/chat/commands/", {"channel": trips.pk}, headers=EN).json()["found"]
    assert {"/both [town]", "/space-only [town]", "/help"} <= {one["name"] for one in offers}
    assert "/space-only [town]: Meteo" in type_in(client, trips, "/help").json()["told"]
    direct = chatting.direct(town.bob, town.alice)
    assert type_in(client, direct, "/space-only").status_code == 400
    for _time in range(asking.MOST_AT_ONCE):
        last = type_in(client, trips, "/both")
    assert last.status_code == 429
    client.force_login(town.eve)
    assert client.get("/chat/commands/", {"channel": trips.pk}).status_code == 404


def test_only_who_manages_has_the_pages(town, trips):
    page = Client(headers=EN)
    page.force_login(town.alice)
    for here in (f"/chat/{trips.pk}/commands/", f"/chat/@{town.space.slug}/commands/"):
        form = {"word": "/Deploy", "name": "Robot", "address": HERE, "help": "puts it out"}
        shown = page.post(here, form).content.decode()
        token = shown.split("data-text")[1].split(">")[1].split("<")[0]
        one = SlashCommand.objects.latest("pk")
        assert (one.word, len(token)) == ("deploy", 32)
        assert token not in page.get(here).content.decode()
        assert token.encode() not in bytes(one.token)
        assert page.post(here, form).status_code == 409
        for wrong in ({"word": "help"}, {"word": "x"}, {"word": "a b"}, {"address": "http://x"}, {"name": ""}):
            assert page.post(here, form | {"word": "other"} | wrong).status_code in {400, 409}
        assert page.post(f"{here}{one.pk}/remove/").status_code == 409
        assert page.post(f"{here}{one.pk}/stop/").status_code == 302
        assert page.post(f"{here}{one.pk}/resume/").status_code == 302
        assert page.post(f"{here}{one.pk}/stop/").status_code == 302
        for who, status in ((town.bob, 403), (town.eve, 404)):
            page.force_login(who)
            assert page.get(here).status_code == status
            assert page.post(here, form).status_code == status
            assert page.post(f"{here}{one.pk}/remove/").status_code == status
        page.force_login(town.alice)
        assert page.post(f"{here}{one.pk}/remove/").status_code == 302
    assert not SlashCommand.objects.exists()
    kinds = AuditEntry.objects.filter(kind__startswith="slash-").values_list("kind", flat=True)
    assert set(kinds) == {"slash-made", "slash-stopped", "slash-resumed", "slash-removed"}


def test_they_go_with_their_maker_and_into_their_data(town, trips, weather, queue, bob):
    rows = taken(town.alice)
    assert [(one["command"], one["channel"]) for one in rows["commands.json"]] == [("/weather", "Trips")]
    assert weather[1] not in str(rows["commands.json"])
    asking.end_of(town.alice, None)
    assert SlashCommand.objects.get().stopped_at is not None
    assert type_in(bob, trips).status_code == 400


def test_what_is_for_one_is_kept_for_a_day_and_not_without_end(town, trips):
    for number in range(ephemerals.MOST + 5):
        ephemerals.tell(trips, town.bob.pk, f"n{number}", name="X")
    assert Ephemeral.objects.count() == ephemerals.MOST
    assert Ephemeral.objects.order_by("pk")[0].text == "n5"
    Ephemeral.objects.update(at=timezone.now() - timedelta(hours=25))
    assert ephemerals.tidy() == ephemerals.MOST


@pytest.mark.parametrize("of_space", [False, True])
def test_a_command_is_changed_by_who_manages_it_and_keeps_its_token(town, trips, robot, client, of_space):
    place = town.space if of_space else trips
    made, _token = ask_by(town.alice, place)
    ask_by(town.alice, place, word="snow")
    base = f"/chat/@{town.space.slug}/commands/" if of_space else f"/chat/{trips.pk}/commands/"
    here, sealed = f"{base}{made.pk}/", bytes(SlashCommand.objects.get(pk=made.pk).token)
    told = {"word": "/sky", "name": "Sky", "address": "https://sky.example.org/", "usage": "", "help": "the weather"}
    client.force_login(town.bob)
    assert {client.get(here).status_code, client.post(here, told).status_code} <= {403, 404}
    assert client.post(f"{here}renew/").status_code in {403, 404}
    client.force_login(town.alice)
    page = client.get(here, headers=EN).content.decode()
    assert f'value="{HERE}"' in page
    for wrong in ({"word": "snow"}, {"word": "help"}, {"address": "http://127.0.0.1/"}, {"name": " "}):
        assert client.post(here, told | wrong).status_code in {400, 409}
    assert client.post(here, told).status_code == 302
    now = SlashCommand.objects.get(pk=made.pk)
    assert (now.word, now.name, now.address, now.usage, now.help) == (
        "sky", "Sky", "https://sky.example.org/", "", "the weather"
    )  # fmt: skip
    assert bytes(now.token) == sealed
    entry = AuditEntry.objects.get(kind="slash-changed")
    assert (entry.details["before"], entry.details["word"], entry.details["host"]) == (
        "weather",
        "sky",
        "sky.example.org",
    )
    shown = client.post(f"{here}renew/", headers=EN).content.decode()
    now.refresh_from_db()
    assert bytes(now.token) != sealed
    assert programs.unseal(now.token) in shown
    assert programs.unseal(now.token) not in client.get(base).content.decode()


def test_who_directs_a_command_elsewhere_answers_for_it(town, trips, robot):
    made, _token = ask_by(town.alice, trips)
    make.share(town.alice, trips, town.bob, make.Right.ALL)
    told = {"word": "weather", "name": "Meteo", "usage": "[town]"}
    asking.change(make.act(town.bob), chatting.fresh(trips), made.pk, **told, help="now", address=HERE)
    assert SlashCommand.objects.get().made_by == town.alice
    asking.change(make.act(town.bob), chatting.fresh(trips), made.pk, **told, address="https://else.example.org/")
    asking.end_of(town.bob, None)
    assert SlashCommand.objects.get().stopped_at is not None
