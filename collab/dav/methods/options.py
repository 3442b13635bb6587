"""OPTIONS (RFC 9110, 9.3.7; RFC 4918, 10.1)."""

from __future__ import annotations

from collab.dav.request import Request
from collab.dav.response import SAFE, Response

_offered: dict[str, None] = {}


def offer(*features: str) -> None:
    """Note what the trees of an app can do, for those who ask where they look first (`Resource.tells_all`)."""
    _offered.update(dict.fromkeys(features))


def offered() -> str:
    """Return the features of all apps as a continuation of a DAV header."""
    return "".join(f", {one}" for one in _offered)


def options(request: Request) -> Response:
    """Say what can be done here."""
    resource = request.resource
    return Response(
        200,
        [
            ("DAV", resource.features + (offered() if resource.tells_all else "")),
            ("Allow", ", ".join(sorted(resource.methods | {"OPTIONS"}))),
            ("MS-Author-Via", "DAV"),
            ("Accept-Ranges", "bytes"),
            *SAFE,
        ],
    )
