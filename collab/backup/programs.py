"""PostgreSQL's own programs: the database as one stream out, and one stream in that counts only as a whole."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.db import connection
from django.utils.translation import gettext_noop as _
from psycopg.conninfo import make_conninfo

from collab.backup.repository import BLOCK, BackupError
from collab.supervisor.postgres_home import binaries

_PLACES = {"HOST": "PGHOST", "PORT": "PGPORT", "NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
# A newer pg_restore sets what an older server does not know.
_UNKNOWN_TO_SOME = b"SET transaction_timeout = 0;\n"
_HEAD = 60
"""Lines in which such settings stand."""
_BEGIN = (
    b"SET lock_timeout = '10s';\nBEGIN;\nSET LOCAL client_min_messages = warning;\n"
    b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
)
_END = b"\nCOMMIT;\n"


def here() -> dict[str, str]:
    """Return the environment by which PostgreSQL's programs find this instance's database; no secret is an argument."""
    known: Mapping[str, Any] = connection.settings_dict
    return {variable: str(known[name]) for name, variable in _PLACES.items() if known.get(name)}


def address() -> str:
    """Return the same as one line for psycopg."""
    known: Mapping[str, Any] = connection.settings_dict
    parts = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return make_conninfo("", **{name: str(known[key]) for name, key in parts.items() if known.get(key)})


@contextmanager
def dumping(snapshot: str) -> Iterator[IO[bytes]]:
    """Yield the database as it was in an exported snapshot, as a stream. Raises BackupError when it breaks off."""
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as words, _run(command, here(), stdout=subprocess.PIPE, stderr=words) as process:
        assert process.stdout is not None
        yield process.stdout
        process.stdout.close()
        if process.wait() != 0:
            raise BackupError(_("The database could not be read: %(why)s"), why=_said(words))


def load(dump: BinaryIO, where: Mapping[str, str]) -> None:
    """Put a dump in place of everything in a database, in one transaction. Raises BackupError: then nothing changed."""
    command = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
    into = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        tempfile.TemporaryFile() as words,
        _run(command, {}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words) as reader,
        _run(into, where, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words) as writer,
    ):
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert writer.stdin
        feeding = _Feeding(dump, reader.stdin)
        try:
            writer.stdin.write(_BEGIN)
            for number, line in enumerate(reader.stdout):
                if line != _UNKNOWN_TO_SOME or number > _HEAD:
                    writer.stdin.write(line)
            feeding.join()
            if feeding.trouble is None and reader.wait() == 0:
                writer.stdin.write(_END)
            writer.stdin.close()
        except BrokenPipeError:
            pass  # it says why below
        # What did not end well was not committed: the end of a stream is no COMMIT.
        if feeding.trouble is not None:
            raise feeding.trouble
        if writer.wait() != 0 or reader.wait() != 0:
            raise BackupError(f"The database was left as it was: {_said(words)}")


class _Feeding(threading.Thread):
    """Writes a stream into a pipe beside the one who reads what comes out; `trouble` is what ended it early."""

    def __init__(self, source: BinaryIO, target: Any):
        super().__init__(daemon=True)
        self._source, self._target = source, target
        self.trouble: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            while data := self._source.read(BLOCK):
                self._target.write(data)
        except BrokenPipeError:
            pass  # the reader ended, and says why
        except Exception as trouble:  # whatever it is, the other thread must not commit
            self.trouble = trouble
        finally:
            with suppress(BrokenPipeError):
                self._target.close()


@contextmanager
def _run(command: list[str], more: Mapping[str, str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=os.environ | more, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _program(name: str) -> str:
    return str(binaries(Path(), None) / name)


def _said(words: Any) -> str:
    words.seek(0)
    lines = words.read().decode(errors="replace").strip().splitlines()
    return " ".join(lines[-3:]) or "no reason was given"
