"""Documents that carry a small picture of their first page in their archive, as the OpenDocument family does."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

import drawn
import raster

_TAIL = 2**16 + 22
_MOST_PARTS = 10_000
_MOST_BYTES = 8 * 2**20
_NAMES = ("Thumbnails/thumbnail.png", "docProps/thumbnail.jpeg", "docProps/thumbnail.jpg", "docProps/thumbnail.png")


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the picture in the archive. Raises ValueError when there is none."""
    _require_few_parts(file)
    with zipfile.ZipFile(file) as archive:
        found = next((info for name in _NAMES for info in archive.infolist() if info.filename == name), None)
        if found is None or found.file_size > _MOST_BYTES:
            raise ValueError
        with archive.open(found) as member:
            content = member.read(_MOST_BYTES)
    picture, known = raster.decoded(content, ("PNG", "JPEG"))
    return drawn.in_sizes(picture, width=known["width"], height=known["height"])


def _require_few_parts(file: BinaryIO) -> None:
    """Raise TooMany for a list of members that would already fill the memory."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - _TAIL))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0:
        raise ValueError
    if int.from_bytes(tail[place + 10 : place + 12], "little") > _MOST_PARTS:
        raise drawn.TooMany
    file.seek(0)
