"""Questions about a folder with all below it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Forbidden, TooLarge
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import LIVE
from files.withholding import is_public, out

MAX_COPY = 100_000

BELOW = """down (id, parent_id, acl_id, kind, size, depth) AS (
 SELECT id, parent_id, acl_id, kind, size, 0 FROM files_node WHERE id = %(node)s
 UNION ALL SELECT n.id, n.parent_id, n.acl_id, n.kind, n.size, down.depth + 1 FROM down CROSS JOIN LATERAL (
  SELECT * FROM files_node inside WHERE inside.parent_id = down.id
   AND inside.trash_id IS NOT DISTINCT FROM %(trash)s OFFSET 0) n)"""
"""LATERAL with OFFSET, and ids as an array where rows are changed: PostgreSQL guesses that a recursion brings a large
part of the table, and would read all of it at every step for one file."""

_LACKING = f"""WITH RECURSIVE {BELOW} SELECT 1 FROM (SELECT DISTINCT acl_id FROM down) used WHERE
 (SELECT coalesce(bit_or(g.rights), 0) FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
  WHERE l.acl_id = used.acl_id AND g.principal_id = ANY(%(principals)s) AND {LIVE}) & %(bits)s <> %(bits)s LIMIT 1"""

_WEIGHT = f"""WITH RECURSIVE {BELOW} SELECT count(*),
 coalesce(sum(down.size) FILTER (WHERE down.kind = 2), 0)::bigint,
 coalesce(sum((SELECT sum(v.size) FROM files_version v WHERE v.node_id = down.id)), 0)::bigint FROM down"""

_SEEN = f"""WITH RECURSIVE seen AS MATERIALIZED (SELECT l.acl_id FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id
  WHERE g.principal_id = ANY(%(principals)s) AND g.rights & 1 <> 0 AND {LIVE}),
 down AS (SELECT id, parent_id, name, sort, kind, blob_id, size, mtime, 0 AS depth FROM files_node WHERE id = %(node)s
  UNION ALL SELECT n.id, n.parent_id, n.name, n.sort, n.kind, n.blob_id, n.size, n.mtime, down.depth + 1
   FROM down CROSS JOIN LATERAL (SELECT * FROM files_node inside WHERE inside.parent_id = down.id
    AND inside.trash_id IS NULL AND inside.acl_id IN (SELECT acl_id FROM seen) AND NOT {out("inside")} OFFSET 0) n)
 SELECT * FROM down ORDER BY depth, id LIMIT %(limit)s"""


class Weight(NamedTuple):
    """How many nodes, and the bytes of their contents and of their versions."""

    nodes: int
    contents: int
    versions: int

    @property
    def used(self) -> int:
        return self.contents + self.versions


def require_all(actor: Actor, node: Any, right: Right, *, trash_id: int | None = None) -> None:
    """Raise Forbidden unless the right is held on the node and on everything below: all or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LACKING,
            {"node": node.pk, "trash": trash_id, "principals": list(actor.principals), "bits": int(right)},
        )
        if cursor.fetchone():
            raise Forbidden(
                _("Something inside this folder is not yours to move or delete. Ask a person who manages this place.")
            )


def weight(node_id: int, *, trash_id: int | None = None) -> Weight:
    """Return what the subtree weighs against a quota."""
    with connection.cursor() as cursor:
        cursor.execute(_WEIGHT, {"node": node_id, "trash": trash_id})
        return Weight(*cursor.fetchone())


def height(node_id: int, *, trash_id: int | None = None) -> int:
    """Return how many levels the node and what lies below it take: 1 for a file or an empty folder."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {BELOW} SELECT max(depth) + 1 FROM down", {"node": node_id, "trash": trash_id})
        levels: int = cursor.fetchone()[0]
    return levels


def ids(node_id: int) -> list[int]:
    """Return the living nodes of the subtree, itself included."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {BELOW} SELECT id FROM down", {"node": node_id, "trash": None})
        return [row[0] for row in cursor.fetchall()]


def seen(actor: Actor, node_id: int) -> list[tuple[Any, ...]]:
    """Return (id, parent, name, sort, kind, blob, size, mtime, depth) of what the actor sees, parents first.

    Raises TooLarge above 100,000 nodes.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"node": node_id, "principals": list(actor.principals), "public": is_public(actor)}
        cursor.execute(_SEEN, values | {"limit": MAX_COPY + 1})
        rows = cursor.fetchall()
    if len(rows) > MAX_COPY:
        raise TooLarge(_("This folder holds too many things to be copied at once. Copy its folders one by one."))
    return rows
