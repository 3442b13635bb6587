"""A pytest plugin: PostgreSQL and Redis on throw-away directories, up before the settings load, gone at the end."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from collab.supervisor.postgres import Postgres
from collab.supervisor.redis import Redis


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set the addresses before Django reads its settings; servers named by the environment are used as they are."""
    data = Path(tempfile.mkdtemp(prefix="collab-tests-"))
    # Only to pass through: as root, PostgreSQL runs under another account.
    data.chmod(0o711)
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["COLLAB_DATA"] = str(data)
    os.environ["COLLAB_APPS"] = "tests.sample_app"  # a third-party app, installed as its maker would say
    for variable, server in (
        ("DATABASE_URL", Postgres(data / "postgres", durable=False)),
        ("REDIS_URL", Redis(data / "redis")),
    ):
        # what is published in Redis reaches everybody: tests that run beside each other have one each
        if not os.environ.get(variable) or (variable == "REDIS_URL" and os.environ.get("PYTEST_XDIST_WORKER")):
            os.environ[variable] = server.start()
            atexit.register(server.stop)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait for a browser, a client or a server of their own."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Put the files that drive programs first: one of them begun last would leave the other workers idle."""
    long = {item.path for item in items if item.get_closest_marker("client") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)
