"""Public links over DAV: their own tree and nothing beyond it (sync.md, 1.4)."""

import base64
import io

import pytest
from PIL import Image

from collab.rights.links import token_of
from collab.rights.models import Drop, Link
from collab.rights.right import DROP_BOX
from files.models import Node
from tests import town as make
from tests.dav.client import Client
from tests.files import pictures


@pytest.fixture
def shared(alice, town):
    alice("MKCOL", "Open")
    alice.put("Open/a.txt", b"abc")
    alice.put("secret.txt", b"secret")
    return Node.objects.get(name="Open")


def visitor(user, thing, mask=1, **options):
    link = make.make_link(user, thing, mask, **options)
    token = token_of(make.act(user), link, thing)
    return Client("", base=f"/public.php/dav/files/{token}"), token


def test_a_reader(town, shared):
    client, token = visitor(town.alice, shared)
    listing = client.propfind("", ["oc:permissions", "d:displayname"], depth="1")
    assert listing.status == 207
    assert listing.hrefs == [f"{client.base}/", f"{client.base}/a.txt"]
    assert listing.value("oc:permissions", f"{client.base}/a.txt") == "G"
    assert client("GET", "a.txt").body == b"abc"
    assert client.put("a.txt", b"x").status == 403
    assert client.put("b.txt", b"x").status == 403
    assert client("DELETE", "a.txt").status == 403
    assert client("MKCOL", "c").status == 403
    assert client("GET", "../secret.txt").status == 400
    assert client("GET", "secret.txt").status == 404
    assert Client("", base="/public.php/dav/files/wrong")("GET", "a.txt").status == 404
    old = Client(token, "", base="/public.php/webdav")
    assert old("GET", "a.txt").body == b"abc"
    assert old.propfind("", depth="1").hrefs == ["/public.php/webdav/", "/public.php/webdav/a.txt"]


def test_a_photo_goes_out_without_its_place(alice, town, shared):
    photo = pictures.jpeg(64, 48)
    alice.put("Open/a.jpg", photo)
    client, _token = visitor(town.alice, shared)
    given = client("GET", "a.jpg").body
    assert len(given) == len(photo)
    assert [bool(Image.open(io.BytesIO(one)).getexif().get_ifd(0x8825)) for one in (photo, given)] == [True, False]
    assert alice("GET", "Open/a.jpg").body == photo


def test_an_editor(alice, town, shared):
    client, _token = visitor(town.alice, shared, 15)
    assert client.put("b.txt", b"new").status == 201
    assert client("MKCOL", "sub").status == 201
    assert client.move("b.txt", "sub/b.txt").status == 201
    assert client.copy("sub/b.txt", "c.txt").status == 201
    assert alice("GET", "Open/sub/b.txt").body == b"new"
    assert client("DELETE", "sub").status == 204
    assert client("DELETE", "").status == 405
    other = alice.url("stolen.txt")
    assert client("COPY", "a.txt", Destination=other).status == 403
    assert client("COPY", "a.txt", Destination="/public.php/dav/files/other/x").status == 403


def test_a_drop_box_takes_everything_and_tells_nothing(alice, town, shared):
    """AC 04: an upload-only link was readable through another surface."""
    client, _token = visitor(town.alice, shared, DROP_BOX.mask)
    assert client.put("a.txt", b"mine").status == 201
    assert alice("GET", "Open/a.txt").body == b"abc"
    assert alice("GET", "Open/a (2).txt").body == b"mine"
    assert Drop.objects.get().stored == [["a (2).txt", 4]]
    assert client("GET", "a.txt").status == 404
    assert client.propfind("").status == 404
    assert client.propfind("a.txt").status == 404
    assert client("DELETE", "a.txt").status == 404
    assert client.put("sub/a.txt", b"x").status == 404


def test_the_password(town, shared):
    client, _token = visitor(town.alice, shared, password="open sesame")
    assert client("GET", "a.txt").status == 401
    wrong = base64.b64encode(b"anonymous:wrong").decode()
    assert client("GET", "a.txt", Authorization=f"Basic {wrong}").status == 401
    right = base64.b64encode(b"anonymous:open sesame").decode()
    assert client("GET", "a.txt", Authorization=f"Basic {right}").body == b"abc"


def test_ends_with_the_link(town, shared):
    client, _token = visitor(town.alice, shared, expires_at=make.in_hours(-1))
    assert client("GET", "a.txt").status == 404
    client, _token = visitor(town.alice, shared)
    Link.objects.latest("pk").principal.delete()
    assert client("GET", "a.txt").status == 404


def test_one_file(town, shared):
    client, _token = visitor(town.alice, Node.objects.get(name="a.txt"))
    assert client("GET", "").body == b"abc"
    assert client("GET", "a.txt").status == 404


def test_guessing_addresses_is_slowed_down_and_a_living_link_is_not_counted(town, shared):
    client, _token = visitor(town.alice, shared)
    assert {client("GET", "a.txt").status for _ in range(70)} == {200}
    guesses = [Client("", base=f"/public.php/dav/files/none-{number}")("GET", "").status for number in range(70)]
    assert guesses[:30] == [404] * 30
    assert guesses[-1] == 429
