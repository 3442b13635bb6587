"""Digests of a stream that arrives, and what takes long about it done beside: hashing, sealing, writing."""

from __future__ import annotations

import hashlib
import queue
import threading
import zlib
from collections.abc import Callable
from typing import Any

_BESIDE_FROM = 4 * 2**20  # bytes: a thread costs more than hashing a small file
_WAITING = 4  # blocks, of a MiB at most: what waits is memory


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
    """Hands on what it is given, in a thread of its own once that is long: hashlib and files let go of the
    interpreter, so that receiving, hashing and writing share the cores instead of waiting for each other.

    What a taker raises comes out of the next `update`, or of `finish`; nothing is handed on after it.
    """

    def __init__(self, *takers: Callable[[bytes], Any]):
        self._takers = takers
        self._size = 0
        self._failure: Exception | None = None
        self._queue: queue.Queue[bytes | None]
        self._thread: threading.Thread | None = None

    def update(self, data: bytes) -> None:
        """Hand on bytes, which must not change any more."""
        self._raise()
        self._size += len(data)
        if self._thread is None and self._size > _BESIDE_FROM:
            self._queue = queue.Queue(_WAITING)
            self._thread = threading.Thread(target=self._drain, daemon=True)
            self._thread.start()
        if self._thread is not None:
            self._queue.put(data)
        else:
            self._hand_on(data)

    def finish(self) -> None:
        """Wait until all of it has been taken, and raise what went wrong with it."""
        self.stop()
        self._raise()

    def stop(self) -> None:
        """Wait for the thread, whatever it met."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _drain(self) -> None:
        while (data := self._queue.get()) is not None:
            if self._failure is None:
                try:
                    self._hand_on(data)
                except Exception as failure:
                    self._failure = failure

    def _hand_on(self, data: bytes) -> None:
        for take in self._takers:
            take(data)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure
