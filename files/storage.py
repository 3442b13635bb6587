"""Where bytes live: staged and hashed while they arrive, made durable, then never touched again."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from collab.lib.durable import begin_writing, sync_folder
from collab.lib.errors import BadInput, OverQuota, TooLarge, Unavailable
from collab.vault import keys as vault
from files import sealing
from files.hashing import CHECKSUMS, Beside
from files.models.blob import FormerKey

BLOCK = 2**20
_FLUSH_EVERY = 64 * BLOCK
_FULL = {28, 122}  # ENOSPC, EDQUOT


class Staged:
    """Bytes on their way in: a temporary file on the blobs' own filesystem, hashed and counted as it grows.

    `checksum` is what the client says ("SHA1:<hex>"); `limit` the room that is left, in bytes. With a `lock` only
    sealed bytes reach the disk, for their `token`; sizes and digests remain those of the plain ones.
    Everything raises a Refusal: OverQuota for a full disk or space, BadInput for a wrong checksum.
    """

    def __init__(
        self, *, limit: int | None = None, checksum: str = "", lock: vault.Lock | None = None, token: str = ""
    ):
        self.size = 0
        self.limit = limit
        algorithm, _colon, self.expected = checksum.partition(":")
        self.algorithm = algorithm.upper()
        if checksum and (self.algorithm not in CHECKSUMS or not self.expected):
            raise BadInput(_("This kind of checksum is not known."))
        self._sha256 = hashlib.sha256()
        self._extra = CHECKSUMS[self.algorithm]() if checksum and self.algorithm != "SHA256" else None
        self._plain = Beside(self._sha256.update, *([self._extra.update] if self._extra is not None else []))
        self._written = self._flushed = 0
        self._durable = self._kept = False
        self.lock, self._token = lock, token or secrets.token_hex(8)
        self.path = settings.STAGING_DIR / secrets.token_hex(12)
        with disk():
            try:
                self._file: BinaryIO = open(self.path, "xb", buffering=0)  # noqa: SIM115 - closed by seal or discard
            except FileNotFoundError:
                settings.STAGING_DIR.mkdir(parents=True, exist_ok=True)
                self._file = open(self.path, "xb", buffering=0)  # noqa: SIM115
            self._sealed_sha256 = hashlib.sha256()
            self._sealed = Beside(self._sealed_sha256.update)
            self._sealer = sealing.sealer(self._put_sealed, lock, self._token) if lock else None
            self._writing = Beside(self._take)

    def write(self, data: bytes) -> None:
        """Add bytes; refuses as soon as they exceed the limit."""
        self.size += len(data)
        if self.limit is not None and self.size > self.limit:
            raise OverQuota
        self._plain.update(data)
        self._writing.update(data)

    def _take(self, data: bytes) -> None:
        with disk():
            if self._sealer is not None:
                self._sealer.write(data)
            else:
                self._put(data)

    def _put_sealed(self, data: bytes) -> None:
        self._sealed.update(data)
        self._put(data)

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._written += len(data)
        if self._written - self._flushed > _FLUSH_EVERY:
            # early, since one fsync of a gigabyte at the end would stall the client
            begin_writing(self._file.fileno(), self._flushed, self._written - self._flushed)
            self._flushed = self._written

    def seal(self, *, length: int | None = None) -> None:
        """Check length and checksum, then make the bytes durable (fsync; a failed one is final)."""
        self._plain.finish()
        self._writing.finish()
        if length is not None and length != self.size:
            self.discard()
            raise BadInput(_("The file arrived incomplete. Nothing was stored; send it again."))
        digest = self._extra.hexdigest() if self._extra is not None else self.sha256.hex()
        if self.expected and digest.lower() != self.expected.strip().lower():
            self.discard()
            raise BadInput(_("The file was damaged on the way. Nothing was stored; send it again."))
        with disk():
            if self._sealer is not None:
                self._sealer.finish()
                self._sealed.finish()
            os.fsync(self._file.fileno())
        self._file.close()
        self._durable = True

    def _join(self) -> None:
        for one in (self._plain, self._writing, self._sealed):
            one.stop()

    @property
    def sha256(self) -> bytes:
        return self._sha256.digest()

    @property
    def sha1(self) -> str:
        """The verified SHA-1 if the client sent one, else ""."""
        return self.expected.strip().lower() if self.algorithm == "SHA1" else ""

    @property
    def stored_sha256(self) -> bytes | None:
        """The SHA-256 of the bytes as they lie in the store, None where those are the plain ones."""
        return self._sealed_sha256.digest() if self.lock else None

    @property
    def key(self) -> str:
        """The name that the bytes will have in the store: what they are, a token of their own, the key they need."""
        # 4,096 folders: few enough to exist soon, since making one costs more than writing a small file
        digest = sealing.label(self.sha256, self.lock) if self.lock else self.sha256.hex()
        return f"{digest[:2]}/{digest[2]}/{digest}-{self._token}" + (f"_{self.lock.name}" if self.lock else "")

    def keep(self, key: str = "") -> str:
        """Give the sealed bytes their final name and return it (the blob's key); durable when this returns.

        `key`: the name that they had before, when they are brought back.
        """
        if not self._durable:
            raise RuntimeError("only sealed bytes are kept")
        again = bool(key)
        key = key or self.key
        with disk():
            if settings.BLOBS_DIR is None:
                from files.remote import answering

                with open(self.path, "rb") as file, answering():
                    if again:
                        storages["blobs"].delete(key)  # else the store gives it another name
                    key = storages["blobs"].save(key, File(file))
                self.path.unlink()
            else:
                _rename_durably(self.path, settings.BLOBS_DIR / key)
        self._kept = True
        return key

    def discard(self) -> None:
        """Forget the bytes; harmless when they were kept."""
        self._join()
        self._file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Staged:
        return self

    def __exit__(self, *exc: object) -> None:
        self.discard()


def stage(*, limit: int | None = None, checksum: str = "") -> Staged:
    """Return a place for bytes that arrive; use it as a context, so that nothing is left behind.

    Raises KeyMissing where they are to be sealed and the key is not there.
    """
    return Staged(limit=limit, checksum=checksum, lock=vault.current())


def open_blob(key: str) -> BinaryIO:
    """Open the plain bytes for reading, at 0. Raises Unavailable if the store has lost them, or the key of sealed ones;
    Damaged, then or while they are read, if those have changed."""
    try:
        stored = open_stored(key)
    except Unavailable:
        key = FormerKey.now(key)  # it was sealed, or unsealed, a moment ago
        if not key:
            raise
        stored = open_stored(key)
    return sealing.unsealed(stored, sealing.lock_of(key), sealing.token_of(key))


def open_stored(key: str) -> BinaryIO:
    """Open the bytes as they lie in the store, sealed or not. Raises Unavailable if the store has lost them."""
    if settings.BLOBS_DIR is None:
        from files.remote import Remote  # the client of S3 is large, and most houses never load it

        return io.BufferedReader(Remote(key), BLOCK)  # type: ignore[return-value]
    try:
        return open(settings.BLOBS_DIR / key, "rb")
    except OSError:
        raise Unavailable from None


def path_of(key: str) -> Path | None:
    """Return where the bytes lie on this machine, sealed or not; None when they are in S3."""
    return settings.BLOBS_DIR / key if settings.BLOBS_DIR is not None else None


def front_reads(key: str) -> bool:
    """Whether the front can send the bytes itself: they lie on this machine, as they are."""
    return settings.BLOBS_DIR is not None and not sealing.lock_of(key)


def keys(*, older_than: float) -> Iterator[str]:
    """Name what lies in the local store since that many seconds at least (nothing for S3)."""
    until = time.time() - older_than
    store: Path | None = settings.BLOBS_DIR
    for path in store.glob("??/*/*") if store is not None else ():
        if store is not None and path.stat().st_ctime < until:
            yield path.relative_to(store).as_posix()


def put_back(key: str, source: BinaryIO, sha256: str) -> None:
    """Bring back the bytes of a key from a backup, sealed if they were. Raises BadInput when they are others."""
    with Staged(checksum=f"SHA256:{sha256}") as staged:
        put_stream(source, staged)
        staged.seal()
        staged.keep(key)


def remove(key: str) -> None:
    """Delete the bytes; the row must be gone before (design: unreferenced, committed, then unlinked)."""
    storages["blobs"].delete(key)


def put_stream(source: BinaryIO, staged: Staged, *, length: int | None = None) -> None:
    """Copy a stream into the staged file, block by block."""
    left = length if length is not None else -1
    while left != 0:
        data = source.read(BLOCK if left < 0 else min(BLOCK, left))
        if not data:
            break
        left -= len(data) if left > 0 else 0
        staged.write(data)


def free_bytes() -> int:
    """Return the room left on the disk that holds the staged files."""
    settings.STAGING_DIR.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.STAGING_DIR).free


@contextlib.contextmanager
def disk() -> Any:
    """Turn the operating system's errors into refusals: a full disk is 507, a broken one 503."""
    try:
        yield
    except FileExistsError:
        raise
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise OverQuota(_("The server's disk is full. Nothing is lost; tell the person who runs it.")) from error
        if error.errno == 27:
            raise TooLarge from error
        raise Unavailable from error


def _rename_durably(source: Path, target: Path) -> None:
    """Rename, then fsync the folder (and its parents when they are new): without it a power cut loses the name."""
    folder = target.parent
    try:
        os.rename(source, target)
    except FileNotFoundError:
        _make_durably(folder)
        os.rename(source, target)
    sync_folder(folder)


def _make_durably(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_durably(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    sync_folder(folder.parent)
