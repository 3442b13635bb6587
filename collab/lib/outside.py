"""Requests to addresses that somebody else has chosen: such an address may be a trap.

Only https at the usual port and public networks, an answer read only so far. No redirect is followed, but by `get`,
which looks at each address as at the first. What fetches more than a word (`Session`, `get`) may say so by a `Reach`;
a network of machines that configure each other (link-local, where clouds give out their keys) is out of it always.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = frozenset({443})
SECONDS, LONGEST = 10.0, 1000
_MOST_READ, _BLOCK = 4096, 65_536
SLOWEST, _GRACE = 1000, 30.0  # bytes a second that a long answer must bring, once it had that many seconds
_EMBEDDING = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Networks whose addresses hold another one, perhaps a private one."""


@dataclass(frozen=True)
class Reach:
    """How far a request may go. `any_port`: of public addresses; `private`: networks of this house too, by http too."""

    any_port: bool = False
    private: bool = False


NEAR = Reach()


class Hostile(ValueError):
    """An address to which nothing is sent."""


def check(url: str, reach: Reach = NEAR) -> SplitResult:
    """Return the parts of an address that may be asked, as far as its text says. Raises Hostile."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Hostile("unreadable") from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise Hostile("unreadable")
    schemes = {"https", "http"} if reach.private else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None or parts.password is not None:
        raise Hostile("not https")
    if not reach.any_port and (port or 443) not in PORTS:
        raise Hostile("an unusual port")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Send the body, return the status and Retry-After ("" for none). Raises Hostile, OSError (no answer)."""
    parts = check(url)
    connection = _Connection(host := str(parts.hostname), port := parts.port or 443, address_of(host, port))
    try:
        connection.request("POST", _target(parts), body, {**headers, "User-Agent": "Collab"})
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return answer.status, answer.headers.get("Retry-After", "")
    except http.client.HTTPException as error:
        raise OSError(f"no proper answer: {type(error).__name__}") from None
    finally:
        connection.close()


def address_of(host: str, port: int, reach: Reach = NEAR) -> str:
    """Return the network address to connect to. Raises Hostile when any that the name has is not public.

    The connection goes to the very address that was looked at: a name may have another a moment later.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(one) or (reach.private and is_of_the_house(one)) for one in found):
        raise Hostile("not a public address")
    return found[0]


def is_public(text: str) -> bool:
    """Whether the address is one of the public network, and holds no other."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if getattr(address, "ipv4_mapped", None) is not None:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _EMBEDDING)


def is_of_the_house(text: str) -> bool:
    """Whether the address is of a private network, or of this machine; never of one where machines find each other."""
    address = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_loopback or (address.is_private and not any(address in network for network in _EMBEDDING))


