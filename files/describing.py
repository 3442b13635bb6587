"""What a folder says of itself: the Markdown of its README, shown above its list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.utils.safestring import SafeString

from collab.lib import markdown
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import LIVE
from files import showing, storage

NAME = "README.md"
NAMES = (NAME, "Readme.md", "readme.md", "LISEZMOI.md", "LisezMoi.md", "lisezmoi.md")
"""The first that is there is shown; a new one gets the first name."""
MOST = 80_000
"""Bytes that are read: more letters than `lib.markdown` draws."""

READMES = f"""SELECT n.id, m.mask, ARRAY[ARRAY[n.name, n.etag, n.size::text, b.key]] AS facts
 FROM files_node n JOIN files_blob b ON b.id = n.blob_id
 CROSS JOIN LATERAL (SELECT coalesce(bit_or(g.rights), 0)::int AS mask FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id
  WHERE l.acl_id = n.acl_id AND g.principal_id = ANY(%(principals)s) AND {LIVE}) m
 WHERE n.parent_id = %(folder)s AND n.name = ANY(%(readmes)s) AND n.trash_id IS NULL AND m.mask & 1 = 1"""
"""The folder's READMEs that are seen, for a query of its own or as a part of a larger one."""


class Description(NamedTuple):
    """The README with this number, name and etag; `mask`: what the actor may do with it."""

    id: int
    mask: int
    name: str
    etag: str
    size: int
    key: str

    def read(self) -> str:
        """Return it as it was typed, as far as it is drawn."""
        with storage.open_blob(self.key) as file:
            return showing.decode(file.read(MOST))

    def html(self) -> SafeString:
        """Return it as it is drawn."""
        return markdown.render(self.read())

    @property
    def may_edit(self) -> bool:
        return bool(self.mask & Right.EDIT)

    @property
    def whole(self) -> bool:
        """Whether all of it is drawn, so that it can be edited in a field."""
        return self.size <= markdown.MOST or (self.size <= MOST and len(self.read()) <= markdown.MOST)


def chosen(rows: Iterable[tuple[int, int, list[list[str]]]]) -> Description | None:
    """Return the README that is shown, of rows of `READMES`; None for none."""
    found = {facts[0][0]: _of(pk, mask, *facts[0]) for pk, mask, facts in rows}
    return next((found[name] for name in NAMES if name in found), None)


def _of(pk: int, mask: int, name: str, etag: str, size: str, key: str) -> Description:
    return Description(pk, mask, name, etag, int(size), key)


def values(actor: Actor, folder_id: int | None) -> dict[str, Any]:
    """Return what the query asks for."""
    return {"principals": list(actor.principals), "folder": folder_id, "readmes": list(NAMES)}


def of(actor: Actor, folder_id: int) -> Description | None:
    """Return what the folder says of itself, as far as the actor sees it; None for nothing. One query."""
    with connection.cursor() as cursor:
        cursor.execute(READMES, values(actor, folder_id))
        return chosen(cursor.fetchall())
