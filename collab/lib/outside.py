"""Requests to addresses that somebody else has chosen: such an address may be a trap.

Only https at the usual port and public networks, no redirect followed, an answer read only so far.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443})
SECONDS = 10.0
LONGEST = 1000
_MOST_READ = 4096
_EMBEDDING = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Networks whose addresses hold another one, perhaps a private one."""


class Hostile(ValueError):
    """An address to which nothing is sent."""


def check(url: str) -> SplitResult:
    """Return the parts of an address that may be asked, as far as its text says. Raises Hostile."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Hostile("unreadable") from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise Hostile("unreadable")
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise Hostile("not https")
    if (port or 443) not in PORTS:
        raise Hostile("an unusual port")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Send the body, return the status and Retry-After ("" for none). Raises Hostile, OSError (no answer)."""
    parts = check(url)
    host, port = str(parts.hostname), parts.port or 443
    connection = _Connection(host, port, address_of(host, port))
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("POST", target, body, {**headers, "User-Agent": "Collab"})
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return answer.status, answer.headers.get("Retry-After", "")
    except http.client.HTTPException as error:
        raise OSError(f"no proper answer: {type(error).__name__}") from None
    finally:
        connection.close()


def address_of(host: str, port: int) -> str:
    """Return the network address to connect to. Raises Hostile when any that the name has is not public.

    The connection goes to the very address that was looked at: a name may have another a moment later.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(one) for one in found):
        raise Hostile("not a public address")
    return found[0]


def is_public(text: str) -> bool:
    """Whether the address is one of the public network, and holds no other."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _EMBEDDING)


class _Connection(http.client.HTTPSConnection):
    """Goes to the given address, and asks for the certificate of the name."""

    def __init__(self, host: str, port: int, address: str):
        super().__init__(host, port, timeout=SECONDS, context=trust())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), SECONDS)
        try:
            self.sock = trust().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


@cache
def trust() -> ssl.SSLContext:
    """Return whom we believe: the authorities of this machine."""
    return ssl.create_default_context()
