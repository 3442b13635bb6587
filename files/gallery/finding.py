"""Which pictures somebody sees: each question is one query with the rights inside, paged by when they were taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from collab.lib import numerals
from collab.rights import sql
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import withholding
from files.models import Node

BLOCK = 120
"""Pictures that are drawn, fetched and thrown away together; none holds those of two months."""
_LAST = (2**62, 2**62)
FOLDERS = 60
"""Folders on a page."""
Key = tuple[int, int]
"""When it was taken, and its number: the order of the gallery, the latest first."""

# Plans must begin at the photos, in their order, and look each node up: begun at the circles, of which few are known
# when plans are made, they would read all that anybody sees for each block (`files.queries` does the same).
_EVERYWHERE = """files_photo p CROSS JOIN LATERAL (SELECT * FROM files_node one WHERE one.id = p.node_id OFFSET 0) n"""
_IN_FOLDER = (
    """(SELECT * FROM files_node one WHERE one.parent_id = %s OFFSET 0) n JOIN files_photo p ON p.node_id = n.id"""
)
_IN_ALBUM = """(SELECT * FROM files_albumitem one WHERE one.album_id = %s OFFSET 0) i
 JOIN files_node n ON n.id = i.node_id JOIN files_photo p ON p.node_id = n.id"""
_NOT_ARCHIVED = "n.space_id NOT IN (SELECT id FROM spaces_space WHERE archived_at IS NOT NULL)"

_BLOCKS = """WITH shown AS MATERIALIZED (SELECT p.node_id, p.taken,
  to_char(to_timestamp(p.taken) AT TIME ZONE %s, 'YYYY-MM') AS month FROM {photos}),
 placed AS (SELECT *, (row_number() OVER (PARTITION BY month ORDER BY taken DESC, node_id DESC) - 1) / %s AS place
  FROM shown)
 SELECT month, count(*), max(ARRAY[taken, node_id]), min(ARRAY[taken, node_id]) FROM placed
 GROUP BY month, place ORDER BY 3 DESC"""
_FOLDERS = """SELECT parent_id, number, taken, node_id, name, blob_id FROM (
  SELECT DISTINCT ON (n.parent_id) n.parent_id, count(*) OVER (PARTITION BY n.parent_id) AS number, p.taken, p.node_id,
   n.name, n.blob_id FROM {photos} ORDER BY n.parent_id, p.taken DESC, p.node_id DESC) f
 WHERE parent_id IN ({seen}) AND (taken, parent_id) < (%s, %s) ORDER BY taken DESC, parent_id DESC LIMIT %s"""
_SHOTS = """SELECT p.node_id, p.taken, p.film, n.name, n.blob_id, n.size,
 EXISTS (SELECT FROM files_withheld w WHERE w.node_id = n.id) FROM {photos} AND {which}
 ORDER BY p.taken {way}, p.node_id {way} LIMIT %s"""


class Shot(NamedTuple):
    """One picture, as a cell of the gallery draws it (with the face of an `Entry` for `files/_preview.html`)."""

    id: int
    taken: int
    film: bool
    name: str
    blob_id: int
    size: int
    withheld: bool = False
    is_folder: bool = False

    @property
    def key(self) -> Key:
        return self.taken, self.id


class Block(NamedTuple):
    """So many pictures of one month ("2024-07"), from the first to the last of them."""

    month: str
    number: int
    first: Key
    last: Key

    @property
    def start(self) -> str:
        return written(self.first)

    @property
    def end(self) -> str:
        return written(self.last)


class Folder(NamedTuple):
    """A folder with pictures of its own: how many, and the latest of them for its cover."""

    id: int
    number: int
    taken: int
    cover: int
    name: str
    blob_id: int

    @property
    def key(self) -> Key:
        return self.taken, self.id


@dataclass(frozen=True)
class Scope:
    """Whose gallery, and of what: all that they see, or a folder's own pictures, or an album.

    `published`: what is seen leaves the house by a public link, and what is not for publication stays out.
    `right`: what they must be allowed to do with each picture; who answers for a link to an album must be allowed to
    share it.
    """

    actor: Actor
    folder: int | None = None
    album: Any = None
    right: Right = Right.SEE
    published: bool = False

    def photos(self) -> tuple[str, list[Any]]:
        """Return what follows FROM, its conditions too: photos as `p`, their nodes as `n`; and its values."""
        conditions, values = ["n.trash_id IS NULL"], list[Any]()
        if self.album is not None:
            source, values = _IN_ALBUM, [self.album.pk, self.album.space_id]
            conditions.append("n.space_id = %s")  # one that moved to another space is in it no more
        elif self.folder is not None:
            source, values = _IN_FOLDER, [self.folder]
        else:
            source = _EVERYWHERE
            conditions.append(_NOT_ARCHIVED)
        if self.published or withholding.is_public(self.actor):
            conditions.append("NOT EXISTS (SELECT FROM files_withheld w WHERE w.node_id = n.id)")
        for bit in self.right:
            conditions.append(f"n.acl_id IN ({sql.ALLOWED_ACLS})")
            values += [list(self.actor.principals), int(bit)]
        return f"{source} WHERE {' AND '.join(conditions)}", values


def blocks(scope: Scope) -> list[Block]:
    """Return the whole gallery as blocks, the latest first: what a timeline needs, and how high each will be."""
    photos, values = scope.photos()
    with connection.cursor() as cursor:
        zone = timezone.get_current_timezone_name()
        cursor.execute(_BLOCKS.format(photos=photos), [zone, *values, BLOCK])
        return [Block(month, number, tuple(first), tuple(last)) for month, number, first, last in cursor.fetchall()]


def between(scope: Scope, first: Key, last: Key, limit: int = 2 * BLOCK) -> list[Shot]:
    """Return the pictures from one to another, both included."""
    return _shots(scope, "(p.taken, p.node_id) BETWEEN (%s, %s) AND (%s, %s)", [*last, *first], limit)


def folders(actor: Actor, after: Key | None = None, limit: int = FOLDERS + 1) -> list[Folder]:
    """Return the folders that hold pictures, both seen by the actor, those with the latest first; `after` the last."""
    photos, values = Scope(actor).photos()
    seen, who = Node.objects.living().visible_to(actor).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FOLDERS.format(photos=photos, seen=seen), [*values, *who, *(after or _LAST), limit])
        return [Folder(*row) for row in cursor.fetchall()]


def beside(scope: Scope, key: Key) -> tuple[Shot | None, Shot | None]:
    """Return what stands before and after a picture."""
    before = _shots(scope, "(p.taken, p.node_id) > (%s, %s)", list(key), 1, way="ASC")
    after = _shots(scope, "(p.taken, p.node_id) < (%s, %s)", list(key), 1)
    return (before[0] if before else None), (after[0] if after else None)


def one(scope: Scope, pk: int) -> Shot | None:
    """Return one picture of the gallery."""
    found = _shots(scope, "p.node_id = %s", [pk], 1)
    return found[0] if found else None


def written(key: Key) -> str:
    """Return the key as it stands in an address."""
    return f"{key[0]}.{key[1]}"


def read(text: str) -> Key | None:
    """Return the key that an address names, None for what is none."""
    taken, _dot, pk = text.partition(".")
    moment, number = numerals.whole(taken.removeprefix("-")), numerals.whole(pk)
    if moment is None or number is None:
        return None
    return -moment if taken.startswith("-") else moment, number


def _shots(scope: Scope, which: str, more: list[int], limit: int, way: str = "DESC") -> list[Shot]:
    photos, values = scope.photos()
    with connection.cursor() as cursor:
        cursor.execute(_SHOTS.format(photos=photos, which=which, way=way), [*values, *more, limit])
        return [Shot(*row) for row in cursor.fetchall()]
