"""The real server on a loopback port over the test database: for real clients, and for what only a server does.

Use the fixtures `live_url` (the web server alone) and `front_url` (through the front, as people reach it) together
with `make_person`; what tests make is committed and gone after each of them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from collab.accounts.models import User
from tests import town
from tests.dav.client import give_password

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60
"""Seconds in which a server comes up, or ends: beside many others it takes its time."""


def make_person(username: str, password: str | None = None, **fields: Any) -> tuple[User, str]:
    """Return a committed person and the password of their device (`<username>-password` by default)."""
    user = town.make_user(username, **fields)
    return user, give_password(user, password or f"{username}-password")


@pytest.fixture(scope="session")
def _web(django_db_setup: None, tmp_path_factory: Any) -> Iterator[str]:
    """Granian with the whole application, two workers as in life."""
    port = free_port()
    with running(web_command(port), web_environment(), tmp_path_factory.mktemp("web") / "web.log", port):
        yield f"http://127.0.0.1:{port}"


def web_command(port: int, *, workers: int = 2, threads: int = 32) -> list[str]:
    """Return how the web server is started."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--http", "1", "--no-ws",
        "--log-level", "warning", "collab.wsgi:application",
    ]  # fmt: skip


def web_environment() -> dict[str, str]:
    """Return the environment in which it serves the test database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return os.environ | {
        "DATABASE_URL": urlunsplit(parts._replace(path="/" + quote(str(connection.settings_dict["NAME"])))),
        "DJANGO_SETTINGS_MODULE": "collab.settings",
        "COLLAB_DATA": str(settings.DATA),
        "PYTHONPATH": str(ROOT),
        "COLLAB_POOL": "8",
    }


@pytest.fixture(scope="session")
def _sockets(django_db_setup: None, tmp_path_factory: Any) -> Iterator[str]:
    """Daphne with the websockets."""
    port = free_port()
    with running(sockets_command(port), web_environment(), tmp_path_factory.mktemp("sockets") / "sockets.log", port):
        yield f"127.0.0.1:{port}"


def sockets_command(port: int) -> list[str]:
    """Return how the server of the websockets is started."""
    return [
        sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "--verbosity", "0",
        "collab.asgi:application",
    ]  # fmt: skip


@pytest.fixture(scope="session")
def _front(_web: str, _sockets: str, tmp_path_factory: Any) -> Iterator[str]:
    with front(_web, _sockets, tmp_path_factory.mktemp("front")) as address:
        yield address


@contextlib.contextmanager
def front(web: str, sockets: str, home: Path) -> Iterator[str]:
    """Run Caddy with the very Caddyfile of `make run`, and yield its address."""
    from collab.supervisor import front as caddy

    port = free_port()
    environment = os.environ | {
        "COLLAB_FRONT_SITE": f"http://:{port}",
        "COLLAB_FRONT_BIND": "bind 127.0.0.1",
        "COLLAB_FRONT_WEB": web.removeprefix("http://"),
        "COLLAB_FRONT_SOCKETS": sockets,
        "COLLAB_FRONT_STATIC": caddy.quoted(ROOT / "static"),
        "COLLAB_FRONT_STORAGE": caddy.quoted(home),
        "COLLAB_FRONT_BLOBS": caddy.quoted(Path(settings.BLOBS_DIR)),
        "COLLAB_FRONT_SENDFILE": "X-Accel-Redirect",
        "XDG_DATA_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    command = [caddy.program(), "run", "--config", str(caddy.CADDYFILE), "--adapter", "caddyfile"]
    with running(command, environment, home / "front.log", port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def live_url(transactional_db: None, _web: str) -> str:
    """The address of the web server; the database is emptied after the test."""
    return _web


@pytest.fixture
def front_url(transactional_db: None, _front: str) -> str:
    """The address of the front before it."""
    return _front


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; what it wrote is shown when it does not come up."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=ROOT)
    try:
        wait_for(port, process, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the port answers; fail with the log when the process ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not come up:\n{log.read_text(errors='replace')[-4000:]}")


def free_port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
