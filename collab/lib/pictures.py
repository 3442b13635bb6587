"""Pictures that people send, made anew: decoded in a process of its own under limits, without what a camera adds."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from collab.lib import confined
from collab.lib.errors import BadInput, TooLarge, Unavailable

_WORKER = Path(__file__).with_name("picture_worker.py")
LIMITS = confined.Limits(memory=1_500_000_000, processor=15, seconds=20, output=32 * 2**20)

_NO_PICTURE = _("This is not a picture that can be shown here. Choose a JPEG, PNG or WebP file.")
_TOO_LARGE = _("This picture is too large. Choose one of at most %(count)d MB and 60 million points.")


@dataclass(frozen=True)
class Picture:
    """An encoded picture."""

    content: bytes
    media_type: str


def strip(file: BinaryIO, width: int, height: int, *, most: int) -> Picture:
    """Return the middle of the picture as a strip of at most this size, as WebP; `most` bytes are read.

    Raises BadInput for what is no JPEG, PNG or WebP, TooLarge for too many bytes or points.
    """
    return Picture(_made(file, most, "strip", width, height), "image/webp")


def within(file: BinaryIO, side: int, *, most: int) -> Picture:
    """Return the whole picture, at most so many points a side, as PNG; raises as `strip`."""
    return Picture(_made(file, most, "within", side, side), "image/png")


def squares(file: BinaryIO, sides: Sequence[int], *, most: int) -> list[bytes]:
    """Return the middle of the picture as JPEGs of these sides; raises as `strip`."""
    made, found = _made(file, most, "squares", *sides), []
    while made:
        length = int.from_bytes(made[:4], "big")
        found.append(made[4 : 4 + length])
        made = made[4 + length :]
    if len(found) != len(sides) or not all(one.startswith(b"\xff\xd8\xff") for one in found):
        raise BadInput(_NO_PICTURE)
    return found


def _made(file: BinaryIO, most: int, how: str, *sides: int) -> bytes:
    too_large = TooLarge(_TOO_LARGE % {"count": most // 10**6})
    source = file.read(most + 1)
    if len(source) > most:
        raise too_large
    try:
        done = confined.run(_WORKER, [how, *map(str, sides)], io.BytesIO(source), LIMITS, most=most)
    except OSError:
        raise Unavailable from None
    if done.trouble or done.status == 3:
        raise too_large
    if done.status != 0 or not done.output:
        raise BadInput(_NO_PICTURE)
    return done.output
