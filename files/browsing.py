"""What pages ask of the tree: a place with the names above it, who sees what is listed, where a thing lies."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db import connection
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from collab.lib.errors import NotFound
from collab.lib.routes import reverse
from collab.marks import labels
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import LIVE, mask_of
from collab.spaces.models import Space
from files import describing
from files.entry import COLUMNS, Entry
from files.models import Node

_SPACE = [field.attname for field in Space._meta.concrete_fields]
_SPACE_COLUMNS = ", ".join(f"s.{field.column}" for field in Space._meta.concrete_fields)
_FIELDS = 16

_AT = """SELECT n.id, 0 FROM spaces_space s JOIN files_node n ON n.space_id = s.id AND n.parent_id IS NULL
  WHERE s.slug = %s
 UNION ALL SELECT n.id, walk.depth + 1 FROM walk JOIN files_node n ON n.parent_id = walk.id
  AND n.name = (%s::text[])[walk.depth + 1] AND n.trash_id IS NULL"""
_ABOVE = """SELECT n.id, 0 FROM files_node n WHERE n.id = %s AND n.trash_id IS NULL
 UNION ALL SELECT n.parent_id, walk.depth - 1 FROM walk JOIN files_node n ON n.id = walk.id
  WHERE n.parent_id IS NOT NULL"""
_CHAIN = f"""SELECT {COLUMNS}, {mask_of("n.acl_id")}, {_SPACE_COLUMNS}
 FROM walk JOIN files_node n ON n.id = walk.id JOIN spaces_space s ON s.id = n.space_id
 LEFT JOIN files_blob b ON b.id = n.blob_id ORDER BY walk.depth"""


MOST_HEARD = 90
"""Spaces that a page which gathers from everywhere listens to."""


class Crumb(NamedTuple):
    """A name above a place; without `url` when the folder itself may not be seen."""

    name: str
    url: str
    id: int


@dataclass(frozen=True)
class Place:
    """A node at its one address, `/files/@space/folder/…`, the same for everybody who may see it.

    `chain`: from the space's root down to the node, each with what the actor may do there.
    """

    space: Space
    chain: tuple[Entry, ...]
    mine: bool

    @property
    def here(self) -> Entry:
        return self.chain[-1]

    @property
    def parent(self) -> Entry | None:
        return self.chain[-2] if len(self.chain) > 1 else None

    @property
    def name(self) -> str:
        return self.here.name or self.space.name

    @property
    def in_space(self) -> bool:
        """Whether the person is in the space itself; else the place was shared with them."""
        return bool(self.chain[0].mask & Right.SEE)

    @cached_property
    def url(self) -> str:
        return address(self.space, (entry.name for entry in self.chain[1:]), mine=self.mine)

    @cached_property
    def folder_url(self) -> str:
        """The folder's address: its own, or that of the folder the file lies in."""
        return self.url if self.here.is_folder else self.crumbs[-1].url if self.crumbs else self.url

    @cached_property
    def crumbs(self) -> list[Crumb]:
        """What lies above, from the space down."""
        found = []
        for depth, entry in enumerate(self.chain[:-1]):
            url = address(self.space, (above.name for above in self.chain[1 : depth + 1]), mine=self.mine)
            found.append(Crumb(entry.name or self.space.name, url if entry.mask & Right.SEE else "", entry.id))
        return found

    @property
    def line(self) -> list[tuple[str, int]]:
        """What the node lies in, itself first and its space last; a space's own folder is the space."""
        nodes = [(Node.REF_KIND, entry.id) for entry in reversed(self.chain) if not entry.is_root]
        return [*nodes, (Space.REF_KIND, self.space.pk)]

    @cached_property
    def share_url(self) -> str:
        """Where it is shared: a space's own folder as the space; nowhere for all of one's own files at once."""
        if self.parent or self.here.acl_id != self.space.acl_id:
            return reverse("shell:share", args=["node", self.here.id])
        return "" if self.space.is_personal else reverse("shell:share", args=["space", self.space.pk])

    def can(self, right: Right) -> bool:
        return self.here.mask & right == right


