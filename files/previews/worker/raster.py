"""Pictures of points: JPEG, PNG, GIF, WebP, TIFF, BMP, AVIF, and HEIC as phones write it."""

from __future__ import annotations

import contextlib
import io
from typing import Any, BinaryIO

import drawn
import facts
import places

KINDS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF")
_MOST_PROFILE = 4 * 2**20
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
    8: "ROTATE_90",
}  # fmt: skip
_ACROSS = 5
"""From this number on width and height change places."""


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return the picture in its sizes, with when, where and with what it was taken."""
    content = file.read()
    picture, known = decoded(content)
    return drawn.in_sizes(picture, **known, marks=_marks(content, known))


def _marks(content: bytes, known: dict[str, Any]) -> list[places.Mark] | None:
    """Return how the place is taken out; None where it can still be read after that."""
    from PIL import Image

    found = places.marks(content)
    if found and "place" in known:
        with Image.open(io.BytesIO(places.without(content, found)), formats=KINDS) as opened:
            if "place" in _known(opened):
                return None
    return None if "place" in known and not found else found


def decoded(content: bytes, kinds: tuple[str, ...] = KINDS) -> tuple[Any, dict[str, Any]]:
    """Return the picture upright, no larger than is drawn, and what is known of it. Raises drawn.TooMany."""
    from PIL import AvifImagePlugin, Image

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    if "HEIF" in kinds:
        _know_heic()
    largest = drawn.SIDES[-1]
    with Image.open(io.BytesIO(content), formats=kinds) as opened:
        known = _known(opened)
        if opened.format in ("JPEG", "MPO"):
            opened.draft("RGB", (largest, largest))  # decodes at a fraction of its size
        drawn.require_few(*opened.size)
        picture = _plain(opened)
        picture.thumbnail((largest, largest), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture = _in_common_colours(picture, opened)
        turn = _TURNS.get(known.pop("turn"))
        return picture.transpose(Image.Transpose[turn]) if turn else picture, known


def _known(opened: Any) -> dict[str, Any]:
    width, height = opened.size
    found: dict[str, Any] = {"turn": 1}
    with contextlib.suppress(Exception):  # a broken note of the camera is no reason not to show what it took
        exif = opened.getexif()
        found |= facts.of(exif)
        if exif.get(_ORIENTATION) in _TURNS:
            found["turn"] = exif[_ORIENTATION]
            width, height = (height, width) if found["turn"] >= _ACROSS else (width, height)
    return found | {"width": width, "height": height}


def _know_heic() -> None:
    from pillow_heif import register_heif_opener

    register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def _plain(opened: Any) -> Any:
    """Return it as RGB, or RGBA where something shines through, decoded."""
    clear = opened.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in opened.info
    if opened.mode.startswith("I") or opened.mode == "F":
        return _eight_bits(opened).convert("RGB")
    wanted = "RGBA" if clear else "RGB"
    if opened.mode != wanted:
        return opened.convert(wanted)
    opened.load()
    return opened.copy() if opened.size[0] * opened.size[1] < 4_000_000 else opened


def _eight_bits(opened: Any) -> Any:
    """Sixteen bits a point, as scanners write them: the upper eight."""
    return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _in_common_colours(picture: Any, opened: Any) -> Any:
    """Bring the colours of a wider profile (Display P3, Adobe RGB) to those that every screen shows."""
    profile = opened.info.get("icc_profile") or b""
    picture.info.pop("icc_profile", None)
    if not profile or len(profile) > _MOST_PROFILE or picture.mode not in ("RGB", "RGBA"):
        return picture
    with contextlib.suppress(Exception):
        from PIL import ImageCms

        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() == "RGB":
            return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=picture.mode)
    return picture
