"""Resumable uploads: chunks in a folder of their own, put together at the end. DAV and the web share it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib import sealed
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, OverQuota
from collab.lib.text import check_name
from collab.rights.actor import Actor
from collab.vault import keys as vault
from files import sealing, storage
from files.actions import tree, writing
from files.models import Upload

KEPT = timedelta(hours=24)
MAX_CHUNKS = 100_000
MAX_UPLOADS = 200


class Chunk(NamedTuple):
    """A complete part; parts are put together in the numeric order of their names.

    `stored`: the name of its file, with that of the data key where it is sealed.
    """

    name: str
    size: int
    mtime: int
    stored: str


def begin(actor: Actor, transfer: str, **place: Any) -> Upload:
    """Open an upload under the client's own name for it. Raises Conflict (405 in DAV) if it is open already."""
    if actor.user is None:
        raise Forbidden
    check_name(transfer)
    if Upload.objects.filter(user=actor.user).count() >= MAX_UPLOADS:
        raise Conflict(_("Too many uploads are open. Finish or cancel some first."))
    try:
        with transaction.atomic():
            upload = Upload.objects.create(user=actor.user, transfer=transfer, **place)
    except IntegrityError:
        raise Conflict from None
    with storage.disk():
        folder_of(upload).mkdir(parents=True, exist_ok=True)
    return upload


def find(actor: Actor, transfer: str) -> Upload:
    """Return one's own open upload. Raises NotFound."""
    found = Upload.objects.filter(user=actor.user, transfer=transfer).first() if actor.user else None
    if found is None:
        raise NotFound
    return found


def put_chunk(upload: Upload, name: str, source: BinaryIO, *, length: int | None = None) -> int:
    """Store one part; a part that breaks off vanishes. Returns its size. Raises BadInput (name, length), OverQuota."""
    if not name.isascii() or not name.isdigit() or len(name) > 20:
        raise BadInput(_("The parts of an upload are named by numbers."))
    folder, lock = folder_of(upload), vault.current()
    stored = f"{name}_{lock.name}" if lock else name
    staged = storage.Staged(limit=storage.free_bytes(), lock=lock, token=_token(upload, name))
    try:
        storage.put_stream(source, staged, length=length)
        staged.seal(length=length)
        with storage.disk():
            try:
                before = [one for one in _forms(folder, name) if one.name != stored]
                os.replace(staged.path, folder / stored)
            except FileNotFoundError:
                raise NotFound from None
            for one in before:
                one.unlink(missing_ok=True)
    finally:
        staged.discard()
    upload.save(update_fields=["touched_at"])
    return staged.size


def chunks(upload: Upload) -> list[Chunk]:
    """Return the complete parts in numeric order."""
    found: dict[str, Chunk] = {}
    try:
        for item in os.scandir(folder_of(upload)):
            status, (name, _mark, lock) = item.stat(), item.name.partition("_")
            size = sealed.plain_size(status.st_size) if lock else status.st_size
            chunk = Chunk(name, size, int(status.st_mtime), item.name)
            if name not in found or found[name].mtime <= chunk.mtime:
                found[name] = chunk
    except FileNotFoundError:
        return []
    return sorted(found.values(), key=lambda chunk: (int(chunk.name), chunk.name))


def assemble(
    actor: Actor, upload: Upload, parent: Any, name: str, *, total: int | None = None, checksum: str = "",
    mtime: int | None = None, tokens: Collection[str] = (), guard: tree.Guard | None = None, new_only: bool = False,
    based_on: str | None = None,
) -> writing.Written:  # fmt: skip
    """Put the parts together as a file, check length and checksum, and close the upload. Raises as `writing.write`.

    When anything is refused, the parts stay: the client may try again.
    """
    parts = chunks(upload)
    if len(parts) > MAX_CHUNKS:
        raise BadInput
    size = sum(part.size for part in parts)
    if total is not None and size != total:
        raise BadInput(_("The file arrived incomplete. Nothing was stored; send it again."))
    if size > storage.free_bytes():
        raise OverQuota
    with storage.stage(checksum=checksum) as staged:
        for part in parts:
            with _open(upload, part) as file:
                storage.put_stream(file, staged)
        staged.seal(length=total)
        written = writing.write(
            actor, parent, name, staged, mtime=mtime, tokens=tokens, guard=guard, new_only=new_only, based_on=based_on
        )  # fmt: skip
    abort(upload)
    return written


def _open(upload: Upload, part: Chunk) -> BinaryIO:
    file = (folder_of(upload) / part.stored).open("rb")
    return sealing.unsealed(file, sealing.lock_of(part.stored), _token(upload, part.name))


def _token(upload: Upload, name: str) -> str:
    """Return what a part is sealed for: it cannot take the place of another."""
    return f"{upload.pk}/{name}"


def _forms(folder: Path, name: str) -> list[Path]:
    """Return the files of a part: one, more only for a moment when the key was changed."""
    return [*folder.glob(name), *folder.glob(f"{name}_*")]


def abort(upload: Upload) -> None:
    """Forget the upload and its parts."""
    folder = folder_of(upload)
    upload.delete()
    shutil.rmtree(folder, ignore_errors=True)


def forget(uploads: QuerySet[Upload]) -> None:
    """Delete the rows now, and the parts once that is committed."""
    folders = [folder_of(upload) for upload in uploads]
    uploads.delete()
    for folder in folders:
        transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))


def collect() -> int:
    """Forget uploads that nobody touched for 24 hours. Returns how many."""
    old = list(Upload.objects.filter(touched_at__lt=timezone.now() - KEPT)[:500])
    for upload in old:
        abort(upload)
    return len(old)


def folder_of(upload: Upload) -> Path:
    """Return where the parts of the upload lie."""
    folder: Path = settings.STAGING_DIR / "uploads" / str(upload.pk)
    return folder
