"""What messages link to: cards by each reader's rights, pages of the web looked at once, files played in place."""

import io
import json
import time

import pytest
from django.conf import settings
from PIL import Image

from chat import linking, pages, queries, tasks
from chat.actions import previewing
from chat.models import Message, Preview
from collab.lib import outside
from collab.lib.errors import Forbidden
from collab.registry import house
from collab.rights.right import CONTRIBUTOR, READER
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
HTML = b"""<!doctype html><head><title>Plain</title><meta property="og:title" content="Tents &lt;b&gt; for all">
<meta name="description" content="Cheap\x00 tents"><meta property="og:image" content="/a.png"></head>
<body><title>No</title>"""


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def cards(client, *messages):
    answer = client.get("/chat/cards/", {"of": ",".join(str(one.pk) for one in messages)}, headers=EN)
    return {int(pk): html for pk, html in answer.json().items()}


def test_each_reader_sees_cards_of_what_is_theirs(town, trips, client):
    secret = chatting.channel(town.alice, town.space, "Secret plan", closed=True)
    hidden = chatting.say(town.alice, secret, "Buy tents")
    file = make.make_file(town.alice, town.root, "budget.txt")
    make.share(town.alice, trips, town.eve, READER.mask)
    said = [
        chatting.say(town.alice, trips, text)
        for text in (
            f"See /chat/{secret.pk}/ and [this](/chat/message/{hidden.pk}/)",
            f"[it]({settings.URL}/chat/{secret.pk}/)",
            f"[it](/chat/message/{hidden.pk}/)",
            f"[it](/files/id/{file.pk}/)",
            f"[it](/files/@{town.space.slug}/budget.txt)",
            "nothing https://example.org/",
            "[a](/files/@a%00b/c) [b](/polls/99999999999999999999/) [c](/files/@none/x) [d](//x/) [e](/chat/%2e%2e/)",
        )
    ]
    client.force_login(town.alice)
    found = cards(client, *said)
    assert set(found) == {one.pk for one in said[:5]}
    assert "Secret plan" in found[said[1].pk]
    assert "Buy tents" in found[said[2].pk]
    assert "budget.txt" in found[said[3].pk]
    assert "budget.txt" in found[said[4].pk]
    page = client.get(f"/chat/{trips.pk}/").content.decode()
    assert page.count("<message-cards") == 6
    assert "Secret plan" not in page[page.index('role="log"') :]
    client.force_login(town.bob)  # edits in the space, is not in the private channel
    found = cards(client, *said)
    assert set(found) == {said[3].pk, said[4].pk}
    client.force_login(town.eve)  # reads the channel alone
    assert cards(client, *said) == {}
    assert cards(client, hidden) == {}


def test_where_a_message_was_forwarded_from_is_told_to_who_may_see_it(town, trips, client):
    secret = chatting.channel(town.alice, town.space, "Secret plan", closed=True)
    said = chatting.say(town.alice, secret, "Buy tents")
    client.force_login(town.alice)
    client.post(f"/chat/message/{said.pk}/forward/", {"to": f"channel:{trips.pk}"})
    passed = Message.objects.latest("pk")
    assert "Forwarded from Secret plan" in cards(client, passed)[passed.pk]
    client.force_login(town.bob)
    assert cards(client, passed) == {}


def test_cards_of_a_page_cost_the_same_for_many(town, trips, client, django_assert_max_num_queries):
    other = chatting.channel(town.alice, town.space, "Other")
    file = make.make_file(town.alice, town.root)
    said = [
        chatting.say(town.bob, trips, f"[a](/chat/{other.pk}/) [b](/files/id/{file.pk}/) {number}")
        for number in range(12)
    ]
    actor = make.act(town.alice)
    with django_assert_max_num_queries(14):
        found = linking.find(actor, [one.pk for one in said])
    assert len(found) == 12
    assert {len(one.things) for one in found.values()} == {2}


def test_a_hash_offers_channels_that_one_finds(town, trips, client):
    chatting.channel(town.alice, town.space, "Tri*ps secret", closed=True)
    client.force_login(town.bob)
    offers = client.get("/chat/channels/?q=tri").json()["found"]
    assert [(one["value"], one["name"]) for one in offers] == [(f"[#Trips](/chat/{trips.pk}/)", "Trips")]
    client.force_login(town.eve)
    assert client.get("/chat/channels/?q=tri").json()["found"] == []


