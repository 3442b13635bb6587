"""When, where and with what a picture was taken, as its camera noted it (Exif 2.32). Nothing of it is believed."""

from __future__ import annotations

import contextlib
import re
from typing import Any

_MOMENT = re.compile(r"(\d{4})[:\-](\d\d)[:\-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_EXIF, _GPS = 0x8769, 0x8825
_MAKE, _MODEL, _CHANGED = 0x010F, 0x0110, 0x0132
_TAKEN, _DIGITIZED, _ZONE, _ZONE_CHANGED = 0x9003, 0x9004, 0x9011, 0x9010
_LENS, _APERTURE, _EXPOSURE, _SENSITIVITY, _LENGTH = 0xA434, 0x829D, 0x829A, 0x8827, 0x920A
MOST_WORDS = 80


def of(exif: Any) -> dict[str, Any]:
    """Return what Pillow's Exif object says: `taken` and `zone` as written, `camera`, `lens`, numbers, `place`."""
    inner = exif.get_ifd(_EXIF)
    found: dict[str, Any] = {}
    for tag in (_TAKEN, _DIGITIZED):
        if moment := words(inner.get(tag)):
            found.setdefault("taken", moment)
    if not found and (moment := words(exif.get(_CHANGED))):
        found["taken"] = moment
    if _OFFSET.fullmatch(zone := words(inner.get(_ZONE)) or words(inner.get(_ZONE_CHANGED))):
        found["zone"] = zone
    if camera := camera_of(words(exif.get(_MAKE)), words(exif.get(_MODEL))):
        found["camera"] = camera
    if lens := words(inner.get(_LENS)):
        found["lens"] = lens
    for name, tag in (("aperture", _APERTURE), ("exposure", _EXPOSURE), ("length", _LENGTH), ("iso", _SENSITIVITY)):
        if (number := number_of(inner.get(tag))) is not None:
            found[name] = number
    if place := place_of(exif.get_ifd(_GPS)):
        found["place"] = place
    return found


def camera_of(make: str, model: str) -> str:
    """Return the camera's name, its maker said once."""
    brand = make.split(" ")[0]
    return model if model.lower().startswith(brand.lower()) else f"{make} {model}".strip()


def words(value: Any) -> str:
    """Return a text of an Exif field as one short line."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:MOST_WORDS]


def number_of(value: Any) -> float | None:
    """Return a number that is one, None for nought and nonsense."""
    with contextlib.suppress(Exception):
        if isinstance(value, tuple):
            value = value[0]
        number = float(value)
        if 0 < number < 10_000_000:
            return round(number, 7)
    return None


def place_of(gps: Any) -> list[float] | None:
    """Return [latitude, longitude] in degrees, None where none is said. Nought and nought is a camera without sky."""
    with contextlib.suppress(Exception):
        found = []
        for reference, value, negative, most in ((gps.get(1), gps.get(2), "S", 90), (gps.get(3), gps.get(4), "W", 180)):
            degrees, minutes, seconds = (float(part) for part in value)
            number = degrees + minutes / 60 + seconds / 3600
            if not 0 <= number <= most:
                return None
            found.append(round(-number if words(reference).upper() == negative else number, 6))
        if any(found):
            return found
    return None
