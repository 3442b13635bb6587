"""Decodes one picture from a stranger: bytes in, a small WebP out. A program of its own, so that limits can end it.

Exit codes: 0 made, 2 no picture of these kinds, 3 too many points.
"""

from __future__ import annotations

import contextlib
import io
import sys

MEMORY = 1_500_000_000
PROCESSOR_SECONDS = 15
MOST_POINTS = 60_000_000
KINDS = ("JPEG", "PNG", "WEBP")


def limit() -> None:
    """Let the system end this process when a picture asks for more memory or time than any honest one."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def strip(source: bytes, width: int, height: int) -> bytes | int:
    """Return the picture's middle in this proportion, never enlarged; or the exit code that says why not."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    with Image.open(io.BytesIO(source), formats=KINDS) as opened:
        if opened.format == "JPEG":
            opened.draft("RGB", (width, width))  # decodes at a fraction of its size
        if opened.width * opened.height > MOST_POINTS:
            return 3
        upright = ImageOps.exif_transpose(opened)
        picture = upright if upright.mode in ("RGB", "RGBA") else upright.convert("RGBA" if _clear(upright) else "RGB")
    wide = min(width, picture.width, picture.height * width // height) or 1
    made = io.BytesIO()
    ImageOps.fit(picture, (wide, max(1, wide * height // width))).save(made, "WEBP", quality=80, exif=b"")
    return made.getvalue()


def _clear(picture: object) -> bool:
    return getattr(picture, "mode", "") in ("LA", "PA") or "transparency" in getattr(picture, "info", {})


def main() -> int:
    """Read the picture, write the strip."""
    limit()
    try:
        made = strip(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except Exception:
        return 2  # whatever a decoder stumbles over: the caller only needs to know that it did
    if isinstance(made, int):
        return made
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
