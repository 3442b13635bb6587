"""Streams under a key: AES-256-GCM in segments of a mebibyte (the STREAM construction), so that whatever was cut off,
exchanged or changed is noticed before a byte of it is used, and memory stays small.

A sealed stream is `MAGIC`, a salt of 16 bytes, then segments of ciphertext and tag. The key of a stream is derived from
the master key and its salt (HKDF-SHA256); a nonce is the number of the segment and whether it is the last one.
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
    """Seals what is written to it; only after `finish` is the stream whole. It does not close its target."""

    def __init__(self, target: BinaryIO, key: bytes):
        salt = os.urandom(_SALT)
        self._target, self._cipher = target, _cipher(key, salt)
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take the bytes; whole segments go on to the target."""
        self._waiting += data
        while len(self._waiting) > SEGMENT:  # never the last one: that is known only at the end
            self._seal(bytes(self._waiting[:SEGMENT]), last=False)
            del self._waiting[:SEGMENT]
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

    def __init__(self, source: BinaryIO, key: bytes):
        head = _exactly(source, len(MAGIC) + _SALT)
        if head[: len(MAGIC)] != MAGIC or len(head) < len(MAGIC) + _SALT:
            raise Broken("not a sealed stream")
        self._source, self._cipher = source, _cipher(key, head[len(MAGIC) :])
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
        try:
            self._ready = self._cipher.decrypt(_nonce(self._number, self._over), sealed, None)
        except (InvalidTag, ValueError):
            raise Broken("changed, cut off, or sealed with another key") from None
        self._number += 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _exactly(source: BinaryIO, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    found = bytearray()
    while len(found) < size and (data := source.read(size - len(found))):
        found += data
    return bytes(found)
