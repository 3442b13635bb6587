"""Pictures of the demo's summer tournament, drawn here: a house without photos would show an empty gallery."""

from __future__ import annotations

import io
import math
from datetime import datetime, timedelta
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
_FIRST = datetime(2026, 6, 20, 9, 40)
_SKIES = (((255, 214, 170), (120, 170, 220)), ((200, 225, 250), (70, 130, 200)), ((250, 190, 150), (90, 80, 140)))
_SHIRTS = ((200, 60, 50), (40, 90, 170), (240, 180, 40), (245, 245, 240))


def photos(count: int) -> dict[str, bytes]:
    """Return {name: JPEG}, each with the moment at which a camera would have taken it."""
    return {f"Tournoi {number + 1:02}.jpg": _photo(number) for number in range(count)}


def _photo(number: int) -> bytes:
    dice = Random(number)  # noqa: S311 - a picture, no secret
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    low, high = _SKIES[number % len(_SKIES)]
    horizon = HEIGHT // 2 + dice.randint(-40, 40)
    for line in range(horizon):
        part = line / horizon
        colour = tuple(round(b + (a - b) * part) for a, b in zip(low, high, strict=True))
        draw.line((0, line, WIDTH, line), fill=colour)
    sun = dice.randint(150, WIDTH - 150)
    draw.ellipse((sun - 60, horizon - 190, sun + 60, horizon - 70), fill=(255, 240, 200))
    hills = [(x, horizon - 50 - round(45 * math.sin(x / 170 + number))) for x in range(0, WIDTH + 20, 20)]
    draw.polygon([(0, horizon), *hills, (WIDTH, horizon)], fill=(92, 128, 92))
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=(96, 158, 84))
    for stripe in range(0, WIDTH, 240):
        draw.polygon(
            [(stripe, HEIGHT), (stripe + 120, HEIGHT), (WIDTH // 2 + (stripe + 60 - WIDTH // 2) // 3, horizon)],
            fill=(104, 168, 92),
        )
    draw.arc((WIDTH // 2 - 260, horizon + 90, WIDTH // 2 + 260, horizon + 250), 0, 360, fill=(240, 245, 235), width=5)
    for _player in range(5 + number % 4):
        x, y = dice.randint(80, WIDTH - 80), dice.randint(horizon + 40, HEIGHT - 120)
        size = 30 + (y - horizon) // 6
        draw.ellipse((x - size, y + size * 2, x + size, y + size * 2 + 14), fill=(74, 126, 66))
        draw.rounded_rectangle((x - size // 2, y, x + size // 2, y + size * 2), size // 3, fill=dice.choice(_SHIRTS))
        draw.ellipse((x - size // 3, y - size // 2, x + size // 3, y + size // 6), fill=(222, 178, 146))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{_FIRST + timedelta(minutes=37 * number):%Y:%m:%d %H:%M:%S}"
    exif[0x010F], exif[0x0110] = "Les Tilleuls", "Appareil de démonstration"
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=82, exif=exif)
    return made.getvalue()
