"""A person's own files, byte for byte, for the archive they take with them; with what is known about each."""

from __future__ import annotations

import json
import tempfile
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collab.accounts.models import User
from collab.lib.errors import Unavailable
from collab.marks.models import Favourite
from collab.rights.actor import Actor
from files import storage
from files.kinds import ending_of
from files.models import Album, Import, Mount, Node, Trash, Version

_AT_ONCE = 1000


class _Place(NamedTuple):
    """Nodes to come: which, the folder of the archive they go to, the trash they are in."""

    which: Q
    path: str
    trash: int | None = None


def export(person: User, into: Any) -> None:
    """Put in what lies in the person's own space, its trash too; and how shared folders are called there.

    A folder at a time: neither the tree nor a file is ever held in memory. What the store has lost is named as lost.
    """
    root = Node.objects.filter(space__owner=person, parent=None).first()
    stars = set(Favourite.objects.filter(user=person, kind=Node.REF_KIND).values_list("object_id", flat=True))
    if root is not None:
        mine = Node.objects.filter(space_id=root.space_id, kind=Node.Kind.FILE)
        into.expect(mine.aggregate(total=Sum("size"))["total"] or 0)
        if into.with_versions:
            earlier = Version.objects.filter(node__space=root.space_id)
            into.expect(earlier.aggregate(total=Sum("size"))["total"] or 0)
        with tempfile.TemporaryFile() as facts:
            _write_all(root, into, facts, stars)
            into.write("files.json", _blocks(facts), about=_("What is known about each of your files"))
        into.folder(_mine(), about=_("Your own files, as they lie in your space"))
        if into.with_versions:
            into.folder(_before(), about=_("What your files were before, by the day on which each was written"))
    named_albums = Album.objects.living().filter(created_by=person).order_by("pk")
    albums = [
        {"name": album.name, "pictures": list(album.items.filter(node__trash=None).values_list("node_id", flat=True))}
        for album in named_albums
    ]
    into.json("albums.json", albums, about=_("Albums that you made, with the numbers of their pictures"))
    visible = Node.objects.living().visible_to(Actor.of(person))
    mounts = Mount.objects.filter(user=person, node__in=visible)
    named = list(mounts.order_by("name").values("name", "node_id"))
    brought = Import.objects.filter(user=person).order_by("pk").values("base", "account", "began_at", "files", "bytes")
    if imports := [one | {"began_at": one["began_at"].isoformat()} for one in brought]:
        into.json("imports.json", imports, about=_("What you brought over from another house"))
    into.json("on-devices.json", named, about=_("Names of shared folders on your devices"))


def _mine() -> str:
    return pgettext("folder of an archive", "My files")


def _thrown() -> str:
    return pgettext("folder of an archive", "Trash")


def _before() -> str:
    return pgettext("folder of an archive", "Earlier versions")


def _write_all(root: Node, into: Any, facts: BinaryIO, stars: set[int]) -> None:
    """Write every file below the root, then what was thrown away, and a line about each."""
    facts.write(b"[")
    first = True
    waiting = deque([_Place(Q(parent=root.pk), _mine())])
    for pk, node_id in Trash.objects.filter(space_id=root.space_id).order_by("pk").values_list("pk", "node_id"):
        waiting.append(_Place(Q(pk=node_id), f"{_thrown()}/{pk}", pk))
    while waiting:
        place = waiting.popleft()
        found = Node.objects.filter(place.which, space_id=root.space_id, trash=place.trash).select_related(
            "blob", "withheld"
        )
        empty = True
        for node in found.order_by("kind", "pk").iterator(chunk_size=_AT_ONCE):
            empty = False
            path = f"{place.path}/{node.name}"
            if node.is_folder:
                waiting.append(_Place(Q(parent=node.pk), path, place.trash))
                continue
            facts.write(b"\n" if first else b",\n")
            facts.write(json.dumps(_write(node, path, into, stars), ensure_ascii=False).encode())
            first = False
        if empty:
            into.folder(place.path)
    facts.write(b"\n]\n")


def _write(node: Node, path: str, into: Any, stars: set[int]) -> dict[str, Any]:
    """Write one file; return what is known about it. `path` is the one it has here, `file` the one in the archive."""
    known: dict[str, Any] = {
        "id": node.pk,
        "path": path,
        "size": node.size,
        "mtime": node.mtime,
        "created": node.created_at.isoformat(),
        "favourite": node.pk in stars,
        "in_trash": node.trash_id is not None,
        "not_for_publication": hasattr(node, "withheld"),
    }
    try:
        file = storage.open_blob(node.blob.key)  # type: ignore[union-attr]
    except Unavailable:
        return known | {"file": None, "lost": True}
    with file:
        known["file"] = into.write(path, _blocks(file), at=node.mtime)
    return known | ({"versions": list(_versions(node, path, into))} if into.with_versions else {})


def _versions(node: Node, path: str, into: Any) -> Iterator[dict[str, Any]]:
    """Write what the file was before, the latest first: “Earlier versions/My files/a.txt/2026-11-26 10.15.04.txt”."""
    ending = ending_of(node.name)
    for one in node.versions.select_related("blob").iterator(chunk_size=_AT_ONCE):
        written = timezone.localtime(datetime.fromtimestamp(one.mtime, UTC)).strftime("%Y-%m-%d %H.%M.%S")
        known = {"size": one.size, "mtime": one.mtime, "replaced": one.created_at.isoformat(), "name": one.label}
        place = f"{_before()}/{path}/{written}{f'.{ending}' if ending else ''}"
        try:
            file = storage.open_blob(one.blob.key)
        except Unavailable:
            yield known | {"file": None, "lost": True}
            continue
        with file:
            yield known | {"file": into.write(place, _blocks(file), at=one.mtime)}


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(storage.BLOCK):
        yield block
