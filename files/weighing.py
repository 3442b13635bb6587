"""What takes the room of a space: each question is one query with the rights inside, and comes in pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, Sum

from collab.rights.actor import Actor
from collab.rights.sql import ALLOWED_ACLS
from collab.spaces.models import Space
from files.models import Node, Version

SHOWN = 10
"""Files of the same content that are shown together."""

_TWINS = f"""SELECT encode(b.sha256, 'hex'), b.size, count(*), (array_agg(n.id ORDER BY n.mtime, n.id))[1:{SHOWN}]
 FROM files_node n JOIN files_blob b ON b.id = n.blob_id AND b.size > 0
 WHERE n.space_id = %s AND n.trash_id IS NULL AND n.acl_id IN ({ALLOWED_ACLS})
 GROUP BY b.sha256, b.size
 HAVING count(*) > 1 AND (NOT %s OR ((count(*) - 1) * b.size, encode(b.sha256, 'hex')) < (%s::numeric, %s))
 ORDER BY (count(*) - 1) * b.size DESC, encode(b.sha256, 'hex') DESC LIMIT %s"""


class Twins(NamedTuple):
    """Files of one content: `size` in bytes of each, the `number` that the actor sees, and the oldest of them."""

    sha256: str
    size: int
    number: int
    ids: list[int]

    @property
    def spare(self) -> int:
        """Bytes that go when one of them is left."""
        return (self.number - 1) * self.size

    @property
    def cursor(self) -> list[Any]:
        return [self.spare, self.sha256]


class Taken(NamedTuple):
    """Bytes of a space: what lies there now, earlier versions of it, the trash with its versions."""

    contents: int
    versions: int
    trash: int


def largest(actor: Actor, space: Space, limit: int, after: list[Any] | None = None) -> list[tuple[int, list[int]]]:
    """Return (id, cursor) of the files that the actor sees, the largest first."""
    found = _files(actor, space)
    if after:
        found = found.filter(Q(size__lt=after[0]) | Q(size=after[0], pk__lt=after[1]))
    return [(pk, [size, pk]) for pk, size in found.order_by("-size", "-pk").values_list("pk", "size")[:limit]]


def oldest(actor: Actor, space: Space, limit: int, after: list[Any] | None = None) -> list[tuple[int, list[int]]]:
    """Return (id, cursor) of the files that the actor sees, those that nobody changed for longest first."""
    found = _files(actor, space)
    if after:
        found = found.filter(Q(mtime__gt=after[0]) | Q(mtime=after[0], pk__gt=after[1]))
    return [(pk, [mtime, pk]) for pk, mtime in found.order_by("mtime", "pk").values_list("pk", "mtime")[:limit]]


def twins(actor: Actor, space: Space, limit: int, after: list[Any] | None = None) -> list[Twins]:
    """Return the contents that several files of the space hold, those whose copies take most room first."""
    values = [space.pk, list(actor.principals), 1, after is not None, *(after or [0, ""]), limit]
    with connection.cursor() as cursor:
        cursor.execute(_TWINS, values)
        return [Twins(*row) for row in cursor.fetchall()]


def taken(space: Space, root: Node) -> Taken:
    """Return what the room of the space is taken by; for who is in the space itself."""
    kept = Version.objects.filter(node__space=space, node__trash=None).aggregate(sum=Sum("size"))["sum"] or 0
    return Taken(root.size, kept, max(0, space.used - root.size - kept))


def _files(actor: Actor, space: Space) -> Any:
    return Node.objects.living().visible_to(actor).filter(space=space, kind=Node.Kind.FILE, size__gt=0)
