"""The database that migrations make once for a whole run: each worker begins with a copy of it.

The process that starts the workers begins it at once (`python -m tests.template`), while they read the tests.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

VARIABLE = "COLLAB_TEST_TEMPLATE"
"""The environment's word for its name."""
_LOCK = 0x7E57
_ROOT = Path(__file__).resolve().parent.parent


def begin() -> None:
    """Give it a name, which the workers inherit, and begin to make it; at the end of this process it is removed."""
    os.environ[VARIABLE] = f"collab_template_{os.getpid()}"
    process = subprocess.Popen([sys.executable, "-m", "tests.template"], cwd=_ROOT)

    def end() -> None:
        process.wait()
        with _server() as server:
            _execute(server, "DROP DATABASE IF EXISTS {}", os.environ[VARIABLE])

    atexit.register(end)


def make() -> str:
    """Return its name; make it if nobody has, and wait while somebody does."""
    name = os.environ[VARIABLE]
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # until the connection is closed
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = f"{name}_new"
            _execute(server, "DROP DATABASE IF EXISTS {}", unfinished)
            _execute(server, "CREATE DATABASE {}", unfinished)
            parts = urlsplit(os.environ["DATABASE_URL"])
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=_ROOT, check=True,
                env=os.environ | {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{unfinished}"))},
            )  # fmt: skip
            _execute(server, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True)


def _execute(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


if __name__ == "__main__":
    make()
