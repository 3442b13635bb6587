"""The end of a whole tree: a space that is deleted, or that of a person who leaves."""

from __future__ import annotations

from collab.dav import locks
from collab.spaces.models import Space
from files.actions import albums, trashing, uploading
from files.models import Album, Node, Trash, Upload


def erase(space: Space) -> None:
    """Delete every row of the space's tree: files, versions, trash, shares, links, locks, unfinished uploads.

    Its blobs go by the nightly order, when nothing else refers to them. The caller holds the space's lock.
    """
    ids = list(Node.objects.filter(space=space).values_list("pk", flat=True))
    uploading.forget(Upload.objects.filter(parent_id__in=ids))
    locks.release(ids)
    trashing.delete_rows(ids)
    Trash.objects.filter(space=space).delete()
    albums.delete_rows(list(Album.objects.filter(space=space).values_list("pk", flat=True)))