class Answer:
    """What came back: `status`, `headers`, and the body as it comes."""

    def __init__(self, answer: http.client.HTTPResponse):
        self._answer = answer
        self.status = answer.status
        self.headers = answer.headers

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in blocks of at most 64 KiB. Raises OSError when it breaks off, or drips."""
        started, size = time.monotonic(), 0
        while block := self._answer.read1(_BLOCK):
            size += len(block)
            spent = time.monotonic() - started
            if spent > _GRACE and size < spent * SLOWEST:
                raise OSError("too slow")
            yield block
        if self._answer.length:
            raise OSError("it ended too early")

    def read(self, most: int) -> bytes:
        """Return the whole body. Raises Hostile when it is longer."""
        found = bytearray()
        for block in self.blocks():
            found += block
            if len(found) > most:
                raise Hostile("too long an answer")
        return bytes(found)


class Session:
    """A server asked again and again over one connection. `base`: its address, to which paths are added."""

    def __init__(self, base: str, reach: Reach, headers: Mapping[str, str]):
        self._parts = check(base, reach)
        self._reach = reach
        self.headers = {**headers, "User-Agent": "Collab", "Accept-Encoding": "identity"}
        self._connection: http.client.HTTPConnection | None = None

    @contextlib.contextmanager
    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Iterator[Answer]:
        """Send a request to the path and yield what comes back. Raises Hostile, OSError (no answer)."""
        connection = self._connection or self._open()
        self._connection = None  # only whole answers leave it as it was
        try:
            try:
                connection.request(method, path, body or None, {**self.headers, **(headers or {})})
                answer = connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                connection.close()  # it was kept too long
                connection = self._open()
                connection.request(method, path, body or None, {**self.headers, **(headers or {})})
                answer = connection.getresponse()
            yield Answer(answer)
            if answer.isclosed() and not answer.will_close:
                self._connection, connection = connection, None  # type: ignore[assignment]
        except http.client.HTTPException as error:
            raise OSError(f"no proper answer: {type(error).__name__}") from None
        finally:
            if connection is not None:
                connection.close()

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> http.client.HTTPConnection:
        host, secure = str(self._parts.hostname), self._parts.scheme == "https"
        port = self._parts.port or (443 if secure else 80)
        address = address_of(host, port, self._reach)
        return _Connection(host, port, address) if secure else _Plain(host, port, address)


class Fetched(NamedTuple):
    """A whole answer: `headers` by small names, `body` as it was before it was packed for the way."""

    status: int
    headers: Mapping[str, str]
    body: bytes


HOPS, _REDIRECTS = 4, frozenset({301, 302, 303, 307, 308})  # so many addresses one request asks at most


def get(url: str, reach: Reach, headers: Mapping[str, str], *, most: int, seconds: float) -> Fetched:
    """Return what is at the address, or where it leads: `most` bytes, packed or not, and within `seconds` in all.

    Raises Hostile, OSError (no answer, or not in time).
    """
    ends = time.monotonic() + seconds
    for _hop in range(HOPS):
        found = _exchanged("GET", url, reach, headers, None, most, ends)
        if found.status not in _REDIRECTS or not found.headers.get("location"):
            return found
        url = urljoin(url, found.headers["location"])
    raise Hostile("too many redirects")


def send(url: str, reach: Reach, headers: Mapping[str, str], body: bytes, *, most: int, seconds: float) -> Fetched:
    """Send the body, return what is answered, under the limits of `get`; a redirect is an answer. Raises as it does."""
    return _exchanged("POST", url, reach, headers, body, most, time.monotonic() + seconds)


def _exchanged(
    method: str, url: str, reach: Reach, headers: Mapping[str, str], sent: bytes | None, most: int, ends: float
) -> Fetched:
    parts = check(url, reach)
    session = Session(url, reach, headers)
    connection = session._open()
    opened: list[socket.socket] = []  # an answer that ends with its connection takes the socket away from it
    clock = threading.Timer(max(ends - time.monotonic(), 0.0), _cut, [connection, opened])
    clock.daemon = True
    clock.start()  # the limits of a connection hold for each byte that drips in: this one for all of them
    try:
        connection.connect()
        opened.append(connection.sock)
        if time.monotonic() > ends:
            raise OSError("not in time")
        connection.request(method, _target(parts), sent, session.headers)
        answer = connection.getresponse()
        body = Answer(answer).read(most) if 200 <= answer.status < 300 else b""
        said = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(answer.status, said, _unpacked(body, said.get("content-encoding", ""), most))
    except http.client.HTTPException as error:
        raise OSError(f"no proper answer: {type(error).__name__}") from None
    finally:
        clock.cancel()
        connection.close()
        if time.monotonic() > ends:
            raise OSError("not in time")


def _target(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _cut(connection: http.client.HTTPConnection, opened: list[socket.socket]) -> None:
    for one in opened or [connection.sock]:
        with contextlib.suppress(OSError, AttributeError):
            one.shutdown(socket.SHUT_RDWR)


def _unpacked(body: bytes, how: str, most: int) -> bytes:
    """Return the body unpacked, for servers that pack what was asked plain. Raises Hostile when it is longer."""
    if how.strip().lower() in {"", "identity"}:
        return body
    if how.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        raise Hostile("packed in an unknown way")
    work = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = work.decompress(body, most + 1)
    except zlib.error:
        raise OSError("it is packed wrongly") from None
    if len(found) > most:
        raise Hostile("too long an answer")
    if not work.eof:
        raise OSError("it ended too early")
    return found


class _Plain(http.client.HTTPConnection):
    """Goes to the given address, whatever the name means by now."""

    def __init__(self, host: str, port: int, address: str):
        super().__init__(host, port, timeout=SECONDS)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)


class _Connection(http.client.HTTPSConnection):
    """Goes to the given address, and asks for the certificate of the name."""

    def __init__(self, host: str, port: int, address: str):
        super().__init__(host, port, timeout=SECONDS, context=trust())
        self._address = address

    def connect(self) -> None:
        plain = self.sock = socket.create_connection((self._address, self.port), SECONDS)
        try:
            self.sock = trust().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


@cache
def trust() -> ssl.SSLContext:
    """Return whom we believe: the authorities of this machine."""
    return ssl.create_default_context()
