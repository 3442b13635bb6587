"""Chunked upload, as each client sends it (sync.md, 1.3), and plain PUT with its headers (2.4)."""

import hashlib
import zlib

import pytest

from files.models import Blob, Node, Upload, Version

UPLOADS = "/remote.php/dav/uploads/alice"


def sha1(data):
    return f"SHA1:{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"


def assemble(client, transfer, to, **headers):
    return client("MOVE", f"{UPLOADS}/{transfer}/.file", Destination=client.url(to), **headers)


def test_desktop(alice):
    """Index from 0 in 16 digits, destination as a path, checksum, then an overwrite under an If condition."""
    assert alice("MKCOL", f"{UPLOADS}/123", OC_Total_Length="11").status == 201
    assert alice("PUT", f"{UPLOADS}/123/0000000000000000", b"hello ", OC_Chunk_Offset="0").status == 201
    assert alice("PUT", f"{UPLOADS}/123/0000000000000001", b"world", OC_Chunk_Offset="6").status == 201
    made = assemble(
        alice, 123, "big.txt", OC_Total_Length="11", OC_Checksum=sha1(b"hello world"), X_OC_Mtime="992345678"
    )
    assert made.status == 201
    assert made.headers["x-oc-mtime"] == "accepted"
    assert made.headers["etag"] == made.headers["oc-etag"] == alice.propfind("big.txt").value("d:getetag")
    assert made.headers["oc-fileid"] == alice.propfind("big.txt").value("oc:id")
    assert alice.propfind("big.txt").value("d:getlastmodified") == "Tue, 12 Jun 2001 11:34:38 GMT"
    assert alice("GET", "big.txt").body == b"hello world"
    assert alice("PROPFIND", f"{UPLOADS}/123").status == 404

    alice("MKCOL", f"{UPLOADS}/124")
    alice("PUT", f"{UPLOADS}/124/0000000000000000", b"new")
    path = alice.url("big.txt")
    stale = assemble(alice, 124, "big.txt", If=f'<{path}> (["{"0" * 32}"])')
    assert stale.status == 412
    assert alice("GET", "big.txt").body == b"hello world"
    etag = made.headers["etag"]
    again = assemble(alice, 124, "big.txt", If=f"<{path}> ([{etag}])", OC_Total_Length="3")
    assert again.status == 204, again.body
    assert again.headers["oc-fileid"] == made.headers["oc-fileid"]
    assert alice("GET", "big.txt").body == b"new"
    assert Version.objects.count() == 1


def test_android(alice):
    """The folder is made again on resume, the parts are listed, an absolute destination comes with each request."""
    destination = {"Destination": f"http://testserver{alice.url('photo.jpg')}"}
    assert alice("MKCOL", f"{UPLOADS}/abc", **destination).status == 201
    assert alice("PUT", f"{UPLOADS}/abc/000001", b"one", **destination).status == 201
    assert alice("MKCOL", f"{UPLOADS}/abc", **destination).status == 405
    listing = alice.propfind(f"{UPLOADS}/abc/", ["d:getcontenttype", "d:resourcetype", "d:getcontentlength"], depth="1")
    assert listing.status == 207
    assert listing.hrefs[0] == f"{UPLOADS}/abc/"
    assert listing.value("d:getcontentlength", f"{UPLOADS}/abc/000001") == "3"
    assert listing.value("d:resourcetype", f"{UPLOADS}/abc/000001") == ""
    assert alice("PUT", f"{UPLOADS}/abc/000002", b"two", **destination).status == 201
    assert assemble(alice, "abc", "photo.jpg", X_OC_Mtime="1700000000").status == 201
    assert alice("GET", "photo.jpg").body == b"onetwo"


def test_ios(alice):
    """404 before the folder is made, names without leading zeros, times as floats, If-Match only at the end."""
    assert alice.propfind(f"{UPLOADS}/ios").status == 404
    assert alice("MKCOL", f"{UPLOADS}/ios", OC_Total_Length="20").status == 201
    for number in (1, 2, 10):
        body = str(number).encode()
        assert alice("PUT", f"{UPLOADS}/ios/{number}", body, Overwrite="true", X_OC_Mtime="1.5").status == 201
    made = assemble(alice, "ios", "x", X_OC_Mtime="1700000000.123", X_OC_Ctime="1700000000.5")
    assert made.status == 201
    assert alice("GET", "x").body == b"1210"
    alice("MKCOL", f"{UPLOADS}/ios")
    alice("PUT", f"{UPLOADS}/ios/1", b"z")
    assert assemble(alice, "ios", "x", If_Match='"wrong"').status == 412
    assert assemble(alice, "ios", "x", If_Match=made.headers["etag"]).status == 204


def test_wrong_length_or_checksum_stores_nothing_and_keeps_the_parts(alice):
    alice("MKCOL", f"{UPLOADS}/1")
    alice("PUT", f"{UPLOADS}/1/0", b"abc")
    assert assemble(alice, 1, "x", OC_Total_Length="4").status == 400
    assert assemble(alice, 1, "x", OC_Checksum=sha1(b"abd")).status == 400
    assert alice("GET", "x").status == 404
    assert Blob.objects.count() == 0
    assert assemble(alice, 1, "x", OC_Total_Length="3").status == 201


