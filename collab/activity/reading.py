"""One reading of the change log: the newest changes below a number, those one may not see left out in the query, and
what belongs together counted there, so that an upload of three thousand files comes back as one row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from collab.activity.gathering import SHOWN, Part, Placed
from collab.activity.scope import MOST_THINGS, Reach, Scope
from collab.registry.plugin import Verbs
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS

_COLUMNS = "id, space_id, actor_id, kind, ref_kind, ref_id, at, before, after"

# Written so that only the index by space and number fits: for a quiet space beside a busy one, a plan that reads the
# whole log backwards and leaves out the others seems cheaper, and is a thousand times dearer.
_OF_SPACES = f"""SELECT s.id AS source, c.* FROM unnest(%s::bigint[]) s(id) CROSS JOIN LATERAL (SELECT {_COLUMNS}
  FROM events_change WHERE (space_id, id) < (s.id, %s) AND space_id >= s.id
  ORDER BY space_id DESC, id DESC LIMIT %s) c"""
_OF_PERSON = f"""(SELECT 0::bigint AS source, {_COLUMNS} FROM events_change WHERE actor_id = %s AND id < %s
  AND space_id = ANY(%s) ORDER BY id DESC LIMIT %s)"""
# The newest of each thing by the index alone, then the rows of the newest of all; OFFSET 0 and LIMIT in a LATERAL leave
# no choice but that, where a plan made for few things would read the whole log for many.
_OF_THINGS = f"""(SELECT %s::bigint AS source, {{columns}} FROM (SELECT e.id AS top FROM unnest({{ids}}) t (id)
   CROSS JOIN LATERAL (SELECT id FROM events_change WHERE ref_kind = %s AND ref_id = t.id AND id < %s
    ORDER BY id DESC LIMIT %s) e ORDER BY e.id DESC LIMIT %s) newest
  CROSS JOIN LATERAL (SELECT {_COLUMNS} FROM events_change WHERE id = newest.top OFFSET 0) c)""".replace(
    "{columns}", _COLUMNS
)

_CIRCLES = f"""circles AS MATERIALIZED (SELECT a.id, a.kind, a.object_id FROM rights_acl a
  WHERE a.kind <> 'space' AND a.id IN ({ALLOWED_ACLS})),
 """
_APART = """{name} AS MATERIALIZED (SELECT DISTINCT n.acl_id FROM circles c CROSS JOIN LATERAL (SELECT acl_id, space_id
   FROM {table} WHERE id = c.object_id OFFSET 0) n WHERE c.kind = %s AND n.acl_id = c.id AND n.space_id <> ALL(%s)),
 """
_IN_APART = """ARRAY(SELECT n.id FROM {name} c CROSS JOIN LATERAL (SELECT id FROM {table} WHERE acl_id = c.acl_id
   ORDER BY id DESC LIMIT %s) n LIMIT %s)"""

# A source that gave as many rows as it may has more: what lies below its last one is for the next reading.
_READ = """WITH {apart}recent AS MATERIALIZED ({sources}),
 low AS MATERIALIZED (SELECT coalesce(max(low), 0) AS reached, (SELECT count(*) FROM recent) AS total FROM (
   SELECT min(id) AS low, count(*) AS n FROM recent GROUP BY source) each WHERE n >= %s),
 edge AS MATERIALIZED (SELECT low.*, (SELECT extract(epoch FROM at)::float8 FROM recent WHERE id = low.reached
   LIMIT 1) AS reached_at
  FROM low){seen},
 told AS (SELECT r.id, r.ref_id, r.at, (CASE {place} END) COLLATE "C" AS place, hashtextextended(concat_ws('/',
   r.space_id, coalesce(r.actor_id, 0), r.ref_kind, r.kind, CASE {alike} ELSE r.id::text END,
   (r.at AT TIME ZONE 'UTC' + %s)::date), 0) AS key
  FROM recent r, edge WHERE r.id >= edge.reached AND ({rights}){only}),
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


