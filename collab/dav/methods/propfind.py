"""PROPFIND (RFC 4918, 9.1): exactly the asked properties, one query for a collection."""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.dav import multistatus
from collab.dav.multistatus import Asked
from collab.dav.request import Request
from collab.dav.response import DavRefusal, Response
from collab.lib import safexml
from collab.lib.errors import BadInput

_FINITE = "<d:propfind-finite-depth/>"
_CACHED = 4096


class EndlessDepth(DavRefusal):
    """403: no server walks a whole tree for one question (RFC 4918, 9.1.1)."""

    status = 403
    code = "propfind-finite-depth"
    condition = _FINITE
    default = gettext_lazy("This folder cannot be listed with all that lies below. Ask one folder at a time.")


def propfind(request: Request) -> Response:
    """Answer for the resource, and with Depth 1 for what lies inside."""
    depth = request.depth("infinity", ("0", "1", "infinity"))
    resource = request.resource
    if depth == "infinity" and resource.is_collection:
        raise EndlessDepth
    asked = asked_of(request)
    request.check()
    blocks = []
    if depth == "1" and resource.is_collection:
        blocks = list(multistatus.of_members(resource, asked))
    applied = ["return=minimal"] if asked.minimal else []
    root = [multistatus.of_resource(resource, asked)]
    if depth == "1" and "depth-noroot" in request.header("Prefer"):  # RFC 8144, 2.2
        root, applied = [], [*applied, "depth-noroot"]
    headers = [("Preference-Applied", ", ".join(applied))] if applied else []
    return multistatus.answer([*root, *blocks], headers)


def asked_of(request: Request) -> Asked:
    """Return what the body asks for; no body means everything (RFC 4918, 9.1)."""
    document = request.body.whole(safexml.MAX_BYTES)
    asked = _parsed_before(document) if len(document) <= _CACHED else _parsed(document)
    if request.prefers_minimal():
        return Asked(asked.names, asked.everything, asked.only_names, minimal=True)
    return asked


def prop_names(element: Element) -> tuple[str, ...]:
    """Return the names inside a `d:prop`; text nodes are ignored (owncloudcmd leaves one behind)."""
    return tuple(child.tag for child in element)


def _parsed(document: bytes) -> Asked:
    if not document.strip():
        return Asked(everything=True)
    root = safexml.parse(document)
    kinds = {"{DAV:}prop", "{DAV:}allprop", "{DAV:}propname"}
    asked = [child for child in root if child.tag in kinds]
    if root.tag != "{DAV:}propfind" or len(asked) != 1:
        raise BadInput(_("This PROPFIND cannot be read."))
    if asked[0].tag == "{DAV:}prop":
        return Asked(prop_names(asked[0]))
    if asked[0].tag == "{DAV:}propname":
        return Asked(only_names=True)
    included = [name for child in root if child.tag == "{DAV:}include" for name in prop_names(child)]
    return Asked(tuple(included), everything=True)


_parsed_before = lru_cache(maxsize=256)(_parsed)
"""Sync clients send the same few bodies a million times."""
