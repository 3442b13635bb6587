"""The desktop client's websocket, as it opens one: RFC 6455 over a plain socket, for short texts."""

from __future__ import annotations

import base64
import os
import socket
import struct
import time
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Ear:
    """A connection to a `ws://` address; `hear` waits with a bounded patience."""

    def __init__(self, address: str, *frames: str):
        parts = urlsplit(address)
        assert parts.scheme == "ws"
        self._socket = socket.create_connection((parts.hostname, parts.port), 10)
        self._held = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "User-Agent: Mozilla/5.0 (Linux) mirall/3.7.3\r\n\r\n".encode()
        )
        until = time.monotonic() + 30
        while b"\r\n\r\n" not in self._held:
            self._more(until)
        head, _blank, self._held = self._held.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        for frame in frames:
            self.say(frame)

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def say(self, text: str, kind: int = TEXT) -> None:
        """Send one frame, masked as a client must (section 5.3)."""
        body, mask = text.encode(), os.urandom(4)
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
        self._socket.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def hear(self, patience: float = 30) -> str | int | None:
        """Return the next text, the code of a closing, or None when nothing came in time."""
        until = time.monotonic() + patience
        try:
            while True:
                head = self._take(2, until)
                length = head[1] & 0x7F
                if length == 126:
                    length = int(struct.unpack(">H", self._take(2, until))[0])
                body = self._take(length, until)
                kind = head[0] & 0x0F
                if kind == PING:
                    self.say(body.decode(), PONG)
                elif kind == CLOSE:
                    return int(struct.unpack(">H", body[:2])[0]) if body else 1005
                elif kind == TEXT:
                    return body.decode()
        except TimeoutError:
            return None

    def wait_for(self, *texts: str, patience: float) -> float:
        """Return after how many seconds one of the texts came; fail when none did."""
        begun, heard = time.monotonic(), []
        while (left := begun + patience - time.monotonic()) > 0:
            heard.append(self.hear(left))
            if heard[-1] in texts:
                return time.monotonic() - begun
        raise AssertionError(f"waited for {texts}, heard {heard}")

    def _take(self, count: int, until: float) -> bytes:
        while len(self._held) < count:
            self._more(until)
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def _more(self, until: float) -> None:
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        found = self._socket.recv(4096)
        if not found:
            raise AssertionError("the connection ended without a closing frame")
        self._held += found
