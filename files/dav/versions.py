"""/remote.php/dav/versions/<user>/…: earlier contents of a file, read, named, brought back (sync.md, 1.4)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from collab.dav.hrefs import text
from collab.dav.properties import plain, settable
from collab.dav.response import BadGateway, http_date
from collab.dav.tree import Content, Missing, Resource, Saved, Upload
from collab.lib import numerals
from collab.lib.errors import NotFound
from files import queries, storage
from files.actions import versions
from files.dav.properties import file_id, media_type
from files.dav.tree import PersonTree
from files.entry import Entry
from files.models import Version
from files.previews import kinds

if TYPE_CHECKING:
    from collab.dav.request import Request

KIND = "version"

plain("d:resourcetype", KIND, all=True)(lambda row: "<d:collection/>" if row.is_folder else "")
plain("d:getlastmodified", KIND, all=True)(lambda row: http_date(row.mtime))
plain("d:getcontentlength", KIND, all=True)(lambda row: None if row.is_folder else str(row.size))
plain("d:getcontenttype", KIND, all=True)(lambda row: None if row.is_folder else media_type(row.title))
plain("d:getetag", KIND, all=True)(lambda row: f'"{row.etag}"' if row.etag else None)
plain("d:displayname", KIND, all=True)(lambda row: text(row.name))
plain("oc:size", KIND)(lambda row: str(row.size))
plain("nc:version-label", KIND)(lambda row: text(row.label))
plain("nc:version-author", KIND)(lambda row: text(row.author))
plain("nc:has-preview", KIND)(
    lambda row: "true" if row.size and not row.is_folder and kinds.how_of(row.title) else "false"
)


@settable("nc:version-label", KIND)
def _set_label(resource: Any, element: Any) -> None:
    versions.name(resource.request.actor, resource.row.item, (element.text or "") if element is not None else "")


def rows_of(entry: Entry) -> list[SimpleNamespace]:
    """Return the versions of a file, newest first, named by the time of their content."""
    rows, taken = [], set()
    for item in Version.objects.filter(node_id=entry.id).select_related("blob", "author", "node"):
        name = str(item.mtime)
        if name in taken:
            name = f"{item.mtime}.{item.pk}"
        taken.add(name)
        rows.append(
            SimpleNamespace(
                name=name, title=entry.name, is_folder=False, size=item.size, mtime=item.mtime, label=item.label,
                etag=f"v{item.pk}", author=item.author.username if item.author else "", item=item, key=item.blob.key,
            )
        )  # fmt: skip
    return rows


def _folder(name: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, title=name, is_folder=True, size=0, mtime=0, label="", etag="", author="", item=None
    )


class Shelf(Resource):
    """A collection of this tree: the person's, `versions`, `restore`, or the versions of one file."""

    methods = frozenset({"OPTIONS", "PROPFIND"})
    kind = KIND
    is_collection = True

    def __init__(self, request: Request, parts: list[str], entry: Entry | None = None):
        super().__init__(request, parts)
        self.row = _folder(parts[-1])
        self.entry = entry

    def members(self) -> tuple[str, list[Any]]:
        return KIND, rows_of(self.entry) if self.entry else []


class Restore(Missing):
    """Any name below `restore`: a version moved here becomes the present content."""

    methods = frozenset({"OPTIONS"})


class VersionResource(Resource):
    """One earlier content."""

    methods = frozenset({"OPTIONS", "PROPFIND", "PROPPATCH", "GET", "HEAD", "MOVE", "DELETE"})
    kind = KIND

    def __init__(self, request: Request, parts: list[str], row: SimpleNamespace):
        super().__init__(request, parts)
        self.row = row
        self.etag = f'"{row.etag}"'
        self.mtime = row.mtime
        self.display_name = row.title

    def content(self) -> Content:
        row = self.row
        return Content(row.size, media_type(row.title), lambda: storage.open_blob(row.key))

    def may_change_properties(self) -> None:
        """Its one setter asks for the right."""

    def delete(self) -> None:
        versions.delete(self.request.actor, self.row.item)

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        if not isinstance(target, Restore):
            raise BadGateway
        entry = versions.restore(self.request.actor, self.row.item, tokens=tuple(self.request.conditions.tokens))
        return Saved(True, f'"{entry.etag}"', file_id(entry.id))


class VersionsTree(PersonTree):
    """The versions of the files that the person may see."""

    def find(self, request: Request, parts: list[str]) -> Resource:
        names = self.names(request, parts)
        if len(names) < 2 and (not names or names[0] in {"versions", "restore"}):
            return Shelf(request, parts)
        if names[0] == "restore":
            return Restore(request, parts)
        pk = numerals.whole(names[1])
        if names[0] != "versions" or pk is None or len(names) > 3:
            raise NotFound
        entry = queries.entry(request.actor, pk)
        if entry is None or entry.is_folder:
            raise NotFound
        if len(names) == 2:
            return Shelf(request, parts, entry)
        for row in rows_of(entry):
            if row.name == names[2]:
                return VersionResource(request, parts, row)
        raise NotFound

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway
