"""Multi-Status answers by a string builder (RFC 4918, 13), in the order and with the prefixes clients insist on.

The whole answer is built before the first byte leaves: half a listing would make clients delete local files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import is_, itemgetter
from typing import Any

from collab.dav import dead, properties
from collab.dav.connections import release_connections
from collab.dav.hrefs import segment
from collab.dav.properties import Listing, Value
from collab.dav.response import SAFE, XML, Response
from collab.dav.tree import Resource

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"'
    ' xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"'
    ' xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:card="urn:ietf:params:xml:ns:carddav"'
    ' xmlns:cs="http://calendarserver.org/ns/" xmlns:ical="http://apple.com/ns/ical/"'
    ' xmlns:x1="http://open-collaboration-services.org/ns" xmlns:x2="http://open-cloud-mesh.org/ns">'
)
TAIL = "</d:multistatus>"
_BLOCK = 1000
_STREAMED = 1 << 20
Tags = tuple[str, str, str]
Shape = tuple[str, Callable[[Sequence[str | None]], Iterable[str | None]]]
is_none = partial(is_, None)
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


def streamed(pieces: Iterator[str], headers: Sequence[tuple[str, str]] = ()) -> Response:
    """Return the 207 around responses that come one by one; the first megabyte is made before anything leaves.

    For answers whose end is not taken for the end of what there is: whoever reads a cut one sees that it is no XML.
    """
    headers = [("Content-Type", XML), ("Vary", "Brief, Prefer"), *SAFE, *headers]
    blocks = _blocks(chain((HEAD,), pieces, (TAIL,)))
    first, second = next(blocks), next(blocks, None)
    return Response(207, headers, first if second is None else chain((first, second), blocks))


def _blocks(pieces: Iterator[str]) -> Iterator[bytes]:
    """Yield the pieces in blocks of about a megabyte, and hold no database connection while a block is sent."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece.encode())
        size += len(waiting[-1])
        if size >= _STREAMED:
            release_connections()
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def status_only(href: str, status: str, inside: str = "") -> str:
    """Return the response of what has no properties to tell: `404 Not Found` (RFC 4918, 14.24)."""
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {status}</d:status>{inside}</d:response>"


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
    stored = resource.stored_kind or (resource.ref[0] if resource.ref else "")
    refs = [(stored, row.id) for row in rows] if stored else []
    render = renderer(kind, asked, Listing(resource.request, resource, rows), refs)
    pieces = [render(href_of(row), row) for row in rows]
    return ["".join(pieces[start : start + _BLOCK]) for start in range(0, len(pieces), _BLOCK)]


def renderer(kind: str, asked: Asked, listing: Listing, refs: Sequence[tuple[str, int]]) -> Callable[[str, Any], str]:
    """Return the function (href, row) → response, with all that is common to the rows worked out once."""
    plan, stored_names = _plan(kind, asked, listing)
    stored = dead.of_refs(refs, stored_names) if refs and (stored_names or asked.everything or asked.only_names) else {}
    values = [value for _tags, value in plan]
    tags = [tags for tags, _value in plan]
    hide = asked.minimal or asked.everything or asked.only_names
    absent = [properties.tags_of(name)[2] for name in stored_names]
    shapes: dict[tuple[bool, ...], Shape] = {}

    def render(href: str, row: Any) -> str:
        found = [value(row) for value in values]
        if stored:
            return _with_stored(
                href, tags, found, stored.get(row.id, {}), stored_names, names=asked.only_names, hide=hide
            )
        gaps = tuple(map(is_none, found))
        shape = shapes.get(gaps)
        if shape is None:
            shape = shapes[gaps] = _shape(tags, gaps, absent, hide=hide)
        text, pick = shape
        return text % (href, *pick(found))

    return render


def _shape(tags: Sequence[Tags], gaps: Sequence[bool], absent: Sequence[str], *, hide: bool) -> Shape:
    """Return the response of all rows that have and lack the same properties: a text with places, and their values."""
    pairs = list(zip(tags, gaps, strict=True))
    there = "".join(f"{_plain(opening)}%s{_plain(closing)}" for (opening, closing, _empty), gap in pairs if not gap)
    missing = "".join([_plain(empty) for (_opening, _closing, empty), gap in pairs if gap] + list(map(_plain, absent)))
    text = "<d:response><d:href>%s</d:href>" + _propstats(there, "" if hide else missing) + "</d:response>"
    places = [place for place, gap in enumerate(gaps) if not gap]
    if len(places) > 1:
        return text, itemgetter(*places)
    return text, lambda found: [found[place] for place in places]


def _with_stored(
    href: str, tags: Sequence[Tags], found: Sequence[str | None], own: dict[str, str], asked: Sequence[str], *,
    names: bool, hide: bool,
) -> str:  # fmt: skip
    """Return the response of one row that may have properties stored by clients."""
    pairs = list(zip(tags, found, strict=True))
    there = "".join(f"{opening}{value}{closing}" for (opening, closing, _empty), value in pairs if value is not None)
    there += "".join(properties.tags_of(name)[2] if names else xml for name, xml in own.items())
    missing = "".join(empty for (_opening, _closing, empty), value in pairs if value is None)
    missing += "".join(properties.tags_of(name)[2] for name in asked if name not in own)
    return f"<d:response><d:href>{href}</d:href>{_propstats(there, '' if hide else missing)}</d:response>"


def _propstats(there: str, missing: str) -> str:
    """Return what was found first, since iOS reads nothing else, then what was not."""
    body = f"<d:propstat><d:prop>{there}{_OK}" if there or not missing else ""
    return body + (f"<d:propstat><d:prop>{missing}{_NOT_FOUND}" if missing else "")


def _plain(tag: str) -> str:
    return tag.replace("%", "%%")


def _plan(kind: str, asked: Asked, listing: Listing) -> tuple[list[tuple[Tags, Value]], list[str]]:
    """Return the live properties to render, and the names left to look for among the stored ones."""
    plan: list[tuple[Tags, Value]] = []
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
            plan.append((properties.tags_of(name), _named(value) if asked.only_names else value))
    return plan, stored


def _named(value: Value) -> Value:
    return lambda row: None if value(row) is None else ""
