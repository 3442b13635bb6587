"""Small pictures at the addresses of phones: sizes, caching, and nobody's picture for who may not see the file."""

import io

import pytest
from django.http import HttpResponse
from PIL import Image

from collab.registry import house
from files.models import Preview
from files.previews import orders
from tests import town as make
from tests.accounts.people import basic
from tests.dav.client import Client, give_password
from tests.files import pictures

DOOR = "/index.php/core/preview"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(orders, "call", lambda: None)


@pytest.fixture
def photo(town):
    folder = make.make_folder(town.alice, make.home(town.alice), "Été")
    return make.make_file(town.alice, folder, "sea & sun.jpg", pictures.encoded("JPEG"))


def ask(client, user, query, door=DOOR, scopes=(), **headers) -> HttpResponse:
    return client.get(f"{door}?{query}", headers=headers, **basic(user.username, give_password(user, scopes=scopes)))


def test_a_phone_gets_a_picture_of_its_file_and_keeps_it(client, town, photo):
    answer = ask(client, town.alice, f"fileId={photo.pk}&x=128&y=128&a=1&mode=cover&forceIcon=0")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert max(Image.open(io.BytesIO(answer.content)).size) == 256
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Content-Type-Options"] == "nosniff"
    kept = ask(client, town.alice, f"fileId={photo.pk}&x=128&y=128", **{"If-None-Match": answer["ETag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    larger = ask(client, town.alice, f"fileId={photo.pk}&x=512&y=384", **{"If-None-Match": answer["ETag"]})
    assert larger.status_code == 200
    assert max(Image.open(io.BytesIO(larger.content)).size) == 640


def test_by_path_as_the_desktop_asks(client, town, photo):
    answer = ask(client, town.alice, "file=/%C3%89t%C3%A9/sea%20%26%20sun.jpg&x=64&y=64", "/index.php/core/preview.png")
    assert answer.status_code == 200
    assert ask(client, town.bob, "file=/%C3%89t%C3%A9/sea%20%26%20sun.jpg&x=64&y=64").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("x=0&y=64", 400), ("x=64&y=0", 400), ("x=-1&y=3", 400), ("x=a", 400), ("x=9999&y=9999", 200), ("", 200)],
)
def test_sides_that_make_no_sense(client, town, photo, query, status):
    assert ask(client, town.alice, f"fileId={photo.pk}&{query}").status_code == status


def test_who_may_not_see_it_hears_as_of_what_is_not_there(client, town, photo):
    for query in (f"fileId={photo.pk}", "fileId=999999", "fileId=x", "file=/", "file=/nothing", ""):
        answer = ask(client, town.eve, f"{query}&x=64&y=64")
        assert answer.status_code in ({400} if query == "fileId=x" else {404}), query
        assert answer["Cache-Control"] == "no-store"
    assert client.get(f"{DOOR}?fileId={photo.pk}&x=64&y=64").status_code == 401
    assert ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64", scopes=["calendars"]).status_code == 403
    assert client.post(DOOR).status_code == 405
    house.put("files.who", [])
    assert ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64").status_code == 404


def test_what_has_none_or_is_not_drawn_yet_is_404_and_not_remembered(client, town, photo):
    text = make.make_file(town.alice, make.home(town.alice), "data.bin", b"\0\1\2")
    broken = make.make_file(town.alice, make.home(town.alice), "broken.jpg", b"no picture")
    film = make.make_file(town.alice, make.home(town.alice), "film.mp4", b"waits for the background")
    for node in (text, broken, film):
        answer = ask(client, town.alice, f"fileId={node.pk}&x=64&y=64")
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert Preview.objects.filter(blob=broken.blob).exists()


def seen(answer):
    assert answer.status_code == 200, answer.status_code
    return Image.open(io.BytesIO(answer.content))


def test_mode_says_whether_both_sides_are_filled(client, town, photo):
    """640 by 480 in sizes of 256 and 640: within 256 by 256 the small one fits, to cover them takes the next."""
    query = f"fileId={photo.pk}&x=256&y=256"
    assert seen(ask(client, town.alice, f"{query}&a=1&mode=fill")).size == (256, 192)
    assert seen(ask(client, town.alice, f"{query}&a=1&mode=cover")).size == (640, 480)
    assert seen(ask(client, town.alice, f"{query}&a=0")).size == (640, 480)
    assert ask(client, town.alice, f"{query}&a=perhaps").status_code == 400
    tags = {ask(client, town.alice, f"{query}&mode={mode}")["ETag"] for mode in ("fill", "cover")}
    assert len(tags) == 2


@pytest.mark.parametrize("flag", ["forceIcon", "mimeFallback"])
def test_the_sign_of_its_kind_where_there_is_no_picture(client, town, photo, flag):
    text = make.make_file(town.alice, make.home(town.alice), "data.bin", b"\0\1\2")
    broken = make.make_file(town.alice, make.home(town.alice), "broken.jpg", b"no picture")
    signs = []
    for node in (text, broken, photo.parent):
        answer = ask(client, town.alice, f"fileId={node.pk}&x=64&y=64&{flag}=1")
        made = seen(answer)
        assert (made.format, made.size, answer["Content-Type"]) == ("PNG", (64, 64), "image/png")
        signs.append(answer.content)
    assert len(set(signs)) == 3
    assert seen(ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64&{flag}=1")).format == "WEBP"
    assert ask(client, town.eve, f"fileId={text.pk}&x=64&y=64&{flag}=1").status_code == 404


@pytest.mark.parametrize("before", ["/index.php", ""], ids=["php", "short"])
def test_what_was_thrown_away_shows_its_picture_there_and_nowhere_else(client, town, photo, before):
    door = f"{before}/apps/files_trashbin/preview"
    assert ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64", door).status_code == 404
    make.throw_away(town.alice, photo)
    assert seen(ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64", door)).size == (256, 192)
    assert ask(client, town.alice, f"fileId={photo.pk}&x=64&y=64").status_code == 404
    assert ask(client, town.eve, f"fileId={photo.pk}&x=64&y=64", door).status_code == 404
    assert client.get(f"{door}?fileId={photo.pk}&x=64&y=64").status_code == 401
    dav = Client("alice", give_password(town.alice))
    listing = dav.propfind("/remote.php/dav/trashbin/alice/trash/", ["nc:has-preview"], depth="1")
    assert listing.value("nc:has-preview", listing.hrefs[1]) == "true"


def test_an_earlier_content_shows_its_own_picture(client, town, photo):
    dav = Client("alice", give_password(town.alice))
    dav.put("Été/sea & sun.jpg", pictures.encoded("PNG", pictures.picture(64, 64)), X_OC_Mtime="1700000000")
    dav.put("Été/sea & sun.jpg", pictures.jpeg(), X_OC_Mtime="1800000000")
    versions = f"/remote.php/dav/versions/alice/versions/{photo.pk}/"
    listing = dav.propfind(versions, ["nc:has-preview"], depth="1")
    assert {listing.value("nc:has-preview", href) for href in listing.hrefs[1:]} == {"true"}
    query = "file=/%C3%89t%C3%A9/sea%20%26%20sun.jpg&x=64&y=64"
    door = "/index.php/apps/files_versions/preview"
    assert seen(ask(client, town.alice, f"{query}&version=1700000000", door)).size == (64, 64)
    assert ask(client, town.alice, f"{query}&version=1700000001", door).status_code == 404
    assert ask(client, town.alice, query, door).status_code == 400
    assert ask(client, town.eve, f"fileId={photo.pk}&x=64&y=64&version=1700000000", door).status_code == 404


def test_the_listing_says_of_what_there_is_one(client, town, photo):
    make.make_file(town.alice, make.home(town.alice), "data.bin", b"\0\1\2")
    make.make_file(town.alice, make.home(town.alice), "empty.jpg", b"")
    dav = Client("alice", give_password(town.alice))
    for path, said in (("Été/sea & sun.jpg", "true"), ("data.bin", "false"), ("empty.jpg", "false"), ("Été/", "false")):
        assert dav.propfind(path, ["nc:has-preview"]).value("nc:has-preview") == said