class Reader:
    """Reads for one actor. What is asked each time is put together once."""

    def __init__(self, actor: Actor, scope: Scope, kinds: Sequence[Verbs]):
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
        seen = verbs.seen(actor)
        try:
            text, values = seen.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return False
        if verbs.kind != "space" and {"acl", "space"} <= {field.name for field in seen.model._meta.fields}:
            self._tables.append((verbs.kind, seen.model._meta.db_table))
        name = f"seen{len(self._rights)}"
        self._seen += f""",
 {name} AS MATERIALIZED (SELECT v.id FROM ({text}) v (id)
  WHERE v.id IN (SELECT ref_id FROM recent WHERE ref_kind = %s))"""
        self._seen_values += [*values, verbs.kind]
        self._rights.append(f"(r.ref_kind = %s AND r.ref_id IN (SELECT id FROM {name}))")
        self._rights_values.append(verbs.kind)
        return True

    def read(self, where: Reach, below: int, size: int) -> Chunk:
        """Return what stands right below this number, `size` rows of it at most for every source."""
        apart, apart_values, sources, source_values = self._sources(where, below, size)
        if not self._rights or not sources:
            return Chunk([], 0, None, 0)
        alike, alike_values, place, place_values = self._gathers()
        only, only_values = self._only()
        text = _READ.format(
            apart=apart, sources="\n UNION ALL ".join(sources), seen=self._seen, alike=alike, place=place,
            rights=" OR ".join(self._rights), only=only,
        )  # fmt: skip
        offset = timezone.localtime().utcoffset() or timedelta()
        values = [
            *apart_values, *source_values, size, *self._seen_values, *place_values, *alike_values, offset,
            *self._rights_values, *only_values, SHOWN,
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall()
        reached, total, reached_at = rows[0][:3]
        return Chunk([_part(row[3:]) for row in rows if row[3] is not None], reached, reached_at, total)

    def _sources(self, where: Reach, below: int, size: int) -> tuple[str, list[Any], list[str], list[Any]]:
        """Return what must be known first, and the sources, each as SQL and its values."""
        sources, values = [], []  # type: list[str], list[Any]
        if where.spaces and self._person is not None:
            sources.append(_OF_PERSON)
            values += [self._person, below, list(where.spaces), size]
        elif where.spaces:
            sources.append(_OF_SPACES)
            values += [list(where.spaces), below, size]
        for kind, ids in where.things:
            sources.append(_OF_THINGS.format(ids="%s::bigint[]"))
            values += [-len(sources), list(ids), kind, below, size, size]
        apart, apart_values = "", []  # type: str, list[Any]
        for kind, table in self._tables if where.elsewhere is not None else ():
            name = f"apart{len(sources)}"
            apart += _APART.format(name=name, table=table)
            apart_values += [kind, list(where.elsewhere or ())]
            sources.append(_OF_THINGS.format(ids=_IN_APART.format(name=name, table=table)))
            values += [-len(sources), MOST_THINGS, MOST_THINGS, kind, below, size, size]
        if apart:
            apart, apart_values = _CIRCLES + apart, [list(self._principals), int(Right.SEE), *apart_values]
        return apart, apart_values, sources, values

    def _gathers(self) -> tuple[str, list[Any], str, list[Any]]:
        """Return what makes changes of several things one line, and where those things lie, as SQL and its values."""
        alike, alike_values = ["WHEN false THEN ''"], []  # type: list[str], list[Any]
        place, place_values = ["WHEN false THEN ''"], []  # type: list[str], list[Any]
        for verbs in self._kinds:
            for kind, gather in verbs.gathers.items():
                fields = [_field(path) for path in gather.alike]
                parts = ", ".join(["'*'", *(f"coalesce({text}, '')" for text, _values in fields)])
                alike.append(f"WHEN r.ref_kind = %s AND r.kind = %s THEN concat_ws('/', {parts})")
                alike_values += [verbs.kind, kind, *(value for _text, values in fields for value in values)]
                if not gather.place:
                    continue
                text, values = _field(gather.place)
                place.append(f"WHEN r.ref_kind = %s AND r.kind = %s THEN {text}")
                place_values += [verbs.kind, kind, *values]
        return " ".join(alike), alike_values, " ".join(place), place_values

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


def _field(path: str) -> tuple[str, list[Any]]:
    """Return “after.parent” as SQL: a value inside of what was before or after; “ref”: the thing itself."""
    column, _dot, name = path.partition(".")
    if path == "ref":
        return "r.ref_id::text", []
    if column not in {"before", "after"}:
        raise ValueError(f"{path!r} names neither what was before nor what was after, nor the thing")
    return f"r.{column} ->> %s", [name]


def _part(row: Sequence[Any]) -> Part:
    key, newest, oldest, newest_at, oldest_at, places = row
    found = json.loads(places) if isinstance(places, str) else places
    return Part(key, newest, oldest, newest_at, oldest_at, [Placed(*one) for one in found])
