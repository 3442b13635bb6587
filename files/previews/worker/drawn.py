"""What every way of drawing ends in: a picture in three sizes as WebP, with nothing of what a camera adds."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

SIDES = (256, 1024, 2048)
"""Points of the longest side; a picture that is smaller is never enlarged."""
MOST_POINTS = 64_000_000
_QUALITY = ((75, 4), (80, 2), (80, 1))


class TooMany(Exception):
    """More points than anything honest has."""


@dataclass
class Drawn:
    """Three WebP pictures, the smallest first, b"" where it would be the one before again; and what was learnt."""

    pictures: list[bytes]
    facts: dict[str, Any] = field(default_factory=dict)


def require_few(width: int, height: int) -> None:
    """Raise TooMany for more points than are decoded here."""
    if width < 1 or height < 1 or width * height > MOST_POINTS:
        raise TooMany


def in_sizes(picture: Any, **facts: Any) -> Drawn:
    """Return the picture (RGB or RGBA, upright) in its sizes."""
    from PIL import Image

    longest = max(picture.size)
    made: list[bytes] = []
    for place in reversed(range(len(SIDES))):
        if place and longest <= SIDES[place - 1]:
            made.insert(0, b"")
            continue
        picture.thumbnail((SIDES[place], SIDES[place]), Image.Resampling.LANCZOS, reducing_gap=2.0)
        quality, effort = _QUALITY[place]
        sink = io.BytesIO()
        picture.save(sink, "WEBP", quality=quality, method=effort, exif=b"", icc_profile=b"", xmp=b"")
        made.insert(0, sink.getvalue())
    return Drawn(made, facts)
