"""Programs at addresses of their own, as tests start them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from collab.lib import outside


class Robot:
    """A program at an address of its own: keeps what it is sent, and answers as it is told to."""

    def __init__(self):
        self.got: list[tuple[str, dict, bytes]] = []
        self.status, self.body = 200, b""
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.got.append((self.path, dict(self.headers), body))
                self.send_response(robot.status)
                self.send_header("Content-Length", str(len(robot.body)))
                self.end_headers()
                self.wfile.write(robot.body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/in?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def fields(self, place: int = -1) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.got[place][2].decode()).items()}


@contextlib.contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    """A program of this machine, which may be asked though it is not on the public network."""
    monkeypatch.setattr(outside, "NEAR", outside.Reach(any_port=True, private=True))
    one = Robot()
    yield one
    one.server.shutdown()
    one.server.server_close()
