"""Finding what was said: by parts of words, without accents, by operators; nothing out of one's sight."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from chat import finding
from chat.actions import posting
from chat.models import Message, Seat
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def found(who, text):
    return [one.text for one in finding.find(make.act(who), finding.read(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tournoi", ["Le Tournoi d’été"]),
        ("ete", ["Le Tournoi d’été"]),
        ("ournoi", ["Le Tournoi d’été"]),
        ("dé", []),
        ('"tournoi d’été"', ["Le Tournoi d’été"]),
        ('"été tournoi"', []),
        ("été tournoi", ["Le Tournoi d’été"]),
        ("from:bob", ["https://example.org"]),
        ("has:link", ["https://example.org"]),
        ("in:trips -tournoi", ["https://example.org"]),
        ("in:nowhere", []),
        ("on:2026-01-02", ["Le Tournoi d’été"]),
        ("after:2026-01-02", ["https://example.org"]),
        ("before:2026-01-02 tournoi", []),
        ("before:9999-12-31 after:0001-01-02 tournoi", []),
        ("after:9999-12-31", []),
        ("is:pinned", []),
        ("-tournoi", []),
        ("", []),
        ("%", []),
        ("_", []),
    ],
)
def test_what_fits_is_found(town, trips, text, wanted):
    first = chatting.say(town.alice, trips, "Le Tournoi d’été")
    Message.objects.filter(pk=first.pk).update(at=datetime(2026, 1, 2, 12, tzinfo=UTC))
    chatting.say(town.bob, trips, "https://example.org")
    assert found(town.alice, text) == wanted


def test_what_is_not_understood_is_said(town, trips):
    asked = finding.read("on:yesterday has:money")
    assert finding.find(make.act(town.alice), asked) == []
    assert asked.lost == ["on:yesterday"]


def test_nothing_is_found_out_of_ones_sight(town, trips):
    said = chatting.say(town.alice, trips, "secret")
    chatting.say(town.alice, chatting.direct(town.alice, town.alice), "secret diary")
    assert found(town.eve, "secret") == []
    assert found(town.bob, "secret") == ["secret"]
    Seat.objects.create(channel=trips, user=town.bob, since=said.pk + 1)
    assert found(town.bob, "secret") == []


def test_what_was_taken_back_or_said_otherwise_is_not_found(town, trips):
    said = chatting.say(town.alice, trips, "oops")
    said.channel = chatting.fresh(trips)
    posting.edit(make.act(town.alice), said, "better")
    assert (found(town.bob, "oops"), found(town.bob, "better")) == ([], ["better"])
    posting.take_back(make.act(town.alice), said)
    assert found(town.bob, "better") == []


def test_the_page_goes_on(town, trips, monkeypatch):
    monkeypatch.setattr(finding, "SHOWN", 2)
    for number in range(3):
        chatting.say(town.alice, trips, f"word {number}")
    browser = Client()
    browser.force_login(town.bob)
    page = browser.get("/chat/search/", {"q": "word"})
    assert [row["message"].text for row in page.context["rows"]] == ["word 2", "word 1"]
    page = browser.get(f"/chat/search/?{page.context['more']}")
    assert [row["message"].text for row in page.context["rows"]] == ["word 0"]


def test_what_no_index_finds_is_searched_in_steps_and_not_without_end(town, trips, monkeypatch):
    monkeypatch.setattr(finding, "WINDOW", 1)
    monkeypatch.setattr(finding, "FAR", 3)
    chatting.say(town.alice, trips, "ab and tournoi")
    for _number in range(3):
        chatting.say(town.bob, trips, "other")
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(town.bob)
    page = browser.get("/chat/search/", {"q": "ab"})
    assert page.context["rows"] == []
    assert "Without a word of three letters, 3 messages at a time are searched" in page.content.decode()
    page = browser.get(f"/chat/search/?{page.context['more']}")
    assert [row["message"].text for row in page.context["rows"]] == ["ab and tournoi"]
    for whole in ("tournoi", "from:alice ab", "in:trips ab"):
        assert found(town.bob, whole) == ["ab and tournoi"]
    monkeypatch.setattr(finding, "AT_ONCE", 1)
    monkeypatch.setattr(finding, "A_SECOND", 0.001)
    codes = [browser.get("/chat/search/", {"q": "ab"}).status_code for _number in range(3)]
    assert codes[-1] == 429


def test_a_channel_is_found_by_its_name_in_the_one_box(town, trips):
    chatting.channel(town.alice, town.space, "Trips of the board", closed=True)
    call_command("reindex", verbosity=0)
    for who, wanted in ((town.alice, {"Trips", "Trips of the board"}), (town.bob, {"Trips"}), (town.eve, set())):
        browser = Client()
        browser.force_login(who)
        page = browser.get("/search/", {"q": "trips"}).content.decode()
        assert {name for name in ("Trips", "Trips of the board") if f">{name}<" in unmarked(page)} == wanted


def unmarked(page):
    return page.replace("<mark>", "").replace("</mark>", "")
