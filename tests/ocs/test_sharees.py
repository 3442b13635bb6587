"""Whom the sharing dialog finds: people and groups, exact matches apart, page by page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.accounts.actions import people
from collab.accounts.models import Rank
from tests import town as make
from tests.ocs.conftest import Device

pytestmark = pytest.mark.django_db


def ask(device, search="", name="sharees", **told):
    from django.utils.http import urlencode

    answer = device.call("GET", f"{name}?{urlencode({'search': search, 'itemType': 'file', **told}, doseq=True)}")
    assert answer.status_code == 200, answer.content
    return answer.json()["ocs"]["data"]


def names(found, kind="users"):
    return [item["value"]["shareWith"] for item in found[kind]]


def test_the_answer_has_every_list_that_clients_look_for(devices):
    found = ask(devices.alice, "bo")
    kinds = {"users", "groups", "remotes", "remote_groups", "emails", "circles", "rooms"}
    assert set(found["exact"]) == kinds
    assert set(found) == kinds | {"exact", "lookup", "lookupEnabled"}
    assert found["users"] == [
        {
            "label": "Bob", "subline": "", "icon": "icon-user", "shareWithDisplayNameUnique": "bob", "status": [],
            "value": {"shareType": 0, "shareWith": "bob"},
        }
    ]  # fmt: skip
    assert found["lookupEnabled"] is False


def test_exact_matches_stand_apart(devices, town):
    make.make_user("bobby")
    make.make_group("Bob")
    found = ask(devices.alice, "BOB")
    assert names(found["exact"]) == ["bob"]
    assert names(found) == ["bobby"]
    assert names(found["exact"], "groups") == ["Bob"]
    assert names(found, "groups") == []
    assert ask(devices.alice, "Team")["exact"]["groups"][0]["value"] == {"shareType": 1, "shareWith": "Team"}
    assert names(ask(devices.alice, "every"), "groups") == ["Everyone"]


def test_everyone_is_found_by_the_name_that_the_person_reads(devices, town):
    town.alice.language = "fr"
    town.alice.save()
    found = ask(devices.alice, "tout le")
    assert names(found, "groups") == ["Everyone"]
    assert found["groups"][0]["label"].casefold() == "tout le monde"
    assert names(ask(devices.alice, found["groups"][0]["label"])["exact"], "groups") == ["Everyone"]
    assert names(ask(devices.alice, "tea"), "groups") == ["Team"]


def test_oneself_and_who_left_are_not_offered(devices, town):
    people.deactivate(None, town.eve)
    found = ask(devices.alice)
    assert names(found) == ["bob"]
    assert names(found, "groups") == ["Everyone", "Team"]


def test_an_address_is_matched_whole_or_not_at_all(devices, town):
    town.bob.email = "robert@example.org"
    town.bob.save()
    assert names(ask(devices.alice, "Robert@example.org")["exact"]) == ["bob"]
    found = ask(devices.alice, "robert")
    assert names(found) == names(found["exact"]) == []
    assert "example.org" not in str(ask(devices.alice))


def test_pages_and_types(devices):
    for number in range(5):
        make.make_user(f"u{number}")
    assert names(ask(devices.alice, "u", perPage=2)) == ["u0", "u1"]
    assert names(ask(devices.alice, "u", perPage=2, page=3)) == ["u4"]
    assert names(ask(devices.alice, "u", perPage=2, page=4)) == []
    assert names(ask(devices.alice, "", perPage=3, **{"shareType[]": [1, 3]})) == []
    assert names(ask(devices.alice, "", **{"shareType[]": [1, 3]}), "groups")
    assert names(ask(devices.alice, "", shareType=0), "groups") == []
    assert names(ask(devices.alice, "u", page=10**8)) == []


def test_hostile_words_find_nothing_and_harm_nothing(devices):
    for text in ("%", "_", "x" * 5000, "'; --", "\\", "é" * 300):
        assert names(ask(devices.alice, text)) == []
    for told in ("search=b", "itemType=calendar", "itemType=file&page=0", "itemType=file&perPage=-1",
                 "itemType=file&page=x", "itemType=file&search=%00", "itemType=file&perPage=" + "9" * 40):  # fmt: skip
        assert devices.alice.refused("GET", f"sharees?{told}")[0] == 400, told


def test_a_guest_finds_those_of_their_groups_only(devices, town, client):
    guest = make.make_user("gus", rank=Rank.GUEST)
    device = Device(client, guest)
    assert names(ask(device)) == names(ask(device, "bob")["exact"]) == names(ask(device), "groups") == []
    make.make_group("Choir", guest, town.bob)
    assert names(ask(device)) == ["bob"]
    assert names(ask(device), "groups") == ["Choir"]
    make.share(town.alice, devices.docs, guest, 17)
    asked = {"path": "/Docs", "shareType": 0, "shareWith": "eve", "permissions": 1}
    assert device.refused("POST", "shares", asked)[0] == 404
    assert device.share("/Docs", 0, "bob", permissions=1)["share_with"] == "bob"


def test_those_with_whom_one_shared_last_are_recommended(devices, town):
    devices.alice.share("/Docs", 0, "eve")
    devices.alice.share("/Docs", 1, "Team")
    devices.alice.share("/notes.txt", 0, "bob")
    found = ask(devices.alice, name="sharees_recommended")
    assert names(found) == ["bob", "eve"]
    assert names(found, "groups") == ["Team"]
    assert names(ask(devices.eve, name="sharees_recommended")) == []


def test_the_password_of_a_device_bounds_it_and_strangers_stay_outside(devices, town, client):
    assert Device(client, town.alice, scopes=("calendars",)).refused("GET", "sharees?itemType=file")[0] == 403
    assert names(ask(Device(client, town.alice, scopes=("files", "read-only")), "bob")["exact"]) == ["bob"]
    assert client.get("/ocs/v2.php/apps/files_sharing/api/v1/sharees?itemType=file").status_code == 401


def test_a_search_costs_five_queries_at_most(devices):
    ask(devices.alice)  # the first use of a password is noted
    with CaptureQueriesContext(connection) as captured:
        ask(devices.alice, "bob")
    assert len(captured) <= 5
