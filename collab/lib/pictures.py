"""Pictures that people send, made anew: decoded in a process of its own under limits, without what a camera adds."""

from __future__ import annotations

import io
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


def _made(file: BinaryIO, most: int, how: str, width: int, height: int) -> bytes:
    too_large = TooLarge(_TOO_LARGE % {"count": most // 10**6})
    source = file.read(most + 1)
    if len(source) > most:
        raise too_large
    try:
        done = confined.run(_WORKER, [how, str(width), str(height)], io.BytesIO(source), LIMITS, most=most)
    except OSError:
        raise Unavailable from None
    if done.trouble or done.status == 3:
        raise too_large
    if done.status != 0 or not done.output:
        raise BadInput(_NO_PICTURE)
    return done.output
