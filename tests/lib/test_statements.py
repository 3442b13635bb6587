"""What is asked with a kept plan: values, one exchange, one failure for all, and a connection that stays sound."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, InternalError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from collab.lib import statements
from collab.lib.statements import ask, together

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
DIVIDE = "SELECT 1 / %(by)s::int"
TABLE = "CREATE TABLE noted (n bigint PRIMARY KEY, of bigint REFERENCES noted DEFERRABLE INITIALLY DEFERRED)"
NOTE = "INSERT INTO noted (n) VALUES (%(n)s) RETURNING n"


@pytest.fixture
def noted(transactional_db):
    """A table of its own, whose numbers refer to themselves at the end of a transaction only."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield lambda: [row[0] for row in ask("SELECT n FROM noted ORDER BY n", {})]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE noted")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("bigint", 2**40), ("text", "été 🦊 %"), ("text", None), ("bytea", b"\0\xff"), ("bool", True), ("float", 0.5),
     ("timestamptz", NOON), ("date", NOON.date()), ("text[]", ["a", None, "b,{}"]), ("bigint[]", []), ("jsonb", None),
     ("bigint[]", [1, None, -(2**62)]), ("bigint[]", [3]), ("bigint[]", [None]), ("bool[]", [True, None])],
)  # fmt: skip
def test_a_value_comes_back_as_it_went(db, kind, value):
    for _again in range(2):  # once to prepare, once prepared
        assert ask(f"SELECT %(it)s::{kind}, %(it)s::{kind}", {"it": value, "unused": 1}) == [(value, value)]


def test_several_are_answered_in_their_order(db):
    found = together(
        ("SELECT n FROM generate_series(1, %(most)s) n", {"most": 3}),
        ("SELECT 1 WHERE %(no)s", {"no": False}),
        ("SELECT '100%%' || %(text)s::text", {"text": "!"}),
    )
    assert found == [[(1,), (2,), (3,)], [], [("100%!",)]]


def test_each_is_prepared_once(db):
    for number in range(3):
        together(("SELECT %(n)s::bigint + 41", {"n": number}), ("SELECT %(n)s::bigint + 41", {"n": number}))
    rows = ask("SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %(it)s",
               {"it": "SELECT $1::bigint + 41"})  # fmt: skip
    assert rows == [(6,)]


def test_more_texts_than_are_kept_begin_anew(db, monkeypatch):
    monkeypatch.setattr(statements, "MOST", 3)
    for number in range(8):
        assert ask(f"SELECT {number} + %(n)s::bigint", {"n": 1}) == [(number + 1,)]
    ((many,),) = ask("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'collab%%'", {})
    assert many <= 5


def test_outside_a_transaction_they_are_one(noted):
    together((NOTE, {"n": 1}), (NOTE, {"n": 2}))
    with pytest.raises(DataError):
        together((NOTE, {"n": 3}), (DIVIDE, {"by": 0}), (NOTE, {"n": 4}))
    assert noted() == [1, 2]
    assert together((NOTE, {"n": 5}), (DIVIDE, {"by": 1})) == [[(5,)], [(1,)]]


def test_what_is_refused_at_the_very_end_is_told(noted):
    text = "INSERT INTO noted (n, of) VALUES (%(n)s, %(of)s) RETURNING n"
    with pytest.raises(IntegrityError):
        together((text, {"n": 1, "of": 2}))
    assert noted() == []
    assert together((text, {"n": 1, "of": 2}), (text, {"n": 2, "of": 1})) == [[(1,)], [(2,)]]


def test_it_belongs_to_the_transaction_around_it(noted):
    with pytest.raises(ValueError, match="out"), transaction.atomic():
        ask(NOTE, {"n": 1})
        raise ValueError("out")
    with transaction.atomic():
        ask(NOTE, {"n": 2})
        with pytest.raises(DataError), transaction.atomic():
            together((NOTE, {"n": 3}), (DIVIDE, {"by": 0}))
        ask(NOTE, {"n": 4})
    assert noted() == [2, 4]


def test_a_broken_transaction_takes_no_more(db):
    with pytest.raises(TransactionManagementError), transaction.atomic():
        transaction.set_rollback(True)
        ask(DIVIDE, {"by": 1})


def test_a_failure_does_not_forget_what_was_prepared_before(noted):
    assert ask(DIVIDE, {"by": 1}) == [(1,)]
    with pytest.raises(DataError):
        together((DIVIDE, {"by": 0}), ("SELECT %(n)s::bigint + 77", {"n": 1}))
    assert together((DIVIDE, {"by": 1}), ("SELECT %(n)s::bigint + 77", {"n": 1})) == [[(1,)], [(78,)]]


def test_a_value_that_cannot_be_written_leaves_the_connection_as_it_was(noted):
    with pytest.raises(DataError):
        together((NOTE, {"n": 1}), ("SELECT %(text)s::text", {"text": "a\0b"}))
    with pytest.raises(KeyError):
        ask(NOTE, {})
    assert noted() == []


def test_rows_that_fill_every_buffer(db):
    wide = "x" * 100_000
    calls = [("SELECT %(text)s::text FROM generate_series(1, 20)", {"text": wide})] * 20
    assert together(*calls) == [[(wide,)] * 20] * 20


def test_whoever_stops_in_the_middle_leaves_no_half_read_connection(transactional_db, monkeypatch):
    ask(DIVIDE, {"by": 1})

    def stopped(_generator):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(connection.connection, "wait", stopped)
        with pytest.raises(KeyboardInterrupt):
            ask(DIVIDE, {"by": 1})
    assert connection.connection.closed
    connection.close()
    assert ask(DIVIDE, {"by": 1}) == [(1,)]


def test_a_server_that_goes_away_is_an_operational_error(transactional_db):
    ((pid,),) = ask("SELECT pg_backend_pid()", {})
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    with pytest.raises((OperationalError, InternalError)):
        ask(DIVIDE, {"by": 1})
    connection.close()
    assert ask(DIVIDE, {"by": 1}) == [(1,)]


def test_it_is_seen_by_those_who_count(db):
    seen = []

    def listen(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen), CaptureQueriesContext(connection) as captured:
        together((DIVIDE, {"by": 1}), (DIVIDE, {"by": 2}))
    assert seen == [(DIVIDE, {"by": 1}), (DIVIDE, {"by": 2})]
    assert [query["sql"] for query in captured] == [DIVIDE, DIVIDE]
