"""Statements whose plans PostgreSQL keeps: for the few questions that sync clients ask many times a second.

Planning such a query takes five times as long as running it. Each connection prepares it once, and keeps a general
plan (DATABASES in the settings). Numbers are sent as bigint, so that one text is one statement. Values are typed
by the server: write a cast where the context gives no type. Texts name their values, `%(name)s`; `%%` stands for
a percent sign.

Several go in one exchange. psycopg's own pipeline talks to the server once for each of them, and its cursors cost as
much again: three together took 0.23 ms where this takes 0.09, so the pipeline of libpq is spoken here without them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

Statement = tuple[str, dict[str, Any]]
"""Its text, and its values by their names."""

Rows = list[tuple[Any, ...]]
_Key = tuple[bytes, tuple[int, ...]]


class _Call(NamedTuple):
    """`key`: text and types of what is asked; `values` and their `formats` as they are sent."""

    key: _Key
    values: Any
    formats: Any


_BIGINTS = 1016
"""The number of the type bigint[] (pg_type.dat)."""
TEXTS = 2_000
"""So many texts a process remembers as it read them."""
MOST = 400
"""So many statements a connection keeps; then it begins anew. Texts are constants, so that it rarely comes to that."""


def ask(text: str, values: dict[str, Any]) -> Rows:
    """Run one statement and return its rows, in the transaction that is open, if any."""
    return together((text, values))[0]


def placed(text: str, values: Sequence[Any]) -> Statement:
    """Return a statement whose values stand at their places, `%s`, as one whose values have names.

    For what Django's compiler or loops of ours put together. A list of numbers may stand there, another list may not
    be empty: the server would not know of what.
    """
    return _named(text), {f"v{place}": value for place, value in enumerate(values)}


def together(*statements: Statement) -> list[Rows]:
    """Run statements with their values in one round trip; return the rows of each.

    Outside a transaction they are one: all or nothing, and committed when this returns. Each still sees what was
    committed before it began (and waits for locks in its turn). The first failure is raised, as Django's.
    """
    own: Any = connections[DEFAULT_DB_ALIAS]  # itself: `django.db.connection` looks it up at each word
    own.ensure_connection()
    own.validate_no_broken_transaction()
    for wrapped in own.execute_wrappers and statements:
        _through(own, own.execute_wrappers, *wrapped)
    began = time.monotonic()
    with own.wrap_database_errors, own.connection.lock:
        found = _Line.of(own.connection).run(statements)
    if own.queries_logged:
        spent = f"{time.monotonic() - began:.3f}"
        own.queries_log.extend({"sql": text, "time": spent} for text, _values in statements)
    return found


def _through(own: Any, wrappers: list[Any], text: str, values: dict[str, Any]) -> None:
    """Show a statement to those who listen to what Django executes; what they raise is raised before it is sent."""

    def execute(*_statement: Any) -> None: ...

    for wrapper in wrappers:
        execute = _around(wrapper, execute)
    execute(text, values, False, {"connection": own, "cursor": None})


def _around(wrapper: Any, execute: Any) -> Any:
    return lambda *statement: wrapper(execute, *statement)


class _Line:
    """What is kept of one connection: the names of what it prepared, and how its values are written and read."""

    def __init__(self, conn: Any):
        self._conn = conn
        self._how = Transformer(conn)
        self._names: dict[_Key, bytes] = {}
        self._count = 0

    @classmethod
    def of(cls, conn: Any) -> _Line:
        """Return that of a connection of psycopg; it ends with it."""
        found: _Line | None = getattr(conn, "collab_line", None)
        if found is None:
            found = conn.collab_line = cls(conn)
        return found

    def run(self, statements: tuple[Statement, ...]) -> list[Rows]:
        """Send all, then read all. Raises psycopg's errors; a connection that is left in the middle is closed."""
        calls = [self._composed(text, values) for text, values in statements]
        pg, is_done = self._conn.pgconn, False
        pg.enter_pipeline_mode()
        try:
            sent = self._send(calls)
            pg.pipeline_sync()
            results = self._conn.wait(_exchange(pg))
            pg.exit_pipeline_mode()
            is_done = True
        finally:
            if not is_done:
                pg.finish()  # what is under way on it nobody would read
        return self._rows(sent, results)

    def _composed(self, text: str, values: dict[str, Any]) -> _Call:
        query, names = _numbered(text)
        if not names:
            return _Call((query, ()), [], None)
        given = [values[name] for name in names]
        numbers = {at: found for at, value in enumerate(given) if type(value) is list and (found := _numbers(value))}
        for at in numbers:
            given[at] = None
        written: Any = self._how.dump_sequence(given, [PyFormat.AUTO] * len(given))
        types = self._how.types or ()
        if numbers:
            for at, found in numbers.items():
                written[at] = found
            types = tuple(_BIGINTS if at in numbers else one for at, one in enumerate(types))
        return _Call((query, types), written, self._how.formats)

    def _send(self, calls: list[_Call]) -> list[tuple[str, _Key | None, bytes]]:
        """Send what begins a transaction, prepares, and asks; return of each what it is, the statement and its name."""
        pg = self._conn.pgconn
        sent: list[tuple[str, _Key | None, bytes]] = []
        if not self._conn.autocommit and pg.transaction_status == TransactionStatus.IDLE:
            pg.send_query_params(b"BEGIN", None)
            sent.append(("begin", None, b""))
        if len(self._names) > MOST:
            pg.send_query_params(b"DEALLOCATE ALL", None)
            sent.append(("forget", None, b""))
            self._names.clear()
        fresh: dict[_Key, bytes] = {}
        for call in calls:
            name = self._names.get(call.key) or fresh.get(call.key)
            if name is None:
                self._count += 1
                name = fresh[call.key] = b"collab_%d" % self._count
                pg.send_prepare(name, *call.key)
                sent.append(("prepare", call.key, name))
            pg.send_query_prepared(name, call.values, call.formats)
            sent.append(("ask", call.key, name))
        return sent

    def _rows(self, sent: list[tuple[str, _Key | None, bytes]], results: list[Any]) -> list[Rows]:
        found = []
        for (what, key, name), result in zip(sent, results, strict=False):
            if result.status == ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result)
            if what == "prepare" and key is not None:
                self._names[key] = name
            elif what == "ask":
                self._how.set_pgresult(result)
                found.append(self._how.load_rows(0, result.ntuples, tuple) if result.nfields else [])
        for result in results[len(sent) :]:  # what was put off until the end: a constraint
            if result.status == ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result)
        return found


