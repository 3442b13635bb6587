"""Finding things in the tree: each question is one query, with the rights inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from collab.lib.statements import ask
from collab.lib.text import free_name
from collab.rights.actor import Actor
from collab.rights.sql import LIVE
from files.entry import COLUMNS, Entry
from files.models import Node
from files.withholding import is_public, out

_OUT = out()

# Plans are kept (collab.lib.statements), and the first ones are made while tables are empty, when reading a whole table
# seems as cheap as looking one row up. LATERAL with OFFSET 0 leaves no choice but the look-up.
MASKS = f"""masks AS (SELECT circle.acl_id, (SELECT bit_or(g.rights)::int FROM rights_lineage l
  CROSS JOIN LATERAL (SELECT g.rights FROM rights_grant g WHERE g.acl_id = l.ancestor_id
   AND g.principal_id = ANY(%(principals)s) AND {LIVE} OFFSET 0) g WHERE l.acl_id = circle.acl_id) AS mask
 FROM (SELECT DISTINCT acl_id FROM found) circle)"""

_SHARES = """(SELECT array_agg(DISTINCT CASE WHEN p.user_id IS NOT NULL THEN 0 WHEN p.group_id IS NOT NULL THEN
 1 ELSE 3 END)
 FROM rights_acl a JOIN rights_grant g ON g.acl_id = a.id JOIN rights_principal p ON p.id = g.principal_id
 WHERE a.id = n.acl_id AND a.kind = 'node' AND a.object_id = n.id)"""

_PATH = f"""WITH RECURSIVE walk (id, depth) AS (
 (SELECT start.id, start.depth FROM (
   SELECT m.node_id AS id, 1 AS depth FROM (SELECT node_id FROM files_mount
     WHERE user_id = %(user)s AND name = %(first)s AND hidden_at IS NULL OFFSET 0) m
    CROSS JOIN LATERAL (SELECT acl_id, space_id, trash_id FROM files_node one WHERE one.id = m.node_id OFFSET 0) n
    CROSS JOIN LATERAL (SELECT archived_at FROM spaces_space one WHERE one.id = n.space_id OFFSET 0) s
    CROSS JOIN LATERAL (SELECT FROM rights_lineage l CROSS JOIN LATERAL (SELECT FROM rights_grant g
      WHERE g.acl_id = l.ancestor_id AND g.principal_id = ANY(%(principals)s) AND g.rights & 1 = 1 AND {LIVE}
      OFFSET 0) g
     WHERE l.acl_id = n.acl_id LIMIT 1) seen
    WHERE n.trash_id IS NULL AND s.archived_at IS NULL
   UNION ALL SELECT coalesce(%(root)s::bigint, (SELECT n.id FROM spaces_space s
     CROSS JOIN LATERAL (SELECT id FROM files_node one WHERE one.space_id = s.id AND one.parent_id IS NULL OFFSET 0) n
     WHERE s.owner_id = %(user)s)), 0) start
  WHERE start.id IS NOT NULL ORDER BY start.depth DESC LIMIT 1)
 UNION ALL
 SELECT n.id, walk.depth + 1 FROM walk CROSS JOIN LATERAL (SELECT id FROM files_node inside
  WHERE inside.parent_id = walk.id AND inside.name = (%(names)s::text[])[walk.depth + 1] AND inside.trash_id IS NULL
  OFFSET 0) n)"""

_OWN = """own AS MATERIALIZED (SELECT a.id, a.object_id FROM (SELECT DISTINCT acl_id FROM found) circle
  CROSS JOIN LATERAL (SELECT id, object_id FROM rights_acl one WHERE one.id = circle.acl_id AND one.kind = 'node'
   OFFSET 0) a)"""

_STARRED = "n.id IN (SELECT f.object_id FROM marks_favourite f WHERE f.user_id = %(user)s AND f.kind = 'node')"

_WALKED = """SELECT walk.depth, n.* FROM walk CROSS JOIN LATERAL (SELECT * FROM files_node one WHERE one.id = walk.id
  OFFSET 0) n"""

_REACHED = f"""SELECT {COLUMNS}, CASE WHEN {_OUT} THEN 0 ELSE coalesce(m.mask, 0) END, {_STARRED},
  CASE WHEN own.id IS NOT NULL THEN {_SHARES} END, NULL::text, s.owner_id IS NOT NULL
   AND s.owner_id IS DISTINCT FROM %(user)s, n.depth,
  s.archived_at IS NOT NULL, s.quota, s.used, s.owner_id
 FROM found n LEFT JOIN masks m ON m.acl_id = n.acl_id
 LEFT JOIN LATERAL (SELECT key, sha1 FROM files_blob one WHERE one.id = n.blob_id OFFSET 0) b ON true
 LEFT JOIN own ON own.id = n.acl_id AND own.object_id = n.id
 JOIN LATERAL (SELECT * FROM spaces_space one WHERE one.id = n.space_id OFFSET 0) s ON true"""

_WALK = f"""{_PATH}, found AS ({_WALKED}),
 {MASKS}, {_OWN} {_REACHED} ORDER BY n.depth"""

_WALK_IN = f"""{_PATH}, found AS ({_WALKED}
  UNION ALL SELECT NULL, n.* FROM walk CROSS JOIN LATERAL (SELECT * FROM files_node inside
   WHERE inside.parent_id = walk.id AND inside.trash_id IS NULL OFFSET 0) n
   WHERE walk.depth = cardinality(%(names)s::text[])),
 {MASKS}, {_OWN} {_REACHED} WHERE n.depth IS NOT NULL OR (m.mask & 1 = 1 AND NOT {_OUT})"""

_CHILDREN = f"""WITH found AS MATERIALIZED (SELECT n.* FROM files_node n WHERE n.parent_id = %(parent)s AND
 n.trash_id IS NULL),
 {MASKS}, {_OWN}
 SELECT {COLUMNS}, m.mask, {_STARRED},
  CASE WHEN own.id IS NOT NULL THEN {_SHARES} END, NULL::text, false
 FROM found n JOIN masks m ON m.acl_id = n.acl_id AND m.mask & 1 = 1 AND NOT {_OUT}
 LEFT JOIN LATERAL (SELECT key, sha1 FROM files_blob one WHERE one.id = n.blob_id OFFSET 0) b ON true
 LEFT JOIN own ON own.id = n.acl_id AND own.object_id = n.id"""

_ENTRANCES = f"""allowed AS MATERIALIZED (SELECT l.acl_id, bit_or(g.rights)::int AS mask FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id WHERE g.principal_id = ANY(%(principals)s) AND {LIVE}
  GROUP BY l.acl_id HAVING bit_or(g.rights) & 1 = 1),
 entrance AS (
  SELECT n.*, a.mask FROM allowed a JOIN rights_acl c ON c.id = a.acl_id AND c.kind = 'space'
   JOIN files_node n ON n.space_id = c.object_id AND n.parent_id IS NULL AND n.acl_id = c.id
  UNION ALL SELECT n.*, a.mask FROM allowed a JOIN rights_acl c ON c.id = a.acl_id AND c.kind = 'node'
   JOIN files_node n ON n.id = c.object_id AND n.acl_id = c.id AND n.trash_id IS NULL
   LEFT JOIN files_node up ON up.id = n.parent_id
   WHERE up.id IS NULL OR up.acl_id NOT IN (SELECT acl_id FROM allowed))"""

_ROOT = f"""WITH {_ENTRANCES},
 home AS (SELECT n.* FROM spaces_space s JOIN files_node n ON n.space_id = s.id AND n.parent_id IS NULL
  WHERE s.owner_id = %(user)s)
 SELECT {COLUMNS}, n.mask, f.user_id IS NOT NULL, CASE WHEN n.what = 'kid' THEN {_SHARES} END, n.mount, n.received,
  n.what, n.space_name, n.hidden
 FROM (
  SELECT home.*, coalesce(a.mask, 0) AS mask, 'home' AS what, NULL::text AS mount, false AS received,
    NULL::text AS space_name, false AS hidden FROM home LEFT JOIN allowed a ON a.acl_id = home.acl_id
  UNION ALL SELECT k.*, a.mask, 'kid', NULL, false, NULL, false FROM home
    JOIN files_node k ON k.parent_id = home.id AND k.trash_id IS NULL AND %(deep)s
    JOIN allowed a ON a.acl_id = k.acl_id
  UNION ALL SELECT e.*, 'mount', m.name, e.parent_id IS NOT NULL OR s.owner_id IS NOT NULL, s.name,
    m.hidden_at IS NOT NULL
    FROM entrance e JOIN spaces_space s ON s.id = e.space_id AND s.archived_at IS NULL
      AND s.owner_id IS DISTINCT FROM %(user)s
    LEFT JOIN files_mount m ON m.node_id = e.id AND m.user_id = %(user)s
 ) n LEFT JOIN LATERAL (SELECT key, sha1 FROM files_blob WHERE id = n.blob_id OFFSET 0) b ON true
 LEFT JOIN marks_favourite f ON f.object_id = n.id AND f.kind = 'node' AND f.user_id = %(user)s"""

_BY_ID = f"""WITH found AS (SELECT n.* FROM (SELECT DISTINCT unnest(%(ids)s::bigint[])) wanted (id)
  CROSS JOIN LATERAL (SELECT * FROM files_node one WHERE one.id = wanted.id OFFSET 0) n WHERE n.trash_id IS NULL),
 {MASKS}
 SELECT {COLUMNS}, m.mask, f.user_id IS NOT NULL, {_SHARES}, NULL::text, false
 FROM found n JOIN masks m ON m.acl_id = n.acl_id AND m.mask & 1 = 1 AND NOT {_OUT}
 LEFT JOIN LATERAL (SELECT key, sha1 FROM files_blob one WHERE one.id = n.blob_id OFFSET 0) b ON true
 LEFT JOIN marks_favourite f ON f.object_id = n.id AND f.kind = 'node' AND f.user_id = %(user)s"""

FIELDS = 20
_entry = tuple.__new__  # a third of what Entry(*row) costs, ten thousand times in a listing


@dataclass(frozen=True)
class Found:
    """What lies at a path. `chain`: entries from the mount (or root) down to the deepest that exists and may be seen.

    `entry` is None when the last name is missing; `parent` is None when a folder on the way is missing too.
    `quota` and `used` (bytes) are the space's; `virtual`: the person's DAV root itself. `members`: what lies
    inside, when that was asked too.
    """

    entry: Entry | None
    parent: Entry | None
    name: str
    chain: tuple[Entry, ...] = ()
    archived: bool = False
    quota: int | None = None
    used: int = 0
    virtual: bool = False
    mounted: bool = False
    members: tuple[Entry, ...] | list[Entry] | None = None

    @property
    def is_mount(self) -> bool:
        """Whether the path names a mount itself: a team space or a received share in the person's root."""
        return self.mounted and len(self.chain) == 1 and self.entry is not None


