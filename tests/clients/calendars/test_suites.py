"""Other people's suites for CalDAV, against the real server."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from calendars.actions import delivering
from tests.clients.calendars.programs import BIN, SUITES, needed, run
from tests.live import make_person

pytestmark = needed
PEOPLE = ("alice", "bob", "eve")
KNOWN = {
    "save-load.journal.mixed-calendar": "unsupported", "url.encode-at.identity": "unsupported",
    "calendar-color.name": "unsupported", "well-known": "unknown",
    "url.encode-at.literal.principal": "unknown",
}  # fmt: skip
"""What caldav-server-tester finds other than full, and why it is so: docs/decisions/0034."""
MIXIN = """
import os, pytest

class ServerMixin:
    @pytest.fixture
    def get_storage_args(self, request, slow_create_collection, aio_connector, item_type):
        if item_type == "VCARD" or "carddav" in self.storage_class.__name__.lower():
            pytest.skip("calendars")

        async def inner(collection="test"):
            args = {"url": os.environ["DAV_URL"], "username": "alice", "password": "alice-password",
                    "connector": aio_connector}
            if collection is not None:
                args = await slow_create_collection(self.storage_class, args, collection)
            return args

        return inner
"""


@pytest.fixture
def people(front_url: str) -> Iterator[str]:
    """Three people with an address, and the post between them; the address of the house."""
    for name in PEOPLE:
        make_person(name, email=f"{name}@example.org")
    over = threading.Event()
    postman = threading.Thread(target=_carry, args=[over])
    postman.start()
    yield front_url
    over.set()
    postman.join()


def _carry(over: threading.Event) -> None:
    """Deliver what waits, as the worker does."""
    try:
        while not over.wait(0.1):
            delivering.deliver_due()
    finally:
        connection.close()


def test_caldav_server_tester(people: str, tmp_path: Path) -> None:
    sections = {
        name: {
            "caldav_url": f"{people}/remote.php/dav/",
            "caldav_username": name,
            "caldav_password": f"{name}-password",
        }
        for name in PEOPLE
    }
    (tmp_path / "caldav.json").write_text(json.dumps(sections))
    said = run(
        [BIN / "caldav-server-tester", "--format", "json", *(f"--config-section={name}" for name in PEOPLE)],
        home=tmp_path, CALDAV_CONFIG_FILE=str(tmp_path / "caldav.json"),
    )  # fmt: skip
    if out := os.environ.get("CALDAV_SAID"):
        Path(out).write_text(said)
    found, _end = json.JSONDecoder().raw_decode(said, said.index("\n{") + 1)
    features = found.get("features", found)
    odd = {
        name: one
        for name, one in features.items()
        if isinstance(one, dict) and one.get("support", "full") not in {"full", KNOWN.get(name)}
    }
    assert not odd, json.dumps(odd, indent=1)


def test_python_caldav(people: str, tmp_path: Path) -> None:
    suite = tmp_path / "caldav"
    shutil.copytree(next(SUITES.glob("caldav-*/")), suite)
    servers = {
        "test-servers": {
            "collab": {
                "type": "external", "enabled": True, "url": f"{people}/remote.php/dav/", "username": "alice",
                "password": "alice-password",
                "features": {
                    "save-load.journal.mixed-calendar": "unsupported",
                    "search.text.comp-type-optional": "full", "search.time-range.comp-type-optional": "full",
                },
                "scheduling_users": [
                    {"url": f"{people}/remote.php/dav/", "username": name, "password": f"{name}-password"}
                    for name in PEOPLE
                ],
            }
        }
    }  # fmt: skip
    (suite / "tests" / "caldav_test_servers.yaml").write_text(json.dumps(servers))
    said = run(
        [BIN / "python", "-m", "pytest", "-q", "tests/test_caldav.py", "-k", "collab",
         "-W", "ignore:principals:DeprecationWarning", "-p", "no:cacheprovider",
         "-o", "asyncio_default_fixture_loop_scope=function"],
        home=tmp_path, cwd=suite, PYTHON_CALDAV_TEST_EMBEDDED="0", PYTHON_CALDAV_TEST_DOCKER="0",
    )  # fmt: skip
    if out := os.environ.get("CALDAV_SAID"):
        Path(out).write_text(said)
    assert " failed" not in said, said[-6000:]
    assert " passed" in said, said[-3000:]


def test_vdirsyncer(people: str, tmp_path: Path) -> None:
    suite = tmp_path / "vdirsyncer"
    shutil.copytree(next(SUITES.glob("vdirsyncer-*/")), suite)
    server = suite / "tests" / "storage" / "servers" / "collab"
    server.mkdir()
    (server / "__init__.py").write_text(MIXIN)
    said = run(
        [BIN / "python", "-m", "pytest", "-q", "tests/storage/dav/test_caldav.py", "--no-cov", "--color=no",
         "-p", "no:cacheprovider"],
        home=tmp_path, cwd=suite, DAV_SERVER="collab", DAV_URL=f"{people}/remote.php/dav/",
    )  # fmt: skip
    if out := os.environ.get("CALDAV_SAID"):
        Path(out).write_text(said)
    assert " failed" not in said, said[-6000:]
    assert " passed" in said, said[-3000:]
