"""The archive as it is written: straight to a file, whatever its size, under names that every system can unpack."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib import sealed
from collab.lib.errors import OverQuota, Unavailable
from collab.lib.text import NAME_BYTES, cut, free_name
from collab.vault.keys import Lock

RESERVE = 10**9
"""Bytes that an archive leaves free on the disk: the house goes on whoever takes their data with them."""
FULL = _("The server's disk has no room for your archive. Nothing is lost; tell the person who runs this house.")
_LOOK_EVERY = 64 * 2**20
_NO_ROOM = {28, 122}  # ENOSPC, EDQUOT
_FIRST, _LAST = 315619200, 4354732800  # what a ZIP can date, a day inside: 1980 to 2107
_NEVER = dict.fromkeys([*range(32), *map(ord, '\\/:*?"<>|'), 127], "_")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}


class Described(NamedTuple):
    """One line of the index: where it lies in the archive, and what it is."""

    path: str
    text: str


class _OneWay:
    """A file that is only written on: a ZIP does without going back, when it hears of no place."""

    def __init__(self, sealer: sealed.Writer):
        self.write = sealer.write

    def flush(self) -> None:
        """What is sealed leaves by whole segments."""


class Archive:
    """A ZIP on its way. Use it as a context: left by an exception, no file remains.

    `tell(done, expected, members)` hears how many bytes are in, at most a few times a second matter. With a `lock` only
    sealed bytes reach the disk, for the name of the file.
    """

    def __init__(
        self,
        path: Path,
        tell: Callable[[int, int, int], None] = lambda done, expected, members: None,
        lock: Lock | None = None,
        with_versions: bool = False,
    ):
        self.path = path
        self.with_versions = with_versions
        self.members = self.done = self.expected = 0
        self.sections: list[tuple[str, list[Described]]] = []
        self._tell, self._looked = tell, 0
        self._folders: dict[tuple[str, str], str] = {}
        self._taken: dict[str, set[str]] = {}
        with _disk():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._sealer = sealed.Writer(self._file, lock.key, path.name.encode()) if lock else None
        target: Any = _OneWay(self._sealer) if self._sealer else self._file
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            try:
                with _disk():
                    self._zip.close()
                    if self._sealer is not None:
                        self._sealer.finish()
                    self._file.flush()
                    os.fsync(self._file.fileno())
                    self._file.close()
                return
            except BaseException:
                self._abandon()
                raise
        self._abandon()

    def _abandon(self) -> None:
        self._zip.fp = None  # what is open of it writes no more
        with contextlib.suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)

    def section(self, title: str) -> Section:
        """Return the part of one app: a folder of that name, and its lines in the index."""
        lines: list[Described] = []
        self.sections.append((title, lines))
        return Section(self, title, lines)

    def put(self, path: list[str], content: bytes | str | Iterable[bytes], at: int | None) -> str:
        """Write one member, each part of whose path is made safe; return its path."""
        folder = ""
        for part in path[:-1]:
            folder = self._folder(folder, part)
        name = folder + self._free(folder, path[-1])
        info = zipfile.ZipInfo(name, _date(at))
        info.external_attr = 0o100600 << 16
        plain = isinstance(content, str | bytes)
        info.compress_type = zipfile.ZIP_DEFLATED if plain else zipfile.ZIP_STORED
        blocks: Iterable[bytes] = content  # type: ignore[assignment]
        if isinstance(content, str):
            content = content.encode()
        if isinstance(content, bytes):
            blocks = (content,)
        with _disk(), self._zip.open(info, "w", force_zip64=not plain) as member:
            for block in blocks:
                member.write(block)
                self._count(len(block))
        self.members += 1
        self._tell(self.done, self.expected, self.members)
        return name

    def make_folder(self, path: list[str]) -> None:
        """Put an empty folder in."""
        folder = ""
        for part in path:
            folder = self._folder(folder, part)
        info = zipfile.ZipInfo(folder, _date(None))
        info.external_attr = 0o40700 << 16 | 0x10
        with _disk():
            self._zip.writestr(info, b"")

    def _count(self, size: int) -> None:
        self.done += size
        if self.done - self._looked >= _LOOK_EVERY:
            self._looked = self.done
            require_room(self.path.parent, 0)
            self._tell(self.done, self.expected, self.members)

    def _folder(self, above: str, name: str) -> str:
        """Return the folder of that name: the same for the same name, another for one that only looks alike."""
        if (above, name) not in self._folders:
            self._folders[above, name] = f"{above}{self._free(above, name)}/"
        return self._folders[above, name]

    def _free(self, folder: str, name: str) -> str:
        taken = self._taken.setdefault(folder, set())
        found = free_name(safe(name), lambda candidate: _alike(candidate) in taken)
        taken.add(_alike(found))
        return found


class Section:
    """What an app writes to (`registry.ports.Into`)."""

    def __init__(self, archive: Archive, title: str, lines: list[Described]):
        self._archive, self._title, self._lines = archive, title, lines
        self.with_versions = archive.with_versions

    def expect(self, size: int) -> None:
        """Say that about so many bytes will come, so that progress is known."""
        self._archive.expected += size

    def write(
        self, path: str, content: bytes | str | Iterable[bytes], *, at: int | None = None, about: str = ""
    ) -> str:
        """Put a file in: `path` with slashes below the app's own folder, `at` its time in unix seconds.

        `about` gives it a line in the index. Returns the path that it has.
        """
        name = self._archive.put([self._title, *_parts(path)], content, at)
        if about:
            self._lines.append(Described(name, about))
        return name

    def json(self, path: str, value: Any, *, about: str = "") -> str:
        """Put a file in that programs read as easily as people."""
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        return self.write(path, text, about=about)

    def folder(self, path: str, *, about: str = "") -> None:
        """Put an empty folder in, or only tell of it in the index where `about` is given."""
        if about:
            self._lines.append(
                Described(f"{safe(self._title)}/" + "".join(f"{safe(one)}/" for one in _parts(path)), about)
            )
        else:
            self._archive.make_folder([self._title, *_parts(path)])


def safe(name: str) -> str:
    """Return the name as every system takes it for a file's, and none for a path."""
    name = unicodedata.normalize("NFC", name).translate(_NEVER).rstrip(". ").lstrip(" ")
    if not name or name.strip("._") == "" or name.split(".")[0].casefold() in _DEVICES:
        name = f"_{name}"
    return cut(name, NAME_BYTES - 10)


def require_room(folder: Path, size: int) -> None:
    """Raise OverQuota unless so many bytes more leave the house room to go on."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size + RESERVE:
        raise OverQuota(FULL)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part] or ["_"]


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _date(at: int | None) -> tuple[int, int, int, int, int, int]:
    moment = datetime.fromtimestamp(min(max(int(time.time()) if at is None else at, _FIRST), _LAST), UTC)
    local = timezone.localtime(moment)
    return local.year, local.month, local.day, local.hour, local.minute, local.second


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Turn the errors of the operating system into refusals: a full disk is 507, a broken one 503."""
    try:
        yield
    except OSError as error:
        raise (OverQuota(FULL) if error.errno in _NO_ROOM else Unavailable()) from error
