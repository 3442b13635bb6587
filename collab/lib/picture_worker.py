"""Decodes one picture from a stranger: bytes in, small pictures out. Limits can end it: `lib.confined` runs it.

Exit codes: 0 made, 2 no picture of these kinds, 3 too many points.
"""

from __future__ import annotations

import io
import sys
from typing import Any

MOST_POINTS = 60_000_000
KINDS = ("JPEG", "PNG", "WEBP")


class TooMany(Exception):
    """More points than anything honest has."""


def strip(source: bytes, width: int, height: int) -> bytes:
    """Return the picture's middle in this proportion, never enlarged."""
    from PIL import ImageOps

    picture = _decoded(source, width)
    wide = min(width, picture.width, picture.height * width // height) or 1
    made = io.BytesIO()
    ImageOps.fit(picture, (wide, max(1, wide * height // width))).save(made, "WEBP", quality=80, exif=b"")
    return made.getvalue()


def within(source: bytes, width: int, height: int) -> bytes:
    """Return the whole picture, never enlarged, with what shines through it."""
    from PIL import Image

    picture = _decoded(source, 2 * width).convert("RGBA")
    picture.thumbnail((width, height))
    made = io.BytesIO()
    # a new picture: nothing but the points of what was sent
    Image.frombytes("RGBA", picture.size, picture.tobytes()).save(made, "PNG", optimize=True)
    return made.getvalue()


def squares(source: bytes, *sides: int) -> bytes:
    """Return the picture's middle as JPEGs of these sides, one after another, each behind its length in four bytes."""
    from PIL import Image, ImageOps

    picture = _decoded(source, 2 * max(sides))
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    out = b""
    for side in sides:
        fitted = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        made = io.BytesIO()
        # a new picture: nothing but the points of what was sent
        Image.frombytes("RGB", fitted.size, fitted.tobytes()).save(made, "JPEG", quality=85, optimize=True)
        out += len(made.getvalue()).to_bytes(4, "big") + made.getvalue()
    return out


def _decoded(source: bytes, width: int) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    with Image.open(io.BytesIO(source), formats=KINDS) as opened:
        if opened.format == "JPEG":
            opened.draft("RGB", (width, width))  # decodes at a fraction of its size
        if opened.width * opened.height > MOST_POINTS:
            raise TooMany
        upright = ImageOps.exif_transpose(opened)
        return upright if upright.mode in ("RGB", "RGBA") else upright.convert("RGBA" if _clear(upright) else "RGB")


def _clear(picture: object) -> bool:
    return getattr(picture, "mode", "") in ("LA", "PA") or "transparency" in getattr(picture, "info", {})


def main() -> int:
    """Read the picture, write what is made of it: `strip` or `within`, width, height; `squares`, sides."""
    try:
        make: Any = {"strip": strip, "within": within, "squares": squares}[sys.argv[1]]
        made = make(sys.stdin.buffer.read(), *map(int, sys.argv[2:]))
    except TooMany:
        return 3
    except Exception:
        return 2  # whatever a decoder stumbles over: the caller only needs to know that it did
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
