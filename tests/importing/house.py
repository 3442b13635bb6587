"""Another house of the tests' own: it says what a real one never would."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ROOT = "/remote.php/dav/files/alice"
HEAD = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">'


def one(path: str, *, folder: bool = False, size: int = 0, more: str = "", when: str = "") -> str:
    """Return a response of a Multi-Status about one thing."""
    kind = "<d:collection/>" if folder else ""
    when = when or "Tue, 14 Nov 2023 22:13:20 GMT"
    return (
        f"<d:response><d:href>{path}</d:href><d:propstat><d:prop><d:resourcetype>{kind}</d:resourcetype>"
        f"<d:getcontentlength>{size}</d:getcontentlength><d:getlastmodified>{when}</d:getlastmodified>{more}"
        "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )


def listing(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</d:multistatus>".encode()


@dataclass
class House:
    """`answers`: {(method, path): (status, headers, body)}; of a list each is given once, the last for good."""

    url: str = ""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def folder(self, path: str, *parts: str) -> None:
        at = f"{ROOT}{path}/"
        self.answers["PROPFIND", at] = (207, {}, listing(one(at, folder=True, more="<oc:size>1000</oc:size>"), *parts))

    def file(self, path: str, content: bytes, **more: Any) -> str:
        self.answers["GET", ROOT + path] = (200, {}, content)
        return one(ROOT + path, size=len(content), **more)


@contextlib.contextmanager
def standing() -> Iterator[House]:
    """Run the house on a port of this machine."""
    house = House()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            house.asked.append((self.command, self.path))
            found = house.answers.get((self.command, self.path), (404, {}, b""))
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            status, headers, body = found
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)
            if headers.get("Connection") == "close" or int(headers.get("Content-Length", len(body))) != len(body):
                self.close_connection = True

        do_GET = do_PROPFIND = answer

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    house.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
