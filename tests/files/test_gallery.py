"""The gallery through its doors: by month, in folders, one picture with what is known of it, behind a public link."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from collab.accounts.models import User
from collab.events import readers
from collab.registry import house
from collab.rights.right import EDITOR, READER
from files.gallery import taking
from files.models import Node, Photo
from files.previews import orders
from tests import town as make
from tests.files import pictures
from tests.files.web import body, signed_in, text

pytestmark = pytest.mark.django_db
CELL = re.compile(r'class="shot" href="([^"]+)"')


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(orders, "call", lambda: None)


@pytest.fixture
def drawn():
    """What the background does: read what arrived, draw it."""

    def work():
        readers.catch_up()
        orders.draw_waiting()

    return work


@pytest.fixture
def client():
    """Somebody who has a link, and reads English."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def web(town):
    return signed_in(town.bob)


def names(answer):
    """The pictures of a page, in their order."""
    return re.findall(r'alt="(?:Film )?([^"]*)" loading', text(answer))


def photo(who, parent, name, taken="2024:07:14 15:03:22", **notes):
    return make.make_file(who, parent, name, pictures.jpeg(64, 48, taken=taken, **notes))


def test_all_that_i_see_by_month_spaces_and_shares_included(town, web, drawn):
    photo(town.alice, town.root, "july.jpg")
    photo(town.alice, town.root, "june.jpg", "2024:06:01 10:00:00")
    make.make_file(town.bob, make.home(town.bob), "mine.png", pictures.png(), mtime=1_000_000_000)
    make.make_file(town.alice, town.root, "words.txt")
    hidden = photo(town.alice, make.home(town.alice), "hers.jpg")
    drawn()
    page = web.get(reverse("files:gallery"))
    assert names(page) == ["july.jpg", "june.jpg", "mine.png"]
    assert [name for name in ("July 2024", "June 2024", "September 2001") if name not in text(page)] == []
    make.share(town.alice, hidden, town.bob, READER.mask)
    assert "hers.jpg" in names(web.get(reverse("files:gallery")))
    make.throw_away(town.alice, make.fresh(hidden))
    assert "hers.jpg" not in names(web.get(reverse("files:gallery")))
    assert signed_in(town.eve).get(reverse("files:gallery")).status_code == 200


def test_it_costs_the_same_for_many(town, web, drawn, django_assert_max_num_queries):
    file = photo(town.alice, town.root, "a.jpg")
    drawn()
    web.get(reverse("files:gallery"))
    with django_assert_max_num_queries(40) as few:
        web.get(reverse("files:gallery"))
    for number in range(200):
        copy = make.make_folder(town.alice, town.root, f"f{number}")
        make.change(copy, kind=2, blob_id=file.blob_id, name=f"{number}.jpg")
    Photo.objects.all().delete()
    assert taking.look_through() == 201
    with django_assert_max_num_queries(len(few)):
        page = web.get(reverse("files:gallery"))
    assert len(names(page)) >= 60
    assert sum(int(count) for count in re.findall(r'data-count="(\d+)"', text(page))) == 201


def test_a_block_is_fetched_by_its_ends_and_pages_go_on_without_script(town, web, drawn):
    first = make.fresh(photo(town.alice, town.root, "1-00.jpg", "2024:01:10 10:00:00"))
    drawn()
    copies = [  # of the same content, so that it is not drawn ninety times
        Node(
            space_id=first.space_id, parent_id=first.parent_id, name=f"{month}-{number:02}.jpg",
            sort=f"{month}-{number:02}.jpg", kind=first.kind, acl_id=first.acl_id, blob_id=first.blob_id,
            size=first.size, mtime=first.mtime, etag="0" * 32, modified_by_id=first.modified_by_id,
        )
        for month in range(1, 4) for number in range(30) if (month, number) != (1, 0)
    ]  # fmt: skip
    for node in Node.objects.bulk_create(copies):
        month, number = (int(part) for part in node.name[:-4].split("-"))
        Photo.objects.create(node=node, taken=int(datetime(2024, month, 10, 10, 0, number, tzinfo=UTC).timestamp()))
    page = web.get(reverse("files:gallery"))
    seen = names(page)
    assert seen[0] == "3-29.jpg"
    assert len(seen) == 60
    more = re.search(r'href="([^"]+\?from=[^"]+)"', text(page))[1]
    further = names(web.get(more))
    assert len(set(seen) | set(further)) == 90
    start, end = re.findall(r'data-from="([^"]+)" data-until="([^"]+)"', text(page))[-1]
    cells = web.get(reverse("files:gallery"), {"part": "cells", "from": start, "until": end})
    assert names(cells) == [f"1-{number:02}.jpg" for number in reversed(range(30))]
    assert names(web.get(f"{reverse('files:gallery')}?month=2024-02"))[0] == "2-29.jpg"
    for wrong in ("x", "1.", "1.2.3", "9" * 40 + ".1"):
        assert web.get(reverse("files:gallery"), {"part": "cells", "from": wrong, "until": end}).status_code == 400


def test_folders_with_pictures(town, web, drawn):
    folder = make.make_folder(town.alice, town.root, "Fête")
    photo(town.alice, folder, "a.jpg")
    photo(town.alice, town.root, "b.jpg")
    drawn()
    page = text(web.get(reverse("files:gallery-folders")))
    assert "Plans › Fête" in page
    inside = web.get(reverse("files:gallery-folder", args=[folder.pk]))
    assert names(inside) == ["a.jpg"]
    assert signed_in(town.eve).get(reverse("files:gallery-folder", args=[folder.pk])).status_code == 404
    assert "Fête" not in text(signed_in(town.eve).get(reverse("files:gallery-folders")))


