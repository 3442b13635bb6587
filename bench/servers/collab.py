"""Collab as people run it: `manage.py serve` with all its processes, reached through its front."""

from __future__ import annotations

import http.client
import os
import secrets
import sys
from pathlib import Path

from bench.processes import CannotMeasure, Program, run, wait_for
from bench.servers.base import Server

ROOT = Path(__file__).resolve().parent.parent.parent


class Collab(Server):
    """A new instance with one person, who uses an app password as a sync client does."""

    name = "Collab"
    user = "bench"
    root = "/remote.php/dav/files/bench/"

    def start(self) -> None:
        self.login_password = secrets.token_urlsafe(24)
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith("COLLAB_") and name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        } | {
            "COLLAB_DATA": str(self.home), "COLLAB_PORT": str(self.port), "COLLAB_OWNER": self.user,
            "COLLAB_OWNER_PASSWORD": self.login_password, "COLLAB_LANGUAGE": "en", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, ROOT / "manage.py", "serve"]
        self.program = Program(command, self.home / "bench.log", self.environment)
        try:
            wait_for(self._ready, 150, "Collab")
        except CannotMeasure as reason:
            raise CannotMeasure(f"{reason}: {(self.home / 'bench.log').read_text()[-2000:]}") from None
        self.password = self.ask("password").strip()

    def ask(self, *words: str) -> str:
        """Run `bench.inside` beside the server, with its database."""
        return run([sys.executable, "-m", "bench.inside", *words], seconds=600, environment=self.environment)

    def _ready(self) -> bool:
        if self.program.process.poll() is not None:
            raise CannotMeasure("Collab ended")
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            door.request("GET", "/readyz")
            return door.getresponse().status == 200
        except OSError:
            return False
        finally:
            door.close()
