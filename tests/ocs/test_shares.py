"""Shares through the clients' own calls: made, listed, changed, ended; seen at once; told to nobody else."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.groups.models import Group
from collab.rights.models import Grant, Link
from collab.rights.right import EDITOR, READER, Right
from files.models import Node
from tests import town as make
from tests.dav.client import Client
from tests.ocs.conftest import BASE, Device

pytestmark = pytest.mark.django_db

FIELDS = {
    "id", "share_type", "uid_owner", "displayname_owner", "permissions", "can_edit", "can_delete", "stime", "parent",
    "expiration", "token", "uid_file_owner", "displayname_file_owner", "note", "label", "path", "item_type", "mimetype",
    "has_preview", "storage_id", "storage", "item_source", "file_source", "file_parent", "file_target", "item_size",
    "item_mtime", "share_with", "share_with_displayname", "share_with_displayname_unique", "password",
    "send_password_by_talk", "url", "mail_send", "hide_download", "attributes", "status",
}  # fmt: skip


def test_a_share_with_a_person_is_seen_on_their_devices_at_once(devices, town):
    made = devices.alice.share("/Docs", 0, "bob", permissions=15, note="Voici")
    assert set(made) == FIELDS
    assert isinstance(made["id"], str)
    assert (made["share_type"], made["permissions"], made["note"]) == (0, 15, "Voici")
    assert (made["uid_owner"], made["uid_file_owner"], made["path"]) == ("alice", "alice", "/Docs")
    assert (made["item_type"], made["mimetype"]) == ("folder", "httpd/unix-directory")
    assert (made["share_with"], made["share_with_displayname"]) == ("bob", "Bob")
    assert made["item_source"] == made["file_source"] == devices.docs.pk
    assert (made["can_edit"], made["can_delete"], made["expiration"], made["parent"]) == (True, True, None, None)
    assert Grant.objects.get(pk=made["id"]).rights == 15

    tags = ["oc:permissions", "nc:mount-type", "oc:share-types"]
    seen = devices.bob.dav.propfind("Docs", tags)
    assert seen.status == 207
    assert (seen.value("oc:permissions"), seen.value("nc:mount-type")) == ("SMGCK", "shared")
    types = devices.alice.dav.propfind("Docs", tags).xml.findall(".//{http://owncloud.org/ns}share-type")
    assert [item.text for item in types] == ["0"]
    assert devices.bob.dav.put("Docs/new.txt", b"x").status == 201


def test_the_receiver_lists_what_they_received_where_it_lies_in_their_tree(devices, town):
    make.make_folder(town.bob, make.home(town.bob), "Docs")
    made = devices.alice.share("/Docs", 0, "bob", permissions=1)
    (got,) = devices.bob.shares("shared_with_me=true")
    assert (got["id"], got["path"], got["file_target"]) == (made["id"], "/Docs (2)", "/Docs (2)")
    assert (got["can_edit"], got["can_delete"], got["permissions"]) == (False, True, 1)
    assert devices.bob.shares() == []
    assert devices.alice.shares("shared_with_me=true") == []
    assert [item["id"] for item in devices.alice.shares()] == [made["id"]]
    assert devices.bob.call("GET", f"shares/{made['id']}").json()["ocs"]["data"] == [got]


def test_a_share_with_a_group(devices, town):
    made = devices.alice.share("/Docs", 1, "Team", permissions=3)
    assert (made["share_type"], made["share_with"], made["permissions"]) == (1, "Team", 3)
    assert [item["share_with"] for item in devices.bob.shares("shared_with_me=true")] == ["Team"]
    assert devices.bob.refused("DELETE", f"shares/{made['id']}")[0] == 403
    assert devices.eve.dav.propfind("Docs").status == 404
    everyone = devices.alice.share("/notes.txt", 1, "Everyone")
    assert everyone["permissions"] == 19
    assert devices.eve.dav.propfind("notes.txt").status == 207


def test_files_lose_what_only_folders_have(devices):
    made = devices.alice.share("/Docs/plan.txt", 0, "bob", permissions=31)
    assert (made["permissions"], made["item_type"], made["mimetype"]) == (19, "file", "text/plain")
    assert made["path"] == "/Docs/plan.txt"
    assert devices.bob.shares("shared_with_me=true")[0]["path"] == "/plan.txt"


def test_reading_is_always_part_of_it_and_the_default_is_all_that_one_has(devices, town):
    assert devices.alice.share("/Docs", 0, "bob", permissions=4)["permissions"] == 5
    assert devices.alice.share("/notes.txt", 0, "bob")["permissions"] == 19
    make.share(town.alice, Node.objects.get(name="notes.txt"), town.bob, Right.SEE | Right.SHARE)
    assert devices.bob.share("/notes.txt", 0, "eve")["permissions"] == 17


def test_a_link_opens_what_it_names(devices, town):
    made = devices.alice.share("/Docs", 3, label="Presse", note="Lisez", password="four paper kites")
    assert (made["share_type"], made["permissions"], made["label"], made["note"]) == (3, 1, "Presse", "Lisez")
    assert made["url"] == f"http://testserver/s/{made['token']}"
    assert made["password"]
    assert "kites" not in json.dumps(made)
    tree = f"/public.php/dav/files/{made['token']}"
    assert Client("", base=tree).propfind("").status == 401
    assert Client("x", "four paper kites", base=tree).propfind("", depth="1").status == 207
    link = Link.objects.get()
    changed = devices.alice.call("PUT", f"shares/{made['id']}", {"password": ""}).json()["ocs"]["data"]
    assert changed["password"] is None
    assert Client("", base=tree).propfind("", depth="1").status == 207
    assert Client("", base=tree).put("x.txt", b"x").status == 403
    upload = devices.alice.call("PUT", f"shares/{made['id']}", {"publicUpload": "true"}).json()["ocs"]["data"]
    assert (upload["permissions"], upload["label"], upload["token"]) == (15, "Presse", made["token"])
    assert Client("", base=tree).put("x.txt", b"x").status == 201
    assert devices.alice.call("DELETE", f"shares/{made['id']}").json()["ocs"]["data"] == []
    assert not Link.objects.filter(pk=link.pk).exists()
    assert Client("", base=tree).propfind("").status == 404


def test_a_drop_box_a_link_with_upload_and_no_sharing_through_links(devices):
    assert devices.alice.share("/Docs", 3, permissions=4)["permissions"] == 4
    assert devices.alice.share("/Docs", 3, publicUpload="true")["permissions"] == 15
    assert devices.alice.share("/Docs", 3, permissions=31)["permissions"] == 15
    assert devices.alice.share("/notes.txt", 3, permissions=19)["permissions"] == 3
    assert len(devices.alice.shares("path=/Docs")) == 3
    assert (
        devices.alice.refused("POST", "shares", {"path": "/notes.txt", "shareType": 3, "publicUpload": "1"})[0] == 400
    )


def test_a_link_is_a_secret_of_those_who_may_share(devices, town):
    made = devices.alice.share("/Docs", 3)
    devices.alice.share("/Docs", 0, "bob", permissions=1)
    assert devices.bob.shares("path=/Docs&reshares=true") == []
    assert devices.bob.refused("GET", f"shares/{made['id']}")[0] == 404
    grant = Grant.objects.get(principal=town.bob.principal, acl__kind="node")
    devices.alice.call("PUT", f"shares/{grant.pk}", {"permissions": 17})
    assert [item["token"] for item in devices.bob.shares("path=/Docs&reshares=true")] == [made["token"]]
    # it may be changed within what bob has himself, and ended by whoever may share
    assert devices.bob.refused("PUT", f"shares/{made['id']}", {"permissions": 3})[0] == 403
    devices.alice.call("PUT", f"shares/{made['id']}", {"permissions": 15})
    assert devices.bob.refused("PUT", f"shares/{made['id']}", {"permissions": 1})[0] == 403
    (told,) = devices.bob.shares("path=/Docs&reshares=true")
    assert (told["can_edit"], told["can_delete"], told["permissions"]) == (False, True, 15)
    assert devices.bob.call("DELETE", f"shares/{made['id']}").status_code == 200
    assert devices.alice.refused("GET", f"shares/{made['id']}")[0] == 404


def test_restricting_a_folder_makes_no_share_with_oneself(devices, town):
    make.restrict(town.alice, devices.docs)
    assert devices.alice.shares() == devices.alice.shares("path=/Docs&reshares=true") == []


def test_lists_of_a_path(devices, town):
    docs = devices.alice.share("/Docs", 0, "bob")
    plan = devices.alice.share("/Docs/plan.txt", 0, "eve", permissions=1)
    made = devices.bob.share("/Docs", 0, "eve", permissions=1)
    ids = lambda found: sorted(item["id"] for item in found)  # noqa: E731
    assert ids(devices.alice.shares("path=/Docs")) == [docs["id"]]
    assert ids(devices.alice.shares("path=/Docs&reshares=true")) == sorted([docs["id"], made["id"]])
    assert ids(devices.alice.shares("path=/Docs&subfiles=true")) == [plan["id"]]
    assert ids(devices.alice.shares("path=/&subfiles=true")) == [docs["id"]]
    assert ids(devices.alice.shares()) == sorted([docs["id"], plan["id"]])
    assert devices.alice.refused("GET", "shares?path=/notes.txt&subfiles=true")[0] == 400
    assert devices.alice.refused("GET", "shares?path=/Nowhere")[0] == 404


def test_passing_on_ends_where_ones_own_rights_end(devices, town):
    made = devices.alice.share("/Docs", 0, "bob", permissions=1)
    status, why = devices.bob.refused("POST", "shares", {"path": "/Docs", "shareType": 0, "shareWith": "eve"})
    assert status == 403
    assert "Alice" in why
    devices.alice.call("PUT", f"shares/{made['id']}", {"permissions": 17})
    asked = {"path": "/Docs", "shareType": 0, "shareWith": "eve", "permissions": 3}
    assert devices.bob.refused("POST", "shares", asked) == (403, "You can pass on only what you may do yourself.")
    again = devices.bob.share("/Docs", 0, "eve", permissions=1)
    assert (again["uid_owner"], again["uid_file_owner"]) == ("bob", "alice")
    assert devices.bob.refused("PUT", f"shares/{again['id']}", {"permissions": 15})[0] == 403
    assert Grant.objects.get(pk=again["id"]).rights == 1
    # bob may give up his own, and then nothing of it is his to see
    assert devices.bob.call("DELETE", f"shares/{made['id']}").status_code == 200
    assert devices.bob.refused("GET", f"shares/{again['id']}")[0] == 404


def test_what_ends_sooner_cannot_be_passed_on_for_longer(devices, town):
    tomorrow = timezone.localdate() + timedelta(days=1)
    devices.alice.share("/Docs", 0, "bob", permissions=17, expireDate=tomorrow)
    asked = {"path": "/Docs", "shareType": 0, "shareWith": "eve", "permissions": 1}
    assert devices.bob.refused("POST", "shares", asked)[0] == 403
    made = devices.bob.share("/Docs", 0, "eve", permissions=1, expireDate=tomorrow)
    assert made["expiration"] == f"{tomorrow} 00:00:00"


def test_a_share_holds_through_its_last_day_and_then_is_gone(devices, town):
    today = timezone.localdate()
    made = devices.alice.share("/Docs", 0, "bob", permissions=1, expireDate=f"{today}T00:00:00.000Z")
    assert made["expiration"] == f"{today} 00:00:00"
    assert devices.bob.dav.propfind("Docs").status == 207
    later = devices.alice.call("PUT", f"shares/{made['id']}", {"expireDate": "2099-12-31"}).json()["ocs"]["data"]
    assert later["expiration"] == "2099-12-31 00:00:00"
    never = devices.alice.call("PUT", f"shares/{made['id']}", {"expireDate": ""}).json()["ocs"]["data"]
    assert never["expiration"] is None
    make.expire(devices.docs, town.bob.principal)
    assert devices.alice.shares() == devices.bob.shares("shared_with_me=true") == []
    assert devices.alice.refused("GET", f"shares/{made['id']}")[0] == 404
    assert devices.bob.dav.propfind("Docs").status == 404
    assert devices.alice.share("/Docs", 0, "bob", permissions=1)["expiration"] is None
    for day in ("2001-01-01", "tomorrow", "2030-02-30", "9999-12-31", "9" * 60):
        asked = {"path": "/notes.txt", "shareType": 0, "shareWith": "bob", "expireDate": day}
        assert devices.alice.refused("POST", "shares", asked)[0] == 400, day


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        (EDITOR.mask, {"note": "x"}, 47),
        (EDITOR.mask, {"permissions": 15}, 47),
        (EDITOR.mask, {"permissions": 31}, 63),
        (EDITOR.mask, {"permissions": 1}, 1),
        (255, {"permissions": 31}, 255),
        (255, {"permissions": 15}, 15),
        (1 | 64, {"permissions": 3}, 67),
    ],
)
def test_rights_that_ocs_cannot_name_stay_until_something_is_taken(devices, town, before, asked, after):
    grant = make.share(town.alice, devices.docs, town.bob, before)
    (told,) = devices.alice.shares()
    assert told["permissions"] == before & 31
    assert devices.alice.call("PUT", f"shares/{grant.pk}", asked).status_code == 200
    assert Grant.objects.get(pk=grant.pk).rights == after


def test_what_a_file_never_shows_is_not_taken_from_its_grant(devices, town):
    notes = Node.objects.get(name="notes.txt")
    grant = make.share(town.alice, notes, town.bob, EDITOR.mask)
    assert devices.alice.shares()[0]["permissions"] == 3
    devices.alice.call("PUT", f"shares/{grant.pk}", {"permissions": 3})
    assert Grant.objects.get(pk=grant.pk).rights == 47


def test_an_update_changes_what_it_names_and_nothing_else(devices):
    made = devices.alice.share("/Docs", 3, label="Presse", note="Lisez", password="kites", expireDate="2099-01-01")
    for asked, name, value in (
        ({"label": "Radio"}, "label", "Radio"),
        ({"note": ""}, "note", ""),
        ({"permissions": 5}, "permissions", 5),
        ({"expireDate": "2099-02-01"}, "expiration", "2099-02-01 00:00:00"),
    ):
        made[name] = value
        made["share_with_displayname"] = made["label"]
        assert devices.alice.call("PUT", f"shares/{made['id']}", asked).json()["ocs"]["data"] == made
    assert devices.alice.refused("PUT", f"shares/{made['id']}", {})[0] == 400


def test_a_links_share_is_changed_one_field_at_a_time_as_the_desktop_client_does(devices, town, client):
    """Its dialog sends a form with one field for each switch that is pressed, then reads the record again."""
    made = devices.alice.share("/Docs", 3)
    assert (made["permissions"], made["hide_download"], made["password"]) == (1, 0, None)
    here = f"shares/{made['id']}"

    def put(**asked):
        answer = devices.alice.call("PUT", here, asked)
        assert answer.status_code == 200
        told = answer.json()["ocs"]["data"]
        assert told == devices.alice.call("GET", here).json()["ocs"]["data"][0]
        return told

    page = f"/s/{made['token']}/"
    assert put(password="open sesame")["password"] == "***"
    assert "password" in client.get(page).content.decode()
    assert put(password="")["password"] is None
    assert put(expireDate="2099-05-06")["expiration"] == "2099-05-06 00:00:00"
    assert put(expireDate="")["expiration"] is None
    assert put(label="Pour la presse")["label"] == "Pour la presse"
    assert put(note="Merci de ne pas diffuser")["note"] == "Merci de ne pas diffuser"
    assert put(hideDownload="true")["hide_download"] == 1
    assert client.get(f"{page}?get=zip").status_code == 403
    assert Client("", base=f"/public.php/dav/files/{made['token']}")("GET", "plan.txt").status == 403
    for permissions in (15, 17 + 2, 31):
        assert devices.alice.refused("PUT", here, {"permissions": permissions})[0] == 400, "looking only"
    assert put(hideDownload="false")["hide_download"] == 0
    assert client.get(f"{page}?get=zip").status_code == 200
    for asked, told in ((15, 15), (17, 1), (31, 15), (1, 1), (4, 4)):
        assert put(permissions=asked)["permissions"] == told
    assert Link.objects.get().label == "Pour la presse"


@pytest.mark.parametrize("permissions", [1, 15, 17, 31])
def test_the_four_choices_of_the_desktop_client_for_people(devices, town, permissions):
    made = devices.alice.share("/Docs", 0, "bob", permissions=31)
    told = devices.alice.call("PUT", f"shares/{made['id']}", {"permissions": permissions}).json()["ocs"]["data"]
    assert told["permissions"] == Grant.objects.get(pk=made["id"]).rights == permissions
    assert devices.bob.dav.put("Docs/new.txt", b"x").status == (201 if permissions & 4 else 403)
    status, _why = devices.alice.refused("PUT", f"shares/{made['id']}", {"hideDownload": "true"})
    assert status == 400, "who may see a file may download it"


def test_a_stranger_learns_nothing(devices, town):
    made = devices.alice.share("/Docs", 0, "bob")
    link = devices.alice.share("/Docs", 3)
    told = set()
    for share_id in (made["id"], link["id"], "999999999", "0", "x", "-1", "9" * 30, "٣"):
        for method, asked in (("GET", None), ("PUT", {"permissions": 1}), ("DELETE", None)):
            told.add(devices.eve.refused(method, f"shares/{share_id}", asked))
    for path in ("/Docs", "/Nowhere", "/Docs/plan.txt", "/../Docs", "", "/" + "x" * 300, "/a" * 500):
        told.add(devices.eve.refused("POST", "shares", {"path": path, "shareType": 0, "shareWith": "eve"}))
        if path:
            told.add(devices.eve.refused("GET", f"shares?path={path}"))
    assert told == {(404, "This is not here, or is not shared with you.")}
    assert devices.eve.shares() == devices.eve.shares("shared_with_me=true") == []
    assert Grant.objects.filter(acl__object_id=devices.docs.pk, acl__kind="node").count() == 2


def test_refusals_are_said_in_the_persons_language(devices, town):
    made = devices.alice.share("/Docs", 0, "bob", permissions=1)
    town.bob.language = "fr"
    town.bob.save()
    status, why = devices.bob.refused("PUT", f"shares/{made['id']}", {"permissions": 3})
    assert status == 403
    assert "demandez" in why.lower() or "seul" in why.lower()
    asked = {"path": "/Docs", "shareType": 4, "shareWith": "x@example.org"}
    answer = devices.bob.call("POST", "shares", asked)
    assert answer.json()["ocs"]["meta"]["message"].startswith("Ce genre de partage n’est pas possible ici.")
    assert answer["Content-Language"] == "fr"


def test_what_cannot_be_kept_is_refused_and_nothing_is_half_done(devices, town):
    base = {"path": "/Docs", "shareType": 0, "shareWith": "bob"}
    before = Grant.objects.count()
    hidden = '[{"scope":"permissions","key":"download","value":false}]'
    for change, status in (
        ({"shareType": 4}, 400), ({"shareType": 6}, 400), ({"shareType": ""}, 400), ({"shareType": "x"}, 400),
        ({"shareType": "9" * 40}, 400), ({"shareType": -1}, 400), ({"shareWith": "nobody"}, 404),
        ({"shareWith": ""}, 404), ({"shareWith": "a\0b"}, 400), ({"shareWith": "x" * 5000}, 400),
        ({"shareWith": "alice"}, 403), ({"shareType": 1, "shareWith": "bob"}, 404), ({"permissions": 32}, 400),
        ({"permissions": -1}, 400), ({"permissions": "1.5"}, 400), ({"permissions": "x"}, 400),
        ({"password": "secret"}, 400), ({"label": "x"}, 400), ({"note": "x" * 501}, 400),
        ({"hideDownload": "true"}, 400), ({"attributes": hidden}, 400), ({"attributes": "{"}, 400),
        ({"attributes": "[" * 5000}, 400), ({"publicUpload": "maybe"}, 400), ({"path": "/"}, 403),
        ({"path": "/Plans"}, 403), ({"note": "x" * 70000}, 413),
    ):  # fmt: skip
        assert devices.alice.refused("POST", "shares", base | change)[0] == status, change
    assert Grant.objects.count() == before
    fine = '[{"scope":"permissions","key":"download","value":true}]'
    made = devices.alice.share("/Docs", 0, "bob", permissions=1, attributes=fine, hideDownload="false")
    assert devices.alice.refused("POST", "shares", base)[0] == 403
    assert Grant.objects.get(pk=made["id"]).rights == 1


def test_bodies_come_as_forms_as_json_and_in_the_query(devices, client):
    where = f"{BASE}/shares?format=json"
    told = {"path": "/Docs", "shareType": 0, "shareWith": "bob", "permissions": 1, "note": None}
    answer = client.post(where, json.dumps(told), content_type="application/json", **devices.alice.headers)
    made = answer.json()["ocs"]["data"]
    assert made["permissions"] == 1
    one = f"{BASE}/shares/{made['id']}?format=json"
    answer = client.put(one, json.dumps({"permissions": 3}), content_type="application/json", **devices.alice.headers)
    assert answer.json()["ocs"]["data"]["permissions"] == 3
    assert client.put(f"{one}&permissions=1", **devices.alice.headers).json()["ocs"]["data"]["permissions"] == 1
    answer = client.post(where, {"path": "/notes.txt", "shareType": "0", "shareWith": "bob"}, **devices.alice.headers)
    assert answer.status_code == 200
    for body in ("[]", "{", '{"a":' * 5000, '"x"', '{"permissions": "\\ud800"}', '{"note": "\\u0000"}'):
        answer = client.put(one, body, content_type="application/json", **devices.alice.headers)
        assert (answer.status_code, answer.json()["ocs"]["meta"]["status"]) == (400, "failure"), body
    answer = client.put(one, b"\xff=\xff", content_type="application/x-www-form-urlencoded", **devices.alice.headers)
    assert answer.status_code == 400
    many = "&".join(f"a{number}=1" for number in range(1500))
    assert client.get(f"{BASE}/shares?format=json&{many}", **devices.alice.headers).status_code == 400
    told = {f"a{number}": "1" for number in range(1100)}
    assert client.post(where, told, **devices.alice.headers).status_code in {400, 413}
    answer = client.post(where, b"x", content_type="multipart/form-data", **devices.alice.headers)
    assert answer.status_code == 400
    answer = client.put(one, many, content_type="application/x-www-form-urlencoded", **devices.alice.headers)
    assert answer.status_code == 400


def test_xml_and_version_1(devices, client):
    made = devices.alice.share("/Docs", 3)
    base = "/ocs/v1.php/apps/files_sharing/api/v1"
    tree = ElementTree.fromstring(client.get(f"{base}/shares?path=/Docs", **devices.alice.headers).content)
    assert tree.findtext("meta/statuscode") == "100"
    assert tree.findtext("data/element/token") == made["token"]
    assert tree.findtext("data/element/expiration") == ""
    answer = client.get(f"{base}/shares/99999999?format=json", **devices.alice.headers)
    assert (answer.status_code, answer.json()["ocs"]["meta"]["statuscode"]) == (200, 404)
    assert client.get(f"{base}/shares").status_code == 401


def test_the_password_of_a_device_bounds_it(devices, town, client):
    reading = Device(client, town.alice, scopes=("read-only",))
    other = Device(client, town.alice, scopes=("calendars",))
    made = devices.alice.share("/Docs", 0, "bob")
    assert len(reading.shares()) == 1
    assert other.refused("GET", "shares")[0] == other.refused("GET", f"shares/{made['id']}")[0] == 403
    for device in (reading, other):
        assert device.refused("POST", "shares", {"path": "/notes.txt", "shareType": 3})[0] == 403
        assert device.refused("PUT", f"shares/{made['id']}", {"permissions": 1})[0] == 403
        assert device.refused("DELETE", f"shares/{made['id']}")[0] == 403
    assert Grant.objects.get(pk=made["id"]).rights == 31


def test_what_is_archived_or_thrown_away_is_not_shared(devices, town):
    devices.alice.share("/Docs", 0, "bob")
    assert devices.alice.dav("DELETE", "Docs").status == 204
    assert devices.alice.shares() == devices.bob.shares("shared_with_me=true") == []
    folder = make.make_folder(town.alice, town.root, "Minutes")
    made = devices.alice.share("/Plans/Minutes", 0, "eve", permissions=1)
    assert made["uid_file_owner"] == town.space.slug
    make.change(town.space, archived_at=timezone.now())
    asked = {"path": "/Plans/Minutes", "shareType": 3}
    assert devices.alice.refused("POST", "shares", asked)[0] in {403, 404}
    assert not Link.objects.filter(object_id=folder.pk).exists()


def test_a_list_costs_the_same_however_long_it_is(devices, town):
    def cost(query):
        with CaptureQueriesContext(connection) as captured:
            devices.alice.shares(query)
        return len(captured)

    queries = ("", "path=/Docs&reshares=true", "path=/Docs&subfiles=true", "shared_with_me=true")

    def fill(first, last):
        for number in range(first, last):
            user = make.make_user(f"user{number}")
            item = make.make_folder(town.alice, devices.docs, f"folder {number}")
            make.share(town.alice, item, user)
            make.share(town.alice, devices.docs, user)
            make.make_link(town.alice, item)
            theirs = make.make_folder(user, make.home(user), f"theirs {number}")
            make.share(user, theirs, town.alice, 17)
            make.make_link(user, theirs)

    fill(0, 2)
    devices.alice.shares("shared_with_me=true")
    few = [cost(query) for query in queries]
    fill(2, 8)
    devices.alice.shares("shared_with_me=true")
    assert [cost(query) for query in queries] == few
    assert max(few) <= 12


def test_groups_with_any_name_are_named_as_they_are(devices, town):
    make.make_group("Bureau <&> CA", town.bob)
    made = devices.alice.share("/Docs", 1, "Bureau <&> CA", permissions=READER.mask)
    assert made["share_with"] == "Bureau <&> CA"
    assert Group.objects.get(name="Bureau <&> CA").principal.grants.get().rights == 1
