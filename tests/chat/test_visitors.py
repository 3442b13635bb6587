"""Visitors of a channel by a public link: who comes in and how, what they find, say and leave, and who decides."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from chat import house_settings, visitors
from chat.actions import sitting, visiting
from chat.models import Message, Reaction, Visitor
from collab.events.models import AuditEntry
from collab.lib.errors import Forbidden
from collab.notifications import lines
from collab.notifications.models import Notification
from collab.registry import house
from collab.rights import link_changes, links
from collab.rights.models import Link
from collab.rights.right import CONTRIBUTOR, READER, Right
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def link(town, trips, *choices, mask=CONTRIBUTOR.mask, **how):
    made = links.make_link(make.act(town.alice), chatting.fresh(trips), mask, choices=list(choices), **how)
    return made, f"/s/{links.token_of(make.act(town.alice), made, chatting.fresh(trips))}/"


def browser():
    return Client(headers=EN)


def do(who, url, **fields):
    return who.post(url, urlencode(fields), content_type=FORM, headers={"accept": "application/json"})


def enter(who, url, name="Camille"):
    return who.post(url, urlencode({"do": "enter", "name": name}), content_type=FORM)


def say(who, url, text="Hello", **more):
    return do(who, url, do="say", text=text, **more)


def page(who, url):
    answer = who.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def decide(client, user, trips, visitor, verb):
    client.force_login(user)
    return client.post(f"/chat/{trips.pk}/visitors/{visitor.pk}/{verb}/", headers={"accept": "application/json"})


def test_a_name_and_straight_in_then_both_talk(town, trips, client):
    chatting.say(town.alice, trips, "Before")
    _made, url = link(town, trips)
    camille = browser()
    door = page(camille, url)
    assert "Enter your name to join" in door
    assert "Before" not in door
    assert Visitor.objects.count() == 0  # looking is not entering
    assert enter(camille, url).status_code == 302
    chatting.say(town.alice, trips, "After")
    inside = page(camille, url)
    assert "After" in inside
    assert "Before" not in inside
    said = say(camille, url, "**Thanks** @bob @all", key="abcdefgh-1")
    assert said.status_code == 201
    assert say(camille, url, "**Thanks** @bob @all", key="abcdefgh-1").status_code == 200
    message = Message.objects.get(visitor__name="Camille")
    assert (message.name, message.author, message.people, message.number) == ("Camille", None, [], 3)
    assert said.json()["by"] == f"v{message.visitor_id}"
    client.force_login(town.bob)
    theirs = unescape(client.get(f"/chat/{trips.pk}/", headers=EN).content.decode())
    assert re.search(r"<strong>Camille</strong> <span class=\"chip\">visitor</span>", theirs)
    assert "1 visitor reads along" in theirs


def test_in_the_lobby_one_learns_nothing_until_somebody_lets_one_in(town, trips, client):
    chatting.say(town.alice, trips, "Secret")
    _made, url = link(town, trips, "lobby", "history")
    camille = browser()
    enter(camille, url)
    visitor = Visitor.objects.get()
    waiting = page(camille, url)
    assert "You are waiting to be let in" in waiting
    assert "Secret" not in waiting
    root = Message.objects.get(text="Secret").pk
    for query in (f"?thread={root}", "?before=9", f"?files={root}"):
        assert "Secret" not in page(camille, url + query)
    assert say(camille, url).status_code == 403
    client.force_login(town.bob)  # edits the space: moderates the channel
    bar = client.get(f"/chat/{trips.pk}/lobby/", headers=EN).content.decode()
    assert "<strong>Camille</strong> is waiting" in bar
    toast = decide(client, town.bob, trips, visitor, "let-in").json()["toast"]
    assert toast["undo"].endswith("/wait/")
    assert "Secret" in page(camille, url)
    client.post(toast["undo"])
    assert "You are waiting" in page(camille, url)
    undo = decide(client, town.bob, trips, visitor, "refuse").json()["toast"]["undo"]
    assert "You were not let in" in page(camille, url)
    assert enter(camille, url, "").status_code == 409  # not so soon again
    client.post(undo)
    assert "You are waiting" in page(camille, url)
    told = AuditEntry.objects.filter(kind__startswith="visitor").order_by("pk")
    assert [one.kind for one in told] == ["visitor-in", "visitor-out"]


def test_who_may_let_in_is_called_once_and_hears_no_more_when_it_is_done(town, trips):
    made, url = link(town, trips, "lobby")
    reader = make.make_user("rita")
    make.share(town.alice, trips, reader, Right.SEE)
    sitting.join(make.act(reader), chatting.fresh(trips))
    sitting.join(make.act(town.bob), chatting.fresh(trips))
    for name in ("Camille", "Sam"):
        enter(browser(), url, name)
    calls = Notification.objects.filter(kind="chat.knock")
    assert set(calls.values_list("person", flat=True)) == {town.alice.pk, town.bob.pk}
    (line,) = lines.lines(make.act(town.bob), list(calls.filter(person=town.bob)))
    assert (line.who, line.title, line.url) == (None, "Trips", f"/chat/{trips.pk}/")
    assert "Sam" in line.text
    actor = make.act(town.bob)
    for visitor in Visitor.objects.all():
        visiting.decide(actor, chatting.fresh(trips), visitor, Visitor.State.REFUSED)
    assert not calls.filter(read_at=None).exists()
    assert lines.lines(make.act(town.bob), list(calls.filter(person=town.bob))) == []
    with pytest.raises(Forbidden):
        visiting.decide(make.act(reader), chatting.fresh(trips), visitor, Visitor.State.IN)
    assert made.pk


def test_nobody_else_decides_and_strangers_find_nothing(town, trips, client):
    _made, url = link(town, trips, "lobby")
    enter(browser(), url)
    visitor = Visitor.objects.get()
    assert decide(client, town.eve, trips, visitor, "let-in").status_code == 404
    rita = make.make_user("rita")
    make.share(town.alice, trips, rita, CONTRIBUTOR.mask)
    assert decide(client, rita, trips, visitor, "let-in").status_code == 403
    assert client.get(f"/chat/{trips.pk}/visitors/").status_code == 403
    assert "is waiting" not in client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    other = chatting.channel(town.alice, town.space, "Other")
    assert decide(client, town.alice, other, visitor, "let-in").status_code == 404
    visitor.refresh_from_db()
    assert visitor.state == "waiting"


def test_a_link_that_reads_gives_no_word(town, trips):
    _made, url = link(town, trips, mask=READER.mask)
    camille = browser()
    enter(camille, url)
    assert "You can read this channel, but not write in it." in page(camille, url)
    assert say(camille, url).status_code == 403
    assert not Message.objects.exists()


def test_the_page_tells_of_no_people_and_leads_nowhere(town, trips):
    _made, url = link(town, trips, "history")
    said = chatting.say(town.alice, trips, "See [this](/chat/)")
    Reaction.objects.create(message=said, user=town.bob, emoji="👍")
    camille = browser()
    enter(camille, url)
    inside = page(camille, url)
    assert "👍" in inside
    for hidden in (
        town.alice.email or "alice@",
        "data-people",
        "<message-cards",
        'class="rail"',
        "/chat/message/",
        "chat:people",
    ):
        assert hidden not in inside
    assert f'data-by="{town.alice.pk}"' not in inside
    for address in (
        f"/chat/{trips.pk}/",
        f"/chat/{trips.pk}/people/?q=a",
        "/chat/search/?q=this",
        f"/chat/message/{said.pk}/",
    ):
        assert camille.get(address).status_code in {302, 403, 404}
    assert page(camille, f"{url}?thread={said.pk}").count("<article") == 1


def test_the_same_browser_comes_back_and_another_is_somebody_else(town, trips):
    _made, url = link(town, trips)
    camille = browser()
    enter(camille, url)
    chatting.say(town.alice, trips, "While away")
    cookie = camille.cookies["chat-visitor"]
    assert cookie["path"] == url
    assert cookie["httponly"]
    del camille.cookies["sessionid"]  # the browser was closed
    assert "While away" in page(camille, url)
    forged = browser()
    forged.cookies["chat-visitor"] = str(Visitor.objects.get().pk)
    assert "Enter your name" in page(forged, url)
    assert do(camille, url, do="leave").status_code == 302
    assert "Join again" in page(camille, url)
    enter(camille, url)
    assert "While away" in page(camille, url)
    assert Visitor.objects.count() == 1


def test_shown_out_is_for_good_unless_it_is_undone(town, trips, client):
    _made, url = link(town, trips)
    camille = browser()
    enter(camille, url)
    say(camille, url, "Mine")
    visitor = Visitor.objects.get()
    undo = decide(client, town.alice, trips, visitor, "remove").json()["toast"]["undo"]
    assert "not in this channel any more" in page(camille, url)
    assert say(camille, url).status_code == 403
    assert enter(camille, url).status_code == 403
    client.post(undo)
    assert "Mine" in page(camille, url)
    chatting.say(town.alice, trips, "Other")
    assert decide(client, town.alice, trips, visitor, "erase").status_code == 200
    message = Message.objects.get(visitor=visitor)
    assert (message.text, message.html, message.words, message.deleted_by) == ("", "", "", town.alice)
    assert "Mine" not in page(camille, url)


def test_one_takes_back_what_is_ones_own_and_all_of_it_when_leaving(town, trips):
    _made, url = link(town, trips, "history")
    camille, sam = browser(), browser()
    enter(camille, url)
    enter(sam, url, "Sam")
    first, second = say(camille, url, "One").json()["id"], say(sam, url, "Two").json()["id"]
    root = chatting.say(town.alice, trips, "Who comes?")
    assert say(camille, url, "I do", root=root.pk).status_code == 201
    assert say(camille, url, "x" * 4001).status_code == 400
    assert do(camille, url, do="take-back", message=second).status_code == 404
    assert do(camille, url, do="take-back", message=first).status_code == 204
    do(camille, url, do="leave", words="1")
    assert list(Message.objects.filter(visitor__name="Camille").values_list("text", flat=True)) == ["", ""]
    root.refresh_from_db()
    assert root.answered == 0
    assert Message.objects.get(pk=second).text == "Two"


def test_one_changes_what_is_ones_own_while_one_is_in_and_never_a_namesakes(town, trips, client):
    made, url = link(town, trips, "history")
    camille, other = browser(), browser()
    enter(camille, url)
    enter(other, url, "Camille")
    mine, theirs = say(camille, url, "Helo").json()["id"], say(other, url, "Other").json()["id"]
    form = page(camille, f"{url}?edit={mine}")
    assert ">Helo</textarea>" in form
    changed = do(camille, url, do="edit", message=mine, text="Hello @bob <b>")
    assert changed.status_code == 200
    assert "Hello @bob &lt;b&gt;" in changed.json()["html"]
    message = Message.objects.get(pk=mine)
    assert (message.people, [one.text for one in message.revisions.all()]) == ([], ["Helo"])
    assert message.edited_at is not None
    client.force_login(town.bob)
    assert "Hello @bob" in unescape(client.get(f"/chat/{trips.pk}/", headers=EN).content.decode())
    assert "changed" in page(other, url)
    assert camille.get(f"{url}?edit={theirs}").status_code == 404
    for wrong in ({"do": "edit", "text": "Mine now"}, {"do": "take-back"}):
        assert do(camille, url, message=theirs, **wrong).status_code == 404
    ours = chatting.say(town.alice, trips, "Ours")
    assert do(camille, url, do="edit", message=ours.pk, text="Mine").status_code == 404
    for wrong in ("", "x" * 4001):
        assert do(camille, url, do="edit", message=mine, text=wrong).status_code == 400
    refused = camille.post(url, urlencode({"do": "edit", "message": mine, "text": ""}), content_type=FORM)
    assert (refused.status_code, 'value="edit"' in refused.content.decode()) == (400, True)
    link_changes.change_link(make.act(town.alice), chatting.fresh(trips), made, READER.mask)
    assert do(camille, url, do="edit", message=mine, text="Only reading now").status_code == 403
    link_changes.change_link(make.act(town.alice), chatting.fresh(trips), made, CONTRIBUTOR.mask)
    decide(client, town.alice, trips, Visitor.objects.get(pk=message.visitor_id), "remove")
    for wrong in ({"do": "edit", "text": "Once more"}, {"do": "take-back"}):
        assert do(camille, url, message=mine, **wrong).status_code == 403
    assert [one.text for one in Message.objects.filter(pk__in=[mine, theirs]).order_by("pk")] == [
        "Hello @bob <b>",
        "Other",
    ]


def test_speaking_has_a_pace_alone_together_and_in_slow_channels(town, trips, monkeypatch):
    _made, url = link(town, trips)
    camille, sam = browser(), browser()
    enter(camille, url)
    enter(sam, url, "Sam")
    monkeypatch.setattr(visiting, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(visiting, "MOST_TOGETHER", 3)
    assert [say(camille, url).status_code for _ in range(3)] == [201, 201, 429]
    assert [say(sam, url).status_code for _ in range(2)] == [201, 429]
    Message.objects.update(at=timezone.now() - timedelta(hours=1))
    make.change(trips, pace=3600)
    assert "Slow mode" in say(camille, url).json()["detail"]
    Visitor.objects.update(said_at=timezone.now() - timedelta(hours=2))
    assert say(camille, url).status_code == 201
    monkeypatch.setattr(visiting, "MOST_INSIDE", 2)
    assert enter(browser(), url, "Third").status_code == 429


def test_names_are_a_line_and_bounded(town, trips):
    _made, url = link(town, trips)
    for name in ("", " \n ", "x" * 61, "a\u202eb"):
        answer = enter(browser(), url, name)
        assert answer.status_code == 400
    enter(browser(), url, "  Camille   D ")
    assert Visitor.objects.get().name == "Camille D"


def test_nothing_opens_once_the_link_the_house_or_the_space_says_no(town, trips, client):
    made, url = link(town, trips)
    camille = browser()
    enter(camille, url)
    key = camille.cookies["sessionid"].value
    pk = Visitor.objects.get().pk
    assert visitors.of_session(key, pk).is_in
    assert visitors.of_session("", pk) is None
    with make.rolled_back():
        make.expire(trips, made.principal)
        assert visitors.of_session(key, pk) is None
        assert camille.get(url).status_code == 404
    with make.rolled_back():
        house.put(house_settings.VISITORS, False)
        assert visitors.of_session(key, pk) is None
        assert camille.get(url).status_code == 404
    house.forget_all()
    with make.rolled_back():  # whoever made it may share no more
        make.change(town.alice, is_active=False)
        assert visitors.of_session(key, pk) is None
    with make.rolled_back():
        link_changes.change_link(
            make.act(town.alice), chatting.fresh(trips), made, CONTRIBUTOR.mask, password="Chapeau-7"
        )
        assert visitors.of_session(key, pk) is None
        assert "password" in camille.get(url).content.decode().lower()
    made = Link.objects.get(pk=made.pk)
    undo = link_changes.undo_of(make.act(town.alice), chatting.fresh(trips), made)
    links.revoke_link(make.act(town.alice), chatting.fresh(trips), made)
    assert visitors.of_session(key, pk) is None
    assert camille.get(url).status_code == 404
    link_changes.restore_link(make.act(town.alice), chatting.fresh(trips), undo)
    assert "Enter your name" in page(camille, url)  # the same address; who was let in by the old one knocks again
