"""The commands of an instance: front, web, sockets, worker. docker-compose.yml runs the same ones, one a container."""

import os
import sys
import time
from pathlib import Path

from collab.lib.env import env_str
from collab.supervisor import front
from collab.supervisor.answering import answers
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


def main(name: str) -> int:
    """Become one of the programs, or check that one answers: `web`, `check-web`, …"""
    data = Path(env_str("COLLAB_DATA", "/data"))
    shelf = Path(env_str("COLLAB_SOCKETS", "/run/collab"))
    action, _, what = name.rpartition("-")
    if action == "check":
        return 0 if well(what, data, shelf) else 1
    if what == "worker":
        state = data / "worker"
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = worker(state)
    else:
        path = shelf / f"{what}.sock"
        path.unlink(missing_ok=True)
        command = {"web": web, "sockets": sockets}[what](path)
    os.execv(command[0], command)  # noqa: S606 - the same process goes on as the program


def well(what: str, data: Path, shelf: Path) -> bool:
    """Return whether a program does its work: it answers, or its heart has beaten in the last minute."""
    if what == "worker":
        try:
            return time.time() - (data / "worker" / "alive").stat().st_mtime < 60
        except OSError:
            return False
    return answers(shelf / f"{what}.sock")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
