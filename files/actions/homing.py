"""Which acl a subtree uses: after a first share, and after a move."""

from __future__ import annotations

from typing import Any

from django.db import connection

from collab.rights import erasing, lineage
from collab.rights.models import Acl

BELOW = """WITH RECURSIVE down (id, acl_id, own) AS (SELECT %(node)s::bigint, 0::bigint, false
 UNION ALL SELECT n.id, n.acl_id, n.own FROM down CROSS JOIN LATERAL (
  SELECT inside.id, inside.acl_id, EXISTS (SELECT FROM rights_acl a WHERE a.id = inside.acl_id AND a.kind = 'node'
   AND a.object_id = inside.id) AS own
  FROM files_node inside WHERE inside.parent_id = down.id OFFSET 0) n WHERE NOT down.own)"""
"""The node and what lies below, down to things with a circle of their own (`own`), which are the last on their way.
LATERAL with OFFSET: see `subtree.BELOW`."""


def rehome(node: Any, acl: Acl) -> None:
    """Let the node and all below without a circle of their own use `acl`; those that have one hang under it, unless
    they follow something else than their place (`lineage.follows_place`).

    What lies below may use several circles for a while (`settling`): each comes along.
    """
    old, new = node.acl_id, acl.pk
    if old == new:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"{BELOW}, moved AS (UPDATE files_node SET acl_id = %(new)s WHERE id = ANY(ARRAY("
            "SELECT id FROM down WHERE NOT own AND acl_id <> %(new)s)))"
            " SELECT a.id FROM down JOIN rights_acl a ON a.id = down.acl_id JOIN rights_acl up ON up.id = a.parent_id"
            " WHERE down.own AND up.kind IN ('node', 'space') AND a.id <> %(new)s",
            {"node": node.pk, "new": new},
        )
        hanging = [row[0] for row in cursor.fetchall()]
    lineage.inherit_from(hanging, new)
    node.acl = acl
    node.acl_id = new


def follow(node: Any, parent_acl_id: int) -> None:
    """After a move: use the new folder's acl, or hang one's own under it. What does not follow its place stays so."""
    if node.acl_id == parent_acl_id:
        return  # an acl of its own would be another one
    acls = Acl.objects.in_bulk([node.acl_id, parent_acl_id])
    acl = acls[node.acl_id]
    if (acl.kind, acl.object_id) == ("node", node.pk):
        if acl.parent_id != parent_acl_id and lineage.follows_place(acl):
            lineage.inherit_from([acl.pk], parent_acl_id)
    else:
        rehome(node, acls[parent_acl_id])


def detach(node_id: int, acl_id: int) -> None:
    """Give a trashed thing, whose folder goes, an acl with just the lasting grants it had: nobody sees more."""
    own = Acl.objects.filter(kind="node", object_id=node_id).first()
    acl = own or lineage.create_acl("node", node_id)
    if own is None:
        rehome(Held(node_id, acl_id), acl)
    erasing.stand_alone(acl.pk, acl_id)


class Held:
    """Just enough of a node for this module."""

    def __init__(self, pk: int, acl_id: int):
        self.pk, self.acl_id = pk, acl_id
        self.acl: Any = None
