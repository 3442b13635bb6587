"""OPTIONS (RFC 9110, 9.3.7; RFC 4918, 10.1)."""

from __future__ import annotations

from collab.dav.request import Request
from collab.dav.response import SAFE, Response


def options(request: Request) -> Response:
    """Say what can be done here."""
    resource = request.resource
    return Response(
        200,
        [
            ("DAV", resource.features),
            ("Allow", ", ".join(sorted(resource.methods | {"OPTIONS"}))),
            ("MS-Author-Via", "DAV"),
            ("Accept-Ranges", "bytes"),
            *SAFE,
        ],
    )
