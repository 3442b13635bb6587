"""What all measured servers have in common."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

from bench.processes import Program, wait_for


class Server:
    """A running server; `root` is the path of its DAV collection, with slashes at both ends."""

    name = ""
    root = "/"
    user = ""
    password = ""
    program: Program

    def __init__(self, home: Path, port: int):
        self.home = home
        self.port = port
        home.mkdir(mode=0o711)

    def start(self) -> None:
        """Start it and wait until it answers."""
        raise NotImplementedError

    def end(self) -> None:
        """End it and all its processes."""
        self.program.end()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.program.process.pid

    @property
    def headers(self) -> dict[str, str]:
        """What each request must carry."""
        if not self.user:
            return {}
        return {"Authorization": "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()}

    def _await_port(self, seconds: float = 20) -> None:
        wait_for(self._listens, seconds, self.name)

    def _listens(self) -> bool:
        with socket.socket() as door:
            door.settimeout(1)
            return door.connect_ex(("127.0.0.1", self.port)) == 0
