"""PROPFIND: the form that clients insist on (sync.md, 2.1 to 2.3), and the traps met by others."""

import re

import pytest

from files.models import Node
from tests import town as make
from tests.dav.client import TWELVE, propfind_body


def test_the_form(alice):
    alice("MKCOL", "W")
    alice.put("W/é ü&<'\".txt", b"abc", X_OC_Mtime="1770113472")
    answer = alice.propfind("W/", depth="1")
    text = answer.body.decode()
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    for prefix in ("d", "oc", "nc", "s"):
        assert f"xmlns:{prefix}=" in text[: text.index("<d:response>")]
    assert answer.hrefs[0] == "/remote.php/dav/files/alice/W/"
    assert answer.hrefs[1] == "/remote.php/dav/files/alice/W/%C3%A9%20%C3%BC%26%3C%27%22.txt"
    folder, file = (answer.props(href) for href in answer.hrefs)
    assert list(folder) == list(file) == [200, 404]
    assert "<d:resourcetype><d:collection/></d:resourcetype>" in text
    assert answer.value("d:getlastmodified", answer.hrefs[1]) == "Tue, 03 Feb 2026 10:11:12 GMT"
    assert answer.value("d:resourcetype", answer.hrefs[1]) == ""
    assert answer.value("oc:permissions", answer.hrefs[0]) == "RGDNVCK"
    assert answer.value("oc:permissions", answer.hrefs[1]) == "RGDNVW"
    assert answer.value("oc:size", answer.hrefs[0]) == answer.value("d:getcontentlength", answer.hrefs[1]) == "3"
    assert "{DAV:}getcontentlength" in folder[404]
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer.value("d:getetag", answer.hrefs[1]))
    assert re.fullmatch(r'"[0-9a-f]{32,}"', answer.value("d:getetag", answer.hrefs[0]))
    node = Node.objects.get(parent__name="W")
    assert answer.value("oc:fileid", answer.hrefs[1]) == str(node.pk)
    assert re.fullmatch(rf"{node.pk:08d}oc[a-z0-9]{{10}}", answer.value("oc:id", answer.hrefs[1]))


def test_both_bases_show_the_same(alice):
    alice.put("a", b"x")
    new = alice.propfind("", depth="1")
    old = alice.propfind("/remote.php/webdav/", depth="1")
    assert [href.replace("/dav/files/alice", "/webdav") for href in new.hrefs] == old.hrefs
    assert new.body.replace(b"/dav/files/alice", b"/webdav") == old.body


def test_no_element_is_empty_where_a_number_belongs(alice):
    """Android casts it and crashes."""
    numbers = ["oc:size", "oc:fileid", "d:getcontentlength", "d:quota-used-bytes", "d:quota-available-bytes"]
    alice("MKCOL", "W")
    alice.put("W/empty", b"")
    answer = alice.propfind("W/", numbers, depth="1")
    for href in answer.hrefs:
        assert all(element.text for element in answer.props(href)[200].values())


def test_unknown_properties_are_404_and_text_between_is_ignored(alice):
    body = (
        b'<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:getetag/>'
        b'<id xmlns="http://owncloud.org/ns"/><zz xmlns="urn:x"/><plain/></d:prop>M</d:propfind>'
    )
    answer = alice("PROPFIND", "", body, Depth="0")
    assert set(answer.props()[200]) == {"{DAV:}getetag", "{http://owncloud.org/ns}id"}
    assert set(answer.props()[404]) == {"{urn:x}zz", "plain"}


def test_android_asks_by_the_wrong_namespace(alice):
    alice.put("a", b"x")
    body = (
        b'<d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop><oc:has-preview/></d:prop></d:propfind>'
    )
    assert alice("PROPFIND", "a", body, Depth="0").value("oc:has-preview") == "false"


def test_allprop_propname_and_minimal(alice):
    alice.put("a", b"x")
    everything = alice("PROPFIND", "a", b"", Depth="0")
    assert list(everything.props()) == [200]
    assert everything.value("d:getcontentlength") == "1"
    names = alice("PROPFIND", "a", b'<d:propfind xmlns:d="DAV:"><d:propname/></d:propfind>', Depth="0")
    assert all(element.text is None and not len(element) for element in names.props()[200].values())
    assert "{http://owncloud.org/ns}fileid" in names.props()[200]
    minimal = alice("PROPFIND", "a", propfind_body(["d:getetag", "nc:nothing"]), Depth="0", Prefer="return=minimal")
    assert list(minimal.props()) == [200]
    included = b'<d:propfind xmlns:d="DAV:"><d:allprop/><d:include><x xmlns="u"/></d:include></d:propfind>'
    assert alice("PROPFIND", "a", included, Depth="0").status == 207


@pytest.mark.parametrize("depth", [None, "infinity", "Infinity"])
def test_endless_depth_is_refused_with_its_condition(alice, depth):
    """T8: unlimited depth walks the whole tree for one question."""
    answer = alice("PROPFIND", "", propfind_body(TWELVE), **({"Depth": depth} if depth else {}))
    assert answer.status == 403
    assert answer.xml.find("{DAV:}propfind-finite-depth") is not None


