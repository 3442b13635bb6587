"""The daily life of a folder."""


def test_it_works(alice):
    assert alice("MKCOL", "Work").status == 201
    made = alice.put("Work/a b.txt", b"hello", X_OC_Mtime="1000000000.5")
    assert made.status == 201, made.body
    assert made.headers["x-oc-mtime"] == "accepted"
    listing = alice.propfind("Work/", depth="1")
    assert listing.status == 207
    assert listing.hrefs == ["/remote.php/dav/files/alice/Work/", "/remote.php/dav/files/alice/Work/a%20b.txt"]
    assert listing.value("d:getetag", listing.hrefs[1]) == made.headers["etag"]
    got = alice("GET", "Work/a b.txt")
    assert (got.status, got.body) == (200, b"hello")
    assert alice.move("Work/a b.txt", "b.txt").status == 201
    assert alice.copy("b.txt", "c.txt").status == 201
    assert alice("DELETE", "b.txt").status == 204
    assert alice("GET", "c.txt").body == b"hello"
    assert alice("GET", "b.txt").status == 404
