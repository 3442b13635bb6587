"""The door itself: who may come in, what is refused and how, and what an outage looks like."""

import base64

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client as Browser

from collab.lib.errors import OverQuota
from files import storage
from tests import town as make
from tests.dav.client import Client, give_password, propfind_body


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Bearer x",
        basic("alice"),
        basic("alice:wrong"),
        basic("nobody:x"),
        basic("a\0:b"),
    ],
)
def test_401_says_how(alice, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Client("")("PROPFIND", alice.url(""), propfind_body(["d:getetag"]), Depth="0", **headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="Collab", charset="UTF-8"'
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert answer.message


def test_scopes(alice, town):
    def using(*scopes):
        return Client("alice", give_password(town.alice, scopes=scopes))

    reader = using("files", "read-only")
    assert reader.propfind("").status == 207
    for method in ("PUT", "MKCOL", "DELETE", "MOVE", "COPY", "LOCK", "UNLOCK", "PROPPATCH"):
        assert reader(method, "x").status == 403
    assert using("calendars").propfind("").status == 403
    assert using("files").put("x", b"x").status == 201


def test_a_session_needs_the_token_of_the_page(alice, town):
    browser = Browser()
    browser.force_login(town.alice)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = "a" * 32
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    stranger = Client("")
    assert stranger("GET", alice.url("x"), Cookie=cookie).status == 401
    assert stranger("GET", alice.url("x"), Cookie=cookie, X_CSRFToken="b" * 32).status == 401
    assert stranger("PUT", alice.url("x"), b"x", Cookie=cookie, X_CSRFToken=token).status == 201
    assert stranger("GET", alice.url("x"), Cookie=f"{settings.SESSION_COOKIE_NAME}=x", X_CSRFToken=token).status == 401


def test_unknown_methods_and_addresses(alice):
    answer = alice("BREW", "x")
    assert answer.status == 405
    assert "PROPFIND" in answer.headers["allow"]
    assert alice("POST", "x", b"x").status == 405
    assert alice("POST", "/remote.php/dav/bulk", b"x").status == 405  # T1: not offered
    assert alice("GET", "/remote.php/nothing").status == 404
    assert alice("GET", "/remote.php/dav/nothing/x").status == 404
    assert alice("PROPFIND", "/remote.php/dav/", Depth="0").status == 207
    for path in ("/dav", "/dav/", "/dav/a%20b/"):
        answer = alice("PROPFIND", path, Depth="0")
        assert answer.status == 308
        assert answer.headers["location"] == "/remote.php/dav/files/alice/" + path[5:]


def test_options(alice):
    alice.put("a", b"x")
    file, folder = alice("OPTIONS", "a"), alice("OPTIONS", "")
    assert file.status == folder.status == 200
    assert file.headers["dav"] == "1, 2, 3"
    assert file.headers["ms-author-via"] == "DAV"
    assert {"PUT", "LOCK", "PROPFIND"} <= set(file.headers["allow"].split(", "))
    assert "PUT" not in folder.headers["allow"].split(", ")


@pytest.mark.parametrize(
    "path",
    ["a%2Fb", "a%00b", "a%01b", "a%7Fb", ".", "..", "a/../b", "x" * 256, "é" * 128, "%FF", "%2e%2e", "a%0Ab"],
)
def test_bad_names_are_400_with_the_reason(alice, path):
    for method, headers in (("PUT", {}), ("MKCOL", {})):
        answer = alice(method, alice.base + "/" + path, b"", **headers)
        assert answer.status in {400, 405}, method
        assert answer.message
    alice.put("ok", b"x")
    assert alice("MOVE", "ok", Destination=f"{alice.base}/{path}").status in {400, 403}
    assert len(alice.propfind("", depth="1").hrefs) == 3


def test_names_are_kept_byte_for_byte(alice):
    """T14: NFC and NFD, upper and lower case are different names."""
    names = [
        "é",
        "e\u0301",
        "E\u0301",
        "x" * 255,
        "a\u0300" * 85,
        " lead",
        "trail ",
        "~$x",
        "a'b\"c",
        "🎉",
        "%41",
        "con",
    ]
    for name in names:
        from urllib.parse import quote

        assert alice.put(quote(name), name.encode()).status == 201
    listing = alice.propfind("", ["d:displayname"], depth="1")
    found = {listing.value("d:displayname", href) for href in listing.hrefs}
    assert found >= set(names)


def test_errors_speak_the_persons_language(alice, town):
    assert alice("GET", "none", Accept_Language="fr").message != alice("GET", "none", Accept_Language="en").message
    town.alice.language = "fr"
    town.alice.save()
    assert alice("GET", "none", Accept_Language="en").message == alice("GET", "none", Accept_Language="fr").message


def test_a_database_outage_is_a_whole_503(alice):
    """A partial listing or a 404 makes clients delete their files."""
    alice.put("a", b"x")
    for method, path in (("PROPFIND", ""), ("GET", "a"), ("PUT", "b"), ("DELETE", "a")):
        for fails_at in (1, 2, 3):
            calls = []

            def broken(execute, sql, params, many, context, fails_at=fails_at, calls=calls):
                calls.append(sql)
                if len(calls) >= fails_at and "SAVEPOINT" not in sql:
                    raise OperationalError("server closed the connection unexpectedly")
                return execute(sql, params, many, context)

            with connection.execute_wrapper(broken):
                answer = alice(method, path, Depth="1" if method == "PROPFIND" else "infinity")
            if len(calls) >= fails_at:
                assert answer.status == 503
                assert int(answer.headers["retry-after"]) > 0
                assert b"multistatus" not in answer.body
    assert alice("GET", "a").body == b"x"


@pytest.mark.parametrize(("failure", "status"), [(OSError(28, "No space left"), 507), (OSError(5, "I/O error"), 503)])
def test_a_failing_disk(alice, monkeypatch, failure, status):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr(storage.os, "fsync", fail)
    answer = alice.put("a", b"x")
    assert answer.status == status
    assert answer.message
    monkeypatch.undo()
    assert alice.propfind("a").status == 404
    assert alice.put("a", b"x").status == 201
    assert make.is_clean()


def test_our_own_fault_is_a_500_that_tells_nothing(alice, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("files.mounts.lookup", fail)
    answer = alice("GET", "a")
    assert answer.status == 500
    assert b"secret" not in answer.body


def test_a_refusal_reads_the_body_to_its_end(alice):
    """An answer before the body was read is 502 behind a proxy."""
    from io import BytesIO

    body = BytesIO(b"x" * 3_000_000)
    environ = {
        "REQUEST_METHOD": "PUT", "SCRIPT_NAME": "", "QUERY_STRING": "", "PATH_INFO": alice.url("x"), "REMOTE_ADDR": "",
        "CONTENT_LENGTH": "3000000", "wsgi.input": body, "wsgi.url_scheme": "http",
    }  # fmt: skip
    from collab.wsgi import application

    seen = []
    b"".join(application(environ, lambda status, headers, exc=None: seen.append((status, dict(headers)))))
    assert seen[0][0].startswith("401")
    assert body.tell() == 3_000_000
    assert "Connection" not in seen[0][1]


def test_the_disk_is_full_before_the_body_ends(alice, monkeypatch):
    def full(self, data):
        raise OverQuota

    monkeypatch.setattr(storage.Staged, "write", full)
    assert alice.put("a", b"x" * 100).status == 507
    assert list(settings.STAGING_DIR.glob("*")) in ([], [settings.STAGING_DIR / "uploads"])


def test_a_body_without_end_is_not_read_for_ever(alice, monkeypatch):
    """Past the bound the connection closes."""
    monkeypatch.setattr("collab.dav.body.DRAIN_BYTES", 1 << 20)
    answer = alice.put("none/x", b"x" * (4 << 20))
    assert answer.status == 409
    assert answer.headers["connection"] == "close"
