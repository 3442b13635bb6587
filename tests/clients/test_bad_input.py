"""Bad input at the DAV door, on the wire, with and without the front: refused with a reason, nothing stored."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest

from collab.spaces.models import Space
from files.models import Blob, Node, Upload
from tests import town
from tests.clients.wire import Answer, Wire
from tests.live import make_person

HOME = "/remote.php/dav/files/alice"
UPLOADS = "/remote.php/dav/uploads/alice"


@pytest.fixture(params=["front_url", "live_url"])
def wire(request, transactional_db):
    url = request.getfixturevalue(request.param)
    _alice, password = make_person("alice")
    wire = Wire(url, "alice", password)
    yield wire
    wire.close()


@pytest.fixture
def note(wire) -> Answer:
    """A file that must survive whatever is tried on it."""
    answer = wire("PUT", f"{HOME}/note.txt", b"first")
    assert answer.status == 201
    return answer


def nothing_but(*names: str) -> bool:
    """Whether these are all the files there are, with no bytes kept of others, and every invariant holds."""
    assert sorted(Node.objects.exclude(parent=None).values_list("name", flat=True)) == sorted(names)
    assert Blob.objects.count() == len(names)
    return town.is_clean(deep=True)


BAD_NAMES = {
    "NUL": "a%00b",
    "newline": "a%0Ab",
    "tab": "a%09b",
    "escape": "a%1Bb",
    "delete": "a%7Fb",
    "C1 control": "a%C2%85b",
    "256 bytes": "n" * 256,
    "129 two-byte letters": quote("é" * 128),
    "not UTF-8": "a%FFb",
    "overlong slash": "a%C0%AFb",
    "half a surrogate": "a%ED%A0%80b",
}


def test_a_bad_name_is_refused_with_the_reason(wire, note):
    for kind, name in BAD_NAMES.items():
        for answer in (
            wire("PUT", f"{HOME}/{name}", b"x"),
            wire("MKCOL", f"{HOME}/{name}"),
            wire("MOVE", f"{HOME}/note.txt", Destination=f"{HOME}/{name}"),
            wire("COPY", f"{HOME}/note.txt", Destination=f"{HOME}/{name}"),
        ):
            assert (answer.status, bool(answer.reason)) == (400, True), (kind, answer)
    assert nothing_but("note.txt")


DOTS = ["..", ".", "%2e%2e", "%2e", "x/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "../../../etc/passwd"]


def test_dots_are_no_names(wire, note):
    """The front resolves them before anybody sees them, or the application refuses; they never leave the tree."""
    for name in DOTS:
        answer = wire("PUT", f"{HOME}/{name}", b"x")
        assert answer.status in {400, 403, 404, 405, 409}, answer
        assert wire("MOVE", f"{HOME}/note.txt", Destination=f"{HOME}/{name}").status in {400, 403, 404, 405, 409, 502}
    assert nothing_but("note.txt")


def test_a_slash_in_a_name_is_refused_with_the_reason(wire, note, request):
    if "front_url" in request.node.name:  # only the front still knows what was sent
        for method in ("PUT", "MKCOL", "PROPFIND"):
            answer = wire(method, f"{HOME}/a%2Fb")
            assert (answer.status, "/" in answer.reason) == (400, True), answer
    answer = wire("MOVE", f"{HOME}/note.txt", Destination=f"{HOME}/a%2Fb")
    assert answer.status == 400
    assert nothing_but("note.txt")


def test_a_name_of_255_bytes_is_kept(wire):
    for name in ("n" * 255, "é" * 127):
        assert wire("PUT", f"{HOME}/{quote(name)}", b"x").status == 201
        assert Node.objects.filter(name=name).exists()


WRONG_SUMS = ["SHA1:" + "0" * 40, "MD5:" + "0" * 32, "SHA256:" + "0" * 64, "ADLER32:00000001", "SHA1:", "MD5:xyz"]


def test_a_wrong_checksum_stores_nothing(wire, note):
    for checksum in WRONG_SUMS:
        for name in ("new.txt", "note.txt"):
            answer = wire("PUT", f"{HOME}/{name}", b"content", OC_Checksum=checksum)
            assert (answer.status, bool(answer.reason)) == (400, True), checksum
    assert wire("GET", f"{HOME}/note.txt").body == b"first"
    assert nothing_but("note.txt")


def test_the_right_checksum_is_kept_and_told(wire):
    digest = hashlib.sha1(b"content", usedforsecurity=False).hexdigest()
    assert wire("PUT", f"{HOME}/new.txt", b"content", OC_Checksum=f"SHA1:{digest}").status == 201
    assert wire("GET", f"{HOME}/new.txt").headers["oc-checksum"] == f"SHA1:{digest}"
    assert wire("PUT", f"{HOME}/new.txt", b"other", OC_Checksum="CRC9:00").status == 204, "of a kind that nobody knows"


def test_another_length_than_announced_stores_nothing(wire, note):
    answer = wire("PUT", f"{HOME}/new.txt", b"content", OC_Total_Length="8")
    assert (answer.status, bool(answer.reason)) == (400, True)
    assert nothing_but("note.txt")


def test_a_body_that_breaks_off_stores_nothing(wire, note):
    for announced in (1000, 20_000_000):
        wire.break_off("PUT", f"{HOME}/note.txt", b"half", announced)
        wire.break_off("PUT", f"{HOME}/new.txt", b"half", announced)
    assert wire("GET", f"{HOME}/note.txt").body == b"first"
    assert nothing_but("note.txt")


def test_parts_that_do_not_add_up_are_refused_and_kept(wire, note):
    assert wire("MKCOL", f"{UPLOADS}/t1").status == 201
    assert wire("MKCOL", f"{UPLOADS}/t1").status == 405
    for name in ("1", "2"):
        assert wire("PUT", f"{UPLOADS}/t1/{name}", b"part").status == 201
    there = {"Destination": f"{HOME}/note.txt"}
    for wrong in ({"OC_Total_Length": "9"}, {"OC_Checksum": "MD5:" + "0" * 32}):
        answer = wire("MOVE", f"{UPLOADS}/t1/.file", **there, **wrong)
        assert (answer.status, bool(answer.reason)) == (400, True)
    assert wire("MOVE", f"{UPLOADS}/t1/.file", **there, If=f'<{HOME}/note.txt> (["0"])').status == 412
    assert wire("MOVE", f"{UPLOADS}/t1/.file", Destination="/remote.php/dav/files/bob/x").status in {403, 404, 502}
    assert wire("GET", f"{HOME}/note.txt").body == b"first"
    assert wire("MOVE", f"{UPLOADS}/t1/.file", **there, OC_Total_Length="8").status == 204
    assert wire("GET", f"{HOME}/note.txt").body == b"partpart"
    assert not Upload.objects.exists()


NO_NUMBERS = ["x", "1a", "-1", "..", "1" * 21, "%2e%2e%2f1", "1%00", quote("１")]


def test_a_part_is_named_by_a_number(wire):
    wire("MKCOL", f"{UPLOADS}/t1")
    for name in NO_NUMBERS:
        assert wire("PUT", f"{UPLOADS}/t1/{name}", b"part").status in {400, 404, 405, 409}, name
    assert wire("PUT", f"{UPLOADS}/none/1", b"part").status in {404, 409}
    assert wire("PROPFIND", f"{UPLOADS}/t1", Depth="1").body.count(b"<d:response>") == 2, "the upload and its .file"
    assert not Blob.objects.exists()


def test_somebody_saved_before(wire, note):
    wire("PUT", f"{HOME}/note.txt", b"second")
    stale = note.headers["etag"]
    for method, headers in (
        ("PUT", {"If_Match": stale}),
        ("PUT", {"If_None_Match": "*"}),
        ("PUT", {"If": f"([{stale}])"}),
        ("DELETE", {"If_Match": stale}),
        ("MOVE", {"If_Match": stale, "Destination": f"{HOME}/moved.txt"}),
        ("PUT", {"If_Match": '"not an etag of ours"'}),
    ):
        answer = wire(method, f"{HOME}/note.txt", b"third" if method == "PUT" else b"", **headers)
        assert (answer.status, bool(answer.reason)) == (412, True), (method, headers)
    assert wire("MOVE", f"{HOME}/note.txt", Destination=f"{HOME}/note.txt").status == 403
    wire("PUT", f"{HOME}/other.txt", b"other")
    assert wire("COPY", f"{HOME}/other.txt", Destination=f"{HOME}/note.txt", Overwrite="F").status == 412
    assert wire("GET", f"{HOME}/note.txt").body == b"second"


def test_an_unknown_method_is_told_what_is_possible(wire, note):
    for method in ("BREW", "PATCH", "MKCALENDAR", "TRACE"):
        answer = wire(method, f"{HOME}/note.txt")
        assert answer.status in {405, 501}, method
        assert "PROPFIND" in answer.headers["allow"]
    assert wire("MKCOL", f"{HOME}/note.txt").status == 405
    assert wire("PUT", f"{HOME}/", b"x").status in {405, 409}
    wire("MKCOL", f"{HOME}/folder")
    assert wire("PUT", f"{HOME}/folder", b"x").status in {405, 409}
    assert wire("PUT", f"{HOME}/none/x.txt", b"x").status == 409
    assert wire("MKCOL", f"{HOME}/none/x").status == 409
    assert wire("MKCOL", f"{HOME}/new", b"<body/>").status == 415


LAUGHS = b"<!DOCTYPE l [<!ENTITY a 'ha'>%s]><l>&a9;</l>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (number, b"&a%d;" % (number - 1) * 10 if number else b"ha") for number in range(10)
)
HOSTILE = {
    "billion laughs": LAUGHS,
    "a file of ours": b"<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;</p>",
    "a foreign DTD": b"<!DOCTYPE p SYSTEM 'http://127.0.0.1:9/x.dtd'><p/>",
    "deep": b"<d:propfind xmlns:d='DAV:'>" + b"<d:prop>" * 100_000,
    "many": b"<d:propfind xmlns:d='DAV:'><d:prop>" + b"<d:x/>" * 20_000 + b"</d:prop></d:propfind>",
    "not XML": b"\x00\x01\x02 propfind",
    "cut off": b"<d:propfind xmlns:d='DAV:'><d:prop>",
    "unbound prefix": b"<d:propfind><d:prop/></d:propfind>",
    "UTF-7": b"<?xml version='1.0' encoding='utf-7'?>+ADw-propfind/+AD4-",
    "another document": b"<html/>",
}


def test_hostile_xml(wire, note):
    for kind, document in HOSTILE.items():
        for method in ("PROPFIND", "PROPPATCH", "LOCK", "REPORT"):
            answer = wire(method, f"{HOME}/" if method == "REPORT" else f"{HOME}/note.txt", document, Depth="0")
            unknown_report = method == "REPORT" and kind == "another document"
            assert answer.status == (403 if unknown_report else 400), (kind, method, answer)
            assert answer.reason
            assert b"root:" not in answer.body
    assert nothing_but("note.txt")


def test_a_document_of_2_MB(wire, note):
    document = b"<d:propfind xmlns:d='DAV:'><d:prop>" + b" " * (2 << 20) + b"</d:prop></d:propfind>"
    assert wire("PROPFIND", f"{HOME}/", document, Depth="0").status in {400, 413}


def test_over_quota(wire, note):
    Space.objects.filter(owner__username="alice").update(quota=100)
    for answer in (
        wire("PUT", f"{HOME}/big.bin", b"x" * 96),
        wire("PUT", f"{HOME}/big.bin", b"x" * 3_000_000),
        wire("PUT", f"{HOME}/note.txt", b"x" * 96),
    ):
        assert (answer.status, bool(answer.reason)) == (507, True)
    wire("MKCOL", f"{UPLOADS}/t1")
    wire("PUT", f"{UPLOADS}/t1/1", b"x" * 96)
    assert wire("MOVE", f"{UPLOADS}/t1/.file", Destination=f"{HOME}/big.bin").status == 507
    assert wire("PUT", f"{HOME}/fits.bin", b"x" * 95).status == 201
    assert wire("COPY", f"{HOME}/fits.bin", Destination=f"{HOME}/copy.bin").status == 507
    assert wire("GET", f"{HOME}/note.txt").body == b"first"
    assert nothing_but("note.txt", "fits.bin")


def test_chunked_bodies_count_against_the_quota(wire, note):
    """A body without a length once slipped past the quota of another server."""
    Space.objects.filter(owner__username="alice").update(quota=100)
    assert wire.in_pieces("PUT", f"{HOME}/big.bin", b"x" * 3_000_000).status == 507
    assert nothing_but("note.txt")


LOCK = b"""<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope><d:locktype><d:write/></d:locktype>
<d:owner>alice</d:owner></d:lockinfo>"""


def test_locked(wire, note):
    token = wire("LOCK", f"{HOME}/note.txt", LOCK, Timeout="Second-60").headers["lock-token"]
    wire("PUT", f"{HOME}/other.txt", b"other")
    for method, target, headers in (
        ("PUT", "note.txt", {}),
        ("DELETE", "note.txt", {}),
        ("PROPPATCH", "note.txt", {}),
        ("MOVE", "note.txt", {"Destination": f"{HOME}/moved.txt"}),
        ("MOVE", "other.txt", {"Destination": f"{HOME}/note.txt"}),
        ("COPY", "other.txt", {"Destination": f"{HOME}/note.txt"}),
        ("LOCK", "note.txt", {}),
    ):
        patch = b'<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><x/></d:prop></d:set></d:propertyupdate>'
        body = {"PUT": b"x", "LOCK": LOCK, "PROPPATCH": patch}.get(method, b"")
        answer = wire(method, f"{HOME}/{target}", body, **headers)
        assert (answer.status, bool(answer.reason)) == (423, True), (method, target)
        assert token.strip("<>").encode() not in answer.body
    assert wire("PUT", f"{HOME}/note.txt", b"x", If="(<opaquelocktoken:0>)").status in {412, 423}
    assert wire("PUT", f"{HOME}/note.txt", b"mine", If=f"({token})").status == 204
    assert wire("UNLOCK", f"{HOME}/note.txt", Lock_Token="<opaquelocktoken:0>").status == 409
    assert wire("UNLOCK", f"{HOME}/note.txt", Lock_Token=token).status == 204


def test_headers_that_lie(wire, note):
    for headers, status in (
        ({"Depth": "2"}, 400),
        ({"Depth": "infinity"}, 403),
        ({"Depth": "0", "If": "(<half"}, 400),
        ({"Depth": "0", "If": ""}, 400),
    ):
        assert wire("PROPFIND", f"{HOME}/", **headers).status == status, headers
    for mtime in ("tomorrow", "nan", "inf", "-1e400", "1" * 400):
        assert wire("PUT", f"{HOME}/note.txt", b"first", X_OC_Mtime=mtime).status in {204, 400}
    assert wire("MOVE", f"{HOME}/note.txt").status == 400
    assert wire("MOVE", f"{HOME}/note.txt", Destination="http://elsewhere.example/x").status == 502
    assert wire("MOVE", f"{HOME}/note.txt", Destination="ftp:x").status == 400
    for asked, status in (("bytes=5-2", 200), ("bytes=100-", 416), ("bytes=0-1,3-4", 200), ("lines=1-2", 200)):
        assert wire("GET", f"{HOME}/note.txt", Range=asked).status == status, asked
    assert wire("GET", f"{HOME}/note.txt").body == b"first"