def at(actor: Actor, slug: str, parts: list[str]) -> Place:
    """Return the place at a path below a space. Raises NotFound for what is not there or may not be seen. One query."""
    return _place(actor, _AT, [slug, parts], len(parts) + 1)


def of(actor: Actor, node_id: int) -> Place:
    """Return the place of a living node. Raises NotFound. One query."""
    return _place(actor, _ABOVE, [node_id], None)


def _place(actor: Actor, walk: str, values: list[Any], length: int | None) -> Place:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE walk (id, depth) AS ({walk}) {_CHAIN}", [*values, list(actor.principals)])
        rows = cursor.fetchall()
    if not rows or length not in {None, len(rows)} or not rows[-1][_FIELDS - 1] & Right.SEE:
        raise NotFound
    space = Space.from_db("default", _SPACE, rows[-1][_FIELDS:])
    chain = tuple(Entry(*row[:_FIELDS]) for row in rows)
    if space.archived_at:
        chain = tuple(entry._replace(mask=entry.mask & Right.SEE) for entry in chain)
    return Place(space, chain, actor.user is not None and space.owner_id == actor.user.pk)


def address(space: Space, names: Iterable[str], *, mine: bool = False) -> str:
    """Return the address of the folder with these names below the space's root."""
    return _address(space.slug, names, mine=mine)


def _address(slug: str, names: Iterable[str], *, mine: bool) -> str:
    path = "/".join(quote(name, safe="") for name in names)
    if mine and not path:
        return reverse("files:home")
    return reverse("files:space", args=[slug]) + path


class Principal(NamedTuple):
    """Whom the list names: `kind` is "group", "everyone" or "user"."""

    kind: str
    name: str
    hue: str


@dataclass(frozen=True)
class Circle:
    """Who sees the things of one acl: how many groups, people and links, and the first of them by name."""

    restricted: bool = False
    groups: int = 0
    people: int = 0
    links: int = 0
    first: tuple[Principal, ...] = ()

    @property
    def count(self) -> int:
        return self.groups + self.people


class Person(NamedTuple):
    """Somebody who changed something that is listed."""

    name: str
    hue: str


class Word(NamedTuple):
    """A label, as lists show it."""

    pk: int
    name: str
    hue: str


@dataclass(frozen=True)
class Surroundings:
    """What a list shows beside the nodes; `seeing`: how many people see the folder itself.

    `labels`: those of each node; `words`: all of the space, by name. `withheld`: pictures that are not for publication.
    `description`: what the folder says of itself.
    """

    circles: dict[int, Circle]
    people: dict[int, Person]
    labels: dict[int, list[Word]]
    words: list[Word]
    withheld: set[int]
    seeing: int = 0
    description: describing.Description | None = None


_CIRCLES = f"""seen AS (SELECT l.acl_id, g.principal_id, bit_or(g.rights) AS rights FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id WHERE l.acl_id = ANY(%(acls)s) AND {LIVE}
  GROUP BY l.acl_id, g.principal_id HAVING bit_or(g.rights) & 1 = 1),
 circle AS (SELECT seen.acl_id, a.kind <> 'space' AND up.kind IS NULL AS restricted,
  count(r.id)::int AS groups, count(u.id)::int AS people, (count(*) - count(r.id) - count(u.id))::int AS links,
  (array_agg(ARRAY[CASE WHEN r.everyone THEN 'everyone' WHEN r.id IS NULL THEN 'user' ELSE 'group' END,
     coalesce(r.name, u.display_name), coalesce(r.hue, u.hue)]
    ORDER BY r.id IS NULL, seen.rights DESC, r.name, u.display_name)
   FILTER (WHERE r.id IS NOT NULL OR u.id IS NOT NULL))[1:3] AS first
  FROM seen JOIN rights_acl a ON a.id = seen.acl_id JOIN rights_principal p ON p.id = seen.principal_id
  LEFT JOIN rights_acl up ON up.id = a.parent_id AND up.kind IN ('space', 'node')
  LEFT JOIN groups_group r ON r.id = p.group_id LEFT JOIN accounts_user u ON u.id = p.user_id
  WHERE u.is_active IS DISTINCT FROM false GROUP BY seen.acl_id, a.kind, up.kind),
 able AS (SELECT p.user_id, p.group_id FROM seen JOIN rights_principal p ON p.id = seen.principal_id
  WHERE seen.acl_id = %(here)s)"""
