"""A gate between the application and PostgreSQL: shut, the database is away, in the middle of whatever goes on."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

NAME = ".s.PGSQL.5432"


class Gate:
    """Forwards a socket of its own to the server's; `shut` cuts every connection and refuses new ones."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        self._folder = folder
        self._target: str | tuple[str, int] = ""
        self._open = True
        self._pairs: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, url: str) -> str:
        """Return the address of the same database through the gate."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        self._target = (parts.hostname or "localhost", parts.port or 5432)
        if query.get("host", "").startswith("/"):
            self._target = os.path.join(query["host"], NAME)
        name = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{name[0]}@", query=urlencode(query | {"host": str(self._folder)})))

    def shut(self) -> None:
        self._open = False
        for one in list(self._pairs):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        self._open = True

    def close(self) -> None:
        """End for good."""
        self.shut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                inner, _address = self._listener.accept()
            except OSError:
                return
            if not self._open:
                inner.close()
                continue
            kind = socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET
            outer = socket.socket(kind)
            try:
                outer.connect(self._target)
            except OSError:
                inner.close()
                outer.close()
                continue
            self._pairs |= {inner, outer}
            for source, target in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        self._pairs.discard(source)
        source.close()
