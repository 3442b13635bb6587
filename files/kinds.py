"""Kinds of file that a drop box may be limited to: told by the name's ending, and by how the bytes begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BEGINNING = 1024
"""Bytes that are enough to judge."""


@dataclass(frozen=True)
class Family:
    """Endings that people think of as one kind."""

    slug: str
    label: str | Promise
    endings: tuple[str, ...]


FAMILIES = (
    Family(
        "pictures", gettext_lazy("Pictures"),
        ("jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp"),
    ),
    Family("pdf", "PDF", ("pdf",)),
    Family("texts", gettext_lazy("Text documents"), ("doc", "docx", "odt", "rtf", "txt", "md")),
    Family("tables", gettext_lazy("Spreadsheets"), ("xls", "xlsx", "ods", "csv")),
    Family("slides", gettext_lazy("Slides"), ("ppt", "pptx", "odp")),
    Family("sound", gettext_lazy("Sound"), ("mp3", "m4a", "ogg", "opus", "wav", "flac")),
    Family("films", gettext_lazy("Films"), ("mp4", "mov", "webm", "mkv", "avi", "mpg", "mpeg")),
    Family("archives", gettext_lazy("Archives"), ("zip", "7z", "gz", "tgz")),
)  # fmt: skip
BY_SLUG = {family.slug: family for family in FAMILIES}


def endings(slugs: Iterable[str]) -> list[str]:
    """Return the endings that these kinds allow."""
    return [ending for slug in slugs if slug in BY_SLUG for ending in BY_SLUG[slug].endings]


def labels(slugs: Iterable[str]) -> str:
    """Return the kinds as a list for people."""
    return ", ".join(str(BY_SLUG[slug].label) for slug in slugs if slug in BY_SLUG)


def ending_of(name: str) -> str:
    """Return the ending of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def why_not(slugs: Iterable[str], name: str, head: bytes | None = None) -> str:
    """Return why a file of this name (and, once known, this beginning) is not taken; "" when it is."""
    slugs, ending = list(slugs), ending_of(name)
    if not slugs:
        return ""
    if ending not in endings(slugs):
        return _("This kind of file is not taken here. Taken: %(kinds)s.") % {"kinds": labels(slugs)}
    if head is not None and not _SIGNS[ending](head):
        return _("Its content is not what its name says (%(ending)s): save it again, or send another.") % {
            "ending": ending.upper()
        }
    return ""


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _box(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO media: the size of a box, then what it is."""
    return lambda head: head[4:8] == b"ftyp" and (not brands or any(brand in head[8:64] for brand in brands))


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _text(head: bytes) -> bool:
    """Words: no zero bytes (but UTF-16, which begins with its mark), and nothing that a machine runs or unpacks."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and not head.startswith((b"MZ", b"\x7fELF", b"PK\x03\x04", b"%PDF-", b"#!"))


_ZIP = _begins(b"PK\x03\x04")
_OLE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_TIFF = _begins(b"II*\0", b"MM\0*")
_JPEG = _begins(b"\xff\xd8\xff")
_HEIC = _box(b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_MPEG = _begins(b"\0\0\1\xba", b"\0\0\1\xb3", b"G")
_MATROSKA = _begins(b"\x1a\x45\xdf\xa3")
_GZIP = _begins(b"\x1f\x8b")
_OGG = _begins(b"OggS")
_SIGNS: dict[str, Callable[[bytes], bool]] = {
    "jpg": _JPEG, "jpeg": _JPEG, "png": _begins(b"\x89PNG\r\n\x1a\n"), "gif": _begins(b"GIF87a", b"GIF89a"),
    "webp": _riff(b"WEBP"), "avif": _box(b"avif", b"avis"), "heic": _HEIC, "heif": _HEIC, "tif": _TIFF, "tiff": _TIFF,
    "bmp": _begins(b"BM"), "pdf": lambda head: b"%PDF-" in head,
    "doc": _OLE, "xls": _OLE, "ppt": _OLE, "docx": _ZIP, "xlsx": _ZIP, "pptx": _ZIP, "odt": _ZIP, "ods": _ZIP,
    "odp": _ZIP, "rtf": _begins(b"{\\rtf"), "txt": _text, "md": _text, "csv": _text,
    "mp3": lambda head: head.startswith(b"ID3") or bool(re.match(rb"\xff[\xe0-\xff]", head)),
    "m4a": _box(), "ogg": _OGG, "opus": _OGG, "wav": _riff(b"WAVE"), "flac": _begins(b"fLaC"),
    "mp4": _box(), "mov": lambda head: head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"},
    "webm": _MATROSKA, "mkv": _MATROSKA, "avi": _riff(b"AVI "), "mpg": _MPEG, "mpeg": _MPEG,
    "zip": _ZIP, "7z": _begins(b"7z\xbc\xaf\x27\x1c"), "gz": _GZIP, "tgz": _GZIP,
}  # fmt: skip
