"""One reading of the change log: the newest changes below a number, those one may not see left out in the query, and
what belongs together counted there, so that an upload of three thousand files comes back as one row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils import timezone

from collab.activity.gathering import SHOWN, Part, Placed
from collab.activity.scope import MOST_THINGS, Reach, Scope
from collab.lib.statements import ask, placed
from collab.registry.plugin import Verbs
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS

LEAST_THINGS = 50
"""Of so many things at least, those that changed last, a reading takes the changes."""
_COLUMNS = "id, space_id, actor_id, kind, ref_kind, ref_id, at, before, after"

# Written so that only the index by space and number fits: for a quiet space beside a busy one, a plan that reads the
# whole log backwards and leaves out the others seems cheaper, and is a thousand times dearer. BETWEEN says that it is
# one space: else a general plan reads all that it ever wrote by its other index, and sorts that.
_OF_SPACES = f"""SELECT s.id AS source, c.* FROM unnest(%s::bigint[]) s(id) CROSS JOIN LATERAL (SELECT {_COLUMNS}
  FROM events_change WHERE (space_id, id) < (s.id, %s) AND space_id BETWEEN s.id AND s.id
  ORDER BY space_id DESC, id DESC LIMIT %s) c"""
_OF_PERSON = f"""(SELECT 0::bigint AS source, {_COLUMNS} FROM events_change WHERE actor_id = %s AND id < %s
  AND space_id = ANY(%s) ORDER BY id DESC LIMIT %s)"""
# Of many things those that changed last, by the newest change of each; then all their changes as far down as that of
# the last of them: what is left out changed before. By the index alone until the rows themselves are read; OFFSET 0 and
# LIMIT in a LATERAL leave no choice but that, where a plan made for few things would read the whole log for many.
_TOPS = """tops AS MATERIALIZED (SELECT t.kind, t.id AS ref, e.id FROM ({things}) t (kind, id) CROSS JOIN LATERAL (
   SELECT id FROM events_change WHERE ref_kind = t.kind AND ref_id = t.id AND id < %s ORDER BY id DESC LIMIT 1) e
   ORDER BY e.id DESC LIMIT %s),
 lowest AS MATERIALIZED (SELECT CASE WHEN count(*) < %s THEN 0 ELSE min(id) END AS id FROM tops),
 """
_OF_TOPS = f"""(SELECT -1::bigint AS source, {_COLUMNS} FROM (SELECT e.id AS top FROM tops t CROSS JOIN LATERAL (
   SELECT id FROM events_change WHERE ref_kind = t.kind AND ref_id = t.ref AND id < %s
    AND id >= (SELECT id FROM lowest) ORDER BY id DESC LIMIT %s) e ORDER BY e.id DESC LIMIT %s) newest
  CROSS JOIN LATERAL (SELECT {_COLUMNS} FROM events_change WHERE id = newest.top OFFSET 0) c)"""

_CIRCLES = f"""circles AS MATERIALIZED (SELECT a.id, a.kind, a.object_id FROM rights_acl a
  WHERE a.kind <> 'space' AND a.id IN ({ALLOWED_ACLS})),
 """
_APART = """{name} AS MATERIALIZED (SELECT DISTINCT n.acl_id FROM circles c CROSS JOIN LATERAL (SELECT acl_id, space_id
   FROM {table} WHERE id = c.object_id OFFSET 0) n WHERE c.kind = %s AND n.acl_id = c.id AND n.space_id <> ALL(%s)),
 """
_IN_APART = """(SELECT %s::text, n.id FROM {name} c CROSS JOIN LATERAL (SELECT id FROM {table} WHERE acl_id = c.acl_id
   ORDER BY id DESC LIMIT %s) n LIMIT %s)"""

_VALUE = """CASE g.column{0} WHEN 'before' THEN r.before ->> g.name{0} WHEN 'after' THEN r.after ->> g.name{0}
  WHEN 'ref' THEN r.ref_id::text END"""
# A source that gave as many rows as it may has more: what lies below its last one is for the next reading.
_READ = """WITH {rules}{before}recent AS MATERIALIZED ({sources}),
 low AS MATERIALIZED (SELECT coalesce(max(low), 0) AS reached, (SELECT count(*) FROM recent) AS total FROM (
   SELECT min(id) AS low FROM recent GROUP BY source HAVING count(*) >= %s{lowest}) each),
 edge AS MATERIALIZED (SELECT low.*, (SELECT extract(epoch FROM at)::float8 FROM recent WHERE id = low.reached
   LIMIT 1) AS reached_at
  FROM low){seen},
 told AS (SELECT r.id, r.ref_id, r.at, ({place}) COLLATE "C" AS place, hashtextextended(concat_ws('/',
   r.space_id, coalesce(r.actor_id, 0), r.ref_kind, r.kind, CASE WHEN g.kind IS NULL THEN r.id::text
    ELSE concat_ws('/', '*'{alike}) END,
   (r.at AT TIME ZONE 'UTC' + %s)::date), 0) AS key
  FROM recent r LEFT JOIN rules g ON g.ref_kind = r.ref_kind AND g.kind = r.kind, edge
  WHERE r.id >= edge.reached AND ({rights}){only}),
 marked AS (SELECT told.*, CASE WHEN lag(at) OVER same - at <= interval '1 hour' THEN 0 ELSE 1 END AS first FROM told
  WINDOW same AS (PARTITION BY key ORDER BY id DESC)),
 numbered AS (SELECT marked.*, sum(first) OVER (PARTITION BY key ORDER BY id DESC) AS part FROM marked),
 placed AS (SELECT key, part, max(id) AS newest, min(id) AS oldest, jsonb_build_array(coalesce(place, ''), max(id),
   min(id), count(*), array_agg(DISTINCT ref_id), (array_agg(id ORDER BY id DESC))[1:%s]) AS told
  FROM numbered GROUP BY key, part, place),
 parts AS (SELECT key, max(newest) AS newest, min(oldest) AS oldest, jsonb_agg(told) AS places FROM placed
  GROUP BY key, part)
 SELECT edge.reached, edge.total, edge.reached_at, parts.key, parts.newest, parts.oldest,
  extract(epoch FROM head.at)::float8, extract(epoch FROM tail.at)::float8, parts.places
 FROM edge LEFT JOIN parts ON true LEFT JOIN events_change head ON head.id = parts.newest
  LEFT JOIN events_change tail ON tail.id = parts.oldest ORDER BY parts.newest DESC"""


@dataclass(frozen=True)
class Chunk:
    """What one reading found: `reached`: the log was read down to this number, 0 for its end; `rows`: so many rows."""

    parts: list[Part]
    reached: int
    reached_at: float | None
    rows: int

    @property
    def told(self) -> int:
        """How many of the rows the actor may see."""
        return sum(place.rows for part in self.parts for place in part.places)


class _Sources:
    """Where one reading takes its rows from: SQL and values of each source, and of what must be known `before`."""

    def __init__(self, below: int, size: int):
        self._below, self._size = below, size
        self._things: list[str] = []
        self._ids: list[Any] = []
        self.before, self.lowest = "", ""
        self.before_values: list[Any] = []
        self.sources: list[str] = []
        self.values: list[Any] = []

    def add(self, text: str, values: list[Any]) -> None:
        self.sources.append(text)
        self.values += values

    def know(self, text: str, values: list[Any]) -> None:
        self.before += text
        self.before_values += values

    def add_things(self, text: str, values: list[Any]) -> None:
        """Add things, (kind, id), whose changes are to be read."""
        self._things.append(text)
        self._ids += values

    def end(self) -> None:
        """All are named: of all the things together one source is made."""
        if self._things:
            most = max(LEAST_THINGS, self._size // 4)
            things = " UNION ALL ".join(self._things)
            self.know(_TOPS.format(things=things), [*self._ids, self._below, most, most])
            self.add(_OF_TOPS, [self._below, self._size, self._size])
            self.lowest = " UNION ALL SELECT id FROM lowest WHERE id > 0"


class Reader:
    """Reads for one actor. What is asked each time is put together once."""

    def __init__(self, actor: Actor, scope: Scope, kinds: Sequence[Verbs]):
        self.seen: dict[str, QuerySet[Any]] = {}
        self._scope = scope
        self._person: int | None = scope.person
        self._rights: list[str] = []
        self._seen, self._seen_values = "", []  # type: str, list[Any]
        self._rights_values: list[Any] = []
        self._principals = actor.principals
        self._tables: list[tuple[str, str]] = []
        self._kinds = [one for one in kinds if self._may_see(actor, one)]

    def _may_see(self, actor: Actor, verbs: Verbs) -> bool:
        """Put the rights of one kind into the query; whether there is anything of it that the actor may see."""
        seen = self.seen[verbs.kind] = verbs.seen(actor)
        try:
            text, values = seen.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return False
        if verbs.kind != "space" and {"acl", "space"} <= {field.name for field in seen.model._meta.fields}:
            self._tables.append((verbs.kind, seen.model._meta.db_table))
        name = f"seen{len(self._rights)}"
        # one after another: else a table of many things may be read from one end to the other
        self._seen += f""",
 {name} AS MATERIALIZED (SELECT v.id FROM (SELECT DISTINCT ref_id FROM recent WHERE ref_kind = %s) r
  CROSS JOIN LATERAL (SELECT s.id FROM ({text}) s (id) WHERE s.id = r.ref_id OFFSET 0) v)"""
        self._seen_values += [verbs.kind, *values]
        self._rights.append(f"(r.ref_kind = %s AND r.ref_id IN (SELECT id FROM {name}))")
        self._rights_values.append(verbs.kind)
        return True

    def read(self, where: Reach, below: int, size: int) -> Chunk:
        """Return what stands right below this number, `size` rows of it at most for every source."""
        asked = self._sources(where, below, size)
        if not self._rights or not asked.sources:
            return Chunk([], 0, None, 0)
        rules, rules_values, place, alike = self._gathers()
        only, only_values = self._only()
        text = _READ.format(
            rules=rules, before=asked.before, sources="\n UNION ALL ".join(asked.sources), lowest=asked.lowest,
            seen=self._seen, alike=alike, place=place, rights=" OR ".join(self._rights), only=only,
        )  # fmt: skip
        offset = timezone.localtime().utcoffset() or timedelta()
        values = [
            *rules_values, *asked.before_values, *asked.values, size, *self._seen_values, offset,
            *self._rights_values, *only_values, SHOWN,
        ]  # fmt: skip
        rows = ask(*placed(text, values))
        reached, total, reached_at = rows[0][:3]
        return Chunk([_part(row[3:]) for row in rows if row[3] is not None], reached, reached_at, total)

    def _sources(self, where: Reach, below: int, size: int) -> _Sources:
        asked = _Sources(below, size)
        if where.spaces and self._person is not None:
            asked.add(_OF_PERSON, [self._person, below, list(where.spaces), size])
        elif where.spaces:
            asked.add(_OF_SPACES, [list(where.spaces), below, size])
        if where.things:
            pairs = [(kind, pk) for kind, ids in where.things for pk in ids]
            kinds, ids = [kind for kind, _pk in pairs], [pk for _kind, pk in pairs]
            asked.add_things("SELECT * FROM unnest(%s::text[], %s::bigint[])", [kinds, ids])
        if where.elsewhere is not None and self._tables:
            asked.know(_CIRCLES, [list(self._principals), int(Right.SEE)])
            for place, (kind, table) in enumerate(self._tables):
                name = f"apart{place}"
                asked.know(_APART.format(name=name, table=table), [kind, list(where.elsewhere)])
                asked.add_things(_IN_APART.format(name=name, table=table), [kind, MOST_THINGS, MOST_THINGS])
        asked.end()
        return asked

    def _gathers(self) -> tuple[str, list[list[str]], str, str]:
        """Return how changes of several things become one line: a table of it, and its values (a row for each kind of
        thing and of change, then column and name of each field), where the things lie, and what must be alike."""
        rules = {(verbs.kind, kind): one for verbs in self._kinds for kind, one in verbs.gathers.items()}
        width = 1 + max((len(gather.alike) for gather in rules.values()), default=0)
        rows = []
        for (ref_kind, kind), gather in rules.items():
            paths = [gather.place, *gather.alike]
            fields = [_field(path) if path else ("", "") for path in paths + [""] * (width - len(paths))]
            rows.append([ref_kind, kind, *(part for field in fields for part in field)])
        names = ["ref_kind", "kind", *(f"{part}{place}" for place in range(width) for part in ("column", "name"))]
        arrays = ", ".join(["%s::text[]"] * len(names))
        table = f"rules AS MATERIALIZED (SELECT * FROM unnest({arrays}) AS g ({', '.join(names)})),\n "
        values = [[row[place] for row in rows] for place in range(len(names))]
        alike = "".join(f", coalesce({_VALUE.format(place)}, '')" for place in range(1, width))
        return table, values, _VALUE.format(0), alike

    def _only(self) -> tuple[str, list[Any]]:
        text, values = "", []  # type: str, list[Any]
        for condition, value in (
            ("r.actor_id = %s", self._person),
            ("r.actor_id IS DISTINCT FROM %s", self._scope.but),
            ("r.at > %s", self._scope.since),
        ):
            if value is not None:
                text += f" AND {condition}"
                values.append(value)
        return text, values


def _field(path: str) -> tuple[str, str]:
    """Return “after.parent” as a column and a name in it: a value of what was before or after; “ref”: the thing."""
    column, _dot, name = path.partition(".")
    if path != "ref" and column not in {"before", "after"}:
        raise ValueError(f"{path!r} names neither what was before nor what was after, nor the thing")
    return column, name


def _part(row: Sequence[Any]) -> Part:
    key, newest, oldest, newest_at, oldest_at, places = row
    found = json.loads(places) if isinstance(places, str) else places
    return Part(key, newest, oldest, newest_at, oldest_at, [Placed(*one) for one in found])