_SEEING = """(SELECT count(*) FROM accounts_user u WHERE u.is_active AND %(here)s IS NOT NULL AND (
  u.id IN (SELECT user_id FROM able WHERE user_id IS NOT NULL)
  OR u.id IN (SELECT m.user_id FROM groups_membership m JOIN able ON able.group_id = m.group_id)
  OR (u.rank <> 'guest' AND EXISTS (SELECT 1 FROM able JOIN groups_group e ON e.id = able.group_id AND e.everyone))))"""
_WORD = "ARRAY[l.id::text, l.name, l.hue]"
_SURROUNDINGS = f"""WITH {_CIRCLES}
 SELECT 0, acl_id, restricted, groups, people, links, first FROM circle
 UNION ALL SELECT 1, id, NULL, NULL, NULL, NULL, ARRAY[ARRAY[coalesce(nullif(display_name, ''), username), hue]]
  FROM accounts_user WHERE id = ANY(%(people)s)
 UNION ALL SELECT 2, {_SEEING}, NULL, NULL, NULL, NULL, NULL
 UNION ALL SELECT 3, m.object_id, NULL, NULL, NULL, NULL, array_agg({_WORD} ORDER BY l.folded)
  FROM marks_labelled m JOIN marks_label l ON l.id = m.label_id AND l.deleted_at IS NULL
  WHERE m.kind = 'node' AND m.object_id = ANY(%(nodes)s) GROUP BY m.object_id
 UNION ALL SELECT 4, NULL, NULL, NULL, NULL, NULL, array_agg({_WORD} ORDER BY l.folded)
  FROM marks_label l WHERE l.space_id = %(space)s AND l.deleted_at IS NULL
 UNION ALL SELECT 5, readme.id, NULL, readme.mask, NULL, NULL, readme.facts FROM ({describing.READMES}) readme
 UNION ALL SELECT 6, w.node_id, NULL, NULL, NULL, NULL, NULL FROM files_withheld w WHERE w.node_id = ANY(%(nodes)s)"""


def surroundings(
    acls: Collection[int],
    people: Collection[int | None],
    *,
    here: int | None = None,
    nodes: Collection[int] = (),
    space: int | None = None,
    described: tuple[Actor, int] | None = None,
) -> Surroundings:
    """Return who sees the things of these acls, the people with these ids, the labels and marks of these nodes, all
    labels of the space, and what the folder says of itself (`described`: to whom, which). One query, whatever it is.
    """
    values = {
        "acls": list({*acls, *([here] if here else [])}), "people": [pk for pk in people if pk], "here": here,
        "nodes": list(nodes), "space": space, **describing.values(*(described or (Actor.nobody(), None))),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SURROUNDINGS, values)
        rows = cursor.fetchall()
    said = describing.chosen((row[1], row[3], row[6]) for row in rows if row[0] == 5)
    found = Surroundings({}, {}, {}, [], set(), description=said)
    for what, key, restricted, groups, number, links, first in rows:
        if what == 0:
            names = tuple(Principal(*item) for item in first or ())
            found.circles[key] = Circle(restricted, groups, number, links, names)
        elif what == 1:
            found.people[key] = Person(*first[0])
        elif what == 2:
            found = replace(found, seeing=key)
        elif what == 6:
            found.withheld.add(key)
        elif what < 5:
            words = [Word(int(pk), name, hue) for pk, name, hue in first or ()]
            found.labels.update({key: words} if what == 3 else {})
            found.words.extend(words if what == 4 else [])
    return found


