"""How many statements an operation costs: a number here is a promise of speed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

UPLOAD = "/remote.php/dav/uploads/alice/1"
LOCK = (
    '<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope>'
    "<d:locktype><d:write/></d:locktype></d:lockinfo>"
)
PATCH = '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><x xmlns="u">1</x></d:prop></d:set></d:propertyupdate>'


@pytest.fixture
def tree(alice):
    """W with a and b in it, and an upload that is complete."""
    alice("MKCOL", "W")
    alice("MKCOL", "W/d")
    alice("MKCOL", "V")
    for name in "ab":
        alice.put(f"W/{name}", b"x")
    alice("MKCOL", UPLOAD)
    alice("PUT", f"{UPLOAD}/1", b"part")
    alice.propfind("", depth="1")  # the settings of the house too are known now: they are read every few seconds


def statements(act):
    """What was asked of the database; a savepoint stands for BEGIN and COMMIT, which every write has."""
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    assert answer.status < 300, answer.body
    return [query["sql"] for query in captured if "SAVEPOINT" not in (query["sql"] or "")]


@pytest.mark.parametrize(
    ("most", "method", "path", "options"),
    [
        (2, "GET", "W/a", {}),
        (2, "HEAD", "W/a", {}),
        (2, "OPTIONS", "W/a", {}),
        (2, "propfind", "W/a", {}),
        (2, "propfind", "W", {"depth": "1"}),
        (2, "propfind", "", {"depth": "0"}),
        (2, "propfind", "", {"depth": "1"}),
        (2, "propfind", "Plans", {"depth": "1"}),
        (4, "PUT", "W/new", {"body": b"x"}),
        (4, "PUT", "W/a", {"body": b"y"}),
        (6, "MKCOL", "W/new", {}),
        (6, "move", "W/a", {"to": "W/c"}),
        (7, "move", "W/a", {"to": "V/a"}),
        (6, "copy", "W/a", {"to": "W/c"}),
        (5, "DELETE", "W/a", {}),
        (6, "DELETE", "W/d", {}),
        (6, "PROPPATCH", "W/a", {"body": PATCH}),
        (6, "LOCK", "W/a", {"body": LOCK}),
        (8, "MKCOL", UPLOAD + "0", {}),
        (4, "PUT", f"{UPLOAD}/2", {"body": b"x"}),
        (8, "move", f"{UPLOAD}/.file", {"to": "W/assembled"}),
    ],
)
def test_statements(alice, tree, most, method, path, options):
    verb = getattr(alice, method) if method.islower() else lambda path, **more: alice(method, path, **more)
    found = statements(lambda: verb(path, **options))
    assert len(found) <= most, "\n".join(sql or "(prepared)" for sql in found)


@pytest.mark.parametrize("size", [3, 30])
def test_a_listing_costs_the_same_however_long(alice, size):
    for number in range(size):
        alice.put(f"f{number}", b"x")
    alice.propfind("", depth="1")
    assert len(statements(lambda: alice.propfind("", depth="1"))) == 2
