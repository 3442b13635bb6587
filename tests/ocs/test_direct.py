"""Direct links: one file, for a while, with the rights of who asked, asked again at each use."""

from __future__ import annotations

import pytest
from django.test import Client

from collab.accounts.models import AppPassword, User
from collab.ocs.views import direct
from collab.registry import house
from tests import town as make
from tests.ocs.conftest import Device

BASE = "/ocs/v2.php/apps/dav/api/v1"


@pytest.fixture
def film(town):
    return make.make_file(town.alice, town.root, "film.mp4", b"0123456789")


@pytest.fixture
def player():
    """Who plays has nothing but the address."""
    return Client(headers={"accept-language": "en"})


def link(device, pk, **told):
    answer = device.call("POST", "direct", {"fileId": pk, **told}, base=BASE)
    assert answer.status_code == 200, answer.content
    return answer.json()["ocs"]["data"]["url"].removeprefix("http://testserver")


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_player_gets_the_bytes_and_parts_of_them(devices, film, player):
    where = link(devices.bob, film.pk)
    answer = player.get(where)
    assert (answer.status_code, body(answer)) == (200, b"0123456789")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    part = player.get(where, headers={"range": "bytes=2-4"})
    assert (part.status_code, body(part)) == (206, b"234")
    assert player.post(where).status_code == 405


def test_only_files_that_one_sees_and_for_a_day_at_most(devices, film, town):
    for device, told, status in (
        (devices.eve, {"fileId": film.pk}, 404), (devices.bob, {"fileId": town.root.pk}, 404),
        (devices.bob, {"fileId": 999999}, 404), (devices.bob, {}, 400),
        (devices.bob, {"fileId": film.pk, "expirationTime": 0}, 400),
        (devices.bob, {"fileId": film.pk, "expirationTime": 90000}, 400),
    ):  # fmt: skip
        assert device.call("POST", "direct", told, base=BASE).status_code == status, told
    assert devices.bob.call("GET", "direct", base=BASE).status_code == 405


def test_it_ends(devices, film, player, monkeypatch):
    where = link(devices.bob, film.pk, expirationTime=60)
    moment = direct.time.time()
    monkeypatch.setattr(direct.time, "time", lambda: moment + 59)
    assert player.get(where).status_code == 200
    monkeypatch.setattr(direct.time, "time", lambda: moment + 61)
    assert player.get(where).status_code == 404


def test_the_right_is_asked_when_it_is_used(devices, town, player):
    place = make.make_folder(town.alice, make.home(town.alice), "Films")
    own = make.make_file(town.alice, place, "own.mp4", b"0123")
    make.share(town.alice, place, town.bob)
    where = link(devices.bob, own.pk)
    assert player.get(where).status_code == 200
    make.unshare(town.alice, make.fresh(place), town.bob)
    assert player.get(where).status_code == 404


@pytest.mark.parametrize("how", ["device", "account", "password", "switched-off", "trash"])
def test_it_ends_with_what_it_stood_on(devices, film, player, town, how):
    where = link(devices.bob, film.pk)
    assert player.get(where).status_code == 200
    if how == "device":
        AppPassword.objects.filter(user=town.bob).delete()
    elif how == "account":
        User.objects.filter(pk=town.bob.pk).update(is_active=False)
    elif how == "password":
        User.objects.filter(pk=town.bob.pk).update(password="another")
    elif how == "switched-off":
        house.put("files.who", [])
    else:
        make.throw_away(town.alice, film)
    assert player.get(where).status_code == 404


def test_what_was_changed_or_made_up_opens_nothing(devices, film, player, client, town):
    where = link(devices.bob, film.pk)
    other = link(devices.bob, make.make_file(town.alice, town.root, "b.txt", b"b").pk)
    head, _dot, _sign = where.rpartition(":")
    for wrong in (where[:-1] + ("a" if where[-1] != "a" else "b"), head + ":" + other.rpartition(":")[2], "/direct/x"):
        assert player.get(wrong).status_code == 404
    reader = Device(client, town.bob, scopes=("calendars",))
    assert reader.call("POST", "direct", {"fileId": film.pk}, base=BASE).status_code == 403
