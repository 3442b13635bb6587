"""Small pictures that we draw ourselves: a few shapes and letters, printed by PDFium with letters of its own."""

from __future__ import annotations

import io
import threading
import unicodedata
from typing import Any

_PDFIUM = threading.Lock()
"""PDFium serves one thread at a time."""
CAPITAL = 0.72
"""Of the size of Helvetica's letters, how high its capitals are; widths below are in thousandths of it."""
_WIDE = {"I": 278, "J": 556, "L": 611, "M": 833, "W": 944, "i": 278, "j": 278, "l": 278, "f": 333, "t": 333, "r": 389,
         "m": 889, "w": 778, " ": 278, "&": 722, "?": 611}  # fmt: skip
_BARE = {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ı": "i"}
"""Letters with a stroke, which no table takes apart."""
_BEND = 0.5523
"""Of the radius: where the handles of a quarter of a circle are."""


def picture(shown: bytes, side: int) -> bytes:
    """Return a square of so many points as PNG. `shown` draws on 100 by 100 units from below left (ISO 32000-1, 8)."""
    import pypdfium2

    with _PDFIUM:
        bitmap: Any = pypdfium2.PdfDocument(_page(shown))[0].render(scale=side / 100)
        drawn = bitmap.to_pil().convert("RGB")
    made = io.BytesIO()
    drawn.save(made, "PNG", optimize=True)
    return made.getvalue()


def ground(colour: str) -> bytes:
    """Return what fills everything with a colour, “#146075”."""
    return b"%s 0 0 100 100 re f\n" % ink(colour)


def ink(colour: str) -> bytes:
    """Return what makes all that follows be filled with a colour."""
    return b"%.3f %.3f %.3f rg" % tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def legible(text: str) -> str:
    """Return the letters that can be printed: those of western Europe. Others lose what those have not, or go."""
    return "".join(_legible(sign) for sign in text)


def words(letters: str, size: float, middle: float = 50) -> bytes:
    """Return what prints these letters in the middle, at this height."""
    width = sum(_WIDE.get(unicodedata.normalize("NFKD", sign)[0], 722 if sign.isupper() else 611) for sign in letters)
    return b"BT /F %.1f Tf %.2f %.2f Td <%s> Tj ET" % (
        size, 50 - size * width / 2000, middle - size * CAPITAL / 2, letters.encode("cp1252").hex().encode(),
    )  # fmt: skip


def round_shape(x: float, y: float, radius: float) -> bytes:
    """Return what fills a circle."""
    far = _BEND * radius
    points = [
        (x - radius, y), (x - radius, y + far), (x - far, y + radius), (x, y + radius), (x + far, y + radius),
        (x + radius, y + far), (x + radius, y), (x + radius, y - far), (x + far, y - radius), (x, y - radius),
        (x - far, y - radius), (x - radius, y - far), (x - radius, y),
    ]  # fmt: skip
    written = [b"%.2f %.2f" % point for point in points]
    return written[0] + b" m " + b" ".join(b" ".join(written[at : at + 3]) + b" c" for at in range(1, 13, 3)) + b" f"


def _legible(sign: str) -> str:
    for candidate in (sign, str(unicodedata.normalize("NFKD", _BARE.get(sign, sign)))[:1]):
        if candidate.isprintable() and candidate.encode("cp1252", "ignore"):
            return candidate
    return ""


def _page(shown: bytes) -> bytes:
    """Return a PDF of one page (ISO 32000-1, 7.5)."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    )  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(out),
    )  # fmt: skip
