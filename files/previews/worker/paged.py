"""The first page of a PDF, on white paper."""

from __future__ import annotations

from typing import Any, BinaryIO

import drawn

_LONGEST = 20


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the first page in its sizes, and how many there are."""
    return first_page(file.read())


def first_page(content: bytes) -> drawn.Drawn:
    """Return the first page of these bytes. Forms are drawn as they are printed; scripts are not run (PDFium without
    V8)."""
    import pypdfium2

    if b"%PDF-" not in content[:1024]:
        raise ValueError
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    if not (width > 0 and height > 0) or max(width, height) > _LONGEST * min(width, height):
        raise drawn.TooMany
    bitmap: Any = page.render(scale=drawn.SIDES[-1] / max(width, height), may_draw_forms=False)
    return drawn.in_sizes(bitmap.to_pil().convert("RGB"), width=round(width), height=round(height), pages=len(document))
