"""What Android and iOS do one after another, read as strictly as their libraries read it (sync.md, 1.3 to 2.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import town as make
from tests.files import pictures
from tests.ocs.conftest import Device

FILES, UPLOADS, TRASH = "/remote.php/dav/files/alice", "/remote.php/dav/uploads/alice", "/remote.php/dav/trashbin/alice"
SPACES = 'xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"'
NUMERIC = ("oc:fileid", "oc:size", "d:getcontentlength", "d:quota-used-bytes", "nc:upload_time", "nc:creation_time")
ASKED = [
    "d:getlastmodified",
    "d:getetag",
    "d:getcontenttype",
    "d:resourcetype",
    "d:getcontentlength",
    "d:quota-used-bytes",
    "d:quota-available-bytes",
    "oc:id",
    "oc:fileid",
    "oc:permissions",
    "oc:size",
    "oc:favorite",
    "oc:owner-id",
    "oc:owner-display-name",
    "oc:comments-unread",
    "oc:share-types",
    "oc:checksums",
    "nc:has-preview",
    "nc:mount-type",
    "nc:is-encrypted",
    "nc:creation_time",
    "nc:upload_time",
    "nc:note",
    "nc:sharees",
    "nc:rich-workspace",
    "nc:lock",
    "nc:system-tags",
    "nc:hidden",
]
ANDROID: dict[str, Any] = {
    "version": {"major": int, "minor": int, "micro": int, "string": str, "edition": str, "extendedSupport": bool},
    "capabilities": {
        "core": {"pollinterval": int},
        "files": {"bigfilechunking": bool, "undelete": bool, "versioning": bool},
        "files_sharing": {
            "api_enabled": bool, "resharing": bool, "public": {"enabled": bool}, "user": {"send_mail": bool},
            "federation": {"outgoing": bool, "incoming": bool},
        },
        "theming": {"name": str, "slogan": str, "color": str},
        "notifications": {"ocs-endpoints": list},
        "activity": {"apiv2": list},
        "notify_push": {"type": list, "endpoints": {"websocket": str, "pre_auth": str}},
    },
}  # fmt: skip
"""A key of these that is missing, or of another type, makes Android throw the whole answer away."""


class Phone:
    """Reads XML as the iOS library does: by literal prefixes, and the first propstat alone."""

    def __init__(self, device: Device):
        self.device, self.dav = device, device.dav

    def list(self, path: str, *, depth: str = "1", method: str = "PROPFIND", body: str = "") -> list[dict[str, str]]:
        props = "".join(f"<{name}/>" for name in ASKED)
        asked = body or f"<d:propfind {SPACES}><d:prop>{props}</d:prop></d:propfind>"
        answer = self.dav(method, path, asked, Depth=depth)
        assert answer.status == 207, answer.body
        assert answer.headers["content-type"] == "application/xml; charset=utf-8"
        return [self.entry(one) for one in re.findall(r"<d:response>(.*?)</d:response>", answer.body.decode(), re.S)]

    @staticmethod
    def entry(response: str) -> dict[str, str]:
        first = re.search(r"<d:propstat>(.*?)</d:propstat>", response, re.S)
        assert first is not None
        assert "<d:status>HTTP/1.1 200 OK</d:status>" in first[1], "what is found stands first"
        found = {name: value or "" for name, value in re.findall(r"<(\w+:[\w-]+)>(.*?)</\1>", first[1], re.S)}
        empty = set(re.findall(r"<(\w+:[\w-]+)/>", first[1]))
        assert not empty & set(NUMERIC), "Android casts an empty number, and crashes"
        inner = re.search(r"<d:prop>(.*)</d:prop>", first[1], re.S)
        assert inner is not None
        found |= {name: value for name in ASKED if (value := _inside(name, inner[1])) is not None}
        href = re.search(r"<d:href>(.*?)</d:href>", response)
        assert href is not None
        return found | {"href": href[1]}


def _inside(name: str, text: str) -> str | None:
    found = re.search(rf"<{name}(?:/>|>(.*?)</{name}>)", text, re.S)
    return None if found is None else found[1] or ""


def strictly(found: Any, wanted: Any, path: str = "") -> None:
    """Fail where a key is missing or no value of its type; a boolean is no number."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), path
        for name, inner in wanted.items():
            assert name in found, f"{path}/{name} is missing"
            strictly(found[name], inner, f"{path}/{name}")
    else:
        assert type(found) is wanted, path


@pytest.fixture
def phone(devices) -> Phone:
    return Phone(devices.alice)


def test_android_reads_the_capabilities(phone):
    answer = phone.device.call("GET", "capabilities", base="/ocs/v2.php/cloud")
    strictly(answer.json()["ocs"]["data"], ANDROID)


