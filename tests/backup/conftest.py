"""A house with files, a place for its backups, and a second database to bring them back into."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from collab.backup import programs
from collab.backup.repository import Repository
from tests import town as make


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def house(living_town: Any) -> Any:
    """The town with three files in it."""
    for name in ("one", "two", "three"):
        make.make_file(living_town.alice, living_town.root, f"{name}.txt", name.encode() * 1000)
    return living_town


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "backups", make=True)


@pytest.fixture
def second(transactional_db: None) -> Iterator[dict[str, str]]:
    """An empty database beside the one of the tests: how PostgreSQL's programs find it."""
    name = f"second_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield programs.here() | {"PGDATABASE": name}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def asked(second: dict[str, str]) -> Callable[[str], Any]:
    """Return what the second database answers."""

    def ask(question: str) -> Any:
        where = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        known = {name: second[variable] for name, variable in where.items() if second.get(variable)}
        with psycopg.connect(**known) as other:
            return other.execute(question).fetchall()

    return ask