def _numbers(value: list[Any]) -> bytes | None:
    """Write a list of whole numbers, which psycopg looks through three times; None for any other."""
    kinds = set(map(type, value))
    if kinds == {int}:
        return b"{%s}" % ",".join(map(str, value)).encode()
    if kinds == {int, type(None)}:
        return b"{%s}" % ",".join("NULL" if one is None else str(one) for one in value).encode()
    return None


def _exchange(pg: Any) -> Any:
    """Send what is waiting, and return the results up to the end of the pipeline; psycopg's `wait` runs it."""
    yield from generators.send(pg)
    results: list[Any] = []
    while not results or results[-1].status != ExecStatus.PIPELINE_SYNC:
        results += yield from generators.fetch_many(pg)
    return results


@lru_cache(maxsize=TEXTS)
def _numbered(text: str) -> tuple[bytes, list[str]]:
    """Return the text as PostgreSQL reads it, `$1` for the first name, and the names in their order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _NAME.sub(number, text).encode(), list(names)


@lru_cache(maxsize=TEXTS)
def _named(text: str) -> str:
    places = count()
    return re.sub(r"%s|%%", lambda found: f"%(v{next(places)})s" if found[0] == "%s" else "%%", text)


_NAME = re.compile(r"%(?:\((\w+)\)s|%)")
