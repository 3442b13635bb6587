"""How a text begins, drawn as a sheet of paper."""

from __future__ import annotations

import unicodedata
from typing import BinaryIO

import drawn
import paged

_BYTES = 8192
_LINES, _SIGNS = 40, 60
_WIDTH, _HEIGHT, _MARGIN, _LETTER, _STEP = 480, 640, 36, 12, 14.5
_TAB = 4
_LEGIBLE = 0.9
"""Of the signs at least so many must be in the letters that PDFium brings: those of western Europe."""


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the first lines on a sheet, printed with PDFium's own letters, since servers often have no others.

    Raises ValueError for bytes that are no text, or one in other letters.
    """
    lines = _lines(_decoded(file.read(_BYTES)))
    if not any(lines):
        raise ValueError
    printed = [line.encode("cp1252", "replace") for line in lines]
    told = sum(sign == "?" for line in lines for sign in line)
    lost = sum(line.count(b"?") for line in printed) - told
    if lost > (1 - _LEGIBLE) * sum(map(len, lines)):
        raise ValueError
    made = paged.first_page(_sheet(printed))
    made.facts.pop("pages")
    return made


def _sheet(lines: list[bytes]) -> bytes:
    """Return a PDF of one page with these lines (ISO 32000-1, 7.5 and 9.4)."""
    words = b"".join(b"<%s> Tj T*\n" % line.hex().encode() for line in lines)
    top = _HEIGHT - _MARGIN - _LETTER
    shown = b"BT 0.23 0.24 0.27 rg /F %d Tf %f TL %d %d Td\n%sET" % (_LETTER, _STEP, _MARGIN, top, words)
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
        % (_WIDTH, _HEIGHT),
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(out),
    )  # fmt: skip


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore")
    if b"\0" in content:
        raise ValueError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # in the middle of a letter
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")


def _lines(text: str) -> list[str]:
    """Return the lines that fit, long ones broken between words where there are any."""
    found: list[str] = []
    for whole in text.splitlines():
        line = "".join(sign for sign in whole.expandtabs(_TAB) if unicodedata.category(sign)[0] != "C").rstrip()
        while len(line) > _SIGNS and len(found) < _LINES:
            place = line.rfind(" ", 1, _SIGNS + 1)
            place = place if place > _SIGNS // 2 else _SIGNS
            found.append(line[:place].rstrip())
            line = line[place:].lstrip()
        found.append(line)
        if len(found) >= _LINES:
            break
    return found[:_LINES]
