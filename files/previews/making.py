"""Have a picture made of bytes: by a program under limits, whose answer is believed as little as the file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone

from collab.lib import confined
from files.previews import kinds, office

LIMITS = confined.Limits(memory=512 * 2**20, processor=20, seconds=40, output=24 * 2**20, nice=5)
AT_ONCE = confined.Limits(memory=512 * 2**20, processor=6, seconds=8, output=24 * 2**20)
"""While somebody waits: what takes longer is left to the background."""
MOST_BYTES = {
    kinds.PICTURE: 128 * 10**6, kinds.VECTOR: 10 * 2**20, kinds.PDF: 128 * 10**6, kinds.FILM: 20 * 10**9,
    kinds.TEXT: 100 * 10**6, kinds.OFFICE: 64 * 10**6,
}  # fmt: skip
_WORKER = Path(__file__).with_name("worker") / "draw.py"
_MOST_HEAD = 2**16 * 4
_MOMENT = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_ZONE = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_NUMBERS = ("aperture", "exposure", "length", "iso")
_EARLIEST = 1826
"""Before the first photograph nothing was taken."""


@dataclass(frozen=True)
class Made:
    """The three pictures, b"" where one would be the one before again; or the `trouble` that there is with the file.

    `taken`: unix seconds; `width`, `height`: points of the original, upright; `marks`: how its place is taken out
    (`worker/places.py`), None where that cannot be; `facts`: what is shown beside it.
    """

    trouble: str = ""
    pictures: tuple[bytes, ...] = ()
    width: int = 0
    height: int = 0
    taken: int | None = None
    seconds: int | None = None
    pages: int | None = None
    marks: list[tuple[int, int, str]] | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def make(file: BinaryIO, how: str, ending: str, limits: confined.Limits = LIMITS) -> Made:
    """Return what was made of the file. Raises OSError when no process can be started."""
    if how == kinds.OFFICE:
        drawn = office.printed(file, ending, most=MOST_BYTES[how])
        if drawn is not None:
            return make(drawn, kinds.PDF, "pdf", limits)
        file.seek(0)
    done = confined.run(_WORKER, [how, ending], file, limits, most=MOST_BYTES[how])
    head = done.output[:_MOST_HEAD].partition(b"\n")[0]
    try:
        if done.trouble or done.status != 0:
            trouble = done.trouble or {3: "points", 4: "memory"}.get(done.status, "damaged")
            marks = _marks(json.loads(head)["marks"]) if head and not done.trouble else None
            return Made("kind" if how == kinds.OFFICE and trouble == "damaged" else trouble, marks=marks)
        return _read(json.loads(head), done.output[len(head) + 1 :])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return Made("damaged")


def _read(said: dict[str, Any], content: bytes) -> Made:
    """Return what the program said, as far as it can be true. Raises ValueError."""
    sizes = [int(size) for size in said["bytes"]]
    if len(sizes) != len(kinds.SIZES) or not sizes[0] or min(sizes) < 0 or sum(sizes) != len(content):
        raise ValueError
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    pictures = tuple(content[start : start + size] for start, size in zip(starts, sizes, strict=True))
    if any(one and not (one[:4] == b"RIFF" and one[8:12] == b"WEBP") for one in pictures):
        raise ValueError
    facts: dict[str, Any] = {name: str(said[name])[:80] for name in ("camera", "lens") if said.get(name)}
    facts |= {name: float(said[name]) for name in _NUMBERS if said.get(name)}
    if place := said.get("place"):
        facts["place"] = [float(place[0]), float(place[1])]
    return Made(
        "", pictures, _within(said["width"], 10**7) or 1, _within(said["height"], 10**7) or 1,
        _moment(str(said.get("taken", "")), str(said.get("zone", ""))),
        _within(said.get("seconds"), 10**7), _within(said.get("pages"), 10**6), _marks(said.get("marks")), facts,
    )  # fmt: skip


def _within(value: Any, most: int) -> int | None:
    return min(max(int(value), 0), most) if value is not None else None


def _marks(said: Any) -> list[tuple[int, int, str]] | None:
    if said is None:
        return None
    found = [(int(offset), int(length), str(there)) for offset, length, there in said]
    for offset, length, there in found:
        if offset < 0 or not 0 < length < 2**31 or (there and len(bytes.fromhex(there)) != length):
            raise ValueError
    return found


def _moment(said: str, zone: str) -> int | None:
    """Return the unix seconds of a moment as cameras write it; without a zone it is that of this house."""
    found = _MOMENT.fullmatch(said.strip())
    if not found:
        return None
    try:
        local = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type] # six numbers
        if local.year < _EARLIEST:
            return None
        if _ZONE.fullmatch(zone):
            return int(datetime.fromisoformat(f"{local.isoformat()}{zone}").timestamp())
        return int(timezone.make_aware(local, timezone.get_default_timezone()).timestamp())
    except (ValueError, OverflowError):
        return None
