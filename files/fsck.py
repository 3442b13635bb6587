"""Does the tree tell the truth? Every invariant, one finding a line; `deep` reads every byte."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection

from collab.lib.errors import Unavailable
from collab.rights import lineage
from collab.vault import keys as vault
from files import sealing, storage
from files.models import Blob, Upload
from files.previews import shelf
from files.strays import known_of

STRAY = 3600
"""Bytes are there before their row is committed: only after an hour are they nobody's."""

_QUESTIONS = (
    ("cycle or orphan: node {0} does not reach its space's root",
     "WITH RECURSIVE down (id, space_id) AS (SELECT id, space_id FROM files_node WHERE parent_id IS NULL UNION ALL"
     " SELECT n.id, n.space_id FROM files_node n JOIN down ON n.parent_id = down.id AND n.space_id = down.space_id)"
     " SELECT id FROM files_node WHERE id NOT IN (SELECT id FROM down)"),
    ("a file as folder: node {0}",
     "SELECT n.id FROM files_node n JOIN files_node p ON p.id = n.parent_id WHERE p.kind <> 1"),
    ("node {0} lives inside the trash",
     "SELECT n.id FROM files_node n JOIN files_node p ON p.id = n.parent_id"
     " WHERE n.trash_id IS NULL AND p.trash_id IS NOT NULL"),
    ("size of node {0}: {1} stored, {2} counted",
     "SELECT f.id, f.size, coalesce(sum(n.size) FILTER (WHERE n.trash_id IS NOT DISTINCT FROM f.trash_id), 0)"
     " FROM files_node f LEFT JOIN files_node n ON n.parent_id = f.id WHERE f.kind = 1 GROUP BY f.id"
     " HAVING f.size <> coalesce(sum(n.size) FILTER (WHERE n.trash_id IS NOT DISTINCT FROM f.trash_id), 0)"),
    ("size of file {0} differs from its blob",
     "SELECT n.id FROM files_node n JOIN files_blob b ON b.id = n.blob_id WHERE n.size <> b.size"),
    ("size of version {0} differs from its blob",
     "SELECT v.id FROM files_version v JOIN files_blob b ON b.id = v.blob_id WHERE v.size <> b.size"),
    ("space {0} counts {1} bytes, its files, versions and trash are {2}",
     "SELECT s.id, s.used, t.total FROM spaces_space s JOIN LATERAL (SELECT coalesce((SELECT sum(n.size)"
     " FROM files_node n"
     " WHERE n.space_id = s.id AND n.kind = 2), 0) + coalesce((SELECT sum(v.size) FROM files_version v"
     " JOIN files_node n"
     " ON n.id = v.node_id WHERE n.space_id = s.id), 0) AS total) t ON true WHERE s.used <> t.total"),
    ("change log of space {0}: {1} rows up to {2}",
     "SELECT s.id, count(c.id), s.seq FROM spaces_space s LEFT JOIN events_change c ON c.space_id = s.id"
     " GROUP BY s.id HAVING count(c.id) <> s.seq - coalesce(min(c.seq), 1) + 1"),
    ("node {0} is ahead of the clock of its space",
     "SELECT n.id FROM files_node n JOIN spaces_space s ON s.id = n.space_id WHERE n.change_seq > s.seq"),
    ("folder {0} is behind a change below it",
     "SELECT p.id FROM files_node p JOIN files_node n ON n.parent_id = p.id WHERE n.trash_id IS NULL"
     " AND n.change_seq > p.change_seq"),
    ("node {0} uses the acl of something that is not above it",
     "SELECT n.id FROM files_node n JOIN rights_acl a ON a.id = n.acl_id AND a.kind = 'node' AND a.object_id <> n.id"
     " JOIN files_node p ON p.id = n.parent_id WHERE p.acl_id <> n.acl_id AND (p.acl_id IS DISTINCT FROM a.parent_id"
     # one without grants was made ready for a share that never came, and gives what its parent gives
     " OR EXISTS (SELECT 1 FROM rights_grant g WHERE g.acl_id = a.id))"),
    ("folder {0} of a space without manager",
     "SELECT s.id FROM spaces_space s WHERE NOT EXISTS (SELECT 1 FROM rights_grant g WHERE g.acl_id = s.acl_id"
     " AND g.rights & 128 <> 0)"),
    ("trash entry {0} and its node do not know each other",
     "SELECT t.id FROM files_trash t JOIN files_node n ON n.id = t.node_id"
     " WHERE n.trash_id IS DISTINCT FROM t.id OR n.space_id <> t.space_id"),
    ("acl {0} of a node that is gone",
     "SELECT a.id FROM rights_acl a WHERE a.kind = 'node' AND NOT EXISTS (SELECT 1 FROM files_node n"
     " WHERE n.id = a.object_id)"),
    ("principal {0} stands for nobody",
     "SELECT p.id FROM rights_principal p WHERE p.user_id IS NULL AND p.group_id IS NULL"
     " AND NOT EXISTS (SELECT 1 FROM rights_link l WHERE l.principal_id = p.id)"),
    ("link {0} shares or manages",
     "SELECT l.id FROM rights_link l JOIN rights_grant g ON g.principal_id = l.principal_id"
     " WHERE g.rights & ~111 <> 0 OR g.acl_id <> l.acl_id"),
    ("marks of node {0}, which is gone",
     "SELECT DISTINCT m.object_id FROM (SELECT kind, object_id FROM marks_comment UNION ALL SELECT kind, object_id"
     " FROM marks_labelled UNION ALL SELECT kind, object_id FROM marks_favourite) m WHERE m.kind = 'node'"
     " AND NOT EXISTS (SELECT FROM files_node n WHERE n.id = m.object_id)"),
    ("node {0} bears marks of another space",
     "SELECT n.id FROM files_node n WHERE EXISTS (SELECT FROM marks_comment c WHERE c.kind = 'node'"
     " AND c.object_id = n.id AND c.space_id <> n.space_id) OR EXISTS (SELECT FROM marks_labelled m"
     " JOIN marks_label l ON l.id = m.label_id WHERE m.kind = 'node' AND m.object_id = n.id"
     " AND l.space_id <> n.space_id)"),
    ("photo {0} stands for a folder", "SELECT p.node_id FROM files_photo p JOIN files_node n ON n.id = p.node_id"
     " WHERE n.kind <> 2"),
    ("expired lock {0} was kept", "SELECT id FROM dav_lock WHERE expires_at < now() - interval '1 day'"),
    ("message {0} of the outbox has waited for an hour",
     "SELECT id FROM events_outbox WHERE published_at IS NULL AND created_at < now() - interval '1 hour'"),
)  # fmt: skip


