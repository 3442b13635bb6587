"""Where in a file the place is written at which it was taken, and what stands there once it is taken out.

Nothing moves: each mark says (offset, length, hex of what comes there, "" for zeros), so that a file without its place
is the stored one with a few bytes changed on the way. Exif 2.32 (4.6.6, GPS), XMP 2 (exif:GPS…), PNG (eXIf), QuickTime
and 3GPP (user data), ISO 6709.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

Mark = tuple[int, int, str]
MOST = 400
"""More of them than any camera writes."""
_NOTES = re.compile(rb"(?<=Exif\0\0)(?:II\*\0|MM\0\*)|II\*\0\x08\0\0\0|MM\0\*\0\0\0\x08")
_TIFF = (b"II*\0", b"MM\0*")
_XMP = re.compile(rb"exif:GPS\w{1,40}\s{0,9}(?:=\s{0,9}([\"'])([^\"'<>]{1,200})\1|>([^<>]{1,200})<)")
_POINT = re.compile(
    rb"[+-]\d{2,6}(?:\.\d{1,9})?[+-]\d{3,7}(?:\.\d{1,9})?(?:[+-]\d{1,6}(?:\.\d{1,9})?)?(?:CRS[\w ]{1,20})?/"
)
_POINT_PARTS = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)")
_GPS, _MORE = 0x8825, (0x014A, 0x8769)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MOST_FIELDS, _MOST_FOLDERS = 1000, 32
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS = {b"iTXt", b"tEXt", b"zTXt"}
_PNG_SAID = re.compile(rb"Raw profile type|XML:com\.adobe\.xmp")
_PNG_NONE = b"spIn"  # a private chunk that nobody must understand
_MOST_HEAD = 96 * 2**20
_FIRST = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
"""Boxes with which films begin that are made of boxes."""
_ENDS = 8 * 2**20
_TRACKS = (b"gpmd", b"camm", b"GoPro MET")
"""Tracks that say where the camera was all along: they cannot be taken out in place."""


class CannotTell(Exception):
    """There is a place in it that cannot be taken out without making the file anew."""


def marks(content: bytes) -> list[Mark] | None:
    """Return the marks of a picture; None where its place cannot be taken out."""
    try:
        if content.startswith(_PNG):
            return _bounded(_png(content))
        return _bounded(_anywhere(content))
    except CannotTell:
        return None


def marks_of_film(file: BinaryIO) -> list[Mark] | None:
    """Return the marks of a film; None where its place cannot be taken out."""
    file.seek(0)
    try:
        return _bounded(_film(file) if file.read(8)[4:] in _FIRST else _at_the_ends(file))
    except CannotTell:
        return None


def without(content: bytes, found: list[Mark]) -> bytes:
    """Return the content with these marks made."""
    made = bytearray(content)
    for offset, length, there in found:
        made[offset : offset + length] = bytes.fromhex(there) if there else bytes(length)
    return bytes(made)


def point(text: str) -> list[float] | None:
    """Return [latitude, longitude] of a place as ISO 6709 writes it in degrees."""
    found = _POINT_PARTS.match(text)
    place = [float(part) for part in found.groups()] if found else []
    return place if place and abs(place[0]) <= 90 and abs(place[1]) <= 180 and any(place) else None


def _bounded(found: Iterator[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in found:
        kept.append(mark)
        if len(kept) > MOST:
            raise CannotTell
    return sorted(set(kept))


def _anywhere(content: bytes) -> Iterator[Mark]:
    """Notes wherever they lie: of the picture, of those embedded in it, of the film that some phones add at the end."""
    starts = {found.start() for found in _NOTES.finditer(content)}
    if content.startswith(_TIFF):
        starts.add(0)
    for start in sorted(starts):
        yield from _tiff(content, start)
    yield from _words(content, 0)
    if (film := content.find(b"ftyp", 64)) > 0 and b"moov" in content[film:]:
        yield from _points(content[film:], film)


def _tiff(content: bytes, start: int) -> Iterator[Mark]:
    """The folder of GPS fields: its values, itself, and the field that leads to it, which the others close up over."""
    order = "<" if content[start : start + 2] == b"II" else ">"
    waiting, seen = [_number(content, start + 4, order + "I")], set[int]()
    while waiting and len(seen) < _MOST_FOLDERS:
        at = start + waiting.pop()
        count = _number(content, at, order + "H")
        if at in seen or not 0 < count <= _MOST_FIELDS or at + 2 + 12 * count > len(content):
            continue
        seen.add(at)
        fields = [content[at + 2 + 12 * place : at + 14 + 12 * place] for place in range(count)]
        tail = content[at + 2 + 12 * count : at + 6 + 12 * count]
        if len(tail) == 4:
            waiting.append(struct.unpack(order + "I", tail)[0])
        kept = []
        for field in fields:
            tag, _kind, number, value = struct.unpack(order + "HHII", field)
            if tag == _GPS:
                yield from _gps(content, start, start + value, order)
                continue
            kept.append(field)
            if tag in _MORE and number == 1:
                waiting.append(value)
        if len(kept) < count:
            folder = struct.pack(order + "H", len(kept)) + b"".join(kept) + tail
            yield at, len(folder) + 12 * (count - len(kept)), (folder + bytes(12 * (count - len(kept)))).hex()


def _gps(content: bytes, start: int, at: int, order: str) -> Iterator[Mark]:
    count = _number(content, at, order + "H")
    if not 0 < count <= _MOST_FIELDS:
        return
    for place in range(count):
        field = content[at + 2 + 12 * place : at + 14 + 12 * place]
        if len(field) < 12:
            break
        _tag, kind, number, value = struct.unpack(order + "HHII", field)
        size = _SIZES.get(kind, 1) * number
        if size > 4 and start + value + size <= len(content):
            yield start + value, size, ""
    yield at, min(2 + 12 * count, len(content) - at), ""


def _number(content: bytes, at: int, form: str) -> int:
    size = struct.calcsize(form)
    return int(struct.unpack(form, content[at : at + size])[0]) if 0 <= at <= len(content) - size else 0


def _words(content: bytes, start: int) -> Iterator[Mark]:
    """What XMP says of the place: blanks instead."""
    for found in _XMP.finditer(content):
        place = 2 if found[2] is not None else 3
        yield start + found.start(place), len(found[place]), (b" " * len(found[place])).hex()


def _points(content: bytes, start: int) -> Iterator[Mark]:
    for found in _POINT.finditer(content):
        yield start + found.start(), len(found[0]), (b" " * len(found[0])).hex()


def _png(content: bytes) -> Iterator[Mark]:
    """Chunks that say something: emptied and named otherwise, with the sum that belongs to that (PNG, 5.3)."""
    at = len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        name, inside = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if name == b"eXIf" or (name in _PNG_WORDS and _PNG_SAID.match(inside)):
            empty = zlib.crc32(bytes(length), zlib.crc32(_PNG_NONE)).to_bytes(4, "big")
            yield at + 4, 4, _PNG_NONE.hex()
            yield at + 8, length, ""
            yield at + 8 + length, 4, empty.hex()
        at += 12 + length


def _film(file: BinaryIO) -> Iterator[Mark]:
    """The boxes that describe a film (ISO 14496-12): places in its user data, in its list of keys, in XMP."""
    file.seek(0, 2)
    end, at = file.tell(), 0
    for _count in range(10_000):
        if at >= end:
            return
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        size, name = int.from_bytes(head[:4], "big"), head[4:8]
        size = int.from_bytes(head[8:16], "big") if size == 1 else size or end - at
        if name in {b"moov", b"uuid", b"udta", b"meta", b"moof"}:
            if size > _MOST_HEAD:
                raise CannotTell
            file.seek(at)
            yield from _described(file.read(size), at)
        if size < 8:
            return
        at += size
    raise CannotTell


def _described(content: bytes, start: int) -> Iterator[Mark]:
    if any(track in content for track in _TRACKS):
        raise CannotTell
    yield from _points(content, start)
    yield from _words(content, start)
    for found in re.finditer(rb"loci\0\0\0\0", content):  # 3GPP TS 26.244, 8.2: a place in numbers
        size = int.from_bytes(content[found.start() - 4 : found.start()], "big")
        if 20 <= size <= 2000:
            yield start + found.start(), 4, b"free".hex()
            yield start + found.start() + 4, size - 8, ""


def _at_the_ends(file: BinaryIO) -> Iterator[Mark]:
    """Films of other kinds say it, if at all, in words before or after their pictures."""
    file.seek(0, 2)
    size = file.tell()
    for start in sorted({0, max(0, size - _ENDS)}):
        file.seek(start)
        yield from _points(file.read(_ENDS), start)
