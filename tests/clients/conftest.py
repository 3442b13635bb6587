"""Real devices before the real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.nextcloud import Device
from tests.live import _front, _web, front_url, live_url, make_person  # noqa: F401 - fixtures


@pytest.fixture
def device(front_url: str, tmp_path: Path) -> Callable[..., Device]:  # noqa: F811 - the fixture
    """Return a function that gives a person one more device; the person is made with the first one."""
    people: dict[str, str] = {}

    def another(username: str = "alice", url: str = "") -> Device:
        if username not in people:
            people[username] = make_person(username)[1]
        number = sum(1 for _path in tmp_path.glob(f"{username}-*"))
        return Device(tmp_path / f"{username}-{number}", url or front_url, username, people[username])

    return another