def find(
    actor: Actor, user_id: int | None, parts: list[str], *, root: int | None = None, members: bool = False
) -> Found:
    """Resolve a path in one query: in the person's own tree (home and mounts), or below the node `root`.

    What the actor may not see counts as missing, and so does all below it. With `members`, what lies in
    the folder comes along.
    """
    if not parts and root is None:
        return Found(None, None, "", virtual=True)
    rows = ask(
        _WALK_IN if members else _WALK,
        {
            "user": user_id,
            "first": parts[0] if parts and root is None else None,
            "names": parts,
            "root": root,
            "principals": list(actor.principals),
            "public": is_public(actor),
        },
    )
    inside = []
    if members:
        # told apart here: sorting ten thousand wide rows to have these few in front costs more
        inside = [row for row in rows if row[FIELDS] is None]
        rows = sorted((row for row in rows if row[FIELDS] is not None), key=lambda row: row[FIELDS])
    chain: list[Entry] = []
    for row in rows:
        if not row[15] & 1:
            break
        chain.append(Entry(*row[:FIELDS]))
    if not rows or not chain:
        return Found(None, None, parts[-1] if parts else "")
    mounted = rows[0][FIELDS] == 1
    reached = rows[len(chain) - 1][FIELDS]
    archived, quota, used, _owner = rows[0][FIELDS + 1 :]
    entry = chain[-1] if reached == len(parts) else None
    parent = None
    if entry is None and reached == len(parts) - 1 and len(rows) == len(chain):
        parent = chain[-1]
    elif entry is not None and len(chain) > 1:
        parent = chain[-2]
    listed = [_entry(Entry, row[:FIELDS]) for row in inside] if members and entry is not None else None
    if archived:
        listed = listed and [item._replace(mask=item.mask & 1) for item in listed]
        chain = [item._replace(mask=item.mask & 1) for item in chain]
        entry, parent = entry and chain[-1], parent and parent._replace(mask=parent.mask & 1)
    return Found(entry, parent, parts[-1] if parts else "", tuple(chain), archived, quota, used, False, mounted, listed)


