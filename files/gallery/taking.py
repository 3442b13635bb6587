"""When each picture was taken: kept beside the tree, brought up to date with what arrives and with what is drawn."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from files.models import Node
from files.previews import kinds

_BRING = frozenset({"add", "edit", "restore-version", "move", "copy", "touch"})
_DEEP = frozenset({"copy"})
"""One change for all that lies below."""
_ENDS = r"\.(?:" + "|".join(kinds.PHOTOS) + ")$"
_FILMS = r"\.(?:" + "|".join(kinds.FILMS) + ")$"

_TRUE = """SELECT n.id, coalesce(p.taken, n.mtime) AS taken, p.taken IS NOT NULL AS noted, n.name ~* %(films)s AS film
 FROM files_node n LEFT JOIN files_preview p ON p.blob_id = n.blob_id AND p.how IN ('picture', 'film')
  AND p.taken IS NOT NULL AND (p.how = 'film') = (n.name ~* %(films)s)
 WHERE n.kind = 2 AND n.name ~* %(ends)s AND {which}"""
_PUT = f"""INSERT INTO files_photo (node_id, taken, noted, film) {_TRUE}
 ON CONFLICT (node_id) DO UPDATE SET taken = excluded.taken, noted = excluded.noted, film = excluded.film
 WHERE (files_photo.taken, files_photo.noted, files_photo.film) IS DISTINCT FROM
  (excluded.taken, excluded.noted, excluded.film)"""
_DROP = """DELETE FROM files_photo p USING files_node n WHERE n.id = p.node_id AND n.name !~* %(ends)s AND {which}"""
_THESE = "n.id = ANY(%(ids)s)"
_BELOW = """n.id IN (WITH RECURSIVE down (id) AS (SELECT unnest(%(ids)s::bigint[])
 UNION SELECT k.id FROM files_node k JOIN down ON k.parent_id = down.id) SELECT id FROM down)"""
_DRAWN = "n.blob_id = ANY(%(ids)s)"
_INSIDE = """n.parent_id = %(parent)s AND n.trash_id IS NULL
 AND NOT EXISTS (SELECT FROM files_photo o WHERE o.node_id = n.id)"""
_MISSING = """NOT EXISTS (SELECT FROM files_photo o WHERE o.node_id = n.id)"""


def handle(space_id: int, changes: list[Any]) -> None:
    """Note what these changes brought to the gallery, and took from it."""
    of_nodes = [change for change in changes if change.ref_kind == Node.REF_KIND and change.kind in _BRING]
    _settle(_THESE, {change.ref_id for change in of_nodes if change.kind not in _DEEP})
    _settle(_BELOW, {change.ref_id for change in of_nodes if change.kind in _DEEP})


def drawn(blob_ids: Collection[int]) -> None:
    """Take over when these contents were taken, as their cameras say."""
    _settle(_DRAWN, blob_ids)


def catch_up(folder: int) -> None:
    """Find the photos of a folder that came a moment ago: whoever adds one sees it at once."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"parent": folder, "ends": _ENDS, "films": _FILMS}
        cursor.execute(_PUT.format(which=_INSIDE), values)


def look_through() -> int:
    """Find photos that are not in the gallery yet, as those that were there before it. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT.format(which=_MISSING), {"ends": _ENDS, "films": _FILMS})
        return int(cursor.rowcount)


def _settle(which: str, ids: Collection[int]) -> None:
    if not ids:
        return
    values: dict[str, Any] = {"ids": sorted(ids), "ends": _ENDS, "films": _FILMS}
    with connection.cursor() as cursor:
        cursor.execute(_DROP.format(which=which), values)
        cursor.execute(_PUT.format(which=which), values)
