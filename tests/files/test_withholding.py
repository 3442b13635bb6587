"""Pictures that are not for publication: marked by who may write, and left out at every public door."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collab.rights.links import token_of
from collab.rights.right import EDITOR, READER, WRITER
from files.actions import albums, furnishing, moving, trashing, withholding
from files.gallery import taking
from files.models import Withheld
from files.previews import orders
from tests import town as make
from tests.dav.client import Client as Dav
from tests.files import pictures
from tests.files.web import JSON, body, signed_in, text

MARK = "/files/gallery/withhold/"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(orders, "call", lambda: None)


@pytest.fixture
def visitor():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def fete(alice, root):
    """A folder of three photos, one of them of a child, and a text."""
    folder = make.make_folder(alice, root, "Fête")
    for name in ("child.jpg", "hall.jpg", "stage.jpg"):
        make.make_file(alice, folder, name, pictures.jpeg())
    make.make_file(alice, folder, "program.txt", b"Music at nine")
    taking.catch_up(folder.pk)
    return folder


@pytest.fixture
def child(fete):
    return fete.children.get(name="child.jpg")


def withhold(user, *nodes, withheld=True):
    return withholding.mark(make.act(user), [node.pk for node in nodes], withheld=withheld)


def link(user, thing, mask=READER.mask, **options):
    made = make.make_link(user, thing, mask, **options)
    return f"/s/{token_of(make.act(user), made, make.fresh(thing))}/"


def token(address):
    return address.split("/")[2]


@pytest.mark.parametrize("look", ["list", "gallery"])
def test_a_page_and_a_gallery_leave_it_out(visitor, alice, fete, child, look):
    where = link(alice, fete, look=look)
    assert "child.jpg" in text(visitor.get(where))
    withhold(alice, child)
    page = text(visitor.get(where))
    assert "child" not in page
    assert "hall.jpg" in page
    withhold(alice, child, withheld=False)
    assert "child.jpg" in text(visitor.get(where))


@pytest.mark.parametrize("what", ["", "?get=file", "?get=preview", "?get=play", "?get=preview&size=large"])
def test_its_own_address_is_404_whatever_is_asked(visitor, alice, fete, child, what):
    where = link(alice, fete)
    withhold(alice, child)
    assert visitor.get(f"{where}child.jpg{what}").status_code == 404
    if what != "?get=play":
        assert visitor.get(f"{where}hall.jpg{what}").status_code == 200


def test_a_zip_leaves_it_out_wherever_it_lies(visitor, alice, fete, child):
    deep = make.make_folder(alice, fete, "deep")
    inside = make.make_file(alice, deep, "pupil.jpg", pictures.jpeg())
    where = link(alice, fete)
    withhold(alice, child, inside)
    packed = zipfile.ZipFile(io.BytesIO(body(visitor.get(f"{where}?get=zip"))))
    assert sorted(packed.namelist()) == ["Fête/", "Fête/deep/", "Fête/hall.jpg", "Fête/program.txt", "Fête/stage.jpg"]
    own = zipfile.ZipFile(io.BytesIO(body(signed_in(alice).get(f"/files/download/?id={fete.pk}"))))
    assert "Fête/child.jpg" in own.namelist()


@pytest.mark.parametrize("old", [False, True], ids=["new", "old"])
def test_the_tree_of_devices_leaves_it_out(alice, fete, child, old):
    where = token(link(alice, fete, EDITOR.mask))
    dav = Dav(where, "") if old else Dav("", base=f"/public.php/dav/files/{where}")
    if old:
        dav.base = "/public.php/webdav"
    assert dav("GET", "child.jpg").status == 200
    withhold(alice, child)
    listing = dav.propfind("", ["d:displayname"], depth="1")
    assert listing.status == 207
    assert sorted(href.rpartition("/")[2] for href in listing.hrefs[1:]) == ["hall.jpg", "program.txt", "stage.jpg"]
    for verb in ("GET", "HEAD", "PROPFIND", "DELETE"):
        assert dav(verb, "child.jpg", Depth="0").status == 404, verb
    assert dav.move("child.jpg", "other.jpg").status == 404
    assert dav.copy("child.jpg", "other.jpg").status == 404
    # what bears its name is neither replaced nor told
    assert dav.put("child.jpg", b"another").status == 409
    assert make.read(make.fresh(child)) == pictures.jpeg()
    # a copy of the folder by a visitor is one without it
    make.make_folder(alice, fete, "sub")
    moving.move(make.act(alice), child, fete.children.get(name="sub"), "child.jpg")
    assert dav.copy("sub", "sub2").status == 201
    assert dav.propfind("sub2", ["d:displayname"], depth="1").hrefs[1:] == []


def test_a_device_hears_that_the_folder_changed(alice, fete, child):
    dav = Dav("", base=f"/public.php/dav/files/{token(link(alice, fete))}")
    before = dav.propfind("", ["d:getetag"]).value("d:getetag")
    withhold(alice, child)
    assert dav.propfind("", ["d:getetag"]).value("d:getetag") != before
    assert make.is_clean()


def test_a_link_to_the_picture_itself_opens_nothing(visitor, alice, child):
    where = link(alice, child)
    assert visitor.get(where).status_code == 200
    withhold(alice, child)
    for what in ("", "?get=file", "?get=preview", "?get=play"):
        assert visitor.get(where + what).status_code in {404, 410}, what
    assert Dav("", base=f"/public.php/dav/files/{token(where)}").propfind("").status == 404
    withhold(alice, child, withheld=False)
    assert visitor.get(where).status_code == 200


def test_an_album_behind_a_link_leaves_it_out(visitor, alice, space, fete, child):
    album = albums.make(make.act(alice), space, "Best of")
    hall = fete.children.get(name="hall.jpg")
    albums.add(make.act(alice), album, [child.pk, hall.pk])
    where = link(alice, album)
    assert visitor.get(f"{where}{child.pk}?get=preview").status_code == 200
    packed = zipfile.ZipFile(io.BytesIO(body(visitor.get(f"{where}?get=zip"))))
    assert sorted(packed.namelist()) == ["child.jpg", "hall.jpg"]
    assert packed.read("hall.jpg") != make.read(hall), "without its place"
    withhold(alice, child)
    assert zipfile.ZipFile(io.BytesIO(body(visitor.get(f"{where}?get=zip")))).namelist() == ["hall.jpg"]
    page = text(visitor.get(where))
    assert f"/{child.pk}" not in page
    assert f"{hall.pk}" in page
    for what in ("", "?get=file", "?get=preview", "?part=facts"):
        assert visitor.get(f"{where}{child.pk}{what}").status_code == 404, what
    # whoever is signed in sees it there as before
    assert f"/files/gallery/albums/{album.pk}/{child.pk}/" in text(
        signed_in(alice).get(f"/files/gallery/albums/{album.pk}/")
    )


def test_who_makes_the_link_is_told(alice, bob, space, fete, child):
    browser = signed_in(alice)
    for kind, thing in (("node", fete), ("node", make.root_of(space))):
        assert "not for publication" not in text(browser.get(f"/share/{kind}/{thing.pk}/links/"))
    hall = fete.children.get(name="hall.jpg")
    withhold(alice, child, hall)
    told = "2 pictures are not for publication and stay out."
    for kind, thing in (("node", fete), ("node", make.root_of(space))):
        assert told in text(browser.get(f"/share/{kind}/{thing.pk}/links/")), thing
    page = text(browser.get(f"/share/node/{fete.pk}/links/"))
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    answer = browser.post(f"/share/node/{fete.pk}/links/", fields | {"role": "reader"}, follow=True)
    assert f"The link is made: copy it and send it. {told}" in text(answer)
    assert "1 picture is not for publication and stays out." in text(browser.get(f"/share/node/{child.pk}/links/"))
    album = albums.make(make.act(alice), space, "Best of")
    albums.add(make.act(alice), album, [child.pk])
    assert "1 picture is not for publication" in text(browser.get(f"/share/album/{album.pk}/links/"))
    french = text(signed_in(alice).get(f"/share/node/{fete.pk}/links/", HTTP_ACCEPT_LANGUAGE="fr"))
    assert "2 photos ne sont pas à publier et restent en dehors." in french
    # what one does not see oneself is not counted
    make.restrict(alice, hall)
    assert "1 picture is" in text(signed_in(bob).get(f"/share/node/{fete.pk}/links/"))


def test_only_who_may_write_puts_it_on(alice, eve, town, fete, child):
    writer, reader = make.make_user("will"), make.make_user("rita")
    make.share(alice, fete, writer, WRITER.mask)
    make.share(alice, fete, reader, READER.mask)
    asked = {"id": child.pk, "withheld": "1"}
    for user, status in ((writer, 200), (reader, 403), (eve, 404)):
        assert signed_in(user).post(MARK, asked, **JSON).status_code == status, user
        assert Withheld.objects.exists() is (user == writer)
        Withheld.objects.all().delete()
    assert Client().post(MARK, asked).status_code == 302
    assert not Withheld.objects.exists()


def test_several_at_once_all_or_none_and_undone(alice, fete, child):
    hall, stage, program = (fete.children.get(name=name) for name in ("hall.jpg", "stage.jpg", "program.txt"))
    browser = signed_in(alice)
    asked = {"id": [child.pk, hall.pk, stage.pk], "withheld": "1"}
    answer = browser.post(MARK, asked, **JSON).json()["toast"]
    assert answer["text"] == "3 pictures are not for publication: no public link shows them."
    assert Withheld.objects.count() == 3
    browser.post(answer["undo"], answer["fields"], **JSON)
    assert not Withheld.objects.exists()
    refused = browser.post(MARK, {"id": [child.pk, program.pk], "withheld": "1"}, **JSON)
    assert (refused.status_code, Withheld.objects.exists()) == (400, False)
    for wrong in ({"id": fete.pk, "withheld": "1"}, {"id": child.pk, "withheld": "2"}, {"withheld": "1"}):
        assert browser.post(MARK, wrong, **JSON).status_code == 400, wrong
    # what bears it already is not undone with the rest
    withhold(alice, child)
    assert withhold(alice, child, hall) == [hall.pk]


def test_the_gallery_the_viewer_and_the_panel_offer_and_show_it(alice, bob, eve, fete, child):
    browser = signed_in(alice)
    place = f"/files/gallery/in/{fete.pk}/"
    facts = f"{place}{child.pk}/?part=facts"
    panel = f"/files/id/{child.pk}/"
    assert 'name="withheld" value="1"' in text(browser.get(f"{place}?choose=1"))
    assert 'name="withheld" value="1"' in text(browser.get(facts))
    withhold(alice, child)
    assert text(browser.get(place)).count("shot__kept") == 2  # one picture, and what the viewer puts on others
    page = text(browser.get(facts))
    assert "no public link shows it" in page
    assert 'name="withheld" value="0"' in page
    opened = text(browser.get(panel, follow=True))
    assert "no public link shows it" in opened
    assert 'name="withheld" value="0"' in opened
    make.share(alice, fete, eve, READER.mask)
    reader = text(signed_in(eve).get(facts))
    assert "no public link shows it" in reader
    assert 'name="withheld"' not in reader


def test_a_copy_bears_it_and_a_move_keeps_it(alice, bob, fete, child, space):
    withhold(alice, child)
    other = make.make_space(alice, "Other")
    one = moving.copy(make.act(alice), child, make.root_of(space), "copy.jpg").entry
    tree = moving.copy(make.act(alice), fete, make.root_of(other), "All").copies
    assert set(Withheld.objects.values_list("node_id", flat=True)) == {child.pk, one.id, tree[child.pk]}
    third = make.make_space(alice, "Third")
    furnishing.copy(make.act(alice), space, third, content=True)
    assert Withheld.objects.filter(node__space=third).count() == 2
    moving.move(make.act(alice), make.fresh(child), make.root_of(other), "moved.jpg")
    assert Withheld.objects.filter(node=child.pk).exists()


def test_it_goes_with_the_picture(alice, child):
    withhold(alice, child)
    row = make.throw_away(alice, child)
    assert Withheld.objects.exists()
    trashing.purge(make.act(alice), row)
    assert not Withheld.objects.exists()
    assert make.is_clean()


def test_what_happened_is_told(alice, fete, child):
    withhold(alice, child)
    assert "marked it as not for publication" in text(signed_in(alice).get("/activity/"))


def test_the_mark_costs_a_listing_nothing(alice, fete):
    browser = signed_in(alice)
    place = f"/files/gallery/in/{fete.pk}/"
    browser.get(place)
    with CaptureQueriesContext(connection) as before:
        browser.get(place)
    withhold(alice, *fete.children.filter(name__endswith=".jpg"))
    with CaptureQueriesContext(connection) as after:
        browser.get(place)
    assert len(after) == len(before)


def test_the_list_shows_the_mark_and_a_form_without_script_sets_it(alice, fete, child):
    web = signed_in(alice)
    page = "/files/@plans/F%C3%AAte"
    with CaptureQueriesContext(connection) as before:
        assert "data-out" not in text(web.get(page))
    sent = web.post(MARK, {"id": [child.pk], "withheld": "1", "next": page})
    assert sent.headers["Location"] == page
    with CaptureQueriesContext(connection) as after:
        shown = text(web.get(page))
    assert re.findall(r"id=node-(\d+)[^>]* data-out", shown) == [str(child.pk)]
    assert shown.count('aria-label="not for publication"') == 1
    assert len(after) <= len(before)
    assert f'formaction="{MARK}" name="withheld" value="1"' in shown
    make.change(alice, lists="grid")
    assert "data-out" in text(signed_in(alice).get(page))
