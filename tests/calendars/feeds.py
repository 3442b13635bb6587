"""A little server on this machine that publishes calendars, as schools and clubs do."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Publisher:
    """`files`: {path: (status, headers, body)}; `asked`: (path, headers) of each request."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.base = ""

    def publish(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Publish these bytes; return their address."""
        self.files[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body
        return self.base + path


@contextlib.contextmanager
def publishing():
    """Yield a publisher that answers 304 to whoever knows the ETag."""
    found = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.asked.append((self.path, dict(self.headers)))
            status, headers, body = found.files.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