# OFFSET 0 leaves no choice but a look-up for each: expecting more rows than come, PostgreSQL would read every node
_PATHS = """WITH RECURSIVE up (start, parent_id, space_id, name, depth) AS (
  SELECT id, parent_id, space_id, name, 0 FROM files_node WHERE id = ANY(%s)
  UNION ALL SELECT up.start, n.parent_id, n.space_id, n.name, up.depth + 1 FROM up CROSS JOIN LATERAL (
   SELECT parent_id, space_id, name FROM files_node WHERE id = up.parent_id OFFSET 0) n)
 SELECT line.start, s.slug, s.name, s.owner_id, line.names, s.archived_at IS NOT NULL FROM (
  SELECT start, space_id, array_agg(name ORDER BY depth DESC) AS names FROM up GROUP BY start, space_id) line
 JOIN spaces_space s ON s.id = line.space_id"""


class Path(NamedTuple):
    """Where a node lies: `names` from the space's root (whose name is "") down to the node itself."""

    slug: str
    space: str
    owner_id: int | None
    names: list[str]
    archived: bool = False

    def url(self, actor: Actor) -> str:
        """The address of the node, a folder."""
        mine = actor.user is not None and self.owner_id == actor.user.pk
        return _address(self.slug, self.names[1:], mine=mine)

    def folder(self, actor: Actor) -> str:
        """The folder it lies in, as people read it: “Sport › Été”."""
        return self._read(actor, self.names[1:-1])

    def label(self, actor: Actor) -> str:
        """The node itself, a folder, in the same way."""
        return self._read(actor, self.names[1:])

    def _read(self, actor: Actor, names: list[str]) -> str:
        mine = actor.user is not None and self.owner_id == actor.user.pk
        return " › ".join([_("My files") if mine else self.space, *names])


def paths(ids: list[int]) -> dict[int, Path]:
    """Return where these nodes lie. One query; the caller has checked that they may be seen."""
    with connection.cursor() as cursor:
        cursor.execute(_PATHS, [ids])
        return {row[0]: Path(*row[1:]) for row in cursor.fetchall()}


def latest(actor: Actor) -> Any:
    """Return the files that the actor may see, those changed last first."""
    found = Node.objects.living().visible_to(actor).filter(kind=Node.Kind.FILE)
    return found.order_by("-mtime", "-pk")


def recent(actor: Actor, limit: int, after: list[int] | None = None) -> list[tuple[int, list[int]]]:
    """Return (id, cursor) of the files changed last among those the actor may see; `after` the cursor of one."""
    found = latest(actor).filter(space__archived_at=None)
    if after:
        found = found.filter(Q(mtime__lt=after[0]) | Q(mtime=after[0], pk__lt=after[1]))
    rows = found.values_list("mtime", "pk")[:limit]
    return [(pk, [mtime, pk]) for mtime, pk in rows]


def favourites(actor: Actor, limit: int, after: list[int] | None = None) -> list[tuple[int, list[int]]]:
    """Return (id, cursor) of what the actor starred and may still see, the latest star first."""
    found = labels.favourites(actor, limit, after[0] if after else None, Node.REF_KIND)
    return [(node, [pk]) for (_kind, node), pk in found]


def clocks(actor: Actor) -> dict[int, int]:
    """Return {space: its clock} of the spaces that the actor sees, those that moved most first, at most as many as a
    page may listen to besides its rows."""
    return dict(Space.objects.visible_to(actor).order_by("-seq").values_list("pk", "seq")[:MOST_HEARD])


def clocks_at(ids: list[int]) -> dict[int, int]:
    """Return {node: the clock of its space}; the caller has checked that they may be seen."""
    return dict(Node.objects.filter(pk__in=ids).values_list("pk", "space__seq")) if ids else {}
