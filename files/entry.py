"""One row of the tree as the doors read it: a plain tuple, since a listing holds ten thousand of them."""

from __future__ import annotations

from typing import NamedTuple

FOLDER, FILE = 1, 2


class Entry(NamedTuple):
    """A node with what an actor may do on it (`mask`). `mtime`: unix seconds; `size`: bytes; `key`, `sha1`: its blob.

    `favourite`, `shares` (OCS share types given on this very node) and `mount` (its name in the person's root)
    are filled by listings only.
    """

    id: int
    parent_id: int | None
    space_id: int
    name: str
    kind: int
    acl_id: int
    blob_id: int | None
    size: int
    mtime: int
    etag: str
    change_seq: int
    created_at: int
    modified_by_id: int | None
    key: str | None
    sha1: str | None
    mask: int
    favourite: bool = False
    shares: tuple[int, ...] | list[int] | None = None
    mount: str | None = None
    received: bool = False

    @property
    def pk(self) -> int:
        return self.id

    @property
    def is_folder(self) -> bool:
        return self.kind == FOLDER

    @property
    def is_root(self) -> bool:
        return self.parent_id is None


COLUMNS = """n.id, n.parent_id, n.space_id, n.name, n.kind, n.acl_id, n.blob_id, n.size, n.mtime, n.etag, n.change_seq,
 date_part('epoch', n.created_at)::bigint, n.modified_by_id, b.key, b.sha1"""
"""The first fifteen fields, from files_node n LEFT JOIN files_blob b."""


def etag_of(entry: Entry, mask: int, epoch: int) -> str:
    """Return the entity tag (RFC 9110, 8.8.3) that this person sees, quoted.

    A folder's mixes in the mask and the person's epoch, so that a changed right reaches their devices;
    a file's never does.
    """
    return f'"{entry.etag}"' if entry.kind == FILE else f'"{entry.etag}{mask:02x}{epoch:x}"'