_ORDERS = {
    "name": ("n.sort", "text"),
    "size": ("n.size", "bigint"),
    "mtime": ("n.mtime", "bigint"),
}


def children(
    actor: Actor,
    parent_id: int,
    *,
    after: list[Any] | None = None,
    limit: int | None = None,
    sort: str = "",
    desc: bool = False,
) -> list[Entry]:
    """Return the folder's children that the actor may see. One query.

    With `sort` ("name", "size", "mtime"), folders come first; `after` is (kind, value, id) of the last row
    seen and `limit` the size of the page. Without, the order is the database's (sync clients do not care).
    """
    text = _CHILDREN
    values: dict[str, Any] = {
        "parent": parent_id,
        "principals": list(actor.principals),
        "public": is_public(actor),
        "user": actor.user.pk if actor.user else None,
    }
    if sort:
        column, cast = _ORDERS[sort]
        way, sign = ("DESC", "<") if desc else ("ASC", ">")
        if after is not None:
            values |= {"a_kind": after[0], "a_value": after[1], "a_id": after[2]}
            text += (
                f" WHERE n.kind > %(a_kind)s OR (n.kind = %(a_kind)s AND ({column}, n.id) {sign}"
                f" (%(a_value)s::{cast}, %(a_id)s))"
            )
        text += f" ORDER BY n.kind, {column} {way}, n.id {way}"
    if limit is not None:
        text += " LIMIT %(limit)s"
        values["limit"] = limit
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [_entry(Entry, row) for row in cursor.fetchall()]


