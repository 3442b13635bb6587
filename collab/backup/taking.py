"""Taking a backup while everybody works: the database of one moment first, then the bytes that its rows name.

Bytes never change and outlive their row by a week, so what the database of then names is there when it is copied.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from collab.backup import house, programs
from collab.backup.repository import FORMAT, BackupError, Repository, Sum, copy
from collab.lib.durable import sync_folder
from collab.lib.errors import Refusal
from collab.registry import registry
from collab.registry.upkeep import Store
from collab.vault import keys, pausing

Tell = Callable[[str], None]


class Taken(NamedTuple):
    """A snapshot: how many things it holds, how many of them (with how many bytes) are new; what is damaged."""

    name: str
    things: int
    new: int
    size: int
    findings: list[str]


def take(repository: Repository, tell: Tell) -> Taken:
    """Add a snapshot of now. Raises BackupError: then none was added, and the earlier ones are as before."""
    with repository.alone(), pausing.copying():
        name = _name(repository)
        with repository.making(name) as folder:
            parts: dict[str, Any] = _moment(repository, folder, tell)
            taken = Taken(name, 0, 0, 0, [])
            for store in registry.stores():
                taken = _gather(repository, folder, store, taken, tell)
            facts = {"format": FORMAT, "at": datetime.now(UTC).isoformat(), "findings": taken.findings, **parts}
            with repository.writing(folder / "manifest.json") as file:
                file.write(json.dumps(facts, indent=1).encode())
    return taken


def _name(repository: Repository) -> str:
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    if name in repository.snapshots():
        raise BackupError(_("A backup was made this very second."))
    return name


def _moment(repository: Repository, folder: Path, tell: Tell) -> dict[str, Any]:
    """Write database, house and the lists of the stores as they are in one transaction; return what they are."""
    tell("reading the database …")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # a large database takes its time
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        lists = {store.name: _list(repository, folder, store)._asdict() for store in registry.stores()}
        tables: dict[str, int] = {}
        for table in sorted(connection.introspection.django_table_names(only_existing=True, include_views=False)):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (tables[table],) = cursor.fetchone()
        with programs.dumping(snapshot) as dump, repository.writing(folder / "database") as file:
            database = copy(dump, file)
        fingerprint = keys.vault().fingerprint
    with house.pack(settings.DATA) as packed, repository.writing(folder / "house") as file:
        kept = copy(packed, file)
    parts = {"database": database._asdict(), "house": kept._asdict(), "lists": lists, "tables": tables}
    return parts | {"key": fingerprint}


def _list(repository: Repository, folder: Path, store: Store) -> Sum:
    with repository.writing(folder / f"{store.name}.list") as file:
        for key, size, digest in store.held():
            file.write(f"{key} {size} {digest}\n".encode())
    with repository.read(folder / f"{store.name}.list") as file:
        return copy(file, None)


def _gather(repository: Repository, folder: Path, store: Store, taken: Taken, tell: Tell) -> Taken:
    """Copy what the repository lacks of a store; what is damaged is named, and the rest is kept all the same."""
    count, new, size, findings, touched = taken.things, taken.new, taken.size, list(taken.findings), set()
    for key, length, digest in repository.listed(folder, store.name):
        count += 1
        place = repository.place_of(store.name, key)
        if place.exists():
            continue
        touched.add(place.parent)
        original = store.path(key)
        if original is None or not repository.link(store.name, key, original):
            try:
                with store.open(key) as source:
                    found = repository.add(store.name, key, source)
            except Refusal:
                findings.append(f"{store.name}: {key} cannot be read")
                continue
            if found != Sum(length, digest):
                findings.append(f"{store.name}: {key} has changed")
        new, size = new + 1, size + length
        if new % 1000 == 0:
            tell(f"{new:,} new files, {size / 1e9:.1f} GB …")
    for parent in touched:
        sync_folder(parent)
    return Taken(taken.name, count, new, size, findings)
