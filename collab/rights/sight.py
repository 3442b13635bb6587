"""Who stops seeing things, and who begins to, when they go to another place: one query, however many things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from collab.rights.sql import LIVE

_SEES = f"JOIN rights_grant g ON g.rights & 1 = 1 AND {LIVE}"
_TURNED = f"""WITH moved AS (SELECT * FROM unnest(%(acls)s::bigint[], %(own)s::boolean[]) AS moved (acl, own)),
 given (acl, before, principal_id) AS (
  SELECT moved.acl, true, g.principal_id FROM moved JOIN rights_lineage l ON l.acl_id = moved.acl
   {_SEES} AND g.acl_id = l.ancestor_id
  UNION ALL SELECT moved.acl, false, g.principal_id FROM moved {_SEES} AND g.acl_id = moved.acl WHERE moved.own
  UNION ALL SELECT moved.acl, false, g.principal_id FROM moved JOIN rights_lineage l ON l.acl_id = %(into)s
   {_SEES} AND g.acl_id = l.ancestor_id),
 reach (acl, before, user_id) AS (
  SELECT given.acl, given.before, p.user_id FROM given JOIN rights_principal p ON p.id = given.principal_id
  UNION ALL SELECT given.acl, given.before, m.user_id FROM given JOIN rights_principal p ON p.id = given.principal_id
   JOIN groups_membership m ON m.group_id = p.group_id
  UNION ALL SELECT given.acl, given.before, u.id FROM given JOIN rights_principal p ON p.id = given.principal_id
   JOIN groups_group e ON e.id = p.group_id AND e.everyone JOIN accounts_user u ON u.rank <> 'guest'),
 turned (user_id, had, has) AS (SELECT user_id, bool_or(before), bool_or(NOT before) FROM reach
  WHERE user_id IS NOT NULL GROUP BY acl, user_id HAVING bool_or(before) <> bool_or(NOT before))
 SELECT u.id, coalesce(nullif(u.display_name, ''), u.username), bool_or(turned.had), bool_or(turned.has)
 FROM turned JOIN accounts_user u ON u.id = turned.user_id AND u.is_active
 GROUP BY u.id ORDER BY lower(u.display_name), u.id"""


@dataclass(frozen=True)
class Sight:
    """{id: name} of the active people who no longer see all of what goes, and who newly see some of it, by name."""

    loses: dict[int, str]
    gains: dict[int, str]

    def __bool__(self) -> bool:
        return bool(self.loses or self.gains)


def turned(circles: Mapping[int, bool], into: int) -> Sight:
    """Return whose sight changes if things guarded by these acls went to a place guarded by the acl `into`.

    `circles`: {acl: whether it is the thing's own, which goes along and hangs under the new place}; an acl that
    inherits nothing is none of them, since it stays as it is. What lies inside follows: whoever saw it through the
    thing saw the thing, and a circle of its own goes along.
    """
    leaving = {acl: own for acl, own in circles.items() if acl != into}
    if not leaving:
        return Sight({}, {})
    with connection.cursor() as cursor:
        cursor.execute(_TURNED, {"acls": list(leaving), "own": list(leaving.values()), "into": into})
        rows = cursor.fetchall()
    return Sight({pk: name for pk, name, had, _has in rows if had}, {pk: name for pk, name, _had, has in rows if has})
