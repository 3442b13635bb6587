"""A web server of one test's own: to stop, kill and start again, or to cut off from its database."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.live import PATIENCE, ROOT, free_port, wait_for, web_command, web_environment


class Server:
    """Granian in a process group of its own; it keeps its address over restarts."""

    def __init__(self, folder: Path, *, port: int = 0, workers: int = 2, threads: int = 16, **environment: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environment = web_environment() | environment
        self._command = web_command(self.port, workers=workers, threads=threads)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, under: Sequence[str] = ()) -> None:
        """Start, perhaps under another program (strace), and wait until the port answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*under, *self._command], env=self.environment, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        wait_for(self.port, self._process, self.log)

    def stop(self) -> None:
        """End it as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power switch does: every process at once, nothing said."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self._wait_until_silent()

    def _wait_until_silent(self) -> None:
        """A worker may outlive its parent for a moment, and take connections that nobody will serve."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                return
            time.sleep(0.02)
        raise AssertionError("the server does not end")
