"""/remote.php/dav/trashbin/<user>/…: what was thrown away, brought back or removed for good (sync.md, 1.4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from collab.dav.hrefs import text
from collab.dav.properties import absent, plain
from collab.dav.response import BadGateway, http_date
from collab.dav.tree import Content, Missing, Resource, Saved, Upload
from collab.lib.errors import NotFound
from collab.rights.right import Right
from files import storage
from files.actions import trashing
from files.dav.properties import file_id, media_type
from files.dav.tree import PersonTree
from files.models import Trash
from files.previews import kinds

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.rights.actor import Actor

KIND = "trash"
MOST = 5000

plain("d:resourcetype", KIND, all=True)(lambda row: "<d:collection/>" if row.is_folder else "")
plain("d:getlastmodified", KIND, all=True)(lambda row: http_date(row.mtime))
plain("d:getcontentlength", KIND, all=True)(lambda row: None if row.is_folder else str(row.size))
plain("d:getcontenttype", KIND, all=True)(lambda row: None if row.is_folder else media_type(row.title))
plain("d:getetag", KIND, all=True)(lambda row: f'"{row.etag}"' if row.etag else None)
plain("d:displayname", KIND, all=True)(lambda row: text(row.title))
plain("oc:size", KIND)(lambda row: str(row.size))
plain("oc:id", KIND)(lambda row: file_id(row.id) if row.id else None)
plain("oc:fileid", KIND)(lambda row: str(row.id) if row.id else None)
plain("oc:permissions", KIND)(lambda row: row.letters)
plain("nc:has-preview", KIND)(lambda row: "true" if row.size and row.id and _is_drawn(row) else "false")
plain("nc:trashbin-filename", KIND)(lambda row: text(row.title))
plain("nc:trashbin-original-location", KIND)(lambda row: text(row.path))
plain("nc:trashbin-deletion-time", KIND)(lambda row: str(row.deleted) if row.id else None)
plain("nc:trashbin-title", KIND)(lambda row: text(row.title))
absent(KIND, "d:quota-used-bytes", "d:quota-available-bytes", "nc:trashbin-deleted-by-id")


def _is_drawn(row: SimpleNamespace) -> bool:
    return not row.is_folder and kinds.how_of(row.title) != ""


def rows_of(actor: Actor) -> list[SimpleNamespace]:
    """Return what the person may see in the trash: of their own space, and what they threw away in others.

    Named `<name>.d<unix time>`; of several with one name in one second, the older ones bear their number too.
    """
    own = Q(space__owner=actor.user) | Q(deleted_by=actor.user, space__archived_at=None)
    found = Trash.objects.visible_to(actor).with_rights(actor).filter(own).select_related("node__blob")
    rows, taken = [], set()
    for item in found.order_by("-id")[:MOST]:
        node = item.node
        deleted = int(item.deleted_at.timestamp())
        name = f"{node.name}.d{deleted}"
        numbered = f"{node.name}.{item.pk}.d{deleted}"
        if name in taken:
            name = numbered
        taken.add(name)
        mask = item.mask  # type: ignore[attr-defined]  # by with_rights
        rows.append(
            SimpleNamespace(
                name=name, numbered=numbered, title=node.name, is_folder=node.is_folder, id=node.pk, size=node.size,
                mtime=node.mtime,
                etag=node.etag, path=item.path, deleted=deleted, item=item, key=node.blob.key if node.blob else "",
                letters="GD" if mask & Right.DELETE else "G",
            )
        )  # fmt: skip
    return rows


def _folder(name: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, title=name, is_folder=True, id=0, size=0, mtime=0, etag="", path="", deleted=0, letters="G"
    )


class Bin(Resource):
    """The person's part of the tree, and its two collections `trash` and `restore`."""

    methods = frozenset({"OPTIONS", "PROPFIND"})
    kind = KIND
    is_collection = True

    def __init__(self, request: Request, parts: list[str]):
        super().__init__(request, parts)
        self.row = _folder(parts[-1])

    def members(self) -> tuple[str, list[Any]]:
        return KIND, [_folder("trash"), _folder("restore")] if len(self.parts) == 1 else []


class TrashFolder(Bin):
    """`trash`: one entry for each thing thrown away; deleting it empties it."""

    methods = frozenset({"OPTIONS", "PROPFIND", "DELETE"})

    def members(self) -> tuple[str, list[Any]]:
        return KIND, rows_of(self.request.actor)

    def delete(self) -> None:
        for row in rows_of(self.request.actor):
            if "D" in row.letters:
                trashing.purge(self.request.actor, row.item)


class Restore(Missing):
    """Any name below `restore`: a thing moved here goes back to where it was."""

    methods = frozenset({"OPTIONS"})


class Item(Resource):
    """One thing thrown away."""

    methods = frozenset({"OPTIONS", "PROPFIND", "GET", "HEAD", "DELETE", "MOVE"})
    kind = KIND

    def __init__(self, request: Request, parts: list[str], row: SimpleNamespace):
        super().__init__(request, parts)
        self.row = row
        self.is_collection = row.is_folder
        self.etag = f'"{row.etag}"'
        self.mtime = row.mtime
        self.display_name = row.title

    def content(self) -> Content:
        row = self.row
        return Content(row.size, media_type(row.title), lambda: storage.open_blob(row.key))

    def delete(self) -> None:
        trashing.purge(self.request.actor, self.row.item)

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        if not isinstance(target, Restore):
            raise BadGateway
        entry = trashing.restore(self.request.actor, self.row.item)
        return Saved(True, file_id=file_id(entry.id))


class TrashTree(PersonTree):
    """The trash of one person."""

    def find(self, request: Request, parts: list[str]) -> Resource:
        names = self.names(request, parts)
        if not names:
            return Bin(request, parts)
        if names == ["trash"]:
            return TrashFolder(request, parts)
        if names[0] == "restore":
            return Bin(request, parts) if len(names) == 1 else Restore(request, parts)
        if names[0] == "trash" and len(names) == 2:
            for row in rows_of(request.actor):
                if names[1] in {row.name, row.numbered}:
                    return Item(request, parts, row)
        raise NotFound

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway
