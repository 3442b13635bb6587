"""Reports on what belongs together: which resources are one's own (RFC 3744, 9.3), and properties of what properties
name (DAV:expand-property, RFC 3253, 3.8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from collab.dav import multistatus, people, principals
from collab.dav.hrefs import segment
from collab.dav.multistatus import Asked
from collab.dav.properties import Listing, lookup, tags_of
from collab.dav.reports import report
from collab.lib.errors import BadInput, Refusal

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

DEEPEST = 4
MOST = 200
"""So many resources are looked up for one expansion at most; what lies beyond stays an address."""
_HREF = re.compile(r"<d:href[^>]*>([^<]*)</d:href>")


def relating(*kinds: str) -> None:
    """Let these kinds answer both reports."""
    report("{DAV:}principal-match", *kinds)(match)
    report("{DAV:}expand-property", *kinds)(expand)


def match(request: Request, root: Any) -> Response:
    """Answer with the members that are the asker, or that name the asker in the property given."""
    request.depth("0", ("0", "1"))
    user = request.actor.user
    asked = people.asked_in(request, root)
    named = root.find("{DAV:}principal-property")
    if (root.find("{DAV:}self") is None) == (named is None) or (named is not None and len(named) != 1):
        raise BadInput(_("This report cannot be read."))
    if user is None:
        return multistatus.answer([])
    if named is None:
        inside = request.resource.kind == principals.PLACE
        rows = [principals.Person(user, is_self=True)] if inside else []
        return multistatus.answer(people.of_people(request, asked, rows))
    resource = request.resource
    kind, members = resource.members()
    rows_in = list(members)
    found = lookup(kind, named[0].tag)
    own = f">{principals.address(user.username)}<"
    value = found.bind(Listing(request, resource, rows_in)) if found is not None else lambda _row: None
    fit = [row for row in rows_in if own in (value(row) or "")]
    base = resource.href
    return multistatus.answer(
        multistatus.of_rows(resource, kind, fit, asked, lambda row: base + segment(row.name) + "/" * row.is_folder)
    )


def expand(request: Request, root: Any) -> Response:
    """Answer with the properties asked; where one names other resources, with what is asked of these in its place."""
    request.depth("0", ("0", "1"))
    return multistatus.answer([_expanded(request, _wanted(root, 0), iter(range(MOST)))])


Tree = dict[str, "Tree"]


def _wanted(element: Any, depth: int) -> Tree:
    """Return {property: {property of what it names: …}}. Raises BadInput for what is too deep or too much."""
    if depth > DEEPEST or len(element) > MOST:
        raise BadInput(_("This report cannot be read."))
    return {_name(one): _wanted(one, depth + 1) for one in element if one.tag == "{DAV:}property"}


def _expanded(request: Request, inner: Tree, left: Iterator[int]) -> str:
    """Return the response of the request's resource."""
    resource = request.resource
    response = multistatus.of_resource(resource, Asked(tuple(inner), minimal=request.prefers_minimal()))
    for name, asked in inner.items():
        if asked:
            opening, closing, _empty = tags_of(name)
            place = re.compile(f"({re.escape(opening)})(.*?)({re.escape(closing)})", re.DOTALL)
            response = place.sub(_replaced(request, asked, left), response, count=1)
    return response


def _replaced(request: Request, asked: Tree, left: Iterator[int]) -> Callable[[re.Match[str]], str]:
    def one(found: re.Match[str]) -> str:
        if next(left, None) is None:
            return found[0]
        try:
            return _expanded(request.beside(unescape(found[1])), asked, left)
        except BadInput:  # an address of mail, or of no server at all
            return found[0]
        except Refusal:
            return multistatus.status_only(found[1], "404 Not Found")

    return lambda found: found[1] + _HREF.sub(one, found[2]) + found[3]


def _name(element: Any) -> str:
    name = element.get("name", "")
    if not re.fullmatch(r"[\w.-]{1,100}", name):
        raise BadInput(_("This report cannot be read."))
    return f"{{{element.get('namespace', 'DAV:')}}}{name}"


relating(principals.KIND, principals.PLACE)