def test_a_listing_in_the_form_that_both_read(phone, town):
    make.make_file(town.alice, make.home(town.alice), "Été & co.jpg", pictures.encoded("JPEG"))
    make.make_file(town.alice, make.home(town.alice), "empty.txt", b"")
    rows = phone.list(f"{FILES}/")
    assert rows[0]["href"] == f"{FILES}/", "the folder itself first"
    by_href = {row["href"]: row for row in rows}
    assert set(by_href) == {
        f"{FILES}/", f"{FILES}/Docs/", f"{FILES}/notes.txt", f"{FILES}/%C3%89t%C3%A9%20%26%20co.jpg",
        f"{FILES}/empty.txt", f"{FILES}/Plans/",
    }  # fmt: skip
    for href, row in by_href.items():
        assert row["d:resourcetype"] == ("<d:collection/>" if href.endswith("/") else "")
        assert re.fullmatch(r'(?:"|&quot;)[0-9a-f]{32,}(?:"|&quot;)', row["d:getetag"])
        for name in NUMERIC:
            assert row.get(name, "0").isdecimal(), (href, name)
    assert by_href[f"{FILES}/empty.txt"]["d:getcontentlength"] == "0"
    assert by_href[f"{FILES}/%C3%89t%C3%A9%20%26%20co.jpg"]["nc:has-preview"] == "true"


def test_android_sends_a_large_file_in_parts_and_goes_on_after_a_break(phone, town):
    """Six digits from 1; it makes the folder again, does not mind 405, and adds up what is there."""
    dav, where, to = phone.dav, f"{UPLOADS}/0cc175b9c0f1b6a831c399e269772661", "http://testserver" + f"{FILES}/film.mp4"
    assert dav("MKCOL", where, Destination=to).status == 201
    assert dav("PUT", f"{where}/000001", b"a" * 10, Destination=to).status == 201
    assert dav("MKCOL", where, Destination=to).status == 405
    rows = phone.list(f"{where}/")
    parts = [row for row in rows if row["d:resourcetype"] == ""]
    assert [row["href"].rpartition("/")[2] for row in parts if row["href"][-6:].isdecimal()] == ["000001"]
    assert sum(int(row["d:getcontentlength"]) for row in parts if row["href"][-6:].isdecimal()) == 10
    assert dav("PUT", f"{where}/000002", b"b" * 5, Destination=to).status == 201
    done = dav("MOVE", f"{where}/.file", Destination=to, X_OC_Mtime="1700000000", X_OC_Ctime="1600000000")
    assert done.status == 201
    assert phone.list(f"{FILES}/film.mp4", depth="0")[0]["d:getcontentlength"] == "15"
    assert dav("PROPFIND", where, Depth="0").status == 404


def test_ios_sends_one_with_times_as_floats(phone):
    dav, where, to = phone.dav, f"{UPLOADS}/b7e6", f"{FILES}/clip.mov"
    assert dav("PROPFIND", where, Depth="0").status == 404
    told = {"Destination": to, "OC_Total_Length": "12"}
    assert dav("MKCOL", where, **told).status == 201
    for number in range(1, 13):  # no leading zeros: 10 comes after 9, not after 1
        body = bytes([ord("a") + number])
        assert dav("PUT", f"{where}/{number}", body, Overwrite="true", X_OC_Mtime="1700000000.75", **told).status == 201
    done = dav("MOVE", f"{where}/.file", X_OC_Mtime="1700000000.75", X_OC_Ctime="1600000000.25", **told)
    assert done.status == 201
    assert done.headers["oc-etag"] == done.headers["etag"]
    assert dav("GET", to).body == b"bcdefghijklm"
    [row] = phone.list(to, depth="0")
    assert row["d:getlastmodified"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_ios_lists_favourites_page_by_page(phone):
    for name in ("a", "b", "c"):
        phone.dav.put(f"{name}.txt", name.encode())
        star = "<d:set><d:prop><oc:favorite>1</oc:favorite></d:prop></d:set>"
        assert (
            phone.dav("PROPPATCH", f"{name}.txt", f"<d:propertyupdate {SPACES}>{star}</d:propertyupdate>").status == 207
        )

    def favourites(first: int) -> list[str]:
        body = (
            f"<oc:filter-files {SPACES}><d:prop><oc:fileid/><oc:favorite/><d:resourcetype/></d:prop><oc:filter-rules>"
            "<oc:favorite>1</oc:favorite></oc:filter-rules><d:limit><d:nresults>2</d:nresults>"
            f"<nc:firstresult>{first}</nc:firstresult></d:limit></oc:filter-files>"
        )
        return [row["href"] for row in phone.list(f"{FILES}/", method="REPORT", body=body)]

    assert sorted(favourites(0) + favourites(2)) == [f"{FILES}/{name}.txt" for name in "abc"]
    assert len(favourites(0)) == 2


def test_a_phone_brings_something_back_from_the_trash(phone):
    assert phone.dav("DELETE", "Docs/plan.txt").status == 204
    rows = phone.list(f"{TRASH}/trash/")
    [row] = rows[1:]
    assert row["oc:permissions"] == "GD"
    assert row["oc:fileid"].isdecimal()
    name = row["href"].rpartition("/")[2]
    assert re.fullmatch(r"plan\.txt\.d\d+.*", name)
    assert phone.dav("MOVE", row["href"], Destination=f"{TRASH}/restore/{name}").status in {201, 204}
    assert phone.list(f"{FILES}/Docs/plan.txt", depth="0")[0]["d:getcontentlength"] == "5"
