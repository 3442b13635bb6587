"""Whether an application behind a socket does its work."""

import socket
from pathlib import Path


def answers(path: Path) -> bool:
    """Return whether the application behind a socket answers a request, whatever it says."""
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(10)
        try:
            door.connect(str(path))
            door.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return door.recv(12).startswith(b"HTTP/1.1 ")
        except OSError:
            return False
