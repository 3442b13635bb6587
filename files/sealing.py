"""Contents that lie sealed: what their names say of it, and how they are read from any place on."""

from __future__ import annotations

import hashlib
import hmac
import io
from collections.abc import Callable
from typing import Any, BinaryIO

from collab.lib import sealed
from collab.lib.errors import Damaged
from collab.vault.keys import Lock, named

_BUFFER = 2**20


def sealer(write: Callable[[bytes], None], lock: Lock, token: str) -> sealed.Writer:
    """Return what seals the bytes written to it, for this token, and hands the sealed ones to `write`."""
    target: Any = _Target(write)
    return sealed.Writer(target, lock.key, token.encode())


def seal(data: bytes, lock: Lock, token: str) -> bytes:
    """Return a few bytes sealed."""
    found: list[bytes] = []
    writer = sealer(found.append, lock, token)
    writer.write(data)
    writer.finish()
    return b"".join(found)


def label(digest: bytes, lock: Lock) -> str:
    """Return what stands for the digest of plain bytes in a name, in hex: only who has the key can tell of which.

    With the digest itself, whoever holds the store could ask whether it holds a file that they know.
    """
    return hmac.new(lock.key, b"COLLAB-NAME-1\n" + digest, hashlib.sha256).hexdigest()


def unsealed(stored: BinaryIO, name: str, token: str) -> BinaryIO:
    """Return the plain bytes of a file, at 0, sealed with the key of this name ("" for none); it is closed with them.

    Raises KeyMissing; Damaged, then or while they are read.
    """
    if not name:
        return stored
    try:
        lock = named(name)
        return io.BufferedReader(_Unsealed(stored, lock.key, token.encode()), _BUFFER)  # type: ignore[return-value]
    except BaseException:
        stored.close()
        raise


class _Unsealed(sealed.Window):
    """A window that says in the house's words that the bytes have changed."""

    def __init__(self, source: BinaryIO, key: bytes, context: bytes):
        try:
            super().__init__(source, key, context)
        except sealed.Broken:
            raise Damaged from None

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except sealed.Broken:
            raise Damaged from None


def lock_of(key: str) -> str:
    """Return the name of the data key that a content is sealed with, "" when it is plain."""
    return key.partition("_")[2]


def token_of(key: str) -> str:
    """Return what a content was sealed for."""
    return key.partition("_")[0].rpartition("-")[2]


def stored_size(key: str, size: int) -> int:
    """Return how many bytes a content of this size takes in the store."""
    return sealed.sealed_size(size) if lock_of(key) else size


class _Target:
    """What a sealer writes to."""

    def __init__(self, write: Callable[[bytes], None]):
        self.write = write
