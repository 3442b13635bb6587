"""Addresses as codes that a phone reads from a screen or a poster."""

from __future__ import annotations

import io

import qrcode
import qrcode.image.svg


class _Picture(qrcode.image.svg.SvgPathImage):
    """Black on white whatever the theme: scanners need the contrast."""

    background = "white"


def svg(text: str) -> bytes:
    """Return a QR code of the text as an SVG picture."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=_Picture, box_size=12, border=4).save(drawn)
    return drawn.getvalue()
