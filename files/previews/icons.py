"""The sign of a file without a picture, for devices that ask for one all the same: a sheet with its ending."""

from __future__ import annotations

from functools import lru_cache

from collab.lib import sheets
from collab.lib.hues import hex_of
from files.kinds import BY_SLUG, ending_of

_PAPER, _FOLD, _LONGEST = "#f1f1ee", "#c9cbc8", 4
_HUES = (("pdf", "brique"), ("texts", "azur"), ("tables", "sapin"), ("slides", "miel"), ("sound", "prune"),
         ("films", "indigo"), ("pictures", "lagon"))  # fmt: skip
SIDES = (64, 128, 256)


def icon(name: str, side: int, *, folder: bool = False) -> bytes:
    """Return the sign as PNG, in the smallest of our sizes that is large enough."""
    size = next((one for one in SIDES if one >= side), SIDES[-1])
    if folder:
        return _folder(size)
    ending = ending_of(name)[:_LONGEST].upper()
    hue = next((hue for slug, hue in _HUES if ending_of(name) in BY_SLUG[slug].endings), "ardoise")
    return _sheet(sheets.legible(ending), hex_of(hue), size)


@lru_cache(maxsize=256)
def _sheet(letters: str, colour: str, side: int) -> bytes:
    paper = sheets.ground("#ffffff") + sheets.ink(_PAPER) + b" 20 6 m 80 6 l 80 74 l 60 94 l 20 94 l h f\n"
    fold = sheets.ink(_FOLD) + b" 60 94 m 60 74 l 80 74 l h f\n"
    band = sheets.ink(colour) + b" 12 18 76 30 re f\n1 1 1 rg " + sheets.words(letters, 22, 33)
    return sheets.picture(paper + fold + band, side)


@lru_cache(maxsize=8)
def _folder(side: int) -> bytes:
    dark, light = hex_of("petrole"), hex_of("lagon")
    back = sheets.ground("#ffffff") + sheets.ink(dark) + b" 10 18 m 90 18 l 90 78 l 48 78 l 40 86 l 10 86 l h f\n"
    return sheets.picture(back + sheets.ink(light) + b" 10 18 80 50 re f", side)
