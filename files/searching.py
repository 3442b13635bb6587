"""How files and folders are found by words: what is indexed of them, what a result shows, their own filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import NotFound
from collab.lib.routes import reverse
from collab.lib.text import fold, sort_key
from collab.marks import labels
from collab.registry.searching import Command, Search, Shown, Written
from collab.rights.right import Right
from files import browsing, kinds, queries, storage
from files.models import Blob, Node

_MOST_FOLDERS = 20
_FOLDERS = frozenset({"folder", "folders", "dossier", "dossiers"})
_FILES = frozenset({"file", "files", "fichier", "fichiers"})
_FAMILY = {
    **{family.slug: family for family in kinds.FAMILIES},
    **{word: kinds.BY_SLUG[slug] for slug, words in {
        "pictures": "image images picture photo photos", "texts": "text texte textes document documents doc",
        "tables": "table tableau tableaux tableur spreadsheet sheet", "slides": "slide diapo diapos presentation",
        "sound": "sons son audio musique music", "films": "film video videos", "archives": "archive zip",
    }.items() for word in words.split()},
}  # fmt: skip
"""Families of files, by the words that people type for them."""

_BELOW = """WITH RECURSIVE top (id, depth) AS (
  SELECT n.id, 0 FROM files_node n WHERE n.space_id = ANY(%s) AND n.parent_id IS NULL
  UNION ALL SELECT n.id, top.depth + 1 FROM top JOIN files_node n ON n.parent_id = top.id AND n.trash_id IS NULL
   AND n.kind = 1 AND n.sort = (%s::text[])[top.depth + 1] WHERE top.depth < cardinality(%s::text[]))
 SELECT id FROM top WHERE depth = cardinality(%s::text[])"""

_DOWN = """WITH RECURSIVE down (id) AS (SELECT unnest(%s::bigint[])
 UNION ALL SELECT n.id FROM down CROSS JOIN LATERAL (SELECT inside.id FROM files_node inside
  WHERE inside.parent_id = down.id AND inside.trash_id IS NULL OFFSET 0) n) SELECT id FROM down"""


def found_by(actor: Any) -> Any:
    """Return what the actor finds: what lives and may be seen, but for the folders that are spaces themselves."""
    return Node.objects.living().visible_to(actor).exclude(parent=None)


def everything() -> Any:
    """Return all files and folders, those in the trash too: they come back."""
    return Node.objects.exclude(parent=None)


def write(ids: list[int]) -> dict[int, Written]:
    """Return what is indexed of these: the name now, the bytes later."""
    rows = everything().filter(pk__in=ids).values_list("pk", "name", "space_id", "mtime", "kind", "blob_id", "size")
    found = {}
    for pk, name, space_id, mtime, kind, blob, size in rows:
        moment = datetime.fromtimestamp(min(max(mtime, 0), 2**33), UTC)
        if kind == Node.Kind.FOLDER:
            found[pk] = Written(name, space_id, moment)
        else:
            found[pk] = Written(name, space_id, moment, source=str(blob), ending=kinds.ending_of(name), size=size)
    return found


def read(source: str) -> BinaryIO | None:
    """Open the bytes of a blob, None when it is gone."""
    blob = Blob.objects.filter(pk=source).first()
    return storage.open_blob(blob.key) if blob else None


def at(actor: Any, match: Any) -> int | None:
    """Return the id of the file or folder at whose page an address leads, by its number or its path."""
    if match.view_name in {"files:by-id", "files:view", "files:photo", "files:content"}:
        return int(match.kwargs["pk"])
    if match.view_name != "files:folder":
        return None
    try:
        return browsing.at(actor, match.kwargs["space"], match.kwargs["path"].rstrip("/").split("/")).here.id
    except NotFound:
        return None


def show(actor: Any, ids: list[int]) -> dict[int, Shown]:
    """Return what a list of results draws; three queries."""
    from files.views.rows import icon_of  # views need the registry to be filled

    entries = queries.entries(actor, ids)
    paths = browsing.paths(list(entries))
    people = browsing.surroundings([], {entry.modified_by_id for entry in entries.values()}).people
    found = {}
    for pk, entry in entries.items():
        path = paths[pk]
        by = people.get(entry.modified_by_id or 0)
        found[pk] = Shown(
            title=entry.name,
            url=path.url(actor) if entry.is_folder else reverse("thing", args=[pk]),
            icon=icon_of(entry),
            place=path.folder(actor),
            inside="/".join([path.slug, *path.names[1:-1]]),
            by=by.name if by else "",
            at=datetime.fromtimestamp(entry.mtime, UTC),
            archived=path.archived,
        )
    return found


def of_type(objects: Any, actor: Any, value: str) -> Any:
    """Narrow to folders, files, a family (pictures, tables…) or an ending (pdf, odt…)."""
    wanted = fold(value).strip().lstrip(".")
    if wanted in _FOLDERS:
        return objects.filter(kind=Node.Kind.FOLDER)
    files = objects.filter(kind=Node.Kind.FILE)
    if wanted in _FILES:
        return files
    endings = _FAMILY[wanted].endings if wanted in _FAMILY else (wanted,)
    named = Q()
    for ending in endings:
        named |= Q(name__iendswith=f".{ending}")
    return files.filter(named) if all(ending.isalnum() for ending in endings) else None


def with_label(objects: Any, actor: Any, value: str) -> Any:
    """Narrow to what bears a label of this name, in whatever space."""
    return objects.filter(pk__in=labels.labelled(Node.REF_KIND, [value]))


def below(objects: Any, actor: Any, spaces: list[int], names: list[str]) -> Any:
    """Narrow to what lies below a folder: at the end of the names from a space down, or of that name anywhere."""
    sorts = [sort_key(name) for name in names]
    if spaces:
        with connection.cursor() as cursor:
            cursor.execute(_BELOW, [spaces, sorts, sorts, sorts])
            tops = [row[0] for row in cursor.fetchall()]
    else:
        folders = found_by(actor).filter(kind=Node.Kind.FOLDER, sort=sorts[0])
        tops = list(folders.values_list("pk", flat=True)[:_MOST_FOLDERS]) if len(sorts) == 1 else []
    return objects.filter(pk__in=RawSQL(_DOWN, [tops])) if tops else objects.none()  # noqa: S611 - constant text


def types() -> dict[str, Any]:
    """Return what can be clicked on."""
    families = [(family.slug, family.label) for family in kinds.FAMILIES]
    return {"type": [("folder", _("Folders")), *families]}


def add_to(kind: str) -> Any:
    """Return where something new is begun: in the folder of the space one is in, else among one's own files."""

    def url(actor: Any, space: Any) -> str:
        if space is not None and not space.is_personal and not space.archived_at and actor.can(space, Right.ADD):
            return f"{reverse('files:space', args=[space.slug])}?new={kind}"
        return "" if actor.user is None or actor.user.is_guest else f"{reverse('files:home')}?new={kind}"

    return url


SEARCH = Search(
    "node",
    label=_("Files and folders"),
    icon="folder",
    objects=found_by,
    show=show,
    space="space",
    by="modified_by",
    everything=everything,
    write=write,
    open=read,
    at=at,
    wide=frozenset({"copy", "arrive", "leave", "purge"}),
    filters={"type": of_type, "tag": with_label},
    choices=types,
    inside=below,
)
COMMANDS = (
    Command(_("New folder"), "folder-plus", add_to("folder")),
    Command(_("New text file"), "file-plus", add_to("text")),
    Command(_("Files from this device"), "upload", add_to("upload")),
)
