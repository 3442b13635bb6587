"""The database that migrations make: every run, and each worker in it, begins with a copy of it.

Where workers run beside each other, the process that starts them begins it at once (`python -m tests.template`), while
they read the tests. What came out is kept in `.tools/`, by the content of all migrations: they take half a minute of a
processor, reading their result back takes a second.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from collab.supervisor.postgres_home import binaries

VARIABLE = "COLLAB_TEST_TEMPLATE"
"""The environment's word for its name."""
_LOCK = 0x7E57
_ROOT = Path(__file__).resolve().parent.parent
_KEPT = _ROOT / ".tools" / "tests"
_MOST = 4
"""Results that are kept: those of the branches between which one goes to and fro."""


def begin(*, at_once: bool) -> None:
    """Give it a name, which workers inherit, and perhaps begin to make it; at the end of this process it is removed."""
    os.environ[VARIABLE] = f"collab_template_{os.getpid()}"
    process = subprocess.Popen([sys.executable, "-m", "tests.template"], cwd=_ROOT) if at_once else None

    def end() -> None:
        if process is not None:
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
            _fill(urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{unfinished}")))
            _execute(server, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _fill(url: str) -> None:
    """Bring an empty database to what all migrations make of it: as they did before, else by them."""
    kept = _KEPT / f"{_content()}.sql"
    if kept.exists():
        _postgres("psql", url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept}")
        return
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=_ROOT, check=True, env=os.environ | {"DATABASE_URL": url})
    _KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with suppress(OSError, subprocess.CalledProcessError):  # a server that is newer than the programs: nothing is kept
        _postgres("pg_dump", url, "--no-owner", "--no-privileges", f"--file={unfinished}")
        unfinished.rename(kept)
    unfinished.unlink(missing_ok=True)
    for old in sorted(_KEPT.glob("*.sql"), key=lambda path: path.stat().st_mtime)[:-_MOST]:
        old.unlink(missing_ok=True)


def _content() -> str:
    """Return a name for what the migrations say: ours, and those of the libraries by their locked versions."""
    said = hashlib.sha256()
    for path in sorted(
        [*_ROOT.glob("*/migrations/*.py"), *_ROOT.glob("*/*/migrations/*.py"), *_ROOT.glob("requirements/*")]
    ):
        said.update(f"{path.relative_to(_ROOT)}\0".encode() + path.read_bytes())
    return said.hexdigest()[:20]


def _postgres(program: str, url: str, *arguments: str) -> None:
    command = [binaries(Path(), None) / program, f"--dbname={url}", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True)


def _execute(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


if __name__ == "__main__":
    make()
