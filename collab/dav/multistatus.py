"""Multi-Status answers by a string builder (RFC 4918, 13), in the order and with the prefixes clients insist on.

The whole answer is built before the first byte leaves: half a listing would make clients delete local files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from collab.dav import dead, properties
from collab.dav.hrefs import segment
from collab.dav.properties import Listing, Value
from collab.dav.response import SAFE, XML, Response
from collab.dav.tree import Resource

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"'
    ' xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"'
    ' xmlns:x1="http://open-collaboration-services.org/ns" xmlns:x2="http://open-cloud-mesh.org/ns">'
)
TAIL = "</d:multistatus>"
_BLOCK = 1000
_OK = "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
_NOT_FOUND = "</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"


@dataclass(frozen=True)
class Asked:
    """What is asked: `names` in Clark notation; `everything` for allprop, `only_names` for propname."""

    names: tuple[str, ...] = ()
    everything: bool = False
    only_names: bool = False
    minimal: bool = False


def answer(blocks: Iterable[str], headers: Sequence[tuple[str, str]] = ()) -> Response:
    """Return the 207 around these responses."""
    body = [block.encode() for block in (HEAD, *blocks, TAIL)]
    whole = b"".join(body) if sum(map(len, body)) < 1 << 22 else body
    return Response(207, [("Content-Type", XML), ("Vary", "Brief, Prefer"), *SAFE, *headers], whole)


def of_resource(resource: Resource, asked: Asked) -> str:
    """Return the response of the resource itself."""
    listing = Listing(resource.request, resource, (resource.row,))
    render = renderer(resource.kind, asked, listing, [resource.ref] if resource.ref else [])
    return render(resource.href, resource.row)


def of_members(resource: Resource, asked: Asked) -> Iterable[str]:
    """Return the responses of what lies inside, in blocks."""
    kind, rows = resource.members()
    rows = list(rows)
    base = resource.href
    return of_rows(resource, kind, rows, asked, lambda row: base + segment(row.name) + ("/" if row.is_folder else ""))


def of_rows(
    resource: Resource, kind: str, rows: Sequence[Any], asked: Asked, href_of: Callable[[Any], str]
) -> Iterable[str]:
    """Return the responses of rows at the addresses that `href_of` gives, in blocks."""
    if not rows:
        return []
    refs = [(resource.ref[0], row.id) for row in rows] if resource.ref else []
    render = renderer(kind, asked, Listing(resource.request, resource, rows), refs)
    pieces = [render(href_of(row), row) for row in rows]
    return ["".join(pieces[start : start + _BLOCK]) for start in range(0, len(pieces), _BLOCK)]


def renderer(kind: str, asked: Asked, listing: Listing, refs: Sequence[tuple[str, int]]) -> Callable[[str, Any], str]:
    """Return the function (href, row) → response, with all that is common to the rows worked out once."""
    plan, stored_names = _plan(kind, asked, listing)
    stored = dead.of_refs(refs, stored_names) if refs and (stored_names or asked.everything or asked.only_names) else {}
    show_missing = not (asked.minimal or asked.everything or asked.only_names)

    def render(href: str, row: Any) -> str:
        found: list[str] = []
        missing: list[str] = []
        for opening, closing, empty, value in plan:
            content = value(row)
            if content:
                found.append(opening + content + closing)
            elif content is None:
                missing.append(empty)
            else:
                found.append(empty)
        if stored:
            own = stored.get(getattr(row, "id", 0), {})
            found.extend(properties.tags_of(name)[2] if asked.only_names else xml for name, xml in own.items())
            missing.extend(properties.tags_of(name)[2] for name in stored_names if name not in own)
        elif stored_names:
            missing.extend(properties.tags_of(name)[2] for name in stored_names)
        body = ""
        if found or not (missing and show_missing):
            body = f"<d:propstat><d:prop>{''.join(found)}{_OK}"
        if missing and show_missing:
            body += f"<d:propstat><d:prop>{''.join(missing)}{_NOT_FOUND}"
        return f"<d:response><d:href>{href}</d:href>{body}</d:response>"

    return render


def _plan(kind: str, asked: Asked, listing: Listing) -> tuple[list[tuple[str, str, str, Value]], list[str]]:
    """Return the live properties to render, and the names left to look for among the stored ones."""
    plan: list[tuple[str, str, str, Value]] = []
    stored: list[str] = []
    names = asked.names
    if asked.everything or asked.only_names:
        live = properties.of_kind(kind).items()
        names = tuple(name for name, found in live if found.all or asked.only_names) + names
    for name in dict.fromkeys(names):
        found = properties.lookup(kind, name)
        if found is None:
            stored.append(name)
        else:
            value = found.bind(listing)
            plan.append((*properties.tags_of(name), _named(value) if asked.only_names else value))
    return plan, stored


def _named(value: Value) -> Value:
    return lambda row: None if value(row) is None else ""
