"""What an app supplies: a tree that finds resources, and resources that do things.

A method of the engine asks the resource; a resource calls the app's actions, which raise Refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Protocol
from xml.etree.ElementTree import Element

from collab.dav.response import MethodNotAllowed, Response
from collab.lib import safexml

if TYPE_CHECKING:
    from collab.dav.body import Body
    from collab.dav.request import Request
    from collab.rights.actor import Actor

READ = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND"})
WRITE = frozenset({"PUT", "DELETE", "COPY", "MOVE", "PROPPATCH", "LOCK", "UNLOCK"})


class Tree(Protocol):
    """A tree hung under the DAV door. `find` answers for paths of the request, `find_from` for a Destination."""

    scope: str

    def authenticate(self, request: Request) -> Actor:
        """Return who asks. Raise Unauthorized."""
        ...

    def find(self, request: Request, parts: list[str]) -> Resource:
        """Return the resource at these names; one that does not exist when nothing is there (`Missing`)."""
        ...

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        """Find for a request that came by another tree; refuse where such a meeting makes no sense."""
        ...


@dataclass
class Upload:
    """What a PUT or an assembly says about the bytes: RFC 9110 and the headers of sync clients.

    `properties`: what a new collection shall have from the start (RFC 4791, 5.3.1; RFC 5689), its kind included.
    """

    mtime: int | None = None
    length: int | None = None
    checksum: str = ""
    make_parents: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    properties: Sequence[Element] = ()


@dataclass(frozen=True)
class Shown:
    """What lies at an address after a change: its bytes, their type and ETag."""

    data: bytes
    media_type: str
    etag: str


@dataclass
class Saved:
    """What was stored: `created` tells 201 from 204; the headers let a client skip its next look.

    `etag`: only where what is stored is what was sent, to the byte. `headers`: others of the app. `shown()`: what is
    there now, for whoever asks for it (`Prefer: return=representation`, RFC 7240, 4.2).
    """

    created: bool
    etag: str | None = None
    file_id: str = ""
    mtime_accepted: bool = False
    headers: Sequence[tuple[str, str]] = ()
    shown: Callable[[], Shown] | None = None


@dataclass
class Content:
    """Bytes to send: `open()` gives a file at its beginning, `accel` its address for the front, if it has one."""

    size: int
    media_type: str
    open: Callable[[], BinaryIO]
    accel: str = ""
    checksum: str = ""
    headers: Sequence[tuple[str, str]] = ()


@dataclass
class Whole:
    """A collection in one stream, under the name of a file; the pieces are made when they are sent."""

    name: str
    media_type: str
    pieces: Callable[[], Iterator[bytes]]


class Resource:
    """Something at an address. Subclasses set what they are and override what they can do.

    `kind`: the kind its live properties are registered under; `row`: what these read; `ref`: (kind, id) of
    its dead properties; `chain`: ids from the root down to it, for locks; `etag`: quoted.
    """

    methods: ClassVar[frozenset[str]] = READ
    features: ClassVar[str] = "1, 2, 3"
    """The DAV header (RFC 4918, 10.1): what is possible in this tree."""
    tells_all: ClassVar[bool] = False
    """Whether OPTIONS tells here what all trees together can do: devices look at a principal first."""
    report_bounds: ClassVar[tuple[int, int]] = (safexml.MAX_BYTES, safexml.MAX_ELEMENTS)
    """Bytes and elements of a REPORT at most."""
    kind: ClassVar[str] = ""
    exists = True
    is_collection = False
    row: Any = None
    ref: tuple[str, int] | None = None
    stored_kind: str = ""
    """The kind under which dead properties of its members are stored, where it is not that of its own."""
    chain: Sequence[int] = ()
    space_id: int | None = None
    etag: str | None = None
    mtime: int | None = None
    display_name: str = ""
    conditions_on_target = False
    """Whether the conditions of a MOVE speak of where it goes, not of this."""

    def __init__(self, request: Request, parts: list[str]):
        self.request = request
        self.parts = parts
        self.tree: Tree = request.tree

    @property
    def href(self) -> str:
        return self.request.href(self.parts, collection=self.is_collection)

    def members(self) -> tuple[str, Iterable[Any]]:
        """Return (kind, rows) of what lies directly inside; a row has `name` and `is_folder`."""
        return self.kind, ()

    def content(self) -> Content:
        """Return the bytes."""
        raise self.not_allowed()

    def whole(self) -> Whole | None:
        """Return all that this collection holds in one stream, None where that has no form."""
        return None

    def put(self, body: Body, upload: Upload) -> Saved:
        """Store the body here; nothing is visible before all of it is durable."""
        raise self.not_allowed()

    def post(self, body: Body) -> Response:
        """Answer what an app does by POST."""
        raise self.not_allowed()

    def make_collection(self, upload: Upload) -> Saved:
        """Make a folder here (RFC 4918, 9.3)."""
        raise self.not_allowed()

    def delete(self) -> None:
        """Remove it and all below (RFC 4918, 9.6)."""
        raise self.not_allowed()

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        """Move to the target's address (RFC 4918, 9.9)."""
        raise self.not_allowed()

    def copy(self, target: Resource, *, deep: bool, overwrite: bool) -> Saved:
        """Copy to the target's address (RFC 4918, 9.8)."""
        raise self.not_allowed()

    def lock_target(self) -> tuple[Resource, bool]:
        """Return what a LOCK here locks, and whether an empty file had to be made for it (RFC 4918, 9.10.4)."""
        return self, False

    def below(self, ids: set[int]) -> set[int]:
        """Return those of these ids that lie inside this collection."""
        return set()

    def may_lock(self) -> None:
        """Refuse whoever may not write here; locks of others are the method's business."""
        raise self.not_allowed()

    def may_change_properties(self) -> None:
        """Refuse whoever may not store properties here."""
        raise self.not_allowed()

    def not_allowed(self) -> MethodNotAllowed:
        return MethodNotAllowed(self.methods)


class Missing(Resource):
    """Nothing is there."""

    methods = frozenset({"OPTIONS", "PUT", "MKCOL", "LOCK"})
    exists = False
