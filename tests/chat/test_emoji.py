"""Signs: those of Unicode by name and under messages, and the house's own, made of hostile pictures."""

import gzip
import io
import json

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image

from chat import emoji, queries
from chat.actions import signing, sitting
from chat.models import Emoji, Message, Preference, Reaction
from chat.v4 import emoji as names
from collab.accounts.models import Rank
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.registry import house
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
FILE = settings.BASE_DIR / "static/chat/emoji.json"


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def picture(size=(300, 200), kind="PNG", name="x.png"):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    file.seek(0)
    file.name = name
    return file


def found(who, message):
    return queries.found(make.act(who), message.pk)[0]


def test_the_list_is_light_and_no_page_waits_for_it(town, trips, client):
    assert len(gzip.compress(FILE.read_bytes(), 9)) < 70_000
    client.force_login(town.alice)
    page = client.get(f"/chat/{trips.pk}/").content.decode()
    assert page.count("emoji.json") == 1
    assert "data-src=" in page[page.index("emoji.json") - 100 : page.index("emoji.json")]
    assert "MIT" in json.loads(FILE.read_text())["source"]


def test_names_between_colons_become_signs_but_in_code(town, trips):
    said = chatting.say(town.alice, trips, "Done :tada: :nothing_of_this: `:tada:` at 10:30:45 <b>:heart:</b>")
    assert said.html.startswith("<p>Done 🎉 :nothing_of_this: <code>:tada:</code> at 10:30:45 &lt;b&gt;❤️")
    assert said.text.startswith("Done :tada:")


def test_any_sign_can_stand_under_a_message_but_no_word(town, trips):
    said = chatting.say(town.alice, trips)
    for sign in ("🦊", "🇫🇷", "👨‍👩‍👧", "❤️"):
        sitting.react(make.act(town.bob), found(town.bob, said), sign, on=True)
    for wrong in ("fox", "🦊🦊", ":fox:", ":", "<img>", "", "x" * 100):
        with pytest.raises(BadInput):
            sitting.react(make.act(town.bob), found(town.bob, said), wrong, on=True)
    assert Reaction.objects.count() == 4


def test_a_sign_of_the_house_is_drawn_in_words_and_under_them(town, trips, client):
    client.force_login(town.alice)
    answer = client.post("/chat/emoji/", {"name": "Mascot", "picture": picture()}, headers=EN)
    assert answer.status_code == 302
    one = Emoji.objects.get()
    assert Image.open(io.BytesIO(bytes(one.content))).size == (128, 85)
    shown = client.get(emoji.address(one))
    assert (shown["content-type"], shown.content) == ("image/png", bytes(one.content))
    assert client.get("/chat/emoji/", headers={"accept": "application/json"}).json()["found"] == [
        {"name": "mascot", "src": emoji.address(one)}
    ]
    said = chatting.say(town.bob, trips, "Look :mascot:")
    sitting.react(make.act(town.bob), found(town.bob, said), ":mascot:", on=True)
    page = client.get(f"/chat/{trips.pk}/").content.decode()
    assert f'<img class="emoji" src="{emoji.address(one)}" alt=":mascot:"' in page
    assert f'data-emoji=":mascot:" data-people="{town.bob.pk}"' in page
    # gone, its name stands; and it can be had again
    client.post(f"/chat/emoji/{one.pk}/remove/")
    assert client.get(emoji.address(one)).status_code == 404
    assert emoji.address(one) not in chatting.say(town.bob, trips, "Again :mascot:").html
    client.post(f"/chat/emoji/{one.pk}/restore/")
    assert client.get(emoji.address(one)).status_code == 200
    client.logout()
    assert client.get(emoji.address(one)).status_code == 302


@pytest.mark.parametrize("name", ["", "a", "tada", "é", "two words", "x" * 41, "../x", "<b>"], ids=range(8))
def test_no_name_misleads(town, name):
    with pytest.raises((BadInput, Conflict)):
        signing.make(make.act(town.alice), name, picture())
    assert not Emoji.objects.exists()


def test_what_is_no_picture_makes_none(town, client):
    client.force_login(town.alice)
    svg = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    svg.name = "x.png"
    for sent in (svg, io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)):
        sent.name = "x.png"
        answer = client.post("/chat/emoji/", {"name": "mascot", "picture": sent}, headers=EN)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
    assert not Emoji.objects.exists()


