"""The trash and earlier versions, as the mobile clients use them (sync.md, 1.4)."""

from files.models import Trash, Version

TRASH = "/remote.php/dav/trashbin/alice"
VERSIONS = "/remote.php/dav/versions/alice"
ASKED = [
    "nc:trashbin-filename", "nc:trashbin-original-location", "nc:trashbin-deletion-time", "oc:size", "oc:id",
    "oc:fileid", "d:getcontenttype", "nc:has-preview", "oc:permissions", "d:resourcetype",
]  # fmt: skip


def trashed(client):
    listing = client.propfind(f"{TRASH}/trash/", ASKED, depth="1")
    assert listing.status == 207
    return listing, listing.hrefs[1:]


def test_list_restore_and_purge(alice):
    alice("MKCOL", "Work")
    alice.put("Work/a.txt", b"abc")
    alice.put("b.txt", b"b")
    alice("DELETE", "Work/a.txt")
    alice("DELETE", "b.txt")
    listing, hrefs = trashed(alice)
    assert len(hrefs) == 2
    first = next(href for href in hrefs if "a.txt.d" in href)
    assert listing.value("nc:trashbin-filename", first) == "a.txt"
    assert listing.value("nc:trashbin-original-location", first) == "Work/a.txt"
    assert listing.value("oc:permissions", first) == "GD"
    assert listing.value("nc:trashbin-deletion-time", first).isdigit()
    assert alice("GET", first).body == b"abc"
    assert alice("MOVE", first, Destination=f"{TRASH}/restore/a.txt").status == 201
    assert alice("GET", "Work/a.txt").body == b"abc"
    _listing, hrefs = trashed(alice)
    assert alice("DELETE", hrefs[0]).status == 204
    assert alice("DELETE", hrefs[0]).status == 404
    assert trashed(alice)[1] == []


def test_empty(alice):
    for name in "abc":
        alice.put(name, b"x")
        alice("DELETE", name)
    assert alice("DELETE", f"{TRASH}/trash").status == 204
    assert Trash.objects.count() == 0


def test_the_same_name_in_the_same_second(alice):
    for _time in range(3):
        alice.put("same", b"x")
        alice("DELETE", "same")
    _listing, hrefs = trashed(alice)
    assert len(set(hrefs)) == 3
    for href in hrefs:
        assert alice("MOVE", href, Destination=f"{TRASH}/restore/x").status == 201


def test_nobody_elses(alice, bob, eve):
    alice.put("a", b"x")
    alice("DELETE", "a")
    _listing, hrefs = trashed(alice)
    for other in (bob, eve):
        assert other("PROPFIND", f"{TRASH}/trash/", Depth="1").status == 404
        mine = hrefs[0].replace("/alice/", f"/{other.username}/")
        assert other("GET", mine).status == 404
        assert other("DELETE", mine).status == 404
    assert alice("MOVE", hrefs[0], Destination=alice.url("a")).status == 502


def test_versions(alice, bob, eve):
    alice.put("Plans/a.txt", b"one", X_OC_Mtime="1000")
    alice.put("Plans/a.txt", b"two", X_OC_Mtime="2000")
    alice.put("Plans/a.txt", b"three", X_OC_Mtime="2000")
    number = alice.propfind("Plans/a.txt").value("oc:fileid")
    folder = f"{VERSIONS}/versions/{number}/"
    listing = alice.propfind(folder, ["d:getcontentlength", "d:getlastmodified", "nc:version-author"], depth="1")
    assert [href.removeprefix(folder) for href in listing.hrefs] == ["", "2000", "1000"]
    assert listing.value("nc:version-author", f"{folder}1000") == "alice"
    assert alice("GET", f"{folder}1000").body == b"one"
    theirs = folder.replace("/alice/", "/eve/")
    assert eve("PROPFIND", theirs, Depth="1").status == 404
    assert eve("GET", f"{theirs}1000").status == 404
    assert eve("PROPFIND", folder, Depth="1").status == 404
    assert alice("MOVE", f"{folder}1000", Destination=f"{VERSIONS}/restore/x").status == 201
    assert alice("GET", "Plans/a.txt").body == b"one"
    assert Version.objects.count() == 3
    bobs = folder.replace("/alice/", "/bob/")
    assert bob("GET", f"{bobs}1000").body == b"one"
    assert bob("DELETE", f"{bobs}1000").status == 204


def test_a_reader_restores_and_deletes_no_version(alice, bob, town):
    """AC 02: the versions had their own checks, and forgot."""
    from tests import town as make

    alice("MKCOL", "Notes")
    alice.put("Notes/a", b"one", X_OC_Mtime="1000")
    alice.put("Notes/a", b"two", X_OC_Mtime="2000")
    number = alice.propfind("Notes/a").value("oc:fileid")
    from files.models import Node

    make.share(town.alice, Node.objects.get(name="Notes"), town.bob)
    folder = f"/remote.php/dav/versions/bob/versions/{number}/"
    assert bob("GET", f"{folder}1000").body == b"one"
    assert bob("MOVE", f"{folder}1000", Destination="/remote.php/dav/versions/bob/restore/x").status == 403
    assert bob("DELETE", f"{folder}1000").status == 403
    assert bob("GET", "Notes/a").body == b"two"
