"""The drill: the latest backup is brought back in a place of its own, and asked whether it is whole.

A backup that was never restored is a hope. The database goes into a PostgreSQL that is started for it; the bytes, each
read and compared, get names beside it; then `fsck` looks at both, with the keys that came along.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from django.conf import settings

from collab.backup import checking, house, programs
from collab.backup.repository import BackupError, Repository
from collab.lib import sealed
from collab.supervisor.embedded import CannotStart
from collab.supervisor.postgres import Postgres

Tell = Callable[[str], None]


def drill(repository: Repository, name: str, tell: Tell) -> Iterator[str]:
    """Yield a sentence for everything that is not as it was; nothing when the backup can be relied on."""
    snapshot = repository.snapshot(name)
    facts = repository.manifest(snapshot)
    yield from checking.check(repository, name, tell)
    place = Path(tempfile.mkdtemp(prefix="drill-", dir=settings.DATA))
    place.chmod(0o711)  # PostgreSQL, as an account of its own, must find its way through
    server = Postgres(place / "postgres", durable=False)
    try:
        tell("bringing the database back in a place of its own …")
        url = server.start()
        with repository.read(snapshot / "database") as dump:
            programs.load(dump, _where(url))
        yield from _counted(url, facts["tables"])
        with repository.read(snapshot / "house") as packed:
            house.unpack(packed, place)
        for store in facts["lists"]:
            _lay_out(repository, snapshot, store, place / "blobs")
        yield from _looked_at(url, place)
    except (CannotStart, BackupError, sealed.Broken, psycopg.Error, OSError) as reason:
        yield f"{snapshot.name} cannot be brought back: {reason}"
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


def _where(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }


def _counted(url: str, tables: dict[str, int]) -> Iterator[str]:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, count in tables.items():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # type: ignore[call-overload]
            row: Any = cursor.fetchone()
            if row[0] != count:
                yield f"{table}: {row[0]} rows instead of {count}"


def _lay_out(repository: Repository, snapshot: Path, store: str, place: Path) -> None:
    """Give each content, which was read and compared already, its name and its size."""
    for key, size, _digest in repository.listed(snapshot, store):
        named = place / key
        named.parent.mkdir(parents=True, exist_ok=True)
        original = repository.place_of(store, key)
        if repository.is_sealed or not original.exists():
            with named.open("wb") as file:
                file.truncate(size if original.exists() else 0)
        else:
            named.symlink_to(original)


def _looked_at(url: str, place: Path) -> Iterator[str]:
    """What `fsck` finds, in a process that knows no other instance than this one."""
    manage = Path(__file__).resolve().parent.parent.parent / "manage.py"
    own = {"DATABASE_URL": url, "COLLAB_DATA": str(place), "COLLAB_BLOBS": str(place / "blobs")}
    own["COLLAB_MASTER_KEY_FILE"] = str(settings.MASTER_KEY_FILE)  # no backup holds it
    for key in ("secret-key", "encryption-key", "push-key"):
        if (place / key).exists():
            own[f"COLLAB_{key.replace('-', '_').upper()}"] = (place / key).read_text().strip()
    asked = subprocess.run(
        [sys.executable, str(manage), "fsck"], env=os.environ | own, capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        yield from (asked.stdout.strip() or asked.stderr.strip()[-500:]).splitlines()[:50]
