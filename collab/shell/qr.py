"""Addresses as codes that a phone reads from a screen or a poster."""

from __future__ import annotations

import io

import segno


def svg(text: str) -> bytes:
    """Return a QR code of the text as an SVG picture, black on white whatever the theme: scanners need the contrast."""
    drawn = io.BytesIO()
    segno.make(text, micro=False).save(drawn, kind="svg", scale=8, border=4, light="white")
    return drawn.getvalue()
