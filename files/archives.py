"""Several things as one ZIP, streamed: nothing is stored, nothing waits for the end."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Refusal, TooLarge
from collab.lib.text import free_name
from collab.rights.actor import Actor
from files import publishing
from files.actions import subtree
from files.entry import Entry
from files.gallery.finding import Shot
from files.models import Blob, Node
from files.previews.kinds import is_photo

BLOCK = 2**20
MOST = 20_000
_EPOCH, _LAST = 315532800, 4354819199  # what a ZIP can date: 1980 to 2107
_SEPARATORS = str.maketrans({"\\": "_", ":": "_"})


class Item(NamedTuple):
    """One member: `path` with slashes, a folder's ending in one; `key` of the blob, None for a folder.

    `photo`: number of the blob of one that leaves the house without its place, by a public link.
    """

    path: str
    key: str | None
    size: int
    mtime: int
    photo: int | None = None


def collect(actor: Actor, entries: list[Entry], *, root: str = "", published: bool = False) -> list[Item]:
    """Return what the actor sees of these things and of all below. Raises TooLarge above 20,000 members.

    `root`: what a space's folder, which has no name, is called. `published`: it goes out by a public link.
    """
    taken: dict[str, set[str]] = {}
    found: list[tuple[str, int | None, int, int]] = []
    for top in entries:
        folders: dict[int, str] = {}
        for row in subtree.seen(actor, top.id):
            pk, parent, name, _sort, kind, blob, size, mtime, depth = row
            above = folders[parent] if depth else ""
            path = above + _free(name or root, taken.setdefault(above, set()))
            if kind == Node.Kind.FOLDER:
                folders[pk] = path = f"{path}/"
            found.append((path, blob, size, mtime))
            if len(found) > MOST:
                raise TooLarge(_("These are more than 20,000 files. Download the folders one by one."))
    keys = dict(Blob.objects.filter(pk__in={blob for _path, blob, *_rest in found if blob}).values_list("pk", "key"))
    return [
        Item(path, keys[blob], size, mtime, blob if published and is_photo(path) else None)
        if blob else Item(path, None, 0, mtime)
        for path, blob, size, mtime in found
    ]  # fmt: skip


def of_pictures(shots: Iterable[Shot]) -> list[Item]:
    """Return pictures of an album side by side, as they go out by a public link."""
    found, taken = list(shots), set[str]()
    keys = dict(Blob.objects.filter(pk__in={shot.blob_id for shot in found}).values_list("pk", "key"))
    return [
        Item(_free(shot.name, taken), keys[shot.blob_id], shot.size, shot.taken, shot.blob_id)
        for shot in found
        if shot.blob_id in keys
    ]


def stream(items: list[Item]) -> Iterator[bytes]:
    """Yield the archive block by block: stored, not deflated, since most files are packed already."""
    sink, left_out = _Sink(), list[str]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:  # type: ignore[call-overload]
        for item in items:
            try:
                marks = _marks(item)
            except Refusal:
                left_out.append(item.path)
                continue
            info = zipfile.ZipInfo(item.path, _date(item.mtime))
            if item.key is None:
                info.external_attr = 0o40755 << 16 | 0x10
                archive.writestr(info, b"")
            else:
                info.external_attr = 0o100644 << 16
                info.file_size = item.size  # a member beyond 4 GiB needs its ZIP64 header from the start
                with publishing.opened(item.key, marks) as file, archive.open(info, "w") as member:
                    while block := file.read(BLOCK):
                        member.write(block)
                        yield from sink.take()
            yield from sink.take()
        if left_out:
            words = _("These are not here: the place at which they were taken cannot be taken out of them.")
            archive.writestr(f"{_free(str(_('Left out')), set())}.txt", "\r\n".join([str(words), "", *left_out]))
    yield from sink.take()


def _marks(item: Item) -> publishing.Marks:
    """Return what is changed in a member on its way; the connection is given back, since a slow reader may follow."""
    if item.photo is None:
        return ()
    try:
        return publishing.marks_of(item.photo, item.path, patient=True)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def length(items: list[Item]) -> int:
    """Return how many bytes `stream` yields, so that a browser shows how far a download is (APPNOTE.TXT 4.3).

    A member is a header, its bytes as they are and a descriptor; the directory repeats each header.
    """
    offset, directory = 0, 0
    for item in items:
        name = len(item.path.encode())
        large = item.size * 1.05 > zipfile.ZIP64_LIMIT  # what zipfile takes for one before it has written it
        wide = [item.size] * 2 if item.size > zipfile.ZIP64_LIMIT else []
        wide += [offset] if offset > zipfile.ZIP64_LIMIT else []
        directory += 46 + name + (4 + 8 * len(wide) if wide else 0)
        offset += 30 + name + (20 if large else 0) + item.size + (24 if large else 16)
    beyond = len(items) > zipfile.ZIP_FILECOUNT_LIMIT or max(offset, directory) > zipfile.ZIP64_LIMIT
    return offset + directory + (76 if beyond else 0) + 22


class _Sink:
    """A stream that cannot seek: what the archive writes waits here until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back: ZipFile asks for it."""

    def take(self) -> list[bytes]:
        """Return what came since the last time."""
        parts, self._parts = self._parts, []
        return parts


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no system takes for a path, and that no neighbour bears, case and accents' form aside."""
    safe = name.translate(_SEPARATORS)
    safe = free_name(safe, lambda candidate: _alike(candidate) in taken)
    taken.add(_alike(safe))
    return safe


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _date(mtime: int) -> tuple[int, int, int, int, int, int]:
    local = timezone.localtime(datetime.fromtimestamp(min(max(mtime, _EPOCH + 86400), _LAST - 86400), UTC))
    return local.year, local.month, local.day, local.hour, local.minute, local.second
