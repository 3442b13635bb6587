"""PUT, MKCOL, COPY, MOVE, DELETE, PROPPATCH: statuses and conditions that clients build upon."""

import pytest

from files.models import Node, Version
from tests import town as make


def test_statuses(alice):
    assert alice("MKCOL", "W").status == 201
    assert alice("MKCOL", "W").status == 405
    assert alice("MKCOL", "none/W").status == 409
    assert alice("MKCOL", "X", b"<x/>").status == 415
    assert alice.put("W", b"x").status == 405
    assert alice.put("none/x", b"x").status == 409
    assert alice.put("W/a", b"x").status == 201
    assert alice("MKCOL", "W/a").status == 405
    assert alice("MKCOL", "W/a/b").status == 409
    assert alice.put("W/a/b", b"x").status == 409
    assert alice.put("W/a", b"y").status == 204
    assert alice("DELETE", "W/a").status == 204
    assert alice("DELETE", "W/a").status == 404
    assert alice("DELETE", "W", Depth="0").status == 400
    assert alice("DELETE", "W").status == 204
    assert alice("MKCOL", "W").headers["oc-fileid"] == alice.propfind("W").value("oc:id")


def test_move(alice):
    """T2: a rename to `dir two ; ?#` became `dir two `. T3: an https destination on plain http was 502."""
    alice("MKCOL", "dir")
    made = alice.put("dir/a", b"x", X_OC_Mtime="1000")
    number = alice.propfind("dir/a").value("oc:id")
    name = "dir two ; ?#%25 é"
    quoted = "dir%20two%20%3B%20%3F%23%25%20%C3%A9"
    moved = alice("MOVE", "dir", Destination=f"/remote.php/dav/files/alice/{quoted}")
    assert moved.status == 201
    assert Node.objects.filter(name="dir two ; ?#% é").exists(), name
    inside = f"/remote.php/dav/files/alice/{quoted}/a"
    assert alice.propfind(inside).value("oc:id") == number
    assert alice.propfind(inside).value("d:getetag") == made.headers["etag"]
    assert alice.propfind(inside).value("d:getlastmodified") == "Thu, 01 Jan 1970 00:16:40 GMT"
    raw = "https://testserver/remote.php/dav/files/alice/semi;colon"
    assert alice("MOVE", inside, Destination=raw).status == 201
    assert alice("GET", "semi;colon").body == b"x"
    alice.put("b", b"b")
    assert alice.move("semi;colon", "b", Overwrite="F").status == 412
    assert alice.move("semi;colon", "b").status == 204
    assert alice("GET", "b").body == b"x"
    assert alice.propfind("b").value("oc:id") == number


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("", 400), ("nonsense", 400), ("ftp://testserver/x", 400), ("http://elsewhere.example/webdav/x", 502),
        ("/elsewhere", 502), ("/remote.php/dav/files/alice/..%2Fx", 400), ("/remote.php/dav/files/alice/../x", 400),
        ("/remote.php/dav/files/alice/a%2Fb", 400), ("/remote.php/dav/files/alice/%FF", 400),
        ("/remote.php/dav/files/alice/", 403), ("/remote.php/dav/files/alice/none/x", 409),
        ("/remote.php/dav/files/eve/x", 403), ("/remote.php/dav/trashbin/alice/trash/x", 502),
        ("/remote.php/dav/files/alice/a", 403), ("/remote.php/webdav/old", 201),
    ],
)  # fmt: skip
def test_destinations(alice, destination, status):
    alice.put("a", b"x")
    for method in ("COPY", "MOVE"):
        assert alice(method, "a", Destination=destination).status == status, method
        if status == 201:
            alice("DELETE", "old")
            alice.put("a", b"x")


def test_copy(alice):
    alice("MKCOL", "W")
    alice.put("W/a", b"x")
    alice("PROPPATCH", "W/a", patch("<x xmlns='u'>kept</x>"))
    assert alice.copy("W", "V").status == 201
    assert alice.propfind("V/a").value("oc:id") != alice.propfind("W/a").value("oc:id")
    asked = b'<d:propfind xmlns:d="DAV:"><d:prop><x xmlns="u"/></d:prop></d:propfind>'
    assert b"kept" in alice("PROPFIND", "V/a", asked).body
    assert alice.copy("W", "V", Overwrite="F").status == 412
    assert alice.copy("W", "V").status == 204
    assert alice.copy("W", "flat", Depth="0").status == 201
    assert len(alice.propfind("flat", depth="1").hrefs) == 1
    assert alice.copy("W", "W/inside").status in {201, 409}
    assert alice.move("W", "W/inside2").status == 409
    assert alice.copy("W", "other", Depth="1").status == 400


def test_conditions_on_writes(alice):
    first = alice.put("a", b"1").headers["etag"]
    assert alice.put("a", b"2", If_Match='"wrong"').status == 412
    assert alice.put("a", b"2", If_None_Match="*").status == 412
    assert alice.put("new", b"2", If_None_Match="*").status == 201
    assert alice.put("none", b"2", If_Match="*").status == 412
    assert alice.put("none", b"2", If_Match=first).status == 412
    assert alice.propfind("none").status == 404
    second = alice.put("a", b"2", If_Match=first)
    assert second.status == 204
    assert alice("DELETE", "a", If_Match=first).status == 412
    assert alice.move("a", "b", If_Match=first).status == 412
    assert alice("PROPPATCH", "a", patch("<x xmlns='u'/>"), If_Match=first).status == 412
    url = alice.url("a")
    for header, status in (
        (f"([{first}])", 412),
        (f"([{second.headers['etag']}])", 204),
        (f"(Not [{first}])", 412),  # the content is a new one by now
        ("(<opaquelocktoken:none>)", 412),
        (f"<{url}> ([{first}]) (Not <DAV:no-lock>)", 204),
        (f'<{alice.url("new")}> (["wrong"])', 412),
        (f"(<DAV:no-lock>)([{first}])", 412),
        ("(Not <DAV:no-lock>)", 204),
    ):
        first = alice.propfind("a").value("d:getetag") if "(Not [" in header else first
        header = f"(Not [{first}])" if header.startswith("(Not [") else header
        assert alice.put("a", header.encode(), If=header).status == status, header
    assert Version.objects.filter(node__name="a").count() == 4


