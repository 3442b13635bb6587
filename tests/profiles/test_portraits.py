"""Pictures of people: drawn anew from what they send, or from their initials, to those who may find them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from collab.accounts.models import Rank, User
from collab.profiles import actions, exporting, portraits
from collab.profiles.models import Portrait
from tests import town as make
from tests.files import pictures


def put(user, content=None):
    mark = actions.put_portrait(make.act(user), io.BytesIO(content or pictures.jpeg(orientation=6)))
    user.refresh_from_db()
    return mark


def seen(answer):
    assert answer.status_code == 200, answer.status_code
    return Image.open(io.BytesIO(answer.content))


def test_a_picture_is_drawn_anew_in_four_sizes_without_what_a_camera_notes(alice):
    source = pictures.jpeg(1200, 800, orientation=6)
    assert b"Exif" in source
    assert b"Fabrique" in source
    put(alice, source)
    kept = {one.side: bytes(one.content) for one in Portrait.objects.filter(user=alice)}
    assert set(kept) == {64, 128, 256, 512}
    for side, content in kept.items():
        made = Image.open(io.BytesIO(content))
        assert (made.format, made.size) == ("JPEG", (side, side))
        assert not made.getexif()
        assert b"Exif" not in content
        assert b"Fabrique" not in content
    # turned as the camera noted: the red half of the left is above
    made = Image.open(io.BytesIO(kept[256])).convert("RGB")
    top, bottom = made.getpixel((128, 20)), made.getpixel((128, 236))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


@pytest.mark.parametrize(
    "address", ["/index.php/avatar/{}/{}", "/avatar/{}/{}", "/index.php/avatar/{}/{}/dark"], ids=["php", "web", "dark"]
)
def test_phones_find_it_where_they_look(phones, alice, client, address):
    put(alice)
    answer = client.get(address.format("alice", 64), **phones.bob.headers)
    assert seen(answer).size == (64, 64)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-cache"
    etag = answer["ETag"]
    assert client.get(address.format("alice", 64), HTTP_IF_NONE_MATCH=etag, **phones.bob.headers).status_code == 304
    assert seen(client.get(address.format("alice", 100), **phones.bob.headers)).size == (128, 128)
    assert seen(client.get(address.format("alice", 2048), **phones.bob.headers)).size == (512, 512)
    assert client.get(address.format("alice", 0), **phones.bob.headers).status_code == 400
    assert client.get(address.format("alice", 5000), **phones.bob.headers).status_code == 400
    assert client.get(address.format("nobody", 64), **phones.bob.headers).status_code == 404


def test_a_desktop_finds_it_in_its_own_tree(phones, alice):
    put(alice)
    dav = phones.bob.dav
    answer = dav("GET", "/remote.php/dav/avatars/alice/128.png")
    assert answer.status == 200
    assert Image.open(io.BytesIO(answer.body)).size == (128, 128)
    assert dav("GET", "/remote.php/dav/avatars/alice/128.png", If_None_Match=answer.headers["etag"]).status == 304
    for path in ("alice/x.png", "alice/0.png", "nobody/64.png", "alice", ""):
        assert dav("GET", f"/remote.php/dav/avatars/{path}").status in {404, 405}, path


def test_initials_are_drawn_where_there_is_no_picture(phones, alice, client):
    User.objects.filter(pk=alice.pk).update(display_name="Éléonore Dupré", hue="sapin")
    made = seen(client.get("/index.php/avatar/alice/256", **phones.bob.headers))
    assert (made.format, made.size) == ("PNG", (256, 256))
    red, green, blue = made.convert("RGB").getpixel((3, 3))
    assert green > red
    assert green > blue
    assert (255, 255, 255) in {colour for _count, colour in made.convert("RGB").getcolors(10**6)}
    other = client.get("/index.php/avatar/alice/256", **phones.bob.headers)
    User.objects.filter(pk=alice.pk).update(hue="prune")
    assert client.get("/index.php/avatar/alice/256", **phones.bob.headers)["ETag"] != other["ETag"]


def test_initials_of_every_script_are_a_picture():
    drawn = {text: portraits.initials(text, "azur", 64) for text in ("ML", "ÉD", "Łu", "ДМ", "山", "?", "𝒜")}
    assert all(Image.open(io.BytesIO(one)).size == (64, 64) for one in drawn.values())
    # letters that cannot be drawn make room for the sign of a person, never for nothing
    assert drawn["ДМ"] == drawn["山"] != portraits.initials("", "brique", 64)
    assert len({drawn["ML"], drawn["ÉD"], drawn["Łu"], drawn["ДМ"]}) == 4


def test_whom_one_may_not_find_is_404(phones, as_, guest, alice, bob, client):
    for user in (alice, bob):
        put(user)
    for address in ("/index.php/avatar/{}/64", "/avatar/{}/64"):
        assert client.get(address.format("alice"), **phones.gil.headers).status_code == 404
        assert client.get(address.format("bob"), **phones.gil.headers).status_code == 200
        assert as_(guest).get(address.format("alice")).status_code == 404
        assert client.get(address.format("bob")).status_code == 401
    assert client.get("/avatar/gil/64", **phones.gil.headers).status_code == 200
    assert phones.gil.dav("GET", "/remote.php/dav/avatars/alice/64.png").status == 404
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.get("/avatar/bob/64", **phones.alice.headers).status_code == 404


def test_a_browser_keeps_what_its_address_names(as_, alice, bob):
    mark = put(alice)
    browser = as_(bob)
    assert "immutable" in browser.get(f"/avatar/alice/64?v={mark}")["Cache-Control"]
    assert "no-cache" in browser.get("/avatar/alice/64?v=0123")["Cache-Control"]


def test_pages_show_it_where_initials_stood(as_, alice, bob, space, guest):
    mark = put(alice)
    picture = f'<img src="/avatar/alice/64?v={mark}" alt="" loading="lazy">'
    for where in ("/settings/", f"/spaces/{space.pk}/members/", f"/share/space/{space.pk}/"):
        assert picture in as_(alice).get(where).content.decode(), where
    assert picture in as_(bob).get(f"/spaces/{space.pk}/members/").content.decode()
    # a guest of the space reads the name, and finds the picture of those alone whom they may find
    make.share(alice, space, guest, 1)
    put(bob)
    page = as_(guest).get(f"/spaces/{space.pk}/members/").content.decode()
    assert "Alice" in page
    assert "/avatar/alice/" not in page


def test_a_form_takes_it_and_says_how_it_is_undone(as_, alice):
    browser = as_(alice)
    for content, status, words in (
        (b"no picture", 400, "not a picture"), (pictures.jpeg()[:200], 400, "not a picture"), (None, 400, "Choose"),
    ):  # fmt: skip
        sent = {"picture": SimpleUploadedFile("me.jpg", content)} if content else {}
        answer = browser.post("/settings/picture/", sent)
        assert answer.status_code == status
        assert words in answer.content.decode()
    answer = browser.post("/settings/picture/", {"picture": SimpleUploadedFile("me.jpg", pictures.jpeg())}, follow=True)
    alice.refresh_from_db()
    first = alice.portrait
    assert f"/avatar/alice/256?v={first}" in answer.content.decode()
    answer = browser.post("/settings/picture/", {"remove": "1"}, follow=True)
    assert first in answer.content.decode()  # in the toast that undoes it
    alice.refresh_from_db()
    assert alice.portrait == ""
    browser.post("/settings/picture/", {"restore": first})
    alice.refresh_from_db()
    assert alice.portrait == first
    browser.post("/settings/picture/", {"remove": "1"})
    actions.tidy()
    assert not Portrait.objects.exists()
    assert browser.post("/settings/picture/", {"restore": first}).status_code == 404


def test_an_administrator_takes_a_picture_away_and_nobody_else_does(as_, alice, bob):
    mark = put(alice)
    admin = make.make_user("adam", Rank.ADMIN)
    where = f"/administration/people/{alice.pk}/picture/"
    assert as_(bob).post(where).status_code == 403
    assert "Take the picture away" in as_(admin).get(f"/administration/people/{alice.pk}/").content.decode()
    as_(admin).post(where)
    alice.refresh_from_db()
    assert alice.portrait == ""
    as_(admin).post(where, {"restore": mark})
    alice.refresh_from_db()
    assert alice.portrait == mark


def test_a_bomb_and_a_long_file_are_refused_and_the_present_one_stays(as_, alice, monkeypatch):
    mark = put(alice)
    monkeypatch.setattr(actions, "MOST_BYTES", 1000)
    answer = as_(alice).post("/settings/picture/", {"picture": SimpleUploadedFile("me.jpg", pictures.jpeg(900, 900))})
    assert answer.status_code == 413
    alice.refresh_from_db()
    assert alice.portrait == mark


def test_it_is_in_the_archive_and_goes_with_the_account(guest):
    put(guest)
    kept = {}

    class Into:
        def json(self, path, value, *, about=""):
            kept[path] = value

        def write(self, path, content, *, about=""):
            kept[path] = content

    exporting.export(guest, Into())
    assert Image.open(io.BytesIO(kept["portrait.jpg"])).size == (512, 512)
    guest.delete()
    assert not Portrait.objects.exists()


def test_who_is_offered_comes_with_their_picture(as_, alice, bob, eve, town, root):
    """In the picker of people, after an “@” and in the search: the picture where one may see it, else initials."""
    bobs = put(bob)
    file = make.make_file(alice, root, "plan.txt")
    web = as_(alice)
    address = f"/avatar/bob/64?v={bobs}"
    picker = web.get(f"/share/node/{file.pk}/people/", {"q": "bo"}).json()["found"]
    assert [(one["name"], one["picture"]) for one in picker] == [("Bob", address)]
    named = web.get(reverse("shell:comment-people", args=["node", file.pk]), {"q": "bo"}).json()["found"]
    assert [(one["name"], one["picture"]) for one in named] == [("Bob", address)]
    others = web.get(f"/share/node/{file.pk}/people/", {"q": "eve"}).json()["found"]
    assert {(one["name"], one["picture"]) for one in others} == {("Everyone", ""), ("Eve", "")}
    assert f'src="{address}"' in web.get("/search/", {"q": "bob"}).content.decode()
    assert web.get(address).status_code == 200
