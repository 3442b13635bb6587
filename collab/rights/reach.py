"""Who reaches which circles: for those who tell many people at once, and for those who must know how many there are."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from collab.rights.actor import PRINCIPALS, Actor
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS, LIVE

_REACH = f"""SELECT DISTINCT l.acl_id, u.id FROM accounts_user u CROSS JOIN LATERAL ({PRINCIPALS}) mine (id)
 JOIN rights_grant g ON g.principal_id = mine.id AND g.rights & %(bit)s <> 0 AND {LIVE}
 JOIN rights_lineage l ON l.ancestor_id = g.acl_id AND l.acl_id = ANY(%(acls)s)
 WHERE u.id = ANY(%(people)s) AND u.is_active"""


def reach(acls: Collection[int], people: Collection[int], bit: Right = Right.SEE) -> set[tuple[int, int]]:
    """Return the (acl, person) of those who hold the bit there now."""
    if not acls or not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"acls": list(acls), "people": list(people), "bit": int(bit)})
        return set(cursor.fetchall())


def circles(actor: Actor, most: int, bit: Right = Right.SEE) -> list[int] | None:
    """Return the acls on which the actor holds the bit, None when these are more than `most`. It allows nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"{ALLOWED_ACLS} LIMIT %s", [list(actor.principals), int(bit), 2 * most + 1])
        rows = cursor.fetchall()
    found = {row[0] for row in rows}
    return sorted(found) if len(rows) <= 2 * most and len(found) <= most else None
