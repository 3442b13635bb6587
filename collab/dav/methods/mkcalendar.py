"""MKCALENDAR (RFC 4791, 5.3.1): an extended MKCOL that need not say what it makes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from collab.dav.methods.mkcol import made, properties_of
from collab.dav.request import Request
from collab.dav.response import Response

_NAMESPACE = "urn:ietf:params:xml:ns:caldav"


def mkcalendar(request: Request) -> Response:
    """Make a calendar."""
    root = request.xml() if request.body else None
    kind = Element("{DAV:}resourcetype")
    kind.append(Element(f"{{{_NAMESPACE}}}calendar"))
    asked = properties_of(root, f"{{{_NAMESPACE}}}mkcalendar") if root is not None else []
    return made(request, [kind, *(one for one in asked if one.tag != kind.tag)])
