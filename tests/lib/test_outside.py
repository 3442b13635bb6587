"""Fetching an address that somebody else chose: where it may lead, how long it may take, how much may come of it."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collab.lib import outside
from collab.lib.outside import Hostile, Reach

HOME = Reach(any_port=True, private=True)


@contextlib.contextmanager
def answering(answers):
    """A server on this machine that answers {path: (status, headers, body)}; yields its address and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def get(url, reach=HOME, most=10_000, seconds=5.0, **headers):
    return outside.get(url, reach, headers, most=most, seconds=seconds)


def test_what_is_there_comes_with_what_was_said_of_it():
    with answering({"/a?b=1": (200, {"ETag": '"x"'}, b"hello")}) as (base, asked):
        found = get(f"{base}/a?b=1", Accept="text/calendar")
        assert (found.status, found.headers["etag"], found.body) == (200, '"x"', b"hello")
        assert asked[0][1]["Accept"] == "text/calendar"
        assert asked[0][1]["Accept-Encoding"] == "identity"


def test_redirects_are_followed_and_each_is_looked_at_as_the_first(monkeypatch):
    answers = {
        "/a": (301, {"Location": "/b"}, b""),
        "/b": (302, {"Location": "c"}, b""),
        "/c": (200, {}, b"here"),
        "/round": (302, {"Location": "/round"}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/login": (302, {"Location": "http://a:b@127.0.0.1/"}, b""),
        "/cloud": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
    }
    with answering(answers) as (base, asked):
        assert get(f"{base}/a").body == b"here"
        for path in ("/round", "/file", "/login", "/cloud"):
            with pytest.raises(Hostile):
                get(base + path)
        assert [path for path, _headers in asked].count("/round") == outside.HOPS
        # a public address that leads into the house: the second look finds it
        looked = outside.address_of
        monkeypatch.setattr(outside, "check", lambda url, reach: outside.urlsplit(url))
        where = iter([lambda *_args: "127.0.0.1", looked])
        monkeypatch.setattr(outside, "address_of", lambda *args: next(where)(*args))
        with pytest.raises(Hostile):
            get(f"{base}/a", Reach(any_port=True))


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.1/",
    "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/",
    "ftp://example.org/", "https://example.org:22/", "https://a@example.org/", "https://exa mple.org/", "//x", "",
])  # fmt: skip
def test_nothing_is_sent_into_the_house(url):
    with pytest.raises(Hostile):
        get(url, outside.NEAR)


def test_nothing_longer_comes_packed_or_not():
    bomb = gzip.compress(b"0" * 5_000_000)
    answers = {
        "/long": (200, {}, b"0" * 20_000),
        "/bomb": (200, {"Content-Encoding": "gzip"}, bomb),
        "/packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"small")),
        "/broken": (200, {"Content-Encoding": "gzip"}, b"no gzip"),
        "/half": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"small" * 99)[:-20]),
        "/odd": (200, {"Content-Encoding": "br"}, b"x"),
        "/short": (200, {"Content-Length": "99"}, b"ends here"),
    }
    with answering(answers) as (base, _asked):
        assert get(f"{base}/packed").body == b"small"
        for path in ("/long", "/bomb", "/odd"):
            with pytest.raises(Hostile):
                get(base + path)
        for path in ("/broken", "/half", "/short"):
            with pytest.raises(OSError, match=r"packed|early|proper"):
                get(base + path)


@pytest.mark.parametrize(
    "drip", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b""], ids=["head", "body", "no"]
)
def test_an_answer_that_never_ends_is_cut_off_in_time(drip):
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            taken, _address = server.accept()
            with taken, contextlib.suppress(OSError):
                taken.recv(4096)
                taken.sendall(drip)
                while not stopped.wait(0.02):
                    if drip:
                        taken.sendall(b"x")

        thread = threading.Thread(target=serve)
        thread.start()
        began = time.monotonic()
        try:
            with pytest.raises(OSError):
                get(f"http://127.0.0.1:{server.getsockname()[1]}/", most=10**9, seconds=0.5)
        finally:
            stopped.set()
            thread.join()
        assert time.monotonic() - began < 5
