"""Which pictures somebody sees: each question is one query with the rights inside, paged by when they were taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from collab.rights.actor import Actor
from collab.rights.right import Right
from files.models import Node, Photo

BLOCK = 120
"""Pictures that are drawn, fetched and thrown away together; none holds those of two months."""
FOLDERS = 60
"""Folders on a page."""
Key = tuple[int, int]
"""When it was taken, and its number: the order of the gallery, the latest first."""

_SHOWN = """SELECT p.node_id, p.taken, to_char(to_timestamp(p.taken) AT TIME ZONE %s, 'YYYY-MM') AS month
 FROM ({photos}) p"""
_BLOCKS = """WITH shown AS MATERIALIZED ({shown}),
 placed AS (SELECT *, (row_number() OVER (PARTITION BY month ORDER BY taken DESC, node_id DESC) - 1) / %s AS place
  FROM shown)
 SELECT month, count(*), max(ARRAY[taken, node_id]), min(ARRAY[taken, node_id]) FROM placed
 GROUP BY month, place ORDER BY 3 DESC"""


_FOLDERS = """SELECT * FROM (SELECT DISTINCT ON (parent_id) parent_id, count(*) OVER (PARTITION BY parent_id), taken,
  node_id, name, blob_id FROM ({photos}) p (node_id, taken, parent_id, name, blob_id) WHERE parent_id IN ({seen})
  ORDER BY parent_id, taken DESC, node_id DESC) f
 WHERE (taken, parent_id) < (%s, %s) ORDER BY taken DESC, parent_id DESC LIMIT %s"""


class Shot(NamedTuple):
    """One picture, as a cell of the gallery draws it (with the face of an `Entry` for `files/_preview.html`)."""

    id: int
    taken: int
    film: bool
    name: str
    blob_id: int
    size: int
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

    `right`: what they must be allowed to do with each picture; who answers for a link to an album must be allowed to
    share it.
    """

    actor: Actor
    folder: int | None = None
    album: Any = None
    right: Right = Right.SEE

    def photos(self) -> Any:
        """Return the rows, in their order."""
        found = Photo.objects.allowing(self.actor, self.right).living().order_by("-taken", "-node")
        if self.album is not None:
            return self.album.narrowed(found)
        if self.folder is not None:
            return found.filter(node__parent=self.folder)
        return found.filter(node__space__archived_at=None)


def blocks(scope: Scope) -> list[Block]:
    """Return the whole gallery as blocks, the latest first: what a timeline needs, and how high each will be."""
    text, values = scope.photos().order_by().values("node_id", "taken").query.sql_with_params()
    shown = _SHOWN.format(photos=text)
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKS.format(shown=shown), [timezone.get_current_timezone_name(), *values, BLOCK])
        return [Block(month, number, tuple(first), tuple(last)) for month, number, first, last in cursor.fetchall()]


def between(scope: Scope, first: Key, last: Key, limit: int = 2 * BLOCK) -> list[Shot]:
    """Return the pictures from one to another, both included."""
    return _shots(scope.photos().filter(_from(first), _to(last)), limit)


def folders(actor: Actor, after: Key | None = None, limit: int = FOLDERS + 1) -> list[Folder]:
    """Return the folders that hold pictures, both seen by the actor, those with the latest first; `after` the last."""
    photos = Scope(actor).photos().order_by()
    text, values = photos.values(
        "node_id", "taken", "node__parent_id", "node__name", "node__blob_id"
    ).query.sql_with_params()
    seen, who = Node.objects.living().visible_to(actor).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FOLDERS.format(photos=text, seen=seen), [*values, *who, *(after or (2**62, 2**62)), limit])
        return [Folder(*row) for row in cursor.fetchall()]


def beside(scope: Scope, key: Key) -> tuple[Shot | None, Shot | None]:
    """Return what stands before and after a picture."""
    later = Q(taken__gt=key[0]) | Q(taken=key[0], node__gt=key[1])
    before = _shots(scope.photos().filter(later).order_by("taken", "node"), 1)
    earlier = Q(taken__lt=key[0]) | Q(taken=key[0], node__lt=key[1])
    after = _shots(scope.photos().filter(earlier), 1)
    return (before[0] if before else None), (after[0] if after else None)


def one(scope: Scope, pk: int) -> Shot | None:
    """Return one picture of the gallery."""
    found = _shots(scope.photos().filter(node=pk), 1)
    return found[0] if found else None


def written(key: Key) -> str:
    """Return the key as it stands in an address."""
    return f"{key[0]}.{key[1]}"


def read(text: str) -> Key | None:
    """Return the key that an address names, None for what is none."""
    taken, _dot, pk = text.partition(".")
    digits = taken.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and pk.isascii() and pk.isdigit()) or len(text) > 36:
        return None
    return int(taken), int(pk)


def _from(key: Key) -> Q:
    return Q(taken__lt=key[0]) | Q(taken=key[0], node__lte=key[1])


def _to(key: Key) -> Q:
    return Q(taken__gt=key[0]) | Q(taken=key[0], node__gte=key[1])


def _shots(found: Any, limit: int) -> list[Shot]:
    columns = ("node_id", "taken", "film", "node__name", "node__blob_id", "node__size")
    return [Shot(*row) for row in found.values_list(*columns)[:limit]]
