"""A house of its own for a measurement that needs much in it: committed and vacuumed, as tables of a living house are.

Of rows that only an open transaction sees each reader asks who wrote them, and no page of theirs is known to be visible
to all: what is measured so no house ever meets.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

NAME = "collab_bench"
_REDIS = 5
"""The number of the part of Redis that it has to itself."""


@contextmanager
def house() -> Iterator[None]:
    """Let DATABASE_URL and REDIS_URL lead to an empty house on the same servers, which is taken away at the end."""
    before = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    with psycopg.connect(before["DATABASE_URL"], dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME}")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(before["DATABASE_URL"])._replace(path=f"/{NAME}"))
        os.environ["REDIS_URL"] = re.sub(r"\?.*", "", before["REDIS_URL"]) + f"?db={_REDIS}"
        try:
            yield
        finally:
            os.environ.update(before)
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def begin() -> None:
    """Make what a new instance has, its owner included."""
    from django.core.cache import cache
    from django.core.management import call_command

    cache.clear()
    call_command("migrate", verbosity=0)
    call_command("setup-link")


def settle() -> None:
    """Do what the database does by itself in the minutes after much was written."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
