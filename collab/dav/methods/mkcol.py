"""MKCOL (RFC 4918, 9.3), and with a body that says what is to be made (RFC 5689)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from collab.dav.methods.put import saved, upload_of
from collab.dav.request import Request
from collab.dav.response import MethodNotAllowed, Response, UnsupportedBody
from collab.lib.errors import BadInput

_MOST = 200


def mkcol(request: Request) -> Response:
    """Make a folder, or another kind of collection where the tree has one."""
    root = None
    if request.body:
        if "extended-mkcol" not in request.resource.features:
            if request.body.whole(1 << 20).strip():
                raise UnsupportedBody
        else:
            root = request.xml()
    return made(request, properties_of(root, "{DAV:}mkcol") if root is not None else ())


def made(request: Request, properties: Sequence[Element]) -> Response:
    """Make the collection with these properties; all of them, or nothing is made."""
    if request.resource.exists:
        raise MethodNotAllowed(request.resource.methods)
    request.check()
    return saved(request.resource.make_collection(replace(upload_of(request), properties=properties)))


def properties_of(root: Element, name: str) -> list[Element]:
    """Return what the body sets. Raise BadInput for another document."""
    found = [child for prop in root.findall("{DAV:}set/{DAV:}prop") for child in prop]
    if root.tag != name or len(found) > _MOST:
        raise BadInput(_("What is to be made here cannot be read."))
    return found
