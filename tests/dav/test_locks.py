"""LOCK and UNLOCK between people (RFC 4918, 6, 7, 9.10): keyed by the thing, whatever the path to it."""

import pytest

from collab.dav import locks
from collab.dav.models import Lock
from files.models import Node
from tests import town as make

BODY = (
    '<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:{}/></d:lockscope><d:locktype><d:write/></d:locktype>'
    "<d:owner>me &amp; my pen</d:owner></d:lockinfo>"
)


def lock(client, path, scope="exclusive", **headers):
    answer = client("LOCK", path, BODY.format(scope), **headers)
    return answer.headers.get("lock-token", "").strip("<>"), answer


def held(client, path, token, method="PUT", body=b"new", **headers):
    return client(method, path, body, If=f"(<{token}>)", **headers)


@pytest.fixture
def shared(alice, town):
    """A folder of alice's that bob has too, under another path."""
    alice("MKCOL", "deep")
    alice("MKCOL", "deep/Notes")
    alice.put("deep/Notes/a", b"one")
    make.share(town.alice, Node.objects.get(name="Notes"), town.bob, 47)


def test_two_paths_to_one_file_conflict(alice, bob, shared):
    token, answer = lock(alice, "deep/Notes/a")
    assert answer.status == 200
    assert answer.body.count(b"activelock>") == 2
    assert b"me &amp; my pen" in answer.body
    refused = bob.put("Notes/a", b"two")
    assert refused.status == 423
    assert "Alice" in refused.message
    assert bob("DELETE", "Notes/a").status == 423
    assert bob.move("Notes/a", "Notes/b").status == 423
    assert bob("PROPPATCH", "Notes/a", PATCH).status == 423
    assert lock(bob, "Notes/a")[1].status == 423
    assert lock(bob, "Notes/a", "shared")[1].status == 423
    assert bob("GET", "Notes/a").body == b"one"
    assert held(alice, "deep/Notes/a", token).status == 204
    assert bob("UNLOCK", "Notes/a", Lock_Token=f"<{token}>").status == 403
    assert alice("UNLOCK", "deep/Notes/a", Lock_Token=f"<{token}>").status == 204
    assert bob.put("Notes/a", b"two").status == 204


PATCH = '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><x xmlns="u">1</x></d:prop></d:set></d:propertyupdate>'


def test_a_token_is_its_owners_alone(alice, bob, shared):
    """AC 16: tokens in answers, and locks undone by whoever knew the path."""
    token, _answer = lock(alice, "deep/Notes/a")
    seen = bob.propfind("Notes/a", ["d:lockdiscovery"])
    assert b"activelock" in seen.body
    assert token.encode() not in seen.body
    assert token.encode() in alice.propfind("deep/Notes/a", ["d:lockdiscovery"]).body
    assert held(bob, "Notes/a", token).status == 423
    assert token.encode() not in bob.put("Notes/a", b"x").body


def test_a_folder_with_all_below(alice, bob, shared):
    token, _answer = lock(alice, "deep", Depth="infinity")
    assert bob.put("Notes/a", b"x").status == 423
    assert bob.put("Notes/b", b"x").status == 423
    assert bob("MKCOL", "Notes/c").status == 423
    assert alice("DELETE", "deep").status == 423
    assert held(alice, "deep/Notes/a", token).status == 204
    assert alice.put("deep/Notes/a", b"x", If=f"<{alice.url('deep')}> (<{token}>)").status == 204


def test_a_folder_alone_guards_its_members_names(alice, bob, shared):
    token, _answer = lock(alice, "deep/Notes", Depth="0")
    assert bob.put("Notes/a", b"x").status == 204
    assert bob.put("Notes/new", b"x").status == 423
    assert bob("DELETE", "Notes/a").status == 423
    assert alice("DELETE", "deep/Notes/a", If=f"<{alice.url('deep/Notes')}> (<{token}>)").status == 204


def test_shared_locks(alice, bob, shared):
    first, _answer = lock(alice, "deep/Notes/a", "shared")
    second, answer = lock(bob, "Notes/a", "shared")
    assert answer.status == 200
    assert lock(bob, "Notes/a")[1].status == 423
    assert bob("PUT", "Notes/a", b"x").status == 423
    assert held(bob, "Notes/a", second).status == 204
    assert held(alice, "deep/Notes/a", first).status == 204


def test_refresh_and_end(alice, bob, shared):
    token, _answer = lock(alice, "deep/Notes/a", Timeout="Second-100")
    refreshed = held(alice, "deep/Notes/a", token, "LOCK", b"", Timeout="Infinite, Second-4100000000")
    assert refreshed.status == 200
    assert "lock-token" not in refreshed.headers
    assert alice("LOCK", "deep/Notes/a", If="(<opaquelocktoken:other>)").status == 412
    assert alice("LOCK", "deep/Notes/a").status == 400
    assert alice("UNLOCK", "deep/Notes/a", Lock_Token="<opaquelocktoken:other>").status == 409
    Lock.objects.update(expires_at=make.in_hours(-1))
    assert bob.put("Notes/a", b"x").status == 204
    assert held(alice, "deep/Notes/a", token).status == 412


def test_an_unmapped_address_becomes_an_empty_file(alice, bob):
    token, answer = lock(alice, "new.txt")
    assert answer.status == 201
    assert alice("GET", "new.txt").body == b""
    assert held(alice, "new.txt", token).status == 204
    assert lock(alice, "none/new.txt")[1].status == 409


def test_locks_do_not_travel(alice, bob, shared):
    token, _answer = lock(alice, "deep/Notes/a")
    assert alice("COPY", "deep/Notes/a", Destination=alice.url("copy")).status == 201
    assert alice.put("copy", b"free").status == 204
    assert held(alice, "deep/Notes/a", token, "MOVE", Destination=alice.url("moved"), body=b"").status == 201
    assert alice.put("moved", b"free").status == 204


def test_a_reader_locks_nothing(alice, bob, town):
    alice("MKCOL", "Read")
    alice.put("Read/a", b"one")
    make.share(town.alice, Node.objects.get(name="Read"), town.bob)
    assert lock(bob, "Read/a")[1].status == 403
    assert lock(bob, "Read/new")[1].status == 403
    assert Lock.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        "<x/>",
        '<d:lockinfo xmlns:d="DAV:"/>',
        BODY.format("other"),
        BODY.format("shared").replace("d:write", "d:read"),
    ],
)
def test_requests_that_cannot_be_read(alice, body):
    assert alice("LOCK", "x", body).status == 400
    assert alice("LOCK", "x", BODY.format("exclusive"), Depth="1").status == 400
    assert Node.objects.filter(name="x").count() == 0


def test_finder_and_davfs2_ways_of_naming_the_lock(alice):
    """davfs2 sends the whole address, with percent escapes in small letters: paths are compared decoded."""
    alice.put("é t.txt", b"x")
    token, _answer = lock(alice, "é t.txt")
    url = "http://testserver/remote.php/dav/files/alice/%c3%a9%20t.txt"
    assert alice.put("é t.txt", b"y", If=f"<{url}> (<{token}>)").status == 204


def test_locks_that_ran_out_are_swept(alice):
    alice.put("a", b"x")
    alice.put("b", b"x")
    lock(alice, "a")
    Lock.objects.update(expires_at=make.in_hours(-1))
    lock(alice, "b")
    assert locks.sweep() == 1
    assert Lock.objects.count() == 1