@pytest.fixture
def web(monkeypatch):
    """A web in which everything is at hand; what was asked for."""
    asked = []
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "blue").save(picture, "PNG")
    answers = {
        "https://shop.example/tents": (200, {"content-type": "text/html; charset=utf-8"}, HTML),
        "https://shop.example/a.png": (200, {"content-type": "image/png"}, picture.getvalue()),
        "https://shop.example/x.exe": (200, {"content-type": "application/octet-stream"}, b"MZ"),
    }

    def get(url, reach, headers, *, most, seconds):
        asked.append(url)
        outside.check(url, reach)
        if url not in answers:
            raise OSError("no answer")
        return outside.Fetched(*answers[url])

    monkeypatch.setattr(outside, "get", get)
    monkeypatch.setattr(previewing, "_queue", tasks.preview)
    return asked


def drawn(who, client, trips):
    client.force_login(who)
    return client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()


def test_a_page_is_looked_at_once_and_shown_to_all(town, trips, web, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        said = chatting.say(town.alice, trips, "Look: https://shop.example/tents (and https://shop.example/x.exe)")
    with django_capture_on_commit_callbacks(execute=True):
        chatting.say(town.bob, trips, "<https://shop.example/tents>")
    assert web == ["https://shop.example/tents", "https://shop.example/a.png"]
    page = drawn(town.bob, client, trips)
    assert page.count("Tents &lt;b&gt; for all") == 2
    assert "Cheap tents" in page
    found = Preview.objects.get()
    picture = client.get(f"/chat/pages/{found.pk}-{found.mark}.webp")
    assert Image.open(io.BytesIO(picture.content)).format == "WEBP"
    assert chatting.fresh(trips).clock == 4  # each was told to the pages as a change
    # its author lets it stand bare; nobody else but who moderates does
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, CONTRIBUTOR.mask)
    with pytest.raises(Forbidden):
        previewing.hide(make.act(carl), queries.found(make.act(carl), said.pk)[0])
    client.force_login(town.alice)
    client.post(f"/chat/message/{said.pk}/bare/")
    assert drawn(town.bob, client, trips).count("Tents &lt;b&gt;") == 1
    assert not tasks.preview(said.pk, "https://shop.example/tents")


def test_what_is_no_page_or_no_answer_shows_nothing(town, trips, web, client, django_capture_on_commit_callbacks):
    for address in (
        "https://shop.example/x.exe",
        "https://nowhere.example/",
        "https://127.0.0.1/",
        "https://a.example:22/",
    ):
        with django_capture_on_commit_callbacks(execute=True):
            chatting.say(town.alice, trips, address)
    assert "parcel--page" not in drawn(town.bob, client, trips)
    assert "https://a.example:22/" not in web


def test_a_house_may_ask_nobody(town, trips, web, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(house, "get", lambda key: False)
    with django_capture_on_commit_callbacks(execute=True):
        said = chatting.say(town.alice, trips, "https://shop.example/tents")
    assert not tasks.preview(said.pk, "https://shop.example/tents")
    assert web == []


def test_only_addresses_of_the_message_itself_are_shown(town, trips, web):
    said = chatting.say(town.alice, trips, "nothing")
    assert not tasks.preview(said.pk, "https://shop.example/tents")
    said.refresh_from_db()
    assert "preview" not in said.facts


@pytest.mark.parametrize(
    "html",
    [
        "<title>" * 50_000,
        "<!" * 100_000,
        '<meta property="og:title" content="' + "x" * 200_000,
        "<![" * 90_000,
        "&#" * 99_000,
        "<" * 300_000,
    ],
    ids=range(6),
)
def test_hostile_pages_are_read_quickly(html):
    began = time.thread_time()
    said = pages.read(html)
    assert time.thread_time() - began < 5 * pages.READING_SECONDS  # of this thread: the machine may do much else
    assert len(json.dumps(said)) < 20_000


def test_sound_and_films_are_played_in_their_place(town, trips, client):
    from tests.chat.test_bringing import files_of, send

    client.force_login(town.alice)
    send(client, trips, "song.mp3", "walk.mp4", "page.html")
    page = files_of(client, Message.objects.get())
    assert page.count("<audio") == page.count("<video") == 1
    assert page.count("/files/inline/") == 2


def test_a_page_is_not_read_as_it_says_where_that_takes_minutes(monkeypatch):
    body = "<title>Tentes d’été-abc</title>".encode()
    for charset in ("punycode", "utf-7", "unicode_escape", "UTF8", "no-such"):
        answer = outside.Fetched(200, {"content-type": f"text/html; charset={charset}"}, body)
        monkeypatch.setattr(outside, "get", lambda *_one, answer=answer, **_more: answer)
        assert pages.look("https://shop.example/").title == "Tentes d’été-abc"
    answer = outside.Fetched(
        200, {"content-type": "text/html; charset=iso-8859-1"}, "<title>Été</title>".encode("latin-1")
    )
    monkeypatch.setattr(outside, "get", lambda *_one, **_more: answer)
    assert pages.look("https://shop.example/").title == "Été"
