"""Removing every file of the house, and nothing that is not the store's own."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from django.conf import settings

from files import storage
from files.models import Blob
from files.previews import shelf


def remove_bytes() -> None:
    """Remove all blobs and what is on its way: by their rows (in S3 too), then whatever has the store's own shape."""
    for key in Blob.objects.values_list("key", flat=True).iterator(chunk_size=1000):
        storage.remove(key)
    shelf.clear()
    if settings.BLOBS_DIR is not None:
        _clear(settings.BLOBS_DIR)
    _clear_staging(settings.STAGING_DIR)


def _clear(store: Path) -> None:
    for key in list(storage.keys(older_than=-60)):
        path = store / key
        if _is_inside(path, store) and path.is_file():
            path.unlink(missing_ok=True)
    for folder in sorted(store.glob("??/*"), reverse=True):
        _drop_if_empty(folder, store)
    for folder in store.glob("??"):
        _drop_if_empty(folder, store)


def _clear_staging(staging: Path) -> None:
    for path in (*staging.glob("*"), *(staging / "uploads").glob("*")):
        if not _is_inside(path, staging) or path.name == "uploads":
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _drop_if_empty(folder: Path, store: Path) -> None:
    if _is_inside(folder, store) and folder.is_dir():
        with contextlib.suppress(OSError):
            folder.rmdir()


def _is_inside(path: Path, store: Path) -> bool:
    """Whether this is the store's own: reached by no symbolic link, below the store."""
    return not path.is_symlink() and path.resolve().is_relative_to(store.resolve())
