"""Unified search from a phone: providers, pages by cursor, and nothing that may not be seen."""

import pytest

from tests import town as make
from tests.ocs.conftest import Device
from tests.search.conftest import _nothing_is_sent, indexed  # noqa: F401 - fixtures

BASE = "/ocs/v2.php/search"


def data(device, path):
    answer = device.call("GET", path, base=BASE)
    assert answer.status_code == 200, answer.content
    return answer.json()["ocs"]["data"]


@pytest.fixture
def there(devices, town, indexed):  # noqa: F811
    for number in range(5):
        make.make_file(town.alice, town.root, f"harvest {number}.txt", b"apples")
    make.make_file(town.alice, devices.docs, "harvest secret.txt", b"pears")
    indexed()
    return devices


def test_a_phone_finds_files_and_opens_them_by_path(there):
    [provider] = data(there.bob, "providers")
    assert (provider["id"], provider["name"]) == ("files", "Files")
    found = data(there.bob, "providers/files/search?term=harvest&limit=20")
    assert sorted(one["title"] for one in found["entries"]) == [f"harvest {number}.txt" for number in range(5)]
    assert found["cursor"] is None
    first = found["entries"][0]
    assert set(first) == {"thumbnailUrl", "title", "subline", "resourceUrl", "icon", "rounded", "attributes"}
    assert first["attributes"]["path"] == f"/Plans/{first['title']}"
    assert first["resourceUrl"] == f"http://testserver/f/{first['attributes']['fileId']}"


def test_pages_by_cursor_tell_each_once(there):
    titles, cursor = [], ""
    while cursor is not None:
        found = data(there.bob, f"providers/files/search?term=harvest&limit=2&cursor={cursor}")
        titles += [one["title"] for one in found["entries"]]
        cursor = found["cursor"]
    assert sorted(titles) == [f"harvest {number}.txt" for number in range(5)]


def test_what_may_not_be_seen_is_not_found(there, town, client):
    assert "secret" in str(data(there.alice, "providers/files/search?term=harvest&limit=20"))
    assert data(there.eve, "providers/files/search?term=harvest")["entries"] == []
    assert there.bob.call("GET", "providers/nothing/search?term=x", base=BASE).status_code == 404
    assert there.bob.call("GET", "providers/files/search?term=harvest&cursor=x", base=BASE).status_code == 400
    assert Device(client, town.bob, ["calendars"]).call("GET", "providers", base=BASE).status_code == 403
    assert data(there.bob, "providers/files/search?term=")["entries"] == []
