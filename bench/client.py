"""A plain HTTP client for what is not a matter of load: preparing, listing, pages, large files."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from bench.load import PROPERTIES
from bench.processes import CannotMeasure, run
from bench.servers.base import Server

PATIENCE = 60
_ROOM = 256 << 10


class Answer(NamedTuple):
    """`first`: milliseconds to the first byte; `whole`: to the last one."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage
    first: float
    whole: float


class Client:
    """One kept connection to a server."""

    def __init__(self, server: Server, patience: float = PATIENCE):
        self.server = server
        self._door = http.client.HTTPConnection("127.0.0.1", server.port, timeout=patience)

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        """Send a request for an absolute path and read the answer."""
        begin = time.perf_counter()
        self._door.request(method, path, body, headers)
        answer = self._door.getresponse()
        first = time.perf_counter()
        content = answer.read()
        end = time.perf_counter()
        return Answer(answer.status, content, answer.headers, (first - begin) * 1e3, (end - begin) * 1e3)

    def dav(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a DAV request below the server's root. Raise CannotMeasure when it is refused."""
        answer = self.ask(method, self.server.root + path, body, **self.server.headers, **headers)
        if answer.status >= 300:
            raise CannotMeasure(f"{self.server.name}: {method} {path}: {answer.status} {answer.body[:500]!r}")
        return answer

    def close(self) -> None:
        self._door.close()


def fill(server: Server, folder: str, count: int) -> float:
    """Make a folder of so many files of 1 KiB, each another, over eight connections; return files per second."""
    client = Client(server)
    client.dav("MKCOL", f"{folder}/")
    client.close()
    numbers = iter(range(count))
    failures: list[Exception] = []

    def put() -> None:
        own = Client(server)
        try:
            for number in numbers:
                own.dav("PUT", f"{folder}/f{number}", f"{folder}-{number}-".ljust(1024, "x").encode())
        except Exception as failure:
            failures.append(failure)
        finally:
            own.close()

    begin = time.monotonic()
    threads = [threading.Thread(target=put, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    if failures or any(thread.is_alive() for thread in threads):
        raise CannotMeasure(f"{server.name}: {folder} could not be filled: {failures[:1]}")
    return count / (time.monotonic() - begin)


def listing(server: Server, folder: str, count: int) -> float:
    """Return the milliseconds until a whole Depth 1 listing with twelve properties has arrived."""
    client = Client(server)
    try:
        answer = client.dav(
            "PROPFIND", f"{folder}/", PROPERTIES.encode(), Depth="1", **{"Content-Type": "application/xml"}
        )
    finally:
        client.close()
    found = len(re.findall(rb"<(?:\w+:)?response[ >]", answer.body))
    if found != count + 1 and not (server.name == "rclone" and count * 0.9 < found):  # it loses some to MOVE
        raise CannotMeasure(f"{server.name}: {folder} lists {found} entries")
    return answer.whole


def send(server: Server, file: Path, name: str) -> float:
    """Upload a file; return bytes per second. The kernel sends it: what the client costs is taken from both cores."""
    size = file.stat().st_size
    with _asked(server, "PUT", name, f"Content-Length: {size}\r\n") as door, file.open("rb") as content:
        begin = time.perf_counter()
        door.sendfile(content)
        _answer(door, name)
        return size / (time.perf_counter() - begin)


def fetch(server: Server, name: str) -> float:
    """Download a file and drop it; return bytes per second."""
    with _asked(server, "GET", name) as door:
        begin = time.perf_counter()
        head, begun = _answer(door, name)
        found = re.search(rb"\r\ncontent-length: *(\d+)\r\n", head, re.IGNORECASE)
        if found is None:
            raise CannotMeasure(f"{server.name}: {name}: of no known length")
        left, room = int(found[1]) - len(begun), bytearray(_ROOM)
        while left > 0:
            count = door.recv_into(room, min(left, _ROOM))
            if not count:
                raise CannotMeasure(f"{server.name}: {name}: broke off")
            left -= count
        return int(found[1]) / (time.perf_counter() - begin)


@contextmanager
def _asked(server: Server, method: str, name: str, more: str = "") -> Iterator[socket.socket]:
    """A connection on which the head of a request has gone out."""
    headers = "".join(f"{header}: {value}\r\n" for header, value in server.headers.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=280) as door:
        door.sendall(f"{method} {server.root}{name} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{more}\r\n".encode())
        yield door


def _answer(door: socket.socket, name: str) -> tuple[bytes, bytes]:
    """Read the head of the answer; return it and what came with it. Raise CannotMeasure for any but success."""
    came = b""
    while b"\r\n\r\n" not in came:
        block = door.recv(_ROOM)
        if not block:
            break
        came += block
    if not came.startswith(b"HTTP/1.1 2"):
        raise CannotMeasure(f"{name}: {came[:200]!r}")
    head, _gap, begun = came.partition(b"\r\n\r\n")
    return head + b"\r\n", begun


def read_slowly(server: Server, name: str, *, seconds: int) -> None:
    """Read a file at 40 KB/s for so long, then break off."""
    words = [word for header in server.headers.items() for word in ("-H", ": ".join(header))]
    command = ["curl", "-sS", "-o", "/dev/null", "--limit-rate", "40k", "-m", str(seconds), *words]
    try:
        run([*command, server.origin + server.root + name], seconds=seconds + 20)
    except CannotMeasure as reason:
        if "timed out" not in str(reason):
            raise


def sign_in(server: Server, login_password: str) -> dict[str, str]:
    """Sign in on the web as a person does; return the cookies as headers. Raise CannotMeasure when it fails."""
    client = Client(server)
    door = "/accounts/login/"
    try:
        form = client.ask("GET", door)
        cookies = SimpleCookie()
        for line in form.headers.get_all("Set-Cookie") or []:
            cookies.load(line)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form.body)
        if token is None:
            raise CannotMeasure("the sign-in page has no form")
        fields = {"login": server.user, "password": login_password, "csrfmiddlewaretoken": token[1].decode()}
        answer = client.ask(
            "POST", door, urlencode(fields).encode(), Cookie=_sent(cookies), Referer=server.origin + door,
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        for line in answer.headers.get_all("Set-Cookie") or []:
            cookies.load(line)
    finally:
        client.close()
    if answer.status not in {302, 303}:
        raise CannotMeasure(f"signing in answered {answer.status}")
    return {"Cookie": _sent(cookies)}


def _sent(cookies: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
