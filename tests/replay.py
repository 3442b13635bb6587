"""The town of most tests: made once by real acts, then put down again as the rows that came of it.

Its fifty statements and what decides them cost 40 ms each time, the rows 6. Numbers stay what they were, moments move
along with the clock. Only for tests that are rolled back: what is told after a commit is not told again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

_COLUMNS = """SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum), array_agg(CASE
  WHEN t.typname = 'timestamptz' THEN 'r.' || quote_ident(a.attname) || ' + %(passed)s::interval'
  WHEN a.attname = 'mtime' THEN 'r.mtime + extract(epoch FROM %(passed)s::interval)::bigint'
  ELSE 'r.' || quote_ident(a.attname) END ORDER BY a.attnum)
 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = '' GROUP BY c.relname ORDER BY c.relname"""

_SEQUENCES = """SELECT t.relname, quote_ident(s.relname) FROM pg_class s
 JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
 JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE s.relkind = 'S' AND a.attname = 'id'"""


class Replay:
    """Rows that an act made in an empty database, and what it returned."""

    def __init__(self, act: Callable[[], Any]) -> None:
        """Do the act, keep its rows, and undo it. Raises AssertionError where it changed rows that were there."""
        self._begun = timezone.now()
        with transaction.atomic():
            before = _rows()
            self.result = act()
            after = _rows()
            transaction.set_rollback(True)
        self._inserts: list[str] = []
        self._values: dict[str, Any] = {}
        with connection.cursor() as cursor:
            cursor.execute(_COLUMNS)
            columns = {table: (names, values) for table, names, values in cursor.fetchall()}
            cursor.execute(_SEQUENCES)
            sequences = dict(cursor.fetchall())
        for table, rows in after.items():
            known = before.get(table, {})
            assert known.keys() <= rows.keys(), f"{table} had rows that the act changed"
            fresh = [row for row in rows if row not in known]
            if fresh:
                names, values = columns[table]
                self._values[table] = f"[{','.join(fresh)}]"
                self._inserts.append(
                    f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {", ".join(values)} '
                    f'FROM jsonb_populate_recordset(NULL::"{table}", %({table})s::jsonb) r'
                )
                if name := sequences.get(table):  # a test that empties tables may have set it back
                    last = max(json.loads(row)["id"] for row in fresh)
                    self._inserts.append(f"SELECT setval('{name}', {last}) FROM {name} WHERE last_value < {last}")

    def again(self) -> Any:
        """Put the rows down, as if it had been done now. One exchange."""
        passed: datetime | Any = timezone.now() - self._begun
        with connection.cursor() as cursor:
            cursor.execute("; ".join(self._inserts), self._values | {"passed": passed})
        return self.result


def _rows() -> dict[str, dict[str, None]]:
    """Return the rows of each table that has some, in their order."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        parts = (f"SELECT '{name}', to_jsonb(one)::text FROM \"{name}\" one" for name in sorted(set(names)))
        cursor.execute(" UNION ALL ".join(parts))
        found: dict[str, dict[str, None]] = {}
        for name, row in cursor.fetchall():
            found.setdefault(name, {})[row] = None
    return found
