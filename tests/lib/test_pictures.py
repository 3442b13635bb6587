"""Pictures from strangers: made anew, without what a camera adds; bombs and lies are refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from collab.lib import pictures
from collab.lib.errors import BadInput, TooLarge

MOST = 5 * 10**6


def picture(size=(800, 600), kind="JPEG", mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size, "teal" if mode.startswith("RGB") else 0).save(made, kind, **options)
    return made.getvalue()


def stripped(source, most=MOST):
    return Image.open(io.BytesIO(pictures.strip(io.BytesIO(source), 1600, 400, most=most).content))


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, rows=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows or zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "made"),
    [((4000, 3000), (1600, 400)), ((800, 600), (800, 200)), ((3000, 100), (400, 100)), ((1, 1), (1, 1))],
)
def test_it_becomes_a_strip_and_is_never_enlarged(size, made):
    found = stripped(picture(size))
    assert (found.format, found.size) == ("WEBP", made)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"),
     ("PNG", "I;16"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_honest_picture_is_taken(kind, mode):
    assert stripped(picture(kind=kind, mode=mode)).size == (800, 200)


def test_where_and_when_it_was_taken_is_removed_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "the secret garden"
    exif.get_ifd(0x8825)[1] = "N"
    source = picture((400, 800), exif=exif)
    assert b"secret garden" in source
    made = pictures.strip(io.BytesIO(source), 1600, 400, most=MOST).content
    found = Image.open(io.BytesIO(made))
    assert found.size == (800, 200)
    assert dict(found.getexif()) == {}
    assert b"secret garden" not in made


def test_a_wide_photograph_of_a_good_camera_is_taken():
    assert stripped(picture((9000, 6600))).size == (1600, 400)


@pytest.mark.parametrize("source", [png(60_000, 60_000), png(2**31 - 1, 2**31 - 1), png(100_000, 1000)])
def test_a_bomb_is_refused_before_it_is_decoded(source):
    with pytest.raises((TooLarge, BadInput)):
        stripped(source)


def test_a_bomb_under_the_limit_ends_with_its_own_process():
    lines = zlib.compressobj(9)
    rows = b"".join(lines.compress(b"\0" * (3 * 7700 + 1)) for _ in range(7700)) + lines.flush()
    assert stripped(png(7700, 7700, rows)).size == (1600, 400)


@pytest.mark.parametrize(
    "source",
    [b"", b"hello", b"\xff\xd8\xff", picture()[:400], picture(kind="GIF", mode="P"), picture(kind="TIFF"),
     picture(kind="BMP"), b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"%PDF-1.7",
     b"GIF89a" + bytes(100), png(0, 0), b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(50)],
)  # fmt: skip
def test_what_is_no_such_picture_is_refused(source):
    with pytest.raises(BadInput):
        stripped(source)


def test_too_many_bytes_are_refused():
    with pytest.raises(TooLarge):
        stripped(picture(), most=100)
