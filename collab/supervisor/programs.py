"""The commands of an instance: front, web, sockets, worker. docker-compose.yml runs the same ones."""

import os
import sys
from pathlib import Path

from collab.supervisor import front
from collab.supervisor.children import Child
from collab.supervisor.instance import ROOT, Instance

WEB_WORKERS = 2
WEB_THREADS = 64


def web(socket: Path) -> list[str]:
    """Return the command for pages and DAV.

    A slow upload holds one of the threads, never a database connection; more connections than threads may wait, since
    the front keeps idle ones open. A worker that dies is replaced at once, while the other one answers.
    """
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--uds", str(socket), "--uds-permissions", "0600",
        "--workers", os.environ.get("COLLAB_WEB_WORKERS", str(WEB_WORKERS)), "--blocking-threads", str(WEB_THREADS),
        "--backlog", "1024", "--backpressure", "512", "--http", "1", "--no-ws", "--runtime-mode", "st",
        "--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "30",
        "--log-level", "warning", "collab.wsgi:application",
    ]  # fmt: skip


def sockets(socket: Path) -> list[str]:
    """Return the command for websockets."""
    return [
        sys.executable, "-m", "daphne", "-u", str(socket), "--proxy-headers", "--verbosity", "0",
        "--websocket_timeout", "-1", "collab.asgi:application",
    ]  # fmt: skip


def worker(state: Path) -> list[str]:
    """Return the command for background work."""
    return [sys.executable, "-m", "collab.supervisor.worker", str(state / "schedule")]


def children(instance: Instance) -> list[Child]:
    """Return the processes in the order of their start: what the first page needs comes first."""
    environment = os.environ | {
        "COLLAB_INSTANCE": instance.fingerprint(), "COLLAB_DATA": str(instance.data), "COLLAB_URL": instance.url,
        "DJANGO_SETTINGS_MODULE": "collab.settings", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        # glibc gives each thread a heap of its own and keeps it: with 64 threads that is most of the memory.
        "MALLOC_ARENA_MAX": "2",
    }  # fmt: skip
    shelf = instance.sockets()
    front_environment = environment | front.variables(instance)
    caddy = [front.program(), "run", "--config", str(front.CADDYFILE), "--adapter", "caddyfile"]
    logs = instance.logs
    return [
        Child(
            "web", "The web server", web(shelf / "web.sock"), environment, logs / "web.log",
            [shelf / "web.sock"], patience=35,
        ),
        Child("front", "The front", caddy, front_environment, logs / "front.log", patience=8),
        Child(
            "sockets", "The websocket server", sockets(shelf / "sockets.sock"), environment, logs / "sockets.log",
            [shelf / "sockets.sock"], patience=10,
        ),
        Child("worker", "The background worker", worker(instance.data / "worker"), environment, logs / "worker.log"),
    ]  # fmt: skip
