"""Live properties: small registered objects, each for the kinds of things that have it (RFC 4918, 15).

An app registers its own: `@live("oc:size", "node")` over a function that takes the listing and returns a
function from row to XML text, "" for an empty element, None when this row has no such property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from collab.dav.hrefs import text
from collab.lib.errors import Forbidden

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.tree import Resource

NAMESPACES = {
    "d": "DAV:",
    "s": "http://sabredav.org/ns",
    "oc": "http://owncloud.org/ns",
    "nc": "http://nextcloud.org/ns",
    "cal": "urn:ietf:params:xml:ns:caldav",
    "card": "urn:ietf:params:xml:ns:carddav",
    "cs": "http://calendarserver.org/ns/",
    "ical": "http://apple.com/ns/ical/",
    "x1": "http://open-collaboration-services.org/ns",
    "x2": "http://open-cloud-mesh.org/ns",
}
"""iOS looks tags up by these literal prefixes."""

_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_LOOSE = {NAMESPACES["oc"], NAMESPACES["nc"]}

Value = Callable[[Any], str | None]


@dataclass(frozen=True)
class Listing:
    """What a property may need to know besides the row: the request, the resource asked, all rows."""

    request: Request
    resource: Resource
    rows: Sequence[Any]


@dataclass(frozen=True)
class Property:
    """`tag` is prefixed; `bind(listing)` returns the function from row to value; `all`: part of allprop."""

    tag: str
    bind: Callable[[Listing], Value]
    all: bool = False

    @property
    def name(self) -> str:
        prefix, _colon, local = self.tag.partition(":")
        return f"{{{NAMESPACES[prefix]}}}{local}"


_registered: dict[str, dict[str, Property]] = {}
_by_local_name: dict[str, dict[str, Property]] = {}


def register(found: Property, kinds: Iterable[str]) -> None:
    """Add a property to these kinds."""
    for kind in kinds:
        _registered.setdefault(kind, {})[found.name] = found
        if not found.tag.startswith("d:"):
            _by_local_name.setdefault(kind, {})[found.name.rpartition("}")[2]] = found


def live(tag: str, *kinds: str, all: bool = False) -> Callable[[Callable[[Listing], Value]], Callable[..., Value]]:
    """Register a property whose value needs the listing."""

    def add(bind: Callable[[Listing], Value]) -> Callable[[Listing], Value]:
        register(Property(tag, bind, all), kinds)
        return bind

    return add


def plain(tag: str, *kinds: str, all: bool = False) -> Callable[[Value], Value]:
    """Register a property whose value is a function of the row alone."""

    def add(value: Value) -> Value:
        register(Property(tag, lambda _listing: value, all), kinds)
        return value

    return add


def absent(kind: str, *tags: str) -> None:
    """Register properties that clients ask for and we have not: 404 without a look among the dead ones."""
    for tag in tags:
        register(Property(tag, lambda _listing: _nothing), [kind])


def of_kind(kind: str) -> dict[str, Property]:
    """Return {Clark name: property} of a kind."""
    return _registered.get(kind, {})


def lookup(kind: str, name: str) -> Property | None:
    """Return the property asked for; oc: and nc: names also by local name, since Android mixes the two up."""
    found = _registered.get(kind, {}).get(name)
    if found is None and name[1:].partition("}")[0] in _LOOSE:
        found = _by_local_name.get(kind, {}).get(name.rpartition("}")[2])
    return found


def tags_of(name: str) -> tuple[str, str, str]:
    """Return (opening, closing, empty) tags of a Clark name, with the literal prefix if it has one."""
    uri, _brace, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    if prefix := _PREFIXES.get(uri):
        return f"<{prefix}:{local}>", f"</{prefix}:{local}>", f"<{prefix}:{local}/>"
    xmlns = f' xmlns="{text(uri).replace(chr(34), "&quot;")}"'
    return f"<{local}{xmlns}>", f"</{local}>", f"<{local}{xmlns}/>"


def _nothing(_row: Any) -> None:
    return None


class Protected(Forbidden):
    """403: the property is computed (RFC 4918, 15)."""

    code = "cannot-modify-protected-property"


Setter = Callable[["Resource", Element | None], None]
_setters: dict[tuple[str, str], Setter] = {}


def settable(tag: str, *kinds: str) -> Callable[[Setter], Setter]:
    """Register what PROPPATCH does to a live property; the element is None when it is removed."""

    def add(setter: Setter) -> Setter:
        prefix, _colon, local = tag.partition(":")
        for kind in kinds:
            _setters[kind, f"{{{NAMESPACES[prefix]}}}{local}"] = setter
        return setter

    return add


def setter(kind: str, name: str) -> Setter | None:
    """Return the registered setter, None when the property has none."""
    return _setters.get((kind, name))