@pytest.mark.parametrize(
    "body",
    [
        b"<a>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><d:propfind xmlns:d="DAV:"><d:prop>&a;</d:prop></d:propfind>',
        b"<x/>",
        b'<d:propfind xmlns:d="DAV:"/>',
        b'<d:propfind xmlns:d="DAV:"><d:allprop/><d:propname/></d:propfind>',
        b'<d:propfind xmlns:d="DAV:"><d:prop>' + b"<d:a/>" * 6000 + b"</d:prop></d:propfind>",
        b"<a>" * 60 + b"</a>" * 60,
    ],
)
def test_hostile_xml_is_400(alice, body):
    answer = alice("PROPFIND", "", body, Depth="0")
    assert answer.status == 400
    assert answer.message
    assert alice("PROPFIND", "", propfind_body(TWELVE), Depth="2").status == 400


def test_etags_move_up_to_the_root(alice, bob):
    """sync.md, 2.6: an idle client sees a change only so."""
    alice("MKCOL", "Plans/a")
    alice("MKCOL", "Plans/a/b")
    alice("MKCOL", "Plans/other")
    paths = ["", "Plans", "Plans/a", "Plans/a/b"]

    def etags(client):
        return [client.propfind(path, ["d:getetag"]).value("d:getetag") for path in paths]

    for change in (
        lambda: alice.put("Plans/a/b/x", b"1"),
        lambda: alice.put("Plans/a/b/x", b"2"),
        lambda: alice.move("Plans/a/b/x", "Plans/a/b/y"),
        lambda: alice("DELETE", "Plans/a/b/y"),
        lambda: alice("MKCOL", "Plans/a/b/c"),
    ):
        mine, theirs, still = etags(alice), etags(bob), alice.propfind("Plans/other").value("d:getetag")
        change()
        assert not set(mine) & set(etags(alice))
        assert not set(theirs) & set(etags(bob))
        assert alice.propfind("Plans/other").value("d:getetag") == still
    assert alice.propfind("", ["d:getetag"], depth="1").value("d:getetag") == etags(alice)[0]


def test_a_changed_right_reaches_the_device(alice, bob, town):
    alice("MKCOL", "N")
    node = Node.objects.get(name="N")
    make.share(town.alice, node, town.bob, 1)
    before = bob.propfind("N", ["d:getetag", "oc:permissions"])
    make.share(town.alice, node, town.bob, 15)
    after = bob.propfind("N", ["d:getetag", "oc:permissions"])
    assert before.value("d:getetag") != after.value("d:getetag")
    assert (before.value("oc:permissions"), after.value("oc:permissions")) == ("SMG", "SMGCK")


def test_letters_of_mounts(alice, bob, town):
    alice("MKCOL", "N")
    alice.put("N/f", b"x")
    make.share(town.alice, Node.objects.get(name="N"), town.bob, 31)
    bob.put("Plans/f", b"x")
    root = bob.propfind("", ["oc:permissions", "nc:mount-type", "nc:is-mount-root", "d:displayname"], depth="1")
    base = "/remote.php/dav/files/bob/"

    def letters(answer, name):
        return answer.value("oc:permissions", base + name)

    assert letters(root, "N/") == "SRMGCK"
    assert letters(root, "Plans/") == "SMGCK"
    assert root.value("nc:mount-type", base + "N/") == "shared"
    assert root.value("nc:mount-type", base + "Plans/") == "group"
    assert root.value("d:displayname", base + "Plans/") == "Plans"
    assert letters(bob.propfind("N", depth="1"), "N/") == "SRMGCK"
    assert letters(bob.propfind("N", depth="1"), "N/f") == "SRGDNVW"
    assert letters(bob.propfind("Plans", depth="1"), "Plans/f") == "GDNVW"
    shared = alice.propfind("", ["oc:share-types"], depth="1")
    assert b"<oc:share-type>0</oc:share-type>" in shared.body
    assert b"<oc:share-type>0</oc:share-type>" in alice.propfind("N", ["oc:share-types"]).body


def test_mounts_stay_where_they_are(alice, bob, town):
    alice("MKCOL", "N")
    make.share(town.alice, Node.objects.get(name="N"), town.bob, 31)
    assert bob.move("N", "M").status == 403
    assert bob.move("Plans", "M").status == 403
    bob("MKCOL", "own")
    assert bob.move("own", "N").status == 403
    assert bob("DELETE", "Plans").status == 403
    assert bob("DELETE", "N").status == 204
    assert bob.propfind("N").status == 404
    assert alice.propfind("N").status == 207


def test_eve_sees_nothing(alice, eve):
    alice.put("a", b"x")
    for method in ("GET", "HEAD", "PROPFIND", "PUT", "DELETE", "MKCOL", "LOCK", "PROPPATCH"):
        assert eve(method, alice.url("a"), Depth="0").status == 404
    assert eve("PROPFIND", alice.url(""), Depth="1").status == 404
    assert eve("PROPFIND", "Plans", Depth="0").status == 404
    assert eve("COPY", alice.url("a"), Destination=eve.url("a")).status == 404
    eve.put("mine", b"x")
    assert eve("COPY", "mine", Destination=alice.url("b")).status == 403


def test_a_guest_has_a_root_with_mounts_only(alice, town):
    from collab.rights.right import READER
    from tests.dav.conftest import device

    guest = device(make.make_user("gwen", "guest"))
    make.share(town.alice, town.space, guest_user("gwen"), READER.mask)
    listing = guest.propfind("", depth="1")
    assert listing.hrefs == ["/remote.php/dav/files/gwen/", "/remote.php/dav/files/gwen/Plans/"]
    assert listing.value("oc:permissions", listing.hrefs[0]) == "G"
    assert guest.put("x", b"x").status in {403, 409}
    assert guest("MKCOL", "x").status in {403, 409}


def guest_user(name):
    from collab.accounts.models import User

    return User.objects.get(username=name)