def test_a_part_that_breaks_off_vanishes(alice):
    alice("MKCOL", f"{UPLOADS}/1")
    assert alice("PUT", f"{UPLOADS}/1/0", b"abc", announce=10).status == 400
    assert len(alice.propfind(f"{UPLOADS}/1/", depth="1").hrefs) == 2  # itself and .file


def test_abort_and_bounds(alice, eve):
    alice("MKCOL", f"{UPLOADS}/1")
    assert alice("PUT", f"{UPLOADS}/1/x..y", b"abc").status == 400
    assert alice("PUT", f"{UPLOADS}/none/1", b"abc").status == 409
    assert eve("PUT", f"{UPLOADS}/1/1", b"abc").status == 404
    assert eve("MOVE", f"{UPLOADS}/1/.file", Destination=eve.url("x")).status == 404
    assert alice("MOVE", f"{UPLOADS}/1/.file", Destination=eve.url("x")).status == 403
    assert alice("MOVE", f"{UPLOADS}/1/.file", Destination=f"{UPLOADS}/2/x").status == 502
    assert alice("DELETE", f"{UPLOADS}/1").status == 204
    assert Upload.objects.count() == 0


def test_plain_put(alice):
    made = alice.put("a.txt", b"abc", OC_Checksum=sha1(b"abc"), X_OC_Mtime="1234567890")
    assert made.status == 201
    assert alice.propfind("a.txt").value("oc:checksums") == ""
    assert sha1(b"abc").encode() in alice.propfind("a.txt").body
    assert alice("GET", "a.txt").headers["oc-checksum"] == sha1(b"abc")
    assert alice.put("a.txt", b"abcd", X_OC_Mtime="1.7").status == 204
    assert Node.objects.get(name="a.txt").mtime == 1


@pytest.mark.parametrize(
    "checksum",
    [
        "SHA1:" + hashlib.sha1(b"abc").hexdigest(),
        "MD5:" + hashlib.md5(b"abc").hexdigest(),
        "SHA256:" + hashlib.sha256(b"abc").hexdigest(),
        f"ADLER32:{zlib.adler32(b'abc'):08x}",
    ],
)
def test_checksums_are_verified(alice, checksum):
    assert alice.put("good", b"abc", OC_Checksum=checksum).status == 201
    assert alice.put("good", b"abd", OC_Checksum=checksum).status == 400
    assert alice("GET", "good").body == b"abc"
    assert alice.put("bad", b"abd", OC_Checksum=checksum).status == 400
    assert alice("GET", "bad").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"X_OC_Mtime": "soon"}, {"X_OC_Mtime": "9" * 40}, {"OC_Checksum": "SHA1:xyz"}, {"OC_Total_Length": "-1"},
        {"OC_Total_Length": "99"}, {"Content_Range": "bytes 0-1/2"}, {"X_Expected_Entity_Length": "99"},
        {"If_None_Match": ""}, {"If": ""}, {"If": "(<unclosed"},
    ],
)  # fmt: skip
def test_headers_that_cannot_be_read_store_nothing(alice, headers):
    refused = alice.put("x", b"abc", **headers)
    assert refused.status == 400
    assert refused.message
    assert alice("GET", "x").status == 404


def test_a_body_that_breaks_off_stores_nothing(alice):
    assert alice.put("x", b"abc", announce=4).status == 400
    assert alice("GET", "x").status == 404
    alice.put("y", b"before")
    assert alice.put("y", b"af", announce=4).status == 400
    assert alice("GET", "y").body == b"before"


def test_chunked_body_without_length(alice):
    """T12: `curl -T -`, rclone rcat."""
    assert alice.put("x", b"abc" * 1000, chunked=True).status == 201
    assert alice("GET", "x").body == b"abc" * 1000


def test_parents_are_made_when_asked(alice):
    assert alice.put("a/b/c.txt", b"x").status == 409
    assert alice.put("a/b/c.txt", b"x", X_NC_WebDAV_AutoMkcol="1").status == 201
    assert alice("GET", "a/b/c.txt").body == b"x"
    assert alice.put("a/b/d/e.txt", b"x", X_NC_WebDAV_AutoMkcol="1").status == 201


def test_quota_is_507(alice, town):
    from collab.spaces.models import Space

    Space.objects.filter(owner=town.alice).update(quota=10)
    assert alice.put("a", b"12345678").status == 201
    full = alice.put("b", b"12345678")
    assert full.status == 507
    assert "room" in full.message
    assert alice.put("b", b"12345678", chunked=True).status == 507
    alice("MKCOL", f"{UPLOADS}/1")
    alice("PUT", f"{UPLOADS}/1/0", b"12345678")
    assert assemble(alice, 1, "c").status == 507
    found = alice.propfind("", ["d:quota-available-bytes", "d:quota-used-bytes"])
    assert (found.value("d:quota-available-bytes"), found.value("d:quota-used-bytes")) == ("2", "8")
