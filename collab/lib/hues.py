"""The ten colours of places and people; the name is stored, the stylesheet knows its tones."""

from functools import cache
from math import cos, radians, sin

HUES = ("azur", "brique", "sapin", "prune", "miel", "lagon", "framboise", "mousse", "indigo", "ardoise")

TONES = {
    "framboise": (2, 0.16), "brique": (47, 0.12), "miel": (75, 0.105), "mousse": (125, 0.105), "sapin": (158, 0.095),
    "lagon": (195, 0.085), "azur": (248, 0.12), "indigo": (280, 0.15), "prune": (318, 0.15), "ardoise": (250, 0.025),
    "petrole": (222, 0.0856),
}  # fmt: skip
"""Hue (degrees) and chroma, as in the stylesheet: for those who want a colour and read no stylesheet."""


def hue_of(number: int) -> str:
    """Return the colour for the n-th thing, in turn."""
    return HUES[number % len(HUES)]


@cache
def hex_of(name: str) -> str:
    """Return the colour of buttons in this hue, “#146075”: dark enough for white text."""
    hue, chroma = TONES[name]
    return "#" + "".join(f"{round(255 * _gamma(part)):02x}" for part in linear(0.455, chroma * 0.9, hue))


def linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return linear red, green and blue of an OKLCH colour, cut to what screens show."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return (_cut(red), _cut(green), _cut(blue))


def _cut(value: float) -> float:
    return min(1.0, max(0.0, value))


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
