"""One DAV request: who asks, for what, with which body and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext as _

from collab.dav import hrefs, locks
from collab.dav.body import Body
from collab.dav.conditions import Conditions, State
from collab.dav.response import BadGateway, UnsupportedBody
from collab.lib import safexml
from collab.lib.errors import BadInput, Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from collab.dav.tree import Resource, Tree
    from collab.rights.actor import Actor

LONGEST_NAME = 255


class Request:
    """`base` is the share's own prefix, `parts` the names below it, `resource` what the tree found there."""

    actor: Actor
    resource: Resource

    def __init__(self, environ: dict[str, Any], tree: Tree, base: str, path: str):
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.tree = tree
        self.base = base
        self.parts = names_of(path)
        self.slash = path.endswith("/")
        self.body: Body = environ["collab.body"]
        self._conditions: Conditions | None = None
        self._held: dict[int, list[locks.Held]] = {}

    def header(self, name: str, default: str = "") -> str:
        """Return a header, without the spaces around it."""
        value: str = self.environ.get("HTTP_" + name.upper().replace("-", "_"), default)
        return value.strip()

    @property
    def conditions(self) -> Conditions:
        """The request's conditions, parsed once."""
        if self._conditions is None:
            self._conditions = Conditions(self.environ, self._state_at)
        return self._conditions

    def depth(self, default: str, allowed: tuple[str, ...]) -> str:
        """Return the Depth header. Raise BadInput when it is none of `allowed` (RFC 4918, 10.2)."""
        depth = self.header("Depth", default).lower()
        if depth not in allowed:
            raise BadInput(_("This Depth is not possible here."))
        return depth

    def overwrite(self) -> bool:
        """Whether a destination that exists may be replaced (RFC 4918, 10.6)."""
        return self.header("Overwrite", "T").upper() != "F"

    def xml(self, *, size: int = safexml.MAX_BYTES, elements: int = safexml.MAX_ELEMENTS) -> Any:
        """Return the root element of the body, None when there is no body."""
        kind = self.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        document = self.body.whole(size)
        if not document.strip():
            return None
        if kind and not kind.endswith(("xml", "/x-www-form-urlencoded", "/octet-stream", "text/plain")):
            raise UnsupportedBody(_("This request must be written in XML."))
        return safexml.parse(document, size=size, elements=elements)

    def prefers_minimal(self) -> bool:
        """Whether properties that are not there need not be told (RFC 8144; `Brief` is Apple's word for it)."""
        return "return=minimal" in self.header("Prefer") or self.header("Brief").lower() == "t"

    def href(self, parts: list[str], *, collection: bool) -> str:
        """Return the address of a resource of the same tree, on the base this request came by."""
        return hrefs.href(self.base, parts, collection=collection)

    def destination(self) -> Resource:
        """Return what lies at the Destination header (RFC 4918, 10.3). Raise BadInput, or BadGateway for elsewhere."""
        header = self.header("Destination")
        if not header:
            raise BadInput(_("The Destination header is missing."))
        try:
            return self.locate(header)
        except NotFound:
            raise Forbidden(_("You may not put anything there.")) from None

    def locate(self, url: str) -> Resource:
        """Return what lies at an absolute path or URL of this server, in whichever tree."""
        from collab.dav.shares import resolve

        path = path_of(url, self.environ.get("HTTP_HOST", ""))
        tree, base, rest = resolve(path)
        if tree is None:
            raise BadGateway
        if tree is self.tree and base == self.base:
            return tree.find(self, names_of(rest))
        return tree.find_from(self, names_of(rest))

    def beside(self, url: str) -> Request:
        """Return a request of the same person for another address, of whichever tree, that only reads.

        Its `resource` is what lies there. Raises NotFound, Forbidden.
        """
        from collab.dav.shares import resolve

        tree, base, rest = resolve(path_of(url, self.environ.get("HTTP_HOST", "")))
        if tree is None:
            raise NotFound
        if not self.actor.allows_scope(tree.scope):
            raise Forbidden
        other = Request(self.environ, tree, base, rest)
        other.actor = self.actor
        other.resource = tree.find(other, other.parts)
        return other

    def state(self, resource: Resource) -> State:
        """Return what conditions are held against; asks for locks only when a token was sent."""
        tokens = [lock.token for lock in self.locks_on(resource)] if self.conditions.tokens else ()
        return State(resource.etag if resource.exists else None, tokens)

    def check(self, *, reading: bool = False) -> None:
        """Hold the conditions against the requested resource. Raise Stale, NotModified."""
        if self.conditions.any or (reading and self.conditions.modified is not None):
            self.conditions.check(self.state(self.resource), self.resource.mtime, reading=reading)

    def guard(self, etag_of: Callable[[Any], str]) -> Callable[[Any], None] | None:
        """Return what an action calls under its lock with the row as it is now; None when there is no condition."""
        if not self.conditions.any:
            return None

        def hold(row: Any) -> None:
            state = State(etag_of(row) if row is not None else None, self.state(self.resource).tokens)
            self.conditions.check(state, row.mtime if row is not None else None)

        return hold

    def locks_on(self, resource: Resource) -> list[locks.Held]:
        """Return the live locks that cover the resource."""
        if not resource.chain or resource.space_id is None:
            return []
        return [lock for lock in self.locks_in(resource.space_id) if lock.covers(resource.chain)]

    def locks_in(self, space_id: int) -> list[locks.Held]:
        """Return the live locks of a space, asked once per request."""
        if space_id not in self._held:
            self._held[space_id] = locks.held_in([space_id])
        return self._held[space_id]

    def forget_locks(self) -> None:
        """Ask anew after a lock was made or dropped."""
        self._held.clear()

    def _state_at(self, uri: str) -> State | None:
        """Return the state of a resource named in an If header; None means the requested one."""
        try:
            resource = self.locate(uri)
        except BadGateway:
            return State(None)
        if resource.parts == self.parts and resource.tree is self.tree:
            return None
        return self.state(resource)


def path_of(url: str, host: str) -> str:
    """Return the decoded path of a Destination or If address: a path, or an absolute URL of this host.

    Not by urlsplit after unquoting: a name may hold `?`, `#` or `;`, which arrive percent-encoded. rclone
    leaves `;` raw, the desktop client sends a path only, and behind a proxy the scheme may differ.
    """
    if not url.startswith("/"):
        scheme, mark, rest = url.partition("://")
        authority, slash, tail = rest.partition("/")
        if not mark or scheme.lower() not in {"http", "https"}:
            raise BadInput(_("This destination is not an address."))
        if host and authority.rpartition("@")[2].lower() != host.lower():
            raise BadGateway
        url = slash + tail
    raw = url.partition("?")[0].partition("#")[0]
    if "%2f" in raw.lower():
        raise BadInput(_("A name must not contain a slash. Choose another name."))
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise BadInput(_("This address is not UTF-8.")) from None


def names_of(path: str) -> list[str]:
    """Return the names of a decoded path. Raise BadInput for `.` and `..`, which no proxy would have left, and NUL."""
    if "\0" in path:
        raise BadInput(_("A name must not contain control characters. Choose another name."))
    names = [name for name in path.split("/") if name]
    if "." in names or ".." in names:
        raise BadInput(_("A name must not be “.” or “..”. Choose another name."))
    return names
