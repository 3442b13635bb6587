"""Where backups lie: a directory that only grows by whole snapshots, and shares what did not change between them.

    repository.json            the form of this repository, and how its key is derived when it is sealed
    objects/<store>/<key>      bytes of the apps, each once; they never change, so a backup copies only new ones
    snapshots/<moment>/        database, house (keys, logo), <store>.list; manifest.json has sizes and SHA-256 of these

A snapshot is made aside and renamed when everything in it is on the disk: what has a name is whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from django.utils.translation import gettext_noop as _

from collab.lib import sealed
from collab.lib.durable import sync_folder

FORMAT = 1
BLOCK = 2**20
_NOT_WRITTEN = {errno.EROFS, errno.EACCES}
_SNAPSHOT = re.compile(r"\d{8}T\d{6}Z")
_KEY = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


class BackupError(Exception):
    """What stands against it, in a sentence for the one who runs the server: English in the console.

    `text` and `values` are kept apart, for pages that say it in the language of their reader (`state.health`).
    """

    def __init__(self, text: str, **values: Any):
        self.text, self.values = text, {name: str(value) for name, value in values.items()}
        super().__init__(text % self.values if values else text)


class Sum(NamedTuple):
    """Size in bytes and SHA-256 in hex of what was copied, before it was sealed."""

    size: int
    sha256: str


class Repository:
    """Opened for one run; `passphrase` "" leaves everything readable."""

    def __init__(self, path: Path, passphrase: str = "", *, make: bool = False):
        self.path = path
        about = path / "repository.json"
        if make and not about.exists():
            self._begin(about, passphrase)
        try:
            self.about = json.loads(about.read_text())
        except FileNotFoundError:
            raise BackupError(_("%(path)s holds no backups."), path=path) from None
        except ValueError:
            raise BackupError(_("%(path)s is damaged."), path=about) from None
        if self.about.get("format") != FORMAT:
            raise BackupError(_("%(path)s was written by another version of Collab."), path=path)
        self._key = self._unlock(passphrase)

    @staticmethod
    def _begin(about: Path, passphrase: str) -> None:
        about.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts: dict[str, Any] = {"format": FORMAT}
        if passphrase:
            salt = secrets.token_bytes(16)
            facts |= {"sealed": True, "salt": salt.hex(), "check": _check(sealed.key_from(passphrase, salt))}
        fresh = about.with_suffix(".new")
        _write(fresh, json.dumps(facts).encode())
        fresh.rename(about)
        sync_folder(about.parent)

    def _unlock(self, passphrase: str) -> bytes | None:
        if not self.about.get("sealed"):
            if passphrase:
                raise BackupError(
                    _("%(path)s was begun without a passphrase. Choose another directory."), path=self.path
                )
            return None
        if not passphrase:
            raise BackupError(_("These backups are sealed: set COLLAB_BACKUP_PASSPHRASE."))
        key = sealed.key_from(passphrase, bytes.fromhex(self.about["salt"]))
        if _check(key) != self.about["check"]:
            raise BackupError(_("This is not the passphrase of these backups."))
        return key

    @property
    def is_sealed(self) -> bool:
        return self._key is not None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the repository for one run, where it can be written at all. Raises BackupError when another holds it."""
        try:
            lock = (self.path / "lock").open("a")
        except OSError as error:
            if error.errno not in _NOT_WRITTEN:
                raise
            yield  # a medium that is only read: nobody changes it meanwhile
            return
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(_("Another backup is under way.")) from None
            yield

    def snapshots(self) -> list[str]:
        """Return the names of whole snapshots, the oldest first."""
        folder = self.path / "snapshots"
        return sorted(one.name for one in folder.glob("*") if _SNAPSHOT.fullmatch(one.name))

    def snapshot(self, name: str = "") -> Path:
        """Return the directory of a snapshot, the latest for "". Raises BackupError."""
        known = self.snapshots()
        if not known:
            raise BackupError(_("%(path)s holds no backups."), path=self.path)
        if name and name not in known:
            raise BackupError(f"There is no backup {name}. The latest are: {', '.join(known[-5:])}.")
        return self.path / "snapshots" / (name or known[-1])

    @contextlib.contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """Yield a directory for a new snapshot, which has its name once everything in it is on the disk."""
        folder = self.path / "snapshots"
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(".*"):
            shutil.rmtree(left)
        fresh = folder / f".{name}"
        fresh.mkdir(mode=0o700)
        yield fresh
        sync_folder(fresh)
        fresh.rename(folder / name)
        sync_folder(folder)

    def manifest(self, snapshot: Path) -> dict[str, Any]:
        """Return what the snapshot says of itself. Raises BackupError when it is damaged."""
        try:
            with self.read(snapshot / "manifest.json") as file:
                found: dict[str, Any] = json.loads(file.read())
        except (OSError, ValueError, sealed.Broken):
            raise BackupError(_("The list of contents of %(name)s is damaged."), name=snapshot.name) from None
        return found

    def listed(self, snapshot: Path, store: str) -> Iterator[tuple[str, int, str]]:
        """Yield (key, size, SHA-256 in hex) of everything that a store held then."""
        with self.read(snapshot / f"{store}.list") as file:
            for line in file:
                key, size, digest = line.split()
                yield key.decode(), int(size), digest.decode()

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[BinaryIO]:
        """Yield a file whose content is sealed, if this repository is, and on the disk at the end."""
        with path.open("xb") as file:
            if self._key is None:
                yield file
            else:
                writer = sealed.Writer(file, self._key)
                yield writer  # type: ignore[misc]
                writer.finish()
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def read(self, path: Path) -> Iterator[BinaryIO]:
        """Yield a file as it was before it was sealed. Raises sealed.Broken while it is read."""
        with path.open("rb") as file:
            if self._key is None:
                yield file
            else:
                yield io.BufferedReader(sealed.Reader(file, self._key), BLOCK)  # type: ignore[misc]

    def place_of(self, store: str, key: str) -> Path:
        """Return where the bytes of a key lie. Raises BackupError for one that would lead elsewhere."""
        if not _KEY.fullmatch(key):
            raise BackupError(f"“{key}” is no name of anything that was stored.")
        return self.path / "objects" / store / key

    def add(self, store: str, key: str, source: BinaryIO) -> Sum:
        """Copy bytes into the repository, whole or not at all; return what they were."""
        place = self.place_of(store, key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = place.with_name(f".{place.name}")
        fresh.unlink(missing_ok=True)
        with self.writing(fresh) as target:
            found = copy(source, target)
        fresh.rename(place)
        return found

    def link(self, store: str, key: str, original: Path) -> bool:
        """Give bytes on the same disk a second name instead of a copy; false where that cannot be."""
        if self.is_sealed:
            return False
        place = self.place_of(store, key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.link(original, place)
        except OSError:
            return False
        return True


def copy(source: IO[bytes], target: BinaryIO | None) -> Sum:
    """Copy a stream (or only read it), and return its size and digest."""
    digest, size = hashlib.sha256(), 0
    while data := source.read(BLOCK):
        digest.update(data)
        size += len(data)
        if target is not None:
            target.write(data)
    return Sum(size, digest.hexdigest())


def _check(key: bytes) -> str:
    """Return what tells a wrong passphrase from damage, and nothing of the key."""
    return hashlib.sha256(b"collab backup check" + key).hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