def test_who_makes_and_who_takes_away(town, monkeypatch):
    one = signing.make(make.act(town.alice), "mascot", picture())
    with pytest.raises(Conflict):
        signing.make(make.act(town.bob), "mascot", picture())
    with pytest.raises(Forbidden):
        signing.remove(make.act(town.bob), one)
    with pytest.raises(Forbidden):
        signing.make(make.act(make.make_user("gus", Rank.GUEST)), "guest", picture())
    boss = make.make_user("boss", Rank.ADMIN)
    signing.remove(make.act(boss), one)
    monkeypatch.setattr(house, "get", lambda key: "administrators")
    with pytest.raises(Forbidden):
        signing.make(make.act(town.bob), "mascot", picture())
    signing.make(make.act(boss), "mascot", picture())


def test_pictures_of_signs_cost_one_query_for_a_page(town, trips, django_assert_num_queries):
    signing.make(make.act(town.alice), "mascot", picture())
    for _one in range(5):
        said = chatting.say(town.bob, trips)
        sitting.react(make.act(town.bob), found(town.bob, said), ":mascot:", on=True)
    rows = list(Message.objects.order_by("pk"))
    with django_assert_num_queries(3):
        queries.dress(rows)
    assert rows[4].pictures == {":mascot:": emoji.address(Emoji.objects.get())}


def test_signs_of_people_have_tones_of_skin_and_nothing_else_has(town, trips, client):
    said = chatting.say(town.alice, trips, "Done :wave_dark_skin_tone: :fox_face_dark_skin_tone:")
    assert said.html.strip() == "<p>Done 👋🏿 :fox_face_dark_skin_tone:</p>"
    for sign in ("👍🏽", "✌🏻", "👩🏿‍🚀", "🧑🏼‍🤝‍🧑🏼"):
        sitting.react(make.act(town.bob), found(town.bob, said), sign, on=True)
    for wrong in ("🦊🏽", "👨🏽‍👩‍👧", "🏽", "👍🏽🏽"):
        with pytest.raises(BadInput):
            sitting.react(make.act(town.bob), found(town.bob, said), wrong, on=True)
    assert (names.name_of("👍🏽"), names.sign_of("thumbsup_medium_skin_tone")) == ("+1_medium_skin_tone", "👍🏽")
    with translation.override("fr"):
        assert emoji.label("👍🏽") == "pouce vers le haut : peau légèrement mate"
    assert len(set(map(emoji.short, emoji._known().labels))) == len(emoji._known().labels)


def test_the_tone_that_one_chose_is_ones_own_everywhere(town, trips, client):
    client.force_login(town.bob)
    json_ = EN | {"accept": "application/json"}
    told = client.get("/chat/emoji/", headers=json_).json()
    assert (told["tone"], told["tones"][3]) == ("", ["1F3FD", "medium skin tone"])
    assert client.post("/chat/emoji/tone/", {"tone": "1F3FD"}).status_code == 204
    assert client.get("/chat/emoji/", headers=json_).json()["tone"] == "1F3FD"
    assert Preference.objects.values_list("category", "name", "value").get() == ("emoji", "emoji_skintone", "1F3FD")
    said = chatting.say(town.bob, trips, "Hello :wave: :fox_face: :wave_dark_skin_tone:")
    assert said.html.strip() == "<p>Hello 👋🏽 🦊 👋🏿</p>"
    assert "👋 " in chatting.say(town.alice, trips, "Hello :wave: all").html
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert 'data-react="👍🏽" aria-label="Thumbs up">👍🏽<' in page
    assert 'data-react="🎉"' in page
    assert 'value="🙏🏽"' in client.get(f"/chat/message/{said.pk}/?edit", headers=EN).content.decode()
    assert client.post(f"/chat/message/{said.pk}/react/", {"emoji": "👍🏽"}).status_code in {204, 302}
    for wrong in ("1F600", "<b>", "default"):
        assert client.post("/chat/emoji/tone/", {"tone": wrong}).status_code == 400
    client.post("/chat/emoji/tone/", {"tone": ""})
    assert client.get("/chat/emoji/", headers=json_).json()["tone"] == ""
    client.force_login(town.alice)
    assert client.get("/chat/emoji/", headers=json_).json()["tone"] == ""