def patch(*props, remove=""):
    inside = "".join(f"<d:set><d:prop>{prop}</d:prop></d:set>" for prop in props)
    inside += f"<d:remove><d:prop>{remove}</d:prop></d:remove>" if remove else ""
    spaces = 'xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"'
    return f"<d:propertyupdate {spaces}>{inside}</d:propertyupdate>"


def test_proppatch(alice, bob, town):
    alice.put("a", b"x")
    assert alice("PROPPATCH", "a", patch("<oc:favorite>1</oc:favorite>")).status == 207
    assert alice.propfind("a").value("oc:favorite") == "1"
    assert alice("PROPPATCH", "a", patch("<oc:favorite>0</oc:favorite>")).value("oc:favorite") == ""
    assert alice.propfind("a").value("oc:favorite") == "0"
    alice("PROPPATCH", "a", patch("<d:lastmodified>1000</d:lastmodified>"))
    assert alice.propfind("a").value("d:getlastmodified") == "Thu, 01 Jan 1970 00:16:40 GMT"
    alice("PROPPATCH", "a", patch("<d:getlastmodified>Tue, 03 Feb 2026 10:11:12 GMT</d:getlastmodified>"))
    assert alice.propfind("a").value("d:getlastmodified") == "Tue, 03 Feb 2026 10:11:12 GMT"
    assert set(alice("PROPPATCH", "a", patch("<nc:creation_time>5</nc:creation_time>")).props()) == {200}


def test_proppatch_is_all_or_nothing(alice):
    alice.put("a", b"x")
    answer = alice("PROPPATCH", "a", patch("<x xmlns='u'>1</x>", "<d:displayname>b</d:displayname>", "<d:getetag/>"))
    assert set(answer.props()) == {403, 424}
    assert set(answer.props()[403]) == {"{DAV:}displayname", "{DAV:}getetag"}
    asked = b'<d:propfind xmlns:d="DAV:"><d:prop><x xmlns="u"/></d:prop></d:propfind>'
    assert set(alice("PROPFIND", "a", asked, Depth="0").props()) == {404}
    alice("PROPPATCH", "a", patch("<x xmlns='u'>&lt;kept <b>é</b></x>"))
    assert "&lt;kept" in alice("PROPFIND", "a", asked, Depth="0").body.decode()
    alice("PROPPATCH", "a", patch(remove="<x xmlns='u'/>"))
    assert set(alice("PROPFIND", "a", asked, Depth="0").props()) == {404}
    assert alice("PROPPATCH", "a", patch(remove="<x xmlns='u'/>")).props().keys() == {200}


@pytest.mark.parametrize("body", ["", "<a/>", patch(), patch("<x xmlns='u'>" + "y" * 70_000 + "</x>")])
def test_proppatch_within_bounds(alice, body):
    alice.put("a", b"x")
    answer = alice("PROPPATCH", "a", body)
    assert answer.status == 400 or set(answer.props()) == {409}


def test_a_reader_changes_nothing(alice, bob, town):
    """AC 01: COPY did not check the right to write at its destination."""
    alice("MKCOL", "R")
    alice.put("R/a", b"x")
    make.share(town.alice, Node.objects.get(name="R"), town.bob)
    bob.put("mine", b"y")
    assert bob("GET", "R/a").body == b"x"
    for answer in (
        bob.put("R/a", b"y"), bob.put("R/new", b"y"), bob("DELETE", "R/a"), bob("MKCOL", "R/d"), bob.move("R/a", "R/b"),
        bob.move("R/a", "taken"), bob.copy("mine", "R/mine"), bob.copy("mine", "R/a"), bob.move("mine", "R/mine"),
        bob("PROPPATCH", "R/a", patch("<x xmlns='u'/>")),
    ):  # fmt: skip
        assert answer.status == 403, answer.body
        assert answer.message
    assert bob.copy("R/a", "copied").status == 201
    assert bob("PROPPATCH", "R/a", patch("<oc:favorite>1</oc:favorite>")).status in {207, 403}
    assert alice("GET", "R/a").body == b"x"


def test_between_spaces(alice, bob):
    alice("MKCOL", "W")
    alice.put("W/a", b"x")
    number = alice.propfind("W/a").value("oc:id")
    assert alice.move("W", "Plans/W").status == 201
    assert bob("GET", "Plans/W/a").body == b"x"
    assert alice.propfind("Plans/W/a").value("oc:id") == number
    assert bob.move("Plans/W/a", "mine").status == 201
    assert alice.propfind("Plans/W/a").status == 404


def test_an_archived_space_is_gone_from_devices(alice, town):
    from collab.spaces.models import Space

    alice.put("Plans/a", b"x")
    Space.objects.filter(pk=town.space.pk).update(archived_at=make.in_hours(0))
    assert alice.propfind("Plans").status == 404
    assert alice.put("Plans/a", b"y").status == 409
