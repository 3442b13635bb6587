"""MKCOL (RFC 4918, 9.3)."""

from __future__ import annotations

from collab.dav.methods.put import saved, upload_of
from collab.dav.request import Request
from collab.dav.response import MethodNotAllowed, Response, UnsupportedBody


def mkcol(request: Request) -> Response:
    """Make a folder: 201, 405 when the name exists, 409 when its parent does not."""
    if request.body and request.body.whole(1 << 20).strip():
        raise UnsupportedBody
    if request.resource.exists:
        raise MethodNotAllowed(request.resource.methods)
    request.check()
    return saved(request.resource.make_collection(upload_of(request)))
