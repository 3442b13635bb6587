"""Statements whose plans PostgreSQL keeps: for the few questions that sync clients ask many times a second.

Planning such a query takes five times as long as running it. Each connection prepares it once, and keeps a general
plan (DATABASES in the settings). Numbers are sent as bigint, so that one text is one statement. Parameters are typed
by the server: write a cast where the context gives no type.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.postgresql import base


class _Text(NamedTuple):
    """What Django's log of queries reads of a cursor; psycopg fills it only where the client binds."""

    query: bytes


_Binding: Any = base.ServerBindingCursor  # type: ignore[attr-defined]


class _Keeping(_Binding):  # type: ignore[misc]
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, prepare=True, **options)
        finally:
            self._query = _Text(query.encode())


def kept() -> Any:
    """Return a cursor of Django's connection, as `connection.cursor()` does, that prepares what it runs."""
    own: Any = connection  # Django's stubs leave the way to a cursor of one's own out
    own.ensure_connection()
    with own.wrap_database_errors:
        return own._prepare_cursor(_Keeping(own.connection))


Statement = tuple[str, dict[str, Any]]
"""Its text, and its values by their names."""


def together(*statements: Statement) -> list[list[tuple[Any, ...]]]:
    """Run statements with their values in one round trip; return the rows of each.

    Outside a transaction they are one: all or nothing, and committed when this returns. Each still sees what was
    committed before it began (and waits for locks in its turn). The first failure is raised.
    """
    own: Any = connection
    cursors = [kept() for _statement in statements]
    with own.wrap_database_errors, own.connection.pipeline():
        for cursor, (text, values) in zip(cursors, statements, strict=True):
            cursor.execute(text, values)
    return [cursor.fetchall() for cursor in cursors]
