"""POST (RFC 9110, 9.3.3): what an app answers by it at an address of its own."""

from __future__ import annotations

from collab.dav.request import Request
from collab.dav.response import Response


def post(request: Request) -> Response:
    """Hand the body to the resource."""
    return request.resource.post(request.body)
