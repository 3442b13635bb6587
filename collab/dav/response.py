"""Answers: a status, headers, a body; and errors in the form that sync clients read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.dav.hrefs import text
from collab.lib.errors import Refusal

XML = "application/xml; charset=utf-8"
"""Exactly so: owncloudcmd refuses text/xml, both desktop clients refuse a missing charset."""

SAFE = [
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
]

OTHER_SCOPE = _("The password of this device was not made for this. Make another in your settings.")

_FIRST, _LAST = -62135596800, 253402300799
"""The years 1 to 9999, all that a date of HTTP can say."""

_MINUTES = [f" {minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)]
_SECONDS = [f":{second:02d} GMT" for second in range(60)]

_EXCEPTIONS = {
    400: "BadRequest",
    401: "NotAuthenticated",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    412: "PreconditionFailed",
    415: "UnsupportedMediaType",
    416: "RequestedRangeNotSatisfiable",
    423: "Locked",
    501: "NotImplemented",
    503: "ServiceUnavailable",
    507: "InsufficientStorage",
}


@dataclass
class Response:
    """`body` is bytes, a list of blocks, or an iterable with `close()` that streams."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterable[bytes] = b""

    def start(self, start_response: Any, *, head: bool = False) -> Iterator[bytes]:
        """Hand status and headers to the server and return the blocks; sets Content-Length where it is known."""
        headers = self.headers
        if isinstance(self.body, (bytes, list)):
            length = len(self.body) if isinstance(self.body, bytes) else sum(map(len, self.body))
            if self.status != 304 and not any(name == "Content-Length" for name, _value in headers):
                headers = [*headers, ("Content-Length", str(length))]
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", headers)
        if head or self.status in {204, 304}:
            self.close()
            return iter((b"",))
        return iter((self.body,)) if isinstance(self.body, bytes) else iter(self.body)

    def close(self) -> None:
        """Give back what a streaming body holds open."""
        if close := getattr(self.body, "close", None):
            close()


class DavRefusal(Refusal):
    """A refusal with its precondition (RFC 4918, 16), for instance `<d:propfind-finite-depth/>`."""

    condition = ""
    headers: tuple[tuple[str, str], ...] = ()


class MethodNotAllowed(DavRefusal):
    """405, with what is allowed instead (RFC 9110, 15.5.6)."""

    status = 405
    code = "method-not-allowed"
    default = _("This cannot be done at this address.")

    def __init__(self, allowed: Iterable[str] = ()):
        super().__init__()
        self.headers = (("Allow", ", ".join(sorted(allowed))),)


class UnsupportedBody(DavRefusal):
    """415: this method takes no body, or another kind of body."""

    status = 415
    code = "unsupported-body"
    default = _("This request must not have a body.")


class BadGateway(DavRefusal):
    """502: the destination is on another server, or in a tree that takes nothing (RFC 4918, 9.9.4)."""

    status = 502
    code = "bad-gateway"
    default = _("The destination is not on this server.")


class Unauthorized(DavRefusal):
    """401: who are you?"""

    status = 401
    code = "unauthorized"
    default = _("Sign in with your user name and the password of this device.")
    headers = (("WWW-Authenticate", 'Basic realm="Collab", charset="UTF-8"'),)


def error(refusal: Refusal) -> Response:
    """Render a refusal (RFC 4918, 16, with the `s:` names that sync clients show to people)."""
    condition = getattr(refusal, "condition", "")
    headers = [("Content-Type", XML), *SAFE, *getattr(refusal, "headers", ())]
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    elif refusal.status == 503:
        headers.append(("Retry-After", "30"))
    name = _EXCEPTIONS.get(refusal.status, "Exception")
    document = (
        '<?xml version="1.0" encoding="utf-8"?>\n<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">'
        f"{condition}<s:exception>Sabre\\DAV\\Exception\\{name}</s:exception>"
        f"<s:message>{text(str(refusal.message))}</s:message></d:error>"
    )
    return Response(refusal.status, headers, document.encode())


def http_date(seconds: int) -> str:
    """Return the date in the form of RFC 9110, 5.6.7; dates outside its reach become the nearest inside."""
    day, second = divmod(min(max(seconds, _FIRST), _LAST), 86400)
    return _day(day) + _MINUTES[second // 60] + _SECONDS[second % 60]


@lru_cache(maxsize=65536)
def _day(day: int) -> str:
    """Return “Tue, 03 Feb 2026”; a folder of ten thousand files knows few days."""
    return formatdate(day * 86400, usegmt=True)[:16]
