"""Digests of a stream that arrives: the SHA-256 that names it, the one its sender told, the one of its sealed bytes."""

from __future__ import annotations

import hashlib
import queue
import threading
import zlib
from typing import Any

_BESIDE_FROM = 4 * 2**20


class Adler32:
    """ADLER32 with the face of hashlib."""

    def __init__(self) -> None:
        self.value = 1

    def update(self, data: bytes) -> None:
        self.value = zlib.adler32(data, self.value)

    def hexdigest(self) -> str:
        return f"{self.value:08x}"


CHECKSUMS: dict[str, Any] = {
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "MD5": lambda: hashlib.md5(usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "ADLER32": Adler32,
}


class Beside:
    """Feeds digests with what is written, in a thread of its own once that is long: hashlib lets go of the interpreter,
    so both cores work. The digests may be asked after `finish`."""

    def __init__(self, *digests: Any):
        self._digests = digests
        self._size = 0
        self._queue: queue.Queue[bytes | None] | None = None
        self._thread: threading.Thread | None = None

    def update(self, data: bytes) -> None:
        """Add bytes, which must not change any more."""
        self._size += len(data)
        if self._queue is None and self._size > _BESIDE_FROM:
            self._queue = queue.Queue(maxsize=16)
            self._thread = threading.Thread(target=self._drain, args=(self._queue,), daemon=True)
            self._thread.start()
        if self._queue is not None:
            self._queue.put(data)
        else:
            self._feed(data)

    def finish(self) -> None:
        """Wait until all of it is in."""
        if self._thread is not None and self._queue is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _drain(self, waiting: queue.Queue[bytes | None]) -> None:
        while (data := waiting.get()) is not None:
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        for digest in self._digests:
            digest.update(data)
