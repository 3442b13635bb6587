"""`rclone serve webdav`: a DAV server that many people run at home."""

from __future__ import annotations

import shutil

from bench.processes import CannotMeasure, Program
from bench.servers.base import Server


class Rclone(Server):
    """Serves a directory to everybody; makes nothing durable."""

    name = "rclone"

    def start(self) -> None:
        program = shutil.which("rclone")
        if program is None:
            raise CannotMeasure("rclone is not installed")
        (self.home / "files").mkdir()
        command = [program, "serve", "webdav", self.home / "files", "--addr", f"127.0.0.1:{self.port}", "--config", ""]
        self.program = Program([*command, "--dir-cache-time", "1s"], self.home / "log")
        self._await_port()
