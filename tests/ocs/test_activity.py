"""What happened, on phones and desktops: only what one may see, newest first, each line once however it is paged."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from tests import town as make
from tests.accounts.people import basic
from tests.ocs.conftest import Device

BASE = "/ocs/v2.php/apps/activity/api/v2"


@pytest.fixture
def there(devices, town):
    """Alice made six files in the team's space, each in a folder of its own, and one that is reserved."""
    for number in range(6):
        folder = make.make_folder(town.alice, town.root, f"part {number}")
        make.make_file(town.alice, folder, f"plan {number}.txt")
    board = make.make_folder(town.alice, town.root, "board")
    make.restrict(town.alice, board)
    make.make_file(town.alice, board, "salaries.txt")
    return devices


def call(device, path="activity"):
    return device.call("GET", path, base=BASE)


def data(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["ocs"]["data"]


def walked(device, client, path):
    """Follow the pages by the header that tells the next one."""
    found, answer = [], call(device, path)
    while answer.status_code == 200:
        found += data(answer)
        if not (link := answer.headers.get("Link")):
            assert call(device, f"{path}&since={answer['X-Activity-Last-Given']}").status_code == 304
            break
        parts = urlsplit(link[1 : link.index(">")])
        answer = client.get(f"{parts.path}?{parts.query}", **device.headers)
    return found


def test_a_line_has_what_clients_read(there, town):
    first = data(call(there.bob))[0]
    assert set(first) == {
        "activity_id", "app", "type", "user", "subject", "subject_rich", "message", "message_rich", "object_type",
        "object_id", "object_name", "objects", "previews", "link", "icon", "datetime",
    }  # fmt: skip
    assert (first["app"], first["user"], first["object_type"]) == ("files", "alice", "files")
    assert isinstance(first["activity_id"], int)
    assert first["subject_rich"] == [first["subject"], {}]
    assert "Alice" in first["subject"]
    assert first["link"].startswith("http://testserver/")
    assert datetime.fromisoformat(first["datetime"]).utcoffset().total_seconds() == 0


def test_what_may_not_be_seen_is_not_told(there):
    assert "salaries" in str(data(call(there.alice)))
    assert "salaries" not in str(data(call(there.bob)))
    assert call(there.eve).status_code == 304


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_tell_each_line_once(there, client, size):
    whole = [line["activity_id"] for line in data(call(there.bob, "activity?limit=200"))]
    assert whole == sorted(whole, reverse=True)
    assert [line["activity_id"] for line in walked(there.bob, client, f"activity?limit={size}")] == whole
    assert len(whole) > 2


def test_a_page_whose_place_is_forgotten_goes_on_below_its_last_line(there):
    first = call(there.bob, "activity?limit=1")
    cache.clear()
    rest = data(call(there.bob, f"activity?limit=200&since={first['X-Activity-Last-Given']}"))
    assert all(line["activity_id"] < data(first)[0]["activity_id"] for line in rest)


def test_filters(there, town):
    make.make_file(town.bob, town.root, "by bob.txt")
    assert {line["user"] for line in data(call(there.bob, "activity/self"))} == {"bob"}
    assert {line["user"] for line in data(call(there.bob, "activity/by"))} == {"alice"}
    folder = make.Node.objects.get(name="part 3")
    of_one = data(call(there.bob, f"activity/filter?object_type=files&object_id={folder.pk}"))
    assert of_one
    assert all("3" in line["subject"] for line in of_one)
    board = make.Node.objects.get(name="board")
    for path in (
        f"activity/filter?object_type=files&object_id={board.pk}", "activity/nothing",
        "activity/filter?object_type=calendar&object_id=1", "activity/filter?object_type=files",
    ):  # fmt: skip
        assert call(there.bob, path).status_code == 404
    assert call(there.bob, "activity?sort=asc").status_code == 400
    assert call(there.bob, "activity?since=x").status_code == 400


def test_who_may_ask(there, town, client):
    assert client.get(f"{BASE}/activity?format=json").status_code == 401
    assert Device(client, town.bob, ["calendars"]).call("GET", "activity", base=BASE).status_code == 403
    assert client.get(f"{BASE}/activity?format=json", **basic("bob", "wrong")).status_code == 401
