"""How a text begins, drawn as a sheet of paper."""

from __future__ import annotations

import unicodedata
from typing import BinaryIO

import drawn

_BYTES = 8192
_LINES, _SIGNS = 40, 56
_WIDTH, _HEIGHT, _MARGIN, _LETTER, _STEP = 960, 1280, 72, 24, 29
_INK, _PAPER = (58, 62, 70), (255, 255, 255)
_TAB = 4


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the first lines on a sheet. Raises ValueError for bytes that are no text, or none."""
    from PIL import Image, ImageDraw, ImageFont

    lines = _lines(_decoded(file.read(_BYTES)))
    if not any(lines):
        raise ValueError
    sheet = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(sheet)
    letters = ImageFont.load_default(_LETTER)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, _MARGIN + number * _STEP), line, font=letters, fill=_INK)
    return drawn.in_sizes(sheet, width=_WIDTH, height=_HEIGHT)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore")
    if b"\0" in content:
        raise ValueError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # in the middle of a letter
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")


def _lines(text: str) -> list[str]:
    """Return the lines that fit, long ones broken between words where there are any."""
    found: list[str] = []
    for whole in text.splitlines():
        line = "".join(sign for sign in whole.expandtabs(_TAB) if unicodedata.category(sign)[0] != "C").rstrip()
        while len(line) > _SIGNS and len(found) < _LINES:
            place = line.rfind(" ", 1, _SIGNS + 1)
            place = place if place > _SIGNS // 2 else _SIGNS
            found.append(line[:place].rstrip())
            line = line[place:].lstrip()
        found.append(line)
        if len(found) >= _LINES:
            break
    return found[:_LINES]
