"""Commands where one writes, polls asked in a channel, and what is begun with somebody's words."""

import pytest

from chat.models import Message, Seat
from collab.accounts.models import Rank
from collab.profiles.models import Status
from collab.registry import house
from collab.rights.right import CONTRIBUTOR
from polls.models import Option, Poll
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def type_in(client, channel, text, headers=SCRIPT, **fields):
    return client.post(f"/chat/{channel.pk}/say/", {"text": text, **fields}, headers=headers)


def test_words_are_said_as_commanded(town, trips, client):
    client.force_login(town.bob)
    assert type_in(client, trips, "/me waves *at* all").status_code == 201
    type_in(client, trips, "/shrug who knows")
    for text in ("/etc/hosts is a file", "\\/me too", "a /me", "/ 2"):
        assert type_in(client, trips, text).status_code == 201
    assert chatting.words(town.alice, trips)[:2] == ["*waves *at* all*", r"who knows ¯\\\_(ツ)\_/¯"]
    assert "¯\\_(ツ)_/¯" in Message.objects.get(text__startswith="who").html
    wrong = type_in(client, trips, "/shrgu")
    assert wrong.status_code == 400
    assert "/help" in wrong.json()["detail"]
    assert Message.objects.count() == 6


def test_a_command_answers_only_whoever_typed_it(town, trips, client):
    client.force_login(town.bob)
    assert "/shrug" in type_in(client, trips, "/help").json()["told"]
    assert type_in(client, trips, "/away at lunch").json() == {"told": "You are shown as away."}
    assert (Status.objects.get().kind, Status.objects.get().message) == ("away", "at lunch")
    type_in(client, trips, "/mute")
    assert Seat.objects.get(user=town.bob).level == Seat.Level.NOTHING
    type_in(client, trips, "/topic Where we go", headers=EN)
    assert chatting.fresh(trips).purpose == "Where we go"
    assert not Message.objects.exists()


def test_no_command_does_more_than_its_person_may(town, trips, client):
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, CONTRIBUTOR.mask)
    client.force_login(carl)
    assert type_in(client, trips, "/topic Nonsense").status_code == 403
    assert type_in(client, trips, "/invite @eve").status_code == 403
    client.force_login(town.eve)
    for text in ("/me waves", "/help", "/topic x", "/poll a b c"):
        assert type_in(client, trips, text).status_code == 404
    client.force_login(town.alice)
    assert "Eve" in type_in(client, trips, "/invite @eve").json()["told"]
    assert chatting.mine(town.eve, trips)


def test_a_poll_is_asked_in_the_channel_once(town, trips, client):
    client.force_login(town.bob)
    for _time in range(2):
        answer = type_in(client, trips, "/poll “Which *day*?” “Saturday” Sunday", key="abcdefgh-1")
    poll = Poll.objects.get()
    assert (poll.title, poll.space_id, poll.kind) == ("Which *day*?", town.space.pk, "choice")
    assert list(Option.objects.order_by("pk").values_list("text", flat=True)) == ["Saturday", "Sunday"]
    said = Message.objects.get()
    assert said.pk == answer.json()["id"]
    assert f'<a href="/polls/{poll.pk}/"' in said.html
    card = client.get("/chat/cards/", {"of": said.pk}, headers=EN).json()[str(said.pk)]
    assert "Which *day*?" in card
    for wrong in ("/poll", "/poll Which", "/poll “Which” one", '/poll "a'):
        assert type_in(client, trips, wrong).status_code == 400
    closed = chatting.channel(town.alice, town.space, "Few", closed=True)
    client.force_login(town.alice)
    assert type_in(client, closed, "/poll a b c").status_code == 403
    assert Poll.objects.count() == 1


def test_what_is_switched_off_is_not_offered(town, trips, client, monkeypatch):
    client.force_login(town.bob)
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert {f'data-what="{slug}"' in page for slug in ("poll", "event", "task")} == {True}
    before = house.lately
    monkeypatch.setattr(house, "lately", lambda key: [] if key == "polls.who" else before(key))
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert 'data-what="poll"' not in page
    assert 'data-what="event"' in page
    assert "/poll" not in {one["value"] for one in client.get("/chat/commands/").json()["found"]}
    assert type_in(client, trips, "/poll a b c").status_code == 400


def test_a_message_becomes_an_event_a_task_or_a_poll(town, trips, client):
    said = chatting.say(town.alice, trips, "# Meet at noon\nBring **water**")
    client.force_login(town.bob)
    for slug, kept in (("event", "Bring **water**"), ("poll", f"/chat/message/{said.pk}/"), ("task", "")):
        page = client.get(f"/chat/message/{said.pk}/begin/{slug}/", follow=True, headers=EN)
        assert page.status_code == 200
        assert 'value="Meet at noon"' in page.content.decode()
        assert kept in page.content.decode()
    client.force_login(town.eve)
    assert client.get(f"/chat/message/{said.pk}/begin/event/").status_code == 404
    guest = make.make_user("gus", Rank.GUEST)
    make.share(town.alice, trips, guest, CONTRIBUTOR.mask)
    client.force_login(guest)
    assert client.get(f"/chat/message/{said.pk}/begin/event/").status_code == 404
