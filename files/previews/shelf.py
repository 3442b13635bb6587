"""Where the bytes of previews lie: beside the blobs, a file for each content and way of drawing. A cache, no more.

What is missing or half written is made again, so nothing here waits for the disk; backups leave it out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from collab.lib.errors import Damaged, Refusal
from collab.vault.keys import named
from files import sealing
from files.storage import disk


def put(key: str, how: str, pictures: Sequence[bytes]) -> None:
    """Keep these pictures one after another as what belongs to the blob `key`. Raises OverQuota, Unavailable."""
    path, data = _path(key, how), b"".join(pictures)
    if name := sealing.lock_of(key):
        data = sealing.seal(data, named(name), f"{sealing.token_of(key)}.{how}")
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with disk():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            fresh.write_bytes(data)
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)


def take(key: str, how: str, sizes: Sequence[int], number: int) -> bytes | None:
    """Return one of the pictures, of which each has so many bytes; None when they are not there whole."""
    with contextlib.suppress(OSError, Damaged), _opened(key, how) as file:
        if file.seek(0, os.SEEK_END) == sum(sizes):
            file.seek(sum(sizes[:number]))
            return file.read(sizes[number])
    return None


def carry(key: str, fresh: str) -> None:
    """Keep what was made of a blob under the name that it is getting, sealed as that says."""
    for path in list(_path(key, "").parent.glob(f"{_path(key, '').name}*")):
        how = path.name.partition(".")[2]
        if "." not in how:
            with contextlib.suppress(OSError, Refusal), _opened(key, how) as file:
                put(fresh, how, [file.read()])


def remove(key: str) -> None:
    """Forget what was made of this blob."""
    path = _path(key, "")
    with contextlib.suppress(OSError):
        for found in list(path.parent.glob(f"{path.name}*")):
            found.unlink(missing_ok=True)


def keys(*, older_than: float) -> Iterator[tuple[str, str]]:
    """Name what lies here since that many seconds at least: (key of the blob, name of the file)."""
    until = time.time() - older_than
    for path in settings.PREVIEWS_DIR.glob("??/*/*"):
        with contextlib.suppress(OSError):
            if path.stat().st_ctime < until:
                name = path.relative_to(settings.PREVIEWS_DIR).as_posix()
                yield name.partition(".")[0], name


def drop(name: str) -> None:
    """Remove one file, as `keys` names it."""
    (settings.PREVIEWS_DIR / name).unlink(missing_ok=True)


def clear() -> None:
    """Forget all of them."""
    store: Path = settings.PREVIEWS_DIR
    if not store.is_symlink():
        shutil.rmtree(store, ignore_errors=True)


def _opened(key: str, how: str) -> BinaryIO:
    """Open what was made, as it was before it was sealed. Raises OSError, Damaged, KeyMissing."""
    file = _path(key, how).open("rb")
    return sealing.unsealed(file, sealing.lock_of(key), f"{sealing.token_of(key)}.{how}")


def _path(key: str, how: str) -> Path:
    return Path(settings.PREVIEWS_DIR) / f"{key}.{how}"
