"""Archives that strangers packed: how much of one is read, whatever it says of itself."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, TooLarge

MOST_LIST = 48 * 2**20
"""Bytes of the list of an archive's members: about 400,000 of them."""
MOST_INFLATED = 20 * 2**30
"""Bytes of words in all, unpacked; files that came with messages are counted by themselves."""
MOST_LINE = 4 * 2**20
MOST_DOCUMENT = 24 * 2**20
BLOCK = 2**18
UNREADABLE = _("This is no export of Mattermost or Slack: neither a ZIP with one in it nor lines of JSON.")
HOSTILE = _("This archive is not as an export is packed. Nothing of it was taken.")
TOO_MUCH = _("There is more in this archive than is taken at once: split the export by time or by team.")
_ENDS = (
    OSError, EOFError, zipfile.BadZipFile, zlib.error, struct.error, ValueError, OverflowError, IndexError,
    RuntimeError, NotImplementedError,
)  # fmt: skip
"""What Python's reader raises for an archive whose list or members lie."""


class Bundle:
    """A ZIP whose members are read within bounds, and written nowhere."""

    def __init__(self, file: BinaryIO):
        _check_list(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _ENDS:
            raise BadInput(UNREADABLE) from None
        packed = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        self.members = {
            one.filename: one
            for one in self._zip.infolist()
            if one.filename and not one.is_dir() and not one.flag_bits & 1 and one.compress_type in packed
        }
        self._read = 0

    def size(self, name: str) -> int:
        """Return how many bytes the member says that it has."""
        return self.members[name].file_size

    def blocks(self, name: str, most: int) -> Iterator[bytes]:
        """Yield the member's bytes. Raises TooLarge above `most`, BadInput for what is damaged."""
        count = 0
        try:
            with self._zip.open(self.members[name]) as member:
                while block := member.read(BLOCK):
                    count += len(block)
                    if count > most:
                        raise TooLarge(TOO_MUCH)
                    yield block
        except _ENDS:
            raise BadInput(HOSTILE) from None

    def words(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member that holds words, counted with all others."""
        for block in self.blocks(name, MOST_INFLATED):
            self._read += len(block)
            if self._read > MOST_INFLATED:
                raise TooLarge(TOO_MUCH)
            yield block

    def document(self, name: str) -> Any:
        """Return a member that is one JSON document, None where it is none or too large."""
        data = bytearray()
        for block in self.words(name):
            data += block
            if len(data) > MOST_DOCUMENT:
                return None
        return parsed(bytes(data))


def lines(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Yield the lines of a stream; None for one that is too long, which is passed over."""
    rest, skipping = b"", False
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for one in whole:
            if skipping:
                skipping = False
                continue
            yield one if len(one) <= MOST_LINE else None
        if len(rest) > MOST_LINE:
            if not skipping:
                yield None
            rest, skipping = b"", True
    if rest and not skipping:
        yield rest


def plain(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a file that is no archive."""
    count = 0
    while block := file.read(BLOCK):
        count += len(block)
        if count > MOST_INFLATED:
            raise TooLarge(TOO_MUCH)
        yield block


def parsed(data: bytes) -> Any:
    """Return what a piece of JSON says, None for what is none."""
    try:
        return json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _check_list(file: BinaryIO) -> None:
    """Raise TooLarge for a list of members that would fill the memory (APPNOTE.TXT 4.3.14–16)."""
    end = file.seek(0, io.SEEK_END)
    start = max(0, end - 65536 - 22)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise BadInput(UNREADABLE)
    size = int.from_bytes(tail[place + 12 : place + 16], "little")
    if place >= 76 and tail[place - 20 : place - 16] == b"PK\x06\x07":
        size = int.from_bytes(tail[place - 36 : place - 28], "little")
    if size > MOST_LIST:
        raise TooLarge(TOO_MUCH)
    file.seek(0)
