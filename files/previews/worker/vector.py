"""SVG as a picture of points. Scripts are never run, and nothing outside of the file is fetched or opened."""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO

import drawn
import raster

MOST_BYTES = 10 * 2**20
MOST_ELEMENTS = 200_000
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*")
_OWN = re.compile(r"#|data:image/(?:png|jpe?g|gif|webp);base64,")
_NEVER = {"script", "foreignObject", "iframe", "audio", "video", "handler", "listener"}
_LONGEST = 20
"""As many times longer than wide: more is no picture."""


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the drawing in its sizes, where nothing is drawn as clear as in the original."""
    import resvg_py
    from defusedxml.ElementTree import parse

    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise drawn.TooMany
    root = parse(io.BytesIO(content), forbid_dtd=False, forbid_entities=True, forbid_external=True).getroot()
    if _local(root.tag) != "svg":
        raise ValueError
    _clean(root)
    width, height = _size(root)
    scale = drawn.SIDES[-1] / max(width, height)
    png = resvg_py.svg_to_bytes(
        svg_string=_text(root), width=max(1, round(width * scale)), height=max(1, round(height * scale)),
    )  # fmt: skip
    picture, _known = raster.decoded(bytes(png), ("PNG",))
    return drawn.in_sizes(picture, width=round(width), height=round(height))


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _clean(root: Any) -> None:
    """Take out what could run, and every reference to anything outside of the file."""
    for count, element in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise drawn.TooMany
        for child in [child for child in element if _local(child.tag) in _NEVER]:
            element.remove(child)
        for name in [name for name in element.attrib if _local(name) == "href"]:
            if not _OWN.match(element.attrib[name].strip()):
                del element.attrib[name]


def _text(root: Any) -> str:
    from xml.etree.ElementTree import tostring

    return tostring(root, encoding="unicode")


def _size(root: Any) -> tuple[float, float]:
    """Return width and height: what it says, else the proportions of its view. Raises ValueError for neither."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    box = [float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        if not width and not height:
            width, height = box[2], box[3]
        width = width or height * box[2] / box[3]
        height = height or width * box[3] / box[2]
    width, height = width or 300.0, height or 150.0  # CSS 2.1, 10.3.2: what has no size of its own
    if max(width, height) > _LONGEST * min(width, height):
        raise drawn.TooMany
    return width, height


def _length(value: str | None) -> float:
    found = _NUMBER.fullmatch(value or "")
    factor = {"pt": 4 / 3, "pc": 16, "mm": 3.78, "cm": 37.8, "in": 96, "em": 16, "ex": 8}
    return float(found[1]) * factor.get(found[2] or "", 1.0) if found else 0.0
