"""Albums through their doors: who makes, fills, sees and shares them, and what a link to one shows."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from collab.events import readers
from collab.rights.links import token_of
from collab.rights.right import READER
from files.actions import albums
from files.models import Album, AlbumItem
from files.previews import orders
from tests import town as make
from tests.files import pictures
from tests.files.web import body, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(town, monkeypatch):
    """Three pictures of the space; the last is reserved for alice."""
    monkeypatch.setattr(orders, "call", lambda: None)
    found = [make.make_file(town.alice, town.root, f"{n}.jpg", pictures.jpeg(64, 48)) for n in range(3)]
    make.restrict(town.alice, found[2])
    readers.catch_up()
    orders.draw_waiting()
    return found


@pytest.fixture
def album(town, photos):
    made = albums.make(make.act(town.alice), town.space, "Fête")
    albums.add(make.act(town.alice), made, [photo.pk for photo in photos])
    return Album.objects.get()


def names(answer):
    return sorted(re.findall(r'alt="([^"]*)" loading', text(answer)))


def test_chosen_pictures_become_an_album_and_undo_takes_them_out(town, photos):
    web = signed_in(town.bob)
    chosen = web.get(reverse("files:gallery"), {"choose": 1})
    assert text(chosen).count('form="choose"') == 2
    answer = web.post(reverse("files:album-fill"), {"id": [photos[0].pk, photos[1].pk], "name": " Été  2024 "})
    made = Album.objects.get()
    assert (answer.url, made.name, made.space_id) == (reverse("files:album", args=[made.pk]), "Été 2024", town.space.pk)
    page = web.get(answer.url)
    assert names(page) == ["0.jpg", "1.jpg"]
    assert "2 pictures are in “Été 2024” now." in text(page)
    assert f'action="{reverse("files:album-remove", args=[made.pk])}"' in text(page)
    web.post(reverse("files:album-remove", args=[made.pk]), {"id": f"{photos[0].pk},{photos[1].pk}"})
    assert not AlbumItem.objects.exists()
    web.post(reverse("files:album-fill"), {"id": photos[1].pk, "album": made.pk})
    assert names(web.get(answer.url)) == ["1.jpg"]
    assert "Été 2024" in text(web.get(reverse("files:albums")))


def test_what_one_may_not_see_of_it_is_not_shown(town, photos, album):
    url = reverse("files:album", args=[album.pk])
    assert names(signed_in(town.alice).get(url)) == ["0.jpg", "1.jpg", "2.jpg"]
    assert names(signed_in(town.bob).get(url)) == ["0.jpg", "1.jpg"]
    assert "2 pictures" in text(signed_in(town.bob).get(reverse("files:albums")))
    one = reverse("files:photo-in-album", args=[album.pk, photos[2].pk])
    assert [signed_in(who).get(one).status_code for who in (town.alice, town.bob)] == [200, 404]
    eve = signed_in(town.eve)
    assert eve.get(url).status_code == 404
    for door in ("album-remove", "album-rename", "album-trash", "album-restore"):
        assert eve.post(reverse(f"files:{door}", args=[album.pk]), {"id": 1, "name": "x"}).status_code == 404
    make.share(town.alice, album, town.eve, READER.mask)
    assert names(eve.get(url)) == [], "she sees the album, and none of its pictures"
    assert eve.post(reverse("files:album-rename", args=[album.pk]), {"name": "Mine"}).status_code == 403
    assert eve.post(reverse("files:album-fill"), {"id": photos[0].pk, "album": album.pk}).status_code == 403


def test_pictures_of_another_space_and_other_mistakes_are_refused(town, photos, album):
    alice = signed_in(town.alice)
    mine = make.make_file(town.alice, make.home(town.alice), "mine.jpg", pictures.jpeg(64, 48))
    readers.catch_up()
    for data in (
        {"id": mine.pk, "album": album.pk}, {"id": [mine.pk, photos[0].pk], "name": "Both"},
        {"id": photos[0].pk, "name": "  "}, {"name": "None"}, {"id": "x", "name": "x"},
    ):  # fmt: skip
        assert alice.post(reverse("files:album-fill"), data).status_code == 400, data
    assert alice.post(reverse("files:album-fill"), {"id": 10**9, "name": "Gone"}).status_code == 404
    assert Album.objects.count() == 1
    assert AlbumItem.objects.count() == 3


def test_renamed_thrown_away_and_brought_back(town, album):
    web = signed_in(town.alice)
    web.post(reverse("files:album-rename", args=[album.pk]), {"name": "Foire"})
    assert make.fresh(album).name == "Foire"
    gone = web.post(reverse("files:album-trash", args=[album.pk]), follow=True)
    assert "its pictures are where they were" in text(gone)
    assert web.get(reverse("files:album", args=[album.pk])).status_code == 404
    web.post(reverse("files:album-restore", args=[album.pk]))
    assert len(names(web.get(reverse("files:album", args=[album.pk])))) == 3
    assert [kind for kind in make.log_of(town.space) if kind.startswith("album")] == [
        "album-make", "album-add", "album-rename", "album-trash", "album-restore",
    ]  # fmt: skip
    story = text(web.get(reverse("shell:activity")))
    assert "put 3 pictures into this album" in story


def test_a_link_shows_what_its_maker_may_share_as_long_as_they_may(town, photos, album):
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en")
    made = make.make_link(town.alice, album, READER.mask)
    url = reverse("shell:link", args=[token_of(make.act(town.alice), made, make.fresh(album))])
    assert names(visitor.get(url)) == ["0.jpg", "1.jpg", "2.jpg"]
    one = f"{url}{photos[0].pk}"
    assert visitor.get(f"{one}?get=preview&size=small").headers["Content-Type"] == "image/webp"
    assert body(visitor.get(f"{one}?get=file")) != make.read(photos[0]), "without its place"
    assert "48.858" not in text(visitor.get(one))
    other = make.make_file(town.alice, town.root, "other.jpg", pictures.jpeg(64, 48))
    readers.catch_up()
    for rest in (str(other.pk), str(town.root.pk), "x", "9" * 30):
        for what in ("", "?get=preview", "?get=file", "?get=zip"):
            assert visitor.get(f"{url}{rest}{what}").status_code == 404, rest
    from files.actions import moving

    elsewhere = make.make_space(town.eve, "Elsewhere")
    make.share(town.eve, elsewhere, town.alice, 47)
    moving.move(make.act(town.alice), make.fresh(photos[1]), make.root_of(elsewhere), "1.jpg")
    assert names(visitor.get(url)) == ["0.jpg", "2.jpg"]
    make.throw_away(town.alice, make.fresh(photos[0]))
    assert names(visitor.get(url)) == ["2.jpg"]
    assert visitor.get(f"{one}?get=preview&size=small").status_code == 404


def test_the_end_of_a_space_is_the_end_of_its_albums(town, album):
    from files.actions import erasing

    make.share(town.alice, album, town.eve, READER.mask)
    make.make_link(town.alice, album, READER.mask)
    erasing.erase(town.space)
    assert not Album.objects.exists()


def test_forgotten_after_a_month(town, album):
    albums.throw_away(make.act(town.alice), album)
    assert albums.forget_old() == 0
    make.age(Album.objects, "deleted_at", 31)
    assert albums.forget_old() == 1
    assert not Album.objects.exists()
    assert make.is_clean()
