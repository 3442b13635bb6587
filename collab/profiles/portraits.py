"""The picture that stands for a person: theirs, or their initials drawn in their colour."""

from __future__ import annotations

import hashlib
import io
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collab.accounts.models import User
from collab.lib.hues import hex_of
from collab.profiles.actions import SIDES
from collab.profiles.models import Portrait
from collab.rights import whom
from collab.rights.actor import Actor

DRAWN = 2
"""Counted up when our drawing of initials changes: what devices keep is then asked for anew."""
_PDFIUM = threading.Lock()
"""PDFium serves one thread at a time."""
_HEIGHT = 0.42
"""Of the side, how high the letters' square is; capitals of Helvetica fill 0.72 of it, widths are in thousandths."""
_CAPITAL = 0.72
_BARE = {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ı": "i"}
"""Letters with a stroke, which no table takes apart."""
_WIDE = {"I": 278, "J": 556, "L": 611, "M": 833, "W": 944, "i": 278, "j": 278, "l": 278, "f": 333, "t": 333, "r": 389,
         "m": 889, "w": 778, " ": 278, "&": 722, "?": 611}  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A picture to be sent; `etag` is quoted and says which it is."""

    media_type: str
    etag: str
    content: bytes


def find(actor: Actor, username: str) -> User | None:
    """Return the person, None for whom the actor may not find: a visitor finds nobody."""
    if actor.user is None:
        return None
    if actor.user.username == username.lower():
        return User.objects.get(pk=actor.user.pk)
    return whom.people(actor).filter(username=username.lower()).first()


def may_see(actor: Actor | None, person: User) -> bool:
    """Whether the actor may see this person's picture. A guest is asked about once, for all whom they may find."""
    if actor is None or actor.user is None or not person.is_active:
        return False
    if not actor.user.is_guest or person.pk == actor.user.pk:
        return True
    return person.pk in _found_by(actor)


def _found_by(actor: Actor) -> frozenset[int]:
    """Return whom a guest may find and who have a picture; remembered as long as the guest stands at the door."""
    user: Any = actor.user
    if not hasattr(user, "_finds"):
        user._finds = frozenset(whom.people(actor).exclude(portrait="").values_list("pk", flat=True))
    found: frozenset[int] = user._finds
    return found


def side_of(size: int) -> int:
    """Return the smallest size that is kept and is large enough, the largest for more."""
    return next((side for side in SIDES if side >= size), SIDES[-1])


def tag(person: User, size: int) -> str:
    """Return the ETag of the person's picture, without making it."""
    side = side_of(size)
    if person.portrait:
        return f'"{person.portrait}-{side}"'
    about = f"{person.initials} {person.hue} {DRAWN}"
    return f'"{hashlib.sha256(about.encode()).hexdigest()[:16]}-{side}"'


def face(person: User, size: int) -> Face:
    """Return the person's picture in about this size."""
    side = side_of(size)
    if person.portrait:
        kept = Portrait.objects.filter(user=person, mark=person.portrait, side=side).values_list("content", flat=True)
        if (content := kept.first()) is not None:
            return Face("image/jpeg", tag(person, size), bytes(content))
    return Face("image/png", tag(person, size), initials(person.initials, person.hue, side))


@lru_cache(maxsize=512)
def initials(text: str, hue: str, side: int) -> bytes:
    """Return letters on a square of this colour, as PNG: printed by PDFium with letters of its own.

    They are those of western Europe; a letter of another loses what they have not, and one of another script makes
    room for the sign of a person.
    """
    letters = "".join(_printable(sign) for sign in text)
    page = _sheet(letters, hex_of(hue))
    import pypdfium2

    with _PDFIUM:
        bitmap: Any = pypdfium2.PdfDocument(page)[0].render(scale=side / 100)
        picture = bitmap.to_pil().convert("RGB")
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _printable(sign: str) -> str:
    for candidate in (sign, *unicodedata.normalize("NFKD", _BARE.get(sign, sign))[:1]):
        if candidate.isprintable() and candidate.encode("cp1252", "ignore"):
            return candidate
    return ""


def _sheet(letters: str, colour: str) -> bytes:
    """Return a PDF of one square page of 100 points (ISO 32000-1, 7.5, 8.5 and 9.4)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ground = b"%.3f %.3f %.3f rg 0 0 100 100 re f 1 1 1 rg\n" % (red, green, blue)
    shown = ground + (_words(letters) if letters else _person())
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


def _words(letters: str) -> bytes:
    size = 100 * _HEIGHT
    width = sum(_WIDE.get(unicodedata.normalize("NFKD", sign)[0], 722 if sign.isupper() else 611) for sign in letters)
    left = 50 - size * width / 2000
    return b"BT /F %.1f Tf %.2f %.2f Td <%s> Tj ET" % (
        size, left, 50 - size * _CAPITAL / 2, letters.encode("cp1252").hex().encode(),
    )  # fmt: skip


def _person() -> bytes:
    """Return a head and shoulders."""
    bend = 0.5523
    head = _round(50, 60, 15, 15, bend)
    return head + b"\n22 18 m 22 34 34 40 50 40 c 66 40 78 34 78 18 c h f"


def _round(x: float, y: float, wide: float, high: float, bend: float) -> bytes:
    points = [
        (x - wide, y), (x - wide, y + bend * high), (x - bend * wide, y + high), (x, y + high),
        (x + bend * wide, y + high), (x + wide, y + bend * high), (x + wide, y), (x + wide, y - bend * high),
        (x + bend * wide, y - high), (x, y - high), (x - bend * wide, y - high), (x - wide, y - bend * high),
        (x - wide, y),
    ]  # fmt: skip
    written = [b"%.2f %.2f" % point for point in points]
    curves = b" ".join(b" ".join(written[place : place + 3]) + b" c" for place in range(1, 13, 3))
    return written[0] + b" m " + curves + b" f"