def test_one_picture_with_what_its_camera_noted(town, web, drawn):
    files = [photo(town.alice, town.root, f"{n}.jpg", f"2024:07:0{n} 10:00:00") for n in (1, 2, 3)]
    drawn()
    page = text(web.get(reverse("files:photo", args=[files[1].pk])))
    assert "Fabrique F1" in page
    assert "48.85833, 2.29444" in page
    assert f'rel="prev" href="{reverse("files:photo", args=[files[2].pk])}"' in page
    assert f'rel="next" href="{reverse("files:photo", args=[files[0].pk])}"' in page
    facts = text(web.get(reverse("files:photo", args=[files[1].pk]), {"part": "facts"}))
    assert "Fabrique F1" in facts
    assert "<html" not in facts
    assert signed_in(town.eve).get(reverse("files:photo", args=[files[1].pk])).status_code == 404


def test_a_new_content_is_another_picture(town, web, drawn):
    file = photo(town.alice, town.root, "a.jpg")
    drawn()
    before = Photo.objects.get().taken
    photo(town.alice, town.root, "a.jpg", "2020:01:01 00:00:00")
    drawn()
    assert Photo.objects.get().taken < before
    from files.actions import moving

    moving.move(make.act(town.alice), make.fresh(file), town.root, "a.txt")
    drawn()
    assert not Photo.objects.exists()


def test_a_film_is_played_in_place_and_in_parts(town, web, drawn):
    file = make.make_file(town.alice, town.root, "a.mp4", pictures.film())
    readers.catch_up()
    page = text(web.get(reverse("files:gallery")))
    assert "data-film" in page
    answer = web.get(reverse("files:photo", args=[file.pk]), {"part": "film"})
    assert answer.url == reverse("files:play", args=[file.pk])
    part = web.get(answer.url, HTTP_RANGE="bytes=0-7")
    assert (part.status_code, part.headers["Content-Type"]) == (206, "video/mp4")


@pytest.fixture
def feast(town):
    folder = make.make_folder(town.alice, town.root, "Fête")
    photo(town.alice, folder, "a.jpg")
    photo(town.alice, folder, "b.jpg", "2024:07:15 15:03:22")
    return folder


def link(town, folder, mask=READER.mask, **fields):
    from collab.rights.links import token_of

    made = make.make_link(town.alice, folder, mask, **fields)
    return reverse("shell:link", args=[token_of(make.act(town.alice), made, make.fresh(folder))])


def test_a_folder_of_pictures_opens_as_a_gallery_and_its_link_may_say_otherwise(town, client, feast):
    assert names(client.get(link(town, feast))) == ["b.jpg", "a.jpg"]
    assert names(client.get(link(town, feast, look="list"))) == []
    words = make.make_folder(town.alice, town.root, "Words")
    make.make_file(town.alice, words, "a.txt")
    assert "<gallery-timeline" not in text(client.get(link(town, words)))
    assert "There are no pictures" in text(client.get(link(town, words, look="gallery")))


def test_visitors_add_theirs_where_the_link_lets_them(town, client, feast):
    url = link(town, feast, EDITOR.mask)
    assert "Add your photos" in text(client.get(url))
    sent = io.BytesIO(pictures.jpeg(64, 48, taken="2024:07:16 10:00:00"))
    sent.name = "theirs.jpg"
    client.post(url, {"file": sent})
    assert "theirs.jpg" in names(client.get(url))
    assert "Add your photos" not in text(client.get(link(town, feast)))


def gps_of(content):
    return Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)


def test_a_public_link_hands_out_photos_without_their_place(town, client, feast, drawn):
    drawn()
    url = link(town, feast)
    page = text(client.get(f"{url}a.jpg"))
    assert "Fabrique F1" in page
    assert "48.858" not in page
    stored = make.read(feast.children.get(name="a.jpg"))
    answer = client.get(f"{url}a.jpg?get=file")
    assert answer.status_code == 200, text(answer)
    given = body(answer)
    assert gps_of(stored)
    assert not gps_of(given)
    assert len(given) == len(stored)
    assert Image.open(io.BytesIO(given)).tobytes() == Image.open(io.BytesIO(stored)).tobytes()
    with zipfile.ZipFile(io.BytesIO(body(client.get(f"{url}?get=zip")))) as archive:
        assert {name: bool(gps_of(archive.read(name))) for name in archive.namelist() if name[-1] != "/"} == {
            "Fête/a.jpg": False, "Fête/b.jpg": False,
        }  # fmt: skip
    part = body(client.get(f"{url}a.jpg?get=file", HTTP_RANGE="bytes=50-400"))
    assert part == given[50:401]
    member = signed_in(town.bob).get(reverse("files:content", args=[feast.children.get(name="a.jpg").pk]))
    assert body(member) == stored


def test_the_house_may_leave_the_place_in(town, client, feast):
    from collab.accounts.actions.house import change

    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    change(User.objects.get(pk=town.alice.pk), "files.links_without_place", False)
    assert house.get("files.links_without_place") is False
    assert gps_of(body(client.get(f"{link(town, feast)}a.jpg?get=file")))


def test_to_look_only_gives_no_original(town, client, feast):
    url = link(town, feast, hide_download=True)
    assert "get=file" not in text(client.get(f"{url}a.jpg"))
    assert client.get(f"{url}a.jpg?get=file").status_code == 403
    assert client.get(f"{url}a.jpg?get=play").status_code in {403, 404}
    assert client.get(f"{url}a.jpg?get=preview&size=large").status_code == 200