def check(*, deep: bool = False) -> Iterator[str]:
    """Yield a sentence for every finding; nothing when all is well."""
    with connection.cursor() as cursor:
        for sentence, question in _QUESTIONS:
            cursor.execute(question)
            for row in cursor.fetchmany(1000):
                yield sentence.format(*row)
    yield from lineage.verify()
    yield from _blobs(deep=deep)
    yield from _uploads()


def _blobs(*, deep: bool) -> Iterator[str]:
    locked = vault.trouble()
    if locked:
        yield f"what is sealed cannot be opened: {locked}"
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=2000):
        path, size = storage.path_of(blob.key), sealing.stored_size(blob.key, blob.size)
        if path is not None and not path.is_file():
            yield f"blob {blob.pk}: its bytes are gone ({blob.key})"
        elif path is not None and path.stat().st_size != size:
            yield f"blob {blob.pk}: {path.stat().st_size} bytes instead of {size}"
        elif deep and not (locked and sealing.lock_of(blob.key)) and _digest(blob) != bytes(blob.sha256):
            yield f"blob {blob.pk}: its bytes have changed ({blob.key})"

    stored = storage.keys(older_than=STRAY)
    while keys := list(islice(stored, 1000)):
        known = known_of(keys)
        yield from (f"bytes without a row: {key}" for key in keys if key not in known)

    # previews are a cache: one that is missing is made again, one of nothing is a stray
    drawn = shelf.keys(older_than=STRAY)
    while found := list(islice(drawn, 1000)):
        known = set(Blob.objects.filter(key__in={key for key, _name in found}).values_list("key", flat=True))
        yield from (f"preview of a content that is gone: {name}" for key, name in found if key not in known)


def _digest(blob: Blob) -> bytes:
    """Return the SHA-256 of the plain bytes, b"" where they cannot be read whole."""
    try:
        with storage.open_blob(blob.key) as file:
            return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    except (Unavailable, OSError):
        return b""


def _uploads() -> Iterator[str]:
    """A row goes before its folder, so that for a moment, and after a kill for longer, a folder has none."""
    folder = settings.STAGING_DIR / "uploads"
    until = time.time() - STRAY
    old = [item.name for item in folder.glob("*") if item.stat().st_mtime < until]
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    yield from (f"upload folder {name} belongs to no upload" for name in old if name not in known)
