"""The bell of phones and desktops: what is unread and may be seen, each in a sentence; deleting is reading."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.test.utils import CaptureQueriesContext

from collab.notifications.models import Notification
from collab.rights.right import READER
from tests import town as make
from tests.notifications import hearing

BASE = "/ocs/v2.php/apps/notifications/api/v2"
FIELDS = {
    "notification_id", "app", "user", "datetime", "object_type", "object_id", "subject", "subjectRich",
    "subjectRichParameters", "message", "messageRich", "messageRichParameters", "link", "icon", "shouldNotify",
    "actions",
}  # fmt: skip


@pytest.fixture
def told(devices, town):
    """Eve was given two folders that lie apart."""
    hearing.all_read()
    Notification.objects.all().delete()
    for name in ("Accounts", "Summer"):
        place = make.make_folder(town.alice, make.home(town.alice), f"in {name}")
        make.share(town.alice, make.make_folder(town.alice, place, name), town.eve, READER.mask)
    assert hearing.unread(town.eve) == 2
    return devices


def listed(device, **headers):
    answer = device.call("GET", "notifications", base=BASE, **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["ocs"]["data"]


def test_what_is_unread_is_listed_the_latest_first(told, town):
    found = listed(told.eve)
    assert [set(one) for one in found] == [FIELDS, FIELDS]
    assert ["Summer" in found[0]["subject"], "Accounts" in found[1]["subject"]] == [True, True]
    assert found[0]["subject"].startswith("Alice ")
    assert found[0]["user"] == "eve"
    assert (found[0]["app"], found[0]["object_type"]) == ("files", "node")
    assert datetime.fromisoformat(found[0]["datetime"]).utcoffset().total_seconds() == 0
    assert found[0]["link"].startswith("http://testserver/")
    assert listed(told.bob) == []


def test_xml_says_the_same(told, client):
    answer = client.get(f"{BASE}/notifications", **told.eve.headers)
    rows = ElementTree.fromstring(answer.content).findall("data/element")
    assert [row.findtext("notification_id") for row in rows] == [
        str(one["notification_id"]) for one in listed(told.eve)
    ]


def test_who_has_the_list_hears_304_until_something_comes(told, town):
    first = told.eve.call("GET", "notifications", base=BASE)
    known = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    same = told.eve.call("GET", "notifications", base=BASE, **known)
    assert (same.status_code, same.content) == (304, b"")
    make.share(town.alice, told.docs, town.eve, READER.mask)
    assert hearing.unread(town.eve) == 3
    assert told.eve.call("GET", "notifications", base=BASE, **known).status_code == 200


def test_one_is_read_then_deleted_then_gone_and_the_bell_knows(told, town):
    number = listed(told.eve)[0]["notification_id"]
    one = told.eve.call("GET", f"notifications/{number}", base=BASE).json()["ocs"]["data"]
    assert one["notification_id"] == number
    for method in ("GET", "DELETE"):
        assert told.bob.call(method, f"notifications/{number}", base=BASE).status_code == 404
    assert hearing.unread(town.eve) == 2
    assert told.eve.call("DELETE", f"notifications/{number}", base=BASE).status_code == 200
    assert hearing.unread(town.eve) == 1
    assert number not in [item["notification_id"] for item in listed(told.eve)]
    assert told.eve.call("GET", f"notifications/{number}", base=BASE).status_code == 404


def test_each_says_what_can_be_done_with_it(told, town):
    """Addresses and methods, as clients follow them: one leads to the page, one has done with it."""
    first = listed(told.eve)[0]
    assert [(one["label"], one["type"], one["primary"]) for one in first["actions"]] == [
        ("Open", "WEB", True), ("Mark as read", "DELETE", False),
    ]  # fmt: skip
    opened, read = (one["link"].removeprefix("http://testserver") for one in first["actions"])
    told.eve.browser.force_login(town.eve)
    assert told.eve.browser.get(opened).status_code == 302
    answer = told.eve.browser.delete(read, headers={"OCS-APIRequest": "true"}, **told.eve.headers)
    assert answer.status_code in {200, 404}
    rest = listed(told.eve)
    assert (
        [one["notification_id"] for one in rest]
        == [listed(told.eve)[0]["notification_id"]]
        != [first["notification_id"]]
    )
    read = rest[0]["actions"][1]["link"].removeprefix("http://testserver")
    assert told.eve.browser.delete(read, **told.bob.headers).status_code == 404
    assert told.eve.browser.delete(read, **told.eve.headers).status_code == 200
    assert listed(told.eve) == []


def test_all_are_deleted_and_only_ones_own(told, town):
    make.share(town.alice, told.docs, town.bob, READER.mask)
    before = hearing.unread(town.bob)
    assert before
    assert told.eve.call("DELETE", "notifications", base=BASE).status_code == 200
    assert (hearing.unread(town.eve), hearing.unread(town.bob)) == (0, before)
    assert listed(told.eve) == []


def test_what_may_not_be_seen_any_more_is_told_nowhere(told, town):
    number = next(one["notification_id"] for one in listed(told.eve) if "Summer" in one["subject"])
    node = Notification.objects.get(pk=number).refs[-1]
    make.unshare(town.alice, make.Node.objects.get(pk=node), town.eve)
    assert "Summer" not in str(listed(told.eve))
    assert told.eve.call("GET", f"notifications/{number}", base=BASE).status_code == 404


def test_passwords_that_were_not_made_for_it(told, town, client):
    from tests.ocs.conftest import Device

    for scopes, method, status in (
        (["calendars"], "GET", 403), (["files"], "GET", 200), (["files", "read-only"], "DELETE", 403),
    ):  # fmt: skip
        assert Device(client, town.eve, scopes).call(method, "notifications", base=BASE).status_code == status
    assert client.get(f"{BASE}/notifications?format=json").status_code == 401
    assert hearing.unread(town.eve) == 2


def test_the_list_costs_no_more_for_more(told, town):
    from django.db import connection

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed(told.eve)
        return len(queries)

    cost()
    before = cost()
    for number in range(5):
        place = make.make_folder(town.alice, make.home(town.alice), f"more {number}")
        make.share(town.alice, make.make_folder(town.alice, place, "x"), town.eve, READER.mask)
    assert hearing.unread(town.eve) == 7
    assert cost() <= before
