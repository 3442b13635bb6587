"""How the database is emptied after a test that commits.

Django truncates every table and makes all permissions anew, which takes longer than most of these tests. Here the few
tables that hold rows lose them, and what is the same in every test stays: kinds of content, permissions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase

_STAYS = {"django_migrations", "django_content_type", "auth_permission"}
_LARGE = 8 * 2**20
"""Bytes of a table from which on it is truncated: rows deleted one by one stay on the disk for a while."""


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    before: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: Any) -> None:
        if not _empty():
            before(self)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


def _empty() -> bool:
    """Delete all rows; False when there are too many, or where the server of the tests does not let us."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_filled())
        filled = cursor.fetchall()
        if any(size > _LARGE for _name, size in filled):
            return False
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither foreign keys nor triggers are asked
        for name, _size in filled:
            cursor.execute(f'DELETE FROM "{name}"')
    _begin_anew()
    return True


@cache
def _filled() -> str:
    """Return the statement that names the tables that hold rows, with their bytes."""
    names = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - _STAYS)
    return " UNION ALL ".join(
        f"SELECT '{name}', pg_table_size('{name}') WHERE EXISTS (SELECT FROM \"{name}\")" for name in names
    )


def _begin_anew() -> None:
    """Let the apps make what they make after a migration, as Django does after its own emptying."""
    once = [
        (create_permissions, "django.contrib.auth.management.create_permissions"),
        (create_contenttypes, None),
    ]  # fmt: skip
    for receiver, uid in once:
        post_migrate.disconnect(receiver, dispatch_uid=uid)
    try:
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    finally:
        for receiver, uid in once:
            post_migrate.connect(receiver, dispatch_uid=uid)
