"""What a crash leaves behind: bytes that no row knows, removed once they cannot be on their way any more."""

from __future__ import annotations

import shutil
import time
from itertools import islice

from django.conf import settings

from files import storage
from files.models import Blob, FormerKey, Upload
from files.previews import shelf

STAGED_SECONDS = 24 * 3600
KEPT_SECONDS = 7 * 24 * 3600
"""As long as a blob that nothing refers to: time to notice that a backup older than the bytes was restored."""


def sweep_strays() -> int:
    """Remove staged bytes, parts and blobs without a row that have lain there for long. Returns how many."""
    return _staged() + _parts() + _blobs() + _previews()


def _staged() -> int:
    """A server killed in the middle of an upload leaves its temporary file."""
    until = time.time() - STAGED_SECONDS
    count = 0
    for path in settings.STAGING_DIR.glob("*"):
        if path.is_file() and path.stat().st_mtime < until:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _parts() -> int:
    """Killed between the row of an upload and its folder, one of them remains."""
    until = time.time() - STAGED_SECONDS
    folders = [path for path in (settings.STAGING_DIR / "uploads").glob("*") if path.stat().st_mtime < until]
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    strays = [path for path in folders if path.name not in known]
    for path in strays:
        shutil.rmtree(path, ignore_errors=True)
    return len(strays)


def _blobs() -> int:
    """Killed between the final name and the COMMIT, bytes have a name and no row."""
    count = 0
    stored = storage.keys(older_than=KEPT_SECONDS)
    while keys := list(islice(stored, 1000)):
        known = known_of(keys)
        for key in keys:
            if key not in known:
                storage.remove(key)
                count += 1
    return count


def known_of(keys: list[str]) -> set[str]:
    """Return which of these names belong to a content, or did a moment ago."""
    blobs, former = Blob.objects.filter(key__in=keys), FormerKey.objects.filter(pk__in=keys, gone_at=None)
    return {*blobs.values_list("key", flat=True), *former.values_list("key", flat=True)}


def _previews() -> int:
    """Pictures of what is no content any more."""
    count = 0
    there = shelf.keys(older_than=STAGED_SECONDS)
    while found := list(islice(there, 1000)):
        known = set(Blob.objects.filter(key__in={key for key, _name in found}).values_list("key", flat=True))
        for key, name in found:
            if key not in known or name.count(".") > 1:
                shelf.drop(name)
                count += 1
    return count
