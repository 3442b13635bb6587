"""Real devices before the real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.clients.nextcloud import Device
from tests.clients.server import Server
from tests.live import make_person


@pytest.fixture(autouse=True)
def no_parts_of_before() -> None:
    """Uploads that a test left open lose their rows with it, and a killed server leaves staged bytes: both go."""
    shutil.rmtree(settings.STAGING_DIR, ignore_errors=True)


@pytest.fixture
def device(front_url: str, tmp_path: Path) -> Callable[..., Device]:
    """Return a function that gives a person one more device; the person is made with the first one."""
    people: dict[str, str] = {}

    def another(username: str = "alice", url: str = "") -> Device:
        if username not in people:
            people[username] = make_person(username)[1]
        number = sum(1 for _path in tmp_path.glob(f"{username}-*"))
        return Device(tmp_path / f"{username}-{number}", url or front_url, username, people[username])

    return another


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a web server of the test's own; all end with the test."""
    started: list[Server] = []

    def start(**options: Any) -> Server:
        started.append(Server(tmp_path / f"server-{len(started)}", **options))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()
