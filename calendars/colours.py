"""Colours of calendars: ten of the house, and whatever a device sends, which keeps its hue and takes our lightness."""

from __future__ import annotations

from functools import lru_cache
from math import atan2, degrees, hypot

from collab.lib.hues import HUES, TONES, hex_of

OURS = {hex_of(name): name for name in HUES}
"""{“#rrggbb”: the name of the hue}: what people may choose."""
_GREY = 0.03
_STRONGEST = 0.085
"""The chroma at which any hue keeps its contrast, in light and in dark."""


@lru_cache(maxsize=2000)
def tone(color: str) -> tuple[float, float]:
    """Return hue (degrees) and chroma (OKLCH) of “#rrggbb”, as the stylesheet takes them."""
    if (name := OURS.get(color[:7].lower())) is not None:
        return TONES[name]
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return round(degrees(atan2(b, a)) % 360, 1), round(min(_STRONGEST, hypot(a, b)), 4)


def nearest(color: str) -> str:
    """Return the name of the one of the ten colours that comes closest: for pages that have no rules of their own."""
    hue, chroma = tone(color)
    if chroma < _GREY:
        return "ardoise"
    around = (name for name in HUES if name != "ardoise")
    return min(around, key=lambda name: abs((TONES[name][0] - hue + 180) % 360 - 180))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
