"""DELETE (RFC 4918, 9.6)."""

from __future__ import annotations

from collab.dav.request import Request
from collab.dav.response import SAFE, Response, UnsupportedBody


def delete(request: Request) -> Response:
    """Remove the resource and all below, or nothing."""
    if request.body and request.body.whole(1 << 16).strip():
        raise UnsupportedBody
    if request.resource.is_collection:
        request.depth("infinity", ("infinity",))
    request.check()
    request.resource.delete()
    return Response(204, list(SAFE))
