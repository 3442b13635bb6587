"""Bringing an instance back to a backup: bytes first, then the database in one transaction, then the keys.

Killed on the way it leaves the database of before, or that of then: never a part of either.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from collab.backup import checking, house, programs
from collab.backup.repository import BackupError, Repository
from collab.lib import held, sealed, secretfile
from collab.lib.errors import Refusal
from collab.registry import registry
from collab.registry.upkeep import Store

Tell = Callable[[str], None]
_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
 AND backend_type = 'client backend'"""
_ENDING = 5.0
"""Seconds in which connections that were just closed have gone."""


def restore(repository: Repository, name: str, tell: Tell) -> str:
    """Put everything back as it was; returns the name of the snapshot. Raises BackupError, mostly before any change.

    Sync clients are told by a new fingerprint that the server went back: they keep what is newer on their devices. Mail
    that waited then is held back (`lib.held`) until somebody says that it shall leave, or not.
    """
    with repository.alone():
        snapshot = repository.snapshot(name)
        checking.require_whole(repository, snapshot)
        for store in registry.stores():
            brought = 0
            for key, size, digest in repository.listed(snapshot, store.name):
                if _is_there(store, key, size):
                    continue
                try:
                    with repository.read(repository.place_of(store.name, key)) as source:
                        store.put(key, source, digest)
                except (OSError, sealed.Broken, Refusal):
                    raise BackupError(
                        f"{store.name}: {key} cannot be brought back. The database is as before."
                    ) from None
                brought += 1
                if brought % 1000 == 0:
                    tell(f"{brought:,} files brought back …")
        tell("writing the database …")
        where = programs.here()
        connection.close()
        # mail that waited then is held back from before it is there
        with held.holding(), repository.read(snapshot / "database") as dump:
            programs.load(dump, where)
        with repository.read(snapshot / "house") as packed:
            house.unpack(packed, settings.DATA)
        secretfile.replace(settings.DATA / "data-fingerprint", secrets.token_hex(16).encode())
    return snapshot.name


def _is_there(store: Store, key: str, size: int) -> bool:
    place = store.path(key)
    if place is not None:
        return place.is_file() and place.stat().st_size == size
    try:
        with store.open(key) as file:
            return file.seek(0, os.SEEK_END) == size
    except Refusal:
        return False


def in_use() -> str:
    """Return why this instance should not be written over without a word, "" for an empty one.

    Raises BackupError while others work with its database.
    """
    with connection.cursor() as cursor:
        people = 0
        if "accounts_user" in connection.introspection.table_names(cursor):
            cursor.execute("SELECT count(*) FROM accounts_user")
            (people,) = cursor.fetchone()
    own: Any = connection
    own.close()
    own.close_pool()  # what is left open now belongs to others
    until = time.monotonic() + _ENDING
    with psycopg.connect(programs.address(), autocommit=True) as alone:
        while alone.execute(_OTHERS).fetchone() != (0,):
            if time.monotonic() > until:
                raise BackupError("The server is running. Stop it first, then restore.")
            time.sleep(0.1)
    return f"There are {people} accounts here already." if people else ""
