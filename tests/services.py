"""A pytest plugin: PostgreSQL and Redis on throw-away directories, up before the settings load, gone at the end."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from collab.supervisor.postgres import Postgres
from collab.supervisor.redis import Redis


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
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
    if "PYTEST_XDIST_WORKER" not in os.environ:
        from tests import template

        template.begin(at_once=bool(getattr(early_config.known_args_namespace, "numprocesses", None)))


def pytest_xdist_auto_num_workers() -> int:
    """One for each processor for us: the browsers and servers that tests start take what their waiting leaves."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
