"""/remote.php/dav/uploads/<user>/<transfer>/…: chunked upload, one path for every client's variant (sync.md, 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.utils.translation import gettext as _

from collab.dav.body import Body
from collab.dav.conditions import State
from collab.dav.properties import plain
from collab.dav.response import BadGateway, http_date
from collab.dav.tree import Missing, Resource, Saved, Upload
from collab.lib.errors import Conflict, Forbidden, NotFound
from files.actions import uploading
from files.dav.nodes import NodeResource, destination
from files.dav.tree import PersonTree

if TYPE_CHECKING:
    from collab.dav.request import Request
    from files.models import Upload as Transfer

KIND = "upload"
ASSEMBLED = ".file"

plain("d:resourcetype", KIND, all=True)(lambda row: "<d:collection/>" if row.is_folder else "")
plain("d:getlastmodified", KIND, all=True)(lambda row: http_date(row.mtime))
plain("d:getcontentlength", KIND, all=True)(lambda row: None if row.is_folder else str(row.size))
plain("d:getcontenttype", KIND, all=True)(lambda row: None if row.is_folder else "application/octet-stream")
plain("d:displayname", KIND, all=True)(lambda row: row.name)


def row_of(name: str, size: int, mtime: int, *, folder: bool = False) -> SimpleNamespace:
    """Return what the properties read."""
    return SimpleNamespace(name=name, size=size, mtime=mtime, is_folder=folder)


class Stream:
    """The body as a file: the action that stores parts reads it so."""

    def __init__(self, body: Body):
        self._blocks: Iterator[bytes] = body.blocks()
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            block = next(self._blocks, b"")
            if not block:
                return b""
            self._rest = block
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class Transfers(Resource):
    """All uploads of a person; clients never list it."""

    methods = frozenset({"OPTIONS", "PROPFIND"})
    kind = KIND
    is_collection = True
    row = row_of("", 0, 0, folder=True)


class TransferFolder(Resource):
    """One upload in progress."""

    methods = frozenset({"OPTIONS", "PROPFIND", "DELETE"})
    kind = KIND
    is_collection = True

    def __init__(self, request: Request, parts: list[str], transfer: Transfer):
        super().__init__(request, parts)
        self.transfer = transfer
        self.row = row_of(transfer.transfer, 0, int(transfer.touched_at.timestamp()), folder=True)

    def members(self) -> tuple[str, list[Any]]:
        parts = [row_of(part.name, part.size, part.mtime) for part in uploading.chunks(self.transfer)]
        return KIND, [*parts, row_of(ASSEMBLED, sum(part.size for part in parts), self.row.mtime)]

    def delete(self) -> None:
        uploading.abort(self.transfer)


class NewTransfer(Missing):
    """A name that no upload bears yet."""

    methods = frozenset({"OPTIONS", "MKCOL"})

    def make_collection(self, upload: Upload) -> Saved:
        uploading.begin(self.request.actor, self.parts[1])
        return Saved(True)


class Part(Resource):
    """One part; it appears whole or not at all, and is replaced when it is sent again."""

    methods = frozenset({"OPTIONS", "PROPFIND", "PUT", "HEAD"})
    kind = KIND

    def __init__(self, request: Request, parts: list[str], transfer: Transfer):
        super().__init__(request, parts)
        self.transfer = transfer
        found = (
            [part for part in uploading.chunks(transfer) if part.name == parts[2]] if request.method != "PUT" else []
        )
        self.exists = bool(found) or request.method == "PUT"
        self.row = row_of(*found[0][:3]) if found else None

    def put(self, body: Body, upload: Upload) -> Saved:
        uploading.put_chunk(self.transfer, self.parts[2], cast(BinaryIO, Stream(body)), length=body.length)
        return Saved(True)


class Assembled(Resource):
    """`.file`: moving it to its destination puts the parts together."""

    methods = frozenset({"OPTIONS", "PROPFIND", "MOVE"})
    kind = KIND
    conditions_on_target = True

    def __init__(self, request: Request, parts: list[str], transfer: Transfer):
        super().__init__(request, parts)
        self.transfer = transfer
        size = sum(part.size for part in uploading.chunks(transfer)) if request.method == "PROPFIND" else 0
        self.row = row_of(ASSEMBLED, size, int(transfer.touched_at.timestamp()))

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        there = destination(target)
        if there.exists and there.is_collection:
            raise Conflict(_("A folder has this name already. Choose another."))
        written = uploading.assemble(
            self.request.actor,
            self.transfer,
            there.parent(make=upload.make_parents),
            there.found.name,
            total=upload.length,
            checksum=upload.checksum,
            mtime=upload.mtime,
            tokens=self.request.conditions.tokens,
            guard=self._guard(there),
        )
        return there.saved(written.entry, created=written.created, mtime=upload.mtime)

    def _guard(self, there: NodeResource) -> Any:
        """Conditions of this MOVE speak of the destination: the desktop tags it, iOS sends a plain If-Match."""
        conditions = self.request.conditions
        if not conditions.any:
            return None

        def hold(entry: Any) -> None:
            tokens = [lock.token for lock in self.request.locks_on(there)] if conditions.tokens else ()
            state = State(there.etag_of(entry) if entry is not None else None, tokens)
            conditions.check(state, entry.mtime if entry is not None else None)

        return hold


class UploadsTree(PersonTree):
    """The uploads of one person."""

    def find(self, request: Request, parts: list[str]) -> Resource:
        names = self.names(request, parts)
        if not names:
            return Transfers(request, parts)
        try:
            transfer = uploading.find(request.actor, names[0])
        except NotFound:
            if len(names) == 1:
                return NewTransfer(request, parts)
            if request.method == "PUT":
                raise Conflict(_("This upload is not open. Begin it again.")) from None
            return Missing(request, parts)
        if len(names) == 1:
            return TransferFolder(request, parts, transfer)
        if len(names) > 2:
            raise NotFound
        if names[1] == ASSEMBLED:
            return Assembled(request, parts, transfer)
        return Part(request, parts, transfer)

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        if parts[:1] != [request.actor.user.username if request.actor.user else None]:
            raise Forbidden
        raise BadGateway
