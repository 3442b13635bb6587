"""Of which files there can be a picture, and how it is made: told by the name's ending, proven by the bytes."""

from __future__ import annotations

import importlib.util
import shutil
from functools import cache

from django.utils.translation import gettext as _

from files.kinds import BY_SLUG, ending_of

SIZES = {"small": 0, "medium": 1, "large": 2}
SIDES = {"small": 256, "medium": 1024, "large": 2048}
"""The longest side of each in points (`worker/drawn.py`)."""
PICTURE, VECTOR, PDF, FILM, TEXT, OFFICE = "picture", "vector", "pdf", "film", "text", "office"
_TEXTS = "txt text md markdown csv tsv log ini json yaml yml toml tex ics vcf srt sql py js css sh"
_OFFICE = "odt ods odp odg ott ots otp docx xlsx pptx docm xlsm pptm ppsx doc xls ppt rtf"
HOW = {
    **dict.fromkeys(BY_SLUG["pictures"].endings, PICTURE),
    "hif": PICTURE, "svg": VECTOR, "pdf": PDF,
    **dict.fromkeys((*BY_SLUG["films"].endings, "m4v", "3gp", "ogv"), FILM),
    **dict.fromkeys(_TEXTS.split(), TEXT),
    **dict.fromkeys(_OFFICE.split(), OFFICE),
}  # fmt: skip
"""How a file with this ending is drawn."""
PHOTOS = tuple(ending for ending, how in HOW.items() if how in (PICTURE, FILM))
"""Endings of what the gallery shows: taken by a camera, moving or not."""
FILMS = tuple(ending for ending, how in HOW.items() if how == FILM)
SLOW = frozenset({FILM, OFFICE})
"""These wait for the background; all others are made while somebody waits."""


def how_of(name: str) -> str:
    """Return how a picture of a file with this name is made, "" where there can be none here."""
    how = HOW.get(ending_of(name), "")
    return "" if how == FILM and not _sees_films() else how


def is_photo(name: str) -> bool:
    """Whether the gallery shows a file of this name."""
    return HOW.get(ending_of(name)) in (PICTURE, FILM)


@cache
def _sees_films() -> bool:
    return importlib.util.find_spec("av") is not None


def health() -> tuple[str, str, str]:
    """Say whether office documents can be drawn here, in the language of whoever looks."""
    if program := writer():
        return "good", _("Office documents are drawn by %(program)s.") % {"program": program}, ""
    return (
        "warn",
        _("LibreOffice is not installed: office documents show their sign, or the small picture that some bring."),
        _("Install LibreOffice (the packages of Writer, Calc and Impress are enough) and start the server again."),
    )


@cache
def writer() -> str:
    """Return the program that draws office documents, "" where it is not installed: they then show what they bring."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""
