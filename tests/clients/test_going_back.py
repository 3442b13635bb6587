"""The server went back to a backup: what is newer on a device stays there, and comes to the server again."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from collab.backup import house, programs, taking
from collab.backup.repository import Repository
from tests.clients import trees
from tests.clients.nextcloud import needed
from tests.clients.server import Server
from tests.live import web_environment

pytestmark = needed


@pytest.fixture
def second(transactional_db):
    """The name of an empty database beside the one of the tests."""
    name = f"second_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_device_keeps_what_is_newer(device, server, tmp_path, second):
    before = server()
    laptop = device("alice", before.url)
    trees.put(laptop.folder, "old.txt", b"old", 1_700_000_000)
    trees.put(laptop.folder, "kept/same.txt", b"same", 1_700_000_000)
    laptop.sync()
    backups = Repository(tmp_path / "backups", make=True)
    taking.take(backups, lambda text: None)
    trees.put(laptop.folder, "new.txt", b"new", 1_800_000_000)
    trees.put(laptop.folder, "old.txt", b"old, written anew", 1_800_000_000)
    laptop.sync()
    before.stop()

    with backups.read(backups.snapshot() / "database") as dump:
        programs.load(dump, programs.here() | {"PGDATABASE": second})
    data = tmp_path / "data"
    data.mkdir()
    with backups.read(backups.snapshot() / "house") as packed:
        house.unpack(packed, data)
    # with the fingerprint of before, the client takes what the server misses for deleted, and new.txt goes
    (data / "data-fingerprint").write_text("restored")
    address = urlsplit(web_environment()["DATABASE_URL"])._replace(path=f"/{second}")
    after = Server(
        tmp_path / "after", port=before.port, DATABASE_URL=urlunsplit(address), COLLAB_DATA=str(data),
        COLLAB_BLOBS=str(settings.BLOBS_DIR),
    )  # fmt: skip
    after.start()
    try:
        for _time in range(2):
            laptop.sync()
    finally:
        after.stop()
    assert (laptop.folder / "new.txt").read_bytes() == b"new"
    assert (laptop.folder / "kept/same.txt").read_bytes() == b"same"
    contents = {path.read_bytes() for path in laptop.folder.glob("old*.txt")}
    assert b"old, written anew" in contents, "perhaps beside the older one, under a name of its own"
    assert "new.txt" in names_in(second)


def names_in(database: str) -> set[str]:
    with psycopg.connect(make_conninfo(programs.address(), dbname=database)) as other:
        return {row[0] for row in other.execute("SELECT name FROM files_node").fetchall()}