def root_rows(
    actor: Actor, *, deep: bool = True
) -> tuple[Entry | None, list[Entry], list[tuple[Entry, str, str, bool]]]:
    """Return (home, its children, entrances) of the person's DAV root. One query. A guest has no home.

    An entrance is (entry, mount name or "", name to give it, hidden): a team space, or a received share.
    """
    if actor.user is None:
        raise ValueError("nobody has no root")
    rows = ask(_ROOT, {"user": actor.user.pk, "principals": list(actor.principals), "deep": deep})
    home, kids, entrances = None, [], []
    for row in rows:
        entry, (what, space_name, hidden) = Entry(*row[:FIELDS]), row[FIELDS:]
        if what == "home":
            home = entry
        elif what == "kid":
            kids.append(entry)
        else:
            entrances.append((entry, entry.mount or "", entry.name or space_name, hidden))
    return home, kids, sorted(entrances, key=lambda item: item[0].id)


def entries(actor: Actor, ids: list[int]) -> dict[int, Entry]:
    """Return {id: entry} of those nodes that live and that the actor may see. One query."""
    rows = ask(
        _BY_ID,
        {
            "ids": ids,
            "principals": list(actor.principals),
            "public": is_public(actor),
            "user": actor.user.pk if actor.user else None,
        },
    )
    return {row[0]: Entry(*row) for row in rows}


def entry(actor: Actor, node_id: int) -> Entry | None:
    """Return the living node if the actor may see it. One query."""
    return entries(actor, [node_id]).get(node_id)


def lines_up(ids: list[int]) -> dict[int, tuple[list[int], list[str]]]:
    """Return {node: (ids, names) from its space's root down to it}. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (start, id, parent_id, name, depth) AS ("
            "SELECT id, id, parent_id, name, 0 FROM files_node WHERE id = ANY(%s)"
            " UNION ALL SELECT up.start, n.id, n.parent_id, n.name, up.depth + 1 FROM up CROSS JOIN LATERAL ("
            " SELECT id, parent_id, name FROM files_node WHERE id = up.parent_id OFFSET 0) n)"
            " SELECT start, array_agg(id ORDER BY depth DESC), array_agg(name ORDER BY depth DESC) FROM up"
            " GROUP BY start",
            [ids],
        )
        return {start: (line, names) for start, line, names in cursor.fetchall()}


def free_name_in(parent_id: int, name: str) -> str:
    """Return the name, or the first “name (2)” that no living child of the folder bears."""
    return free_name(name, lambda candidate: Node.objects.inside(parent_id).filter(name=candidate).exists())
