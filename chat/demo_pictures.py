"""Pictures that the people of the demo send each other, drawn here."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

BLUE, NIGHT, SUN, GRASS, WHITE = (52, 116, 186), (22, 48, 92), (250, 196, 72), (92, 158, 88), (255, 255, 255)


def poster() -> bytes:
    """Return the poster of the summer tournament as PNG."""
    picture = Image.new("RGB", (900, 1200), BLUE)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((590, 470, 830, 710), fill=SUN)
    draw.polygon([(0, 760), (260, 600), (520, 740), (760, 610), (900, 700), (900, 900), (0, 900)], fill=(70, 128, 92))
    draw.rectangle((0, 860, 900, 1200), fill=GRASS)
    draw.ellipse((330, 720, 570, 960), fill=WHITE, outline=NIGHT, width=10)
    draw.regular_polygon((450, 840, 58), 5, fill=NIGHT)
    for words, size, at in (("Grand tournoi", 118, 130), ("samedi 19 juin", 72, 300), ("complexe Coubertin", 52, 410)):
        draw.text((70, at), words, font=ImageFont.load_default(size), fill=WHITE)
    draw.text((70, 1080), "Les Tilleuls · Castelnau", font=ImageFont.load_default(48), fill=NIGHT)
    return _png(picture)


def leaf() -> bytes:
    """Return the emoji of the association, a leaf of its lime tree, as PNG."""
    picture = Image.new("RGBA", (128, 128))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 14, 76, 84), fill=GRASS)
    draw.ellipse((52, 14, 108, 84), fill=GRASS)
    draw.polygon([(24, 62), (104, 62), (64, 116)], fill=GRASS)
    draw.line((64, 30, 64, 124), fill=(58, 104, 56), width=6)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()
