"""What visitors said: under their name, marked as a visitor's wherever it is read, and gone when others' words go."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from chat import finding, queries
from chat.actions import moderating, passing, sitting, turning, visiting
from chat.models import Call, Follow, Keyword, Message, Outgoing, Seat, Visitor
from chat.v4 import records
from collab.notifications import lines
from collab.notifications.models import Notification
from collab.rights import links
from collab.rights.models import Link
from tests import town as make
from tests.chat import chatting
from tests.chat.test_exporting import quiet, taken
from tests.chat.test_visitors import EN, browser, enter, link, say

__all__ = ["quiet"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def camille(town, trips):
    """A visitor's browser, and the address at which they are in."""
    _made, url = link(town, trips, "files")
    who = browser()
    enter(who, url)
    return who, url


def test_search_quotations_the_facade_and_the_archive_say_whose_they_are(town, trips, camille, client):
    pk = say(*camille, "A zebra at https://example.org/ @bob").json()["id"]
    (found,) = finding.find(make.act(town.bob), finding.read("from:camille zebra"))
    assert found.pk == pk
    client.force_login(town.bob)
    results = unescape(client.get("/chat/search/?q=zebra", headers=EN).content.decode())
    assert '<strong>Camille</strong> <span class="chip">visitor</span>' in results
    message, _one = queries.found(make.act(town.bob), pk)
    queries.dress([message])
    with translation.override("fr"):
        assert records.post(message, {})["props"]["override_username"] == "Camille (visiteur)"
        assert "Camille (visiteur)" in passing.quotation(message)
    assert message.facts == {"visitor": True, "bare": True}  # nothing is fetched for it
    client.force_login(town.alice)
    archive = taken(client, f"/chat/{trips.pk}/")
    (said,) = json.loads(archive.read("Trips/messages/0001.json"))
    assert (said["name"], said["author"], said["visitor"]) == ("Camille", None, True)
    assert "<strong>Camille</strong> (visit" in archive.read("Trips/pages/0001.html").decode()


def test_who_listens_follows_or_wants_to_hear_all_is_told_by_name(town, trips, camille):
    rita, sam, tom = (make.make_user(name) for name in ("rita", "sam", "tom"))
    for who in (rita, sam, tom):
        make.share(town.alice, town.space, who)
    root = chatting.say(town.alice, trips, "Who comes?")
    sitting.prefer(make.act(rita), trips, level=Seat.Level.ALL)
    sitting.join(make.act(sam), trips)
    Keyword.objects.create(user=sam, word="zebra", typed="zebra")
    Follow.objects.create(root=root, user=tom)
    say(*camille, "My zebra and I", root=root.pk)
    told = Notification.objects.filter(kind="chat.visitor")
    assert set(told.values_list("person", flat=True)) == {town.alice.pk, rita.pk, sam.pk, tom.pk}
    with translation.override("fr"):
        (line,) = lines.lines(make.act(sam), list(told.filter(person=sam)))
    assert (line.text, line.title, line.who) == ("Camille (visiteur) a écrit dans", "Trips", None)
    sitting.read(make.act(sam), chatting.fresh(trips), chatting.fresh(trips).number)
    assert not told.filter(person=sam, read_at=None).exists()


def test_programs_are_told_nothing_of_visitors(town, trips, camille):
    Outgoing.objects.create(channel=trips, name="Forge", address="https://example.org/", token=b"x", words=[])
    make.change(trips, calls_out=True)
    say(*camille, "Hello")
    assert not Call.objects.exists()


def test_words_outlive_the_link_and_the_visitor_and_go_with_their_time(town, trips, camille):
    pk = say(*camille, "Hello").json()["id"]
    links.revoke_link(make.act(town.alice), chatting.fresh(trips), Link.objects.get())
    make.age(Visitor.objects.all(), "state_at", 31)
    visiting.tidy()
    assert not Visitor.objects.exists()
    message = Message.objects.get(pk=pk)
    assert (message.name, message.text, message.facts["visitor"], message.visitor) == ("Camille", "Hello", True, None)
    make.change(trips, keep_days=30, keep_since=timezone.now() - timedelta(days=1))
    make.age(Message.objects.all(), "at", 31)
    assert moderating.expire() == 1
    assert not Message.objects.exists()


def test_files_are_seen_where_they_are_the_channels_own_and_the_link_says_so(town, trips):
    turning.make_private(make.act(town.alice), chatting.fresh(trips))
    sent = SimpleUploadedFile("plan.txt", b"the plan")
    client = browser()
    client.force_login(town.alice)
    client.post(f"/chat/{trips.pk}/say/", {"text": "See", "files": sent})
    said = Message.objects.get()
    (file,) = said.facts["files"]
    for choices, seen in ((("history", "files"), True), (("history",), False), (("files",), False)):
        _made, url = link(town, trips, *choices)
        who = browser()
        enter(who, url)
        answer = who.get(f"{url}?files={said.pk}")
        assert (b"plan.txt" in answer.content) is seen
        bytes_ = who.get(f"{url}file/{file}/")
        assert bytes_.status_code == (200 if seen else 404), choices
    other = make.make_file(town.alice, town.root, "secret.txt")
    assert who.get(f"{url}file/{other.pk}/").status_code == 404
