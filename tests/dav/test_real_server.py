"""What only a real server does: through Granian alone, and through the front as people reach it."""

import base64
import hashlib
import os
import socket
import time
from urllib.parse import urlsplit

import pytest

from files.models import Node
from tests.dav.client import TWELVE, propfind_body
from tests.live import make_person

FILES = "/remote.php/dav/files/alice"


@pytest.fixture(params=["web", "front"])
def server(request, transactional_db):
    """The address of each; the person is made once the database is there."""
    url = request.getfixturevalue("live_url" if request.param == "web" else "front_url")
    make_person("alice")
    return urlsplit(url)


def head(method, path, *headers, auth="alice:alice-password"):
    token = base64.b64encode(auth.encode()).decode()
    lines = [f"{method} {path} HTTP/1.1", "Host: test", f"Authorization: Basic {token}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(server):
    return socket.create_connection((server.hostname, server.port), 20)


def answer(sock):
    """Return (status, headers, body) of one answer."""
    file = sock.makefile("rb")
    line = file.readline()
    while line.startswith(b"HTTP/1.1 100"):
        file.readline()
        line = file.readline()
    status = int(line.split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _colon, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = b""
    if "content-length" in headers and status != 304:
        body = file.read(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while size := int(file.readline(), 16):
            body += file.read(size)
            file.readline()
    return status, headers, body


def send(server, method, path, body=b"", *headers, **options):
    with connect(server) as sock:
        sock.sendall(head(method, path, f"Content-Length: {len(body)}", *headers, **options) + body)
        return answer(sock)


def test_statuses_are_the_applications_own(server):
    """Granian takes the status when the application returns: wsgidav's generators would all be 200."""
    assert send(server, "GET", f"{FILES}/none")[0] == 404
    assert send(server, "PUT", f"{FILES}/a", b"x")[0] == 201
    assert send(server, "PUT", f"{FILES}/a", b"y")[0] == 204
    assert send(server, "BREW", f"{FILES}/a")[0] == 405
    assert send(server, "PROPFIND", f"{FILES}/", propfind_body(TWELVE), "Depth: 1")[0] == 207
    assert send(server, "GET", f"{FILES}/a", b"", "Range: bytes=9-")[0] == 416


def test_a_refusal_of_a_large_body_arrives(server):
    """T13 and the front: an answer before the body is read was 502 by a race, already at 3 MB."""
    body = os.urandom(1 << 20) * 8
    for _time in range(3):
        status, headers, text = send(server, "PUT", f"{FILES}/a", body, auth="alice:wrong")
        assert status == 401
        assert headers["www-authenticate"].startswith("Basic")
        assert b"s:message" in text
        assert send(server, "PUT", f"{FILES}/none/a", body)[0] == 409
        assert send(server, "PUT", f"{FILES}/a", body, 'If-Match: "x"')[0] == 412


def test_expect_100_continue(server):
    with connect(server) as sock:
        sock.sendall(head("PUT", f"{FILES}/a", "Content-Length: 5", "Expect: 100-continue"))
        assert sock.recv(100).startswith(b"HTTP/1.1 100")
        sock.sendall(b"hello")
        assert answer(sock)[0] == 201
    assert send(server, "GET", f"{FILES}/a")[2] == b"hello"


def test_large_bodies_both_ways(server):
    body = os.urandom(1 << 20) * 9 + b"end"
    checksum = "OC-Checksum: SHA1:" + hashlib.sha1(body, usedforsecurity=False).hexdigest()
    status, headers, _text = send(server, "PUT", f"{FILES}/a", body, checksum)
    assert status == 201
    got, more, data = send(server, "GET", f"{FILES}/a")
    assert (got, data) == (200, body)
    assert more["etag"] == headers["etag"]
    assert more["content-security-policy"] == "default-src 'none'; sandbox"
    assert more["content-disposition"].startswith("attachment")
    part = send(server, "GET", f"{FILES}/a", b"", "Range: bytes=9437184-")
    assert (part[0], part[2], part[1]["content-range"]) == (206, b"end", f"bytes 9437184-9437186/{len(body)}")
    assert send(server, "GET", f"{FILES}/a", b"", f"If-None-Match: {headers['etag']}")[0] == 304
    assert send(server, "GET", f"{FILES}/a", b"", "Range: bytes=5-2")[0] in {200, 416}


def test_a_chunked_body_arrives_whole(server):
    """T12."""
    with connect(server) as sock:
        sock.sendall(head("PUT", f"{FILES}/a", "Transfer-Encoding: chunked"))
        for block in (b"x" * 70_000, b"y"):
            sock.sendall(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            time.sleep(0.05)
        sock.sendall(b"0\r\n\r\n")
        assert answer(sock)[0] == 201
    assert send(server, "GET", f"{FILES}/a")[2] == b"x" * 70_000 + b"y"


def test_a_client_that_goes_away_leaves_nothing(server):
    send(server, "PUT", f"{FILES}/kept", b"before")
    for path, left in (("new", None), ("kept", b"before")):
        with connect(server) as sock:
            sock.sendall(head("PUT", f"{FILES}/{path}", "Content-Length: 100") + b"abc")
            time.sleep(0.1)
        time.sleep(0.5)
        assert content(server, path) == left


@pytest.mark.parametrize("told", ["X-Expected-Entity-Length: 100", "OC-Checksum: SHA1:" + "0" * 40])
def test_a_chunked_body_that_breaks_off_is_noticed_when_its_length_or_sum_was_told(server, told):
    """Granian ends a broken chunked body like a whole one, so only what the client told beforehand can tell."""
    with connect(server) as sock:
        sock.sendall(head("PUT", f"{FILES}/new", "Transfer-Encoding: chunked", told) + b"3\r\nabc\r\n")
        time.sleep(0.1)
    time.sleep(0.5)
    assert content(server, "new") is None


def content(server, path):
    status, _headers, body = send(server, "GET", f"{FILES}/{path}")
    return body if status == 200 else None


def test_names_keep_their_slash_and_hash_through_the_front(front_url):
    make_person("alice")
    server = urlsplit(front_url)
    assert send(server, "MKCOL", f"{FILES}/d")[0] == 201
    assert send(server, "PUT", f"{FILES}/d%2Fx", b"x")[0] == 400
    assert send(server, "DELETE", f"{FILES}/d#fragment")[0] == 404
    assert Node.objects.filter(name="d", trash=None).exists()


def test_header_and_body_in_two_pieces_do_not_wait(server):
    """T10: 40 ms for every PROPFIND, where Nagle's algorithm meets a delayed acknowledgement.

    Our answers leave at once. A client that sends two pieces without TCP_NODELAY (Qt 5) still waits for the
    kernel in front of us: no option of the front shortens that, and an interim answer (103) breaks Qt 5.15.
    """
    body = propfind_body(TWELVE)
    spent = []
    with connect(server) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _time in range(12):
            begin = time.perf_counter()
            sock.sendall(head("PROPFIND", f"{FILES}/", f"Content-Length: {len(body)}", "Depth: 0"))
            sock.sendall(body)
            assert answer(sock)[0] == 207
            spent.append(time.perf_counter() - begin)
    assert min(spent) < 0.035, spent  # it would hold up every one of them


def test_long_addresses(server):
    """T11: a deep path in percent escapes is three times as long."""
    path = FILES
    for _level in range(8):
        path += "/" + "%C3%A9" * 120
        assert send(server, "MKCOL", path)[0] == 201
    assert send(server, "PUT", path + "/x", b"x")[0] == 201
    assert send(server, "MOVE", path + "/x", b"", f"Destination: {path}/y")[0] == 201
    assert send(server, "GET", path + "/y")[2] == b"x"


def test_slow_clients_hold_no_database_connection(server):
    """More of them than the pool has connections, all in the middle of their upload; somebody else is answered."""
    slow = [connect(server) for _client in range(24)]
    try:
        for number, sock in enumerate(slow):
            size = 3_000_000 if number % 2 else 30
            sock.sendall(head("PUT", f"{FILES}/slow{number}", f"Content-Length: {size}") + b"x" * 20)
        time.sleep(1)
        begin = time.perf_counter()
        assert send(server, "PROPFIND", f"{FILES}/", propfind_body(TWELVE), "Depth: 1")[0] == 207
        assert time.perf_counter() - begin < 5
        slow[0].sendall(b"y" * 10)
        assert answer(slow[0])[0] == 201
    finally:
        for sock in slow:
            sock.close()
    time.sleep(0.5)
