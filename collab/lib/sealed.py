"""Streams under a key: AES-256-GCM in segments of a mebibyte (the STREAM construction), so that whatever was cut off,
exchanged or changed is noticed before a byte of it is used, and memory stays small.

A sealed stream is `MAGIC`, a salt of 16 bytes, then segments of ciphertext and tag. The key of a stream is derived from
the master key, its salt and what it is sealed for (HKDF-SHA256); a nonce is the number of the segment and whether it is
the last one. What is sealed for one name does not open under another: streams cannot be exchanged either.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"COLLAB-SEALED-1\n"
SEGMENT = 2**20
_SALT, _TAG = 16, 16


class Broken(Exception):
    """The stream was changed, cut off, or sealed with another key."""


def key_from(passphrase: str, salt: bytes) -> bytes:
    """Return the 32 bytes of the key that a passphrase stands for (scrypt, 64 MiB: a tenth of a second)."""
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())


class Writer:
    """Seals what is written to it; only after `finish` is the stream whole. It does not close its target.

    `context`: what the stream is sealed for; it must be told again to open it.
    """

    def __init__(self, target: BinaryIO, key: bytes, context: bytes = b""):
        salt = os.urandom(_SALT)
        self._target, self._cipher = target, _cipher(key, salt, context)
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take the bytes; whole segments go on to the target."""
        self._waiting += data
        if len(self._waiting) > SEGMENT:  # never the last one: that is known only at the end
            waiting, start = bytes(self._waiting), 0
            while len(waiting) - start > SEGMENT:
                self._seal(waiting[start : start + SEGMENT], last=False)
                start += SEGMENT
            self._waiting = bytearray(waiting[start:])
        return len(data)

    def finish(self) -> None:
        """Write the last segment, perhaps an empty one."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, data: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), data, None))
        self._number += 1


class Reader(io.RawIOBase):
    """Reads what was sealed, from the beginning on. Raises Broken before it hands out any byte of a changed segment."""

    def __init__(self, source: BinaryIO, key: bytes, context: bytes = b""):
        self._source, self._cipher = source, _cipher(key, _salt(source), context)
        self._ready, self._number = b"", 0
        self._next = _exactly(source, SEGMENT + _TAG)
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._over:
            self._open_next()
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _open_next(self) -> None:
        sealed = self._next
        self._next = _exactly(self._source, SEGMENT + _TAG) if len(sealed) == SEGMENT + _TAG else b""
        self._over = not self._next
        self._ready = _opened(self._cipher, self._number, sealed, last=self._over)
        self._number += 1


class Window(io.RawIOBase):
    """Reads what was sealed from any place on: only the segments that are asked for are fetched and opened.

    Raises Broken at once where the end is missing or the key is another, later before any byte of a changed segment.
    Holds two segments at most.
    """

    def __init__(self, source: BinaryIO, key: bytes, context: bytes = b""):
        self._source, self._cipher = source, _cipher(key, _salt(source), context)
        self._start = len(MAGIC) + _SALT
        body = source.seek(0, io.SEEK_END) - self._start
        self._segments = max(1, -(-body // (SEGMENT + _TAG)))
        self.size = body - self._segments * _TAG
        self._place = 0
        self._held: dict[int, bytes] = {}
        self._segment(self._segments - 1)  # what was cut off is known before an answer begins

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._place >= self.size or not len(buffer):
            return 0
        number, inside = divmod(self._place, SEGMENT)
        taken = memoryview(self._segment(number))[inside : inside + len(buffer)]
        buffer[: len(taken)] = taken
        self._place += len(taken)
        return len(taken)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _segment(self, number: int) -> bytes:
        if number not in self._held:
            if len(self._held) > 1:
                del self._held[next(iter(self._held))]
            self._source.seek(self._start + number * (SEGMENT + _TAG))
            sealed = _exactly(self._source, SEGMENT + _TAG)
            self._held[number] = _opened(self._cipher, number, sealed, last=number == self._segments - 1)
        return self._held[number]


def sealed_size(size: int) -> int:
    """Return how many bytes so many become."""
    return len(MAGIC) + _SALT + size + max(1, -(-size // SEGMENT)) * _TAG


def plain_size(size: int) -> int:
    """Return how many bytes are sealed in a stream of so many; 0 for what is too short to be one."""
    body = size - len(MAGIC) - _SALT
    return max(0, body - max(1, -(-body // (SEGMENT + _TAG))) * _TAG)


def _salt(source: BinaryIO) -> bytes:
    """Read the beginning of a stream. Raises Broken."""
    head = _exactly(source, len(MAGIC) + _SALT)
    if head[: len(MAGIC)] != MAGIC or len(head) < len(MAGIC) + _SALT:
        raise Broken("not a sealed stream")
    return head[len(MAGIC) :]


def _opened(cipher: AESGCM, number: int, sealed: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last), sealed, None)
    except (InvalidTag, ValueError):
        raise Broken("changed, cut off, or sealed with another key") from None


def _cipher(key: bytes, salt: bytes, context: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC + context).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _exactly(source: BinaryIO, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    found = bytearray()
    while len(found) < size and (data := source.read(size - len(found))):
        found += data
    return bytes(found)
