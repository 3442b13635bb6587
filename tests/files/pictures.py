"""Pictures, films and documents made in the tests: honest ones, and those that lie."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

PARIS = ((48, 51, 30), (2, 17, 40))
TAKEN = "2024:07:14 15:03:22"
_HALVES = ((200, 40, 40), (40, 80, 200))


def picture(width: int = 640, height: int = 480) -> Any:
    """The left half red, the right half blue, so that one sees how it is turned."""
    made = Image.new("RGB", (width, height), _HALVES[0])
    made.paste(_HALVES[1], (width // 2, 0, width, height))
    return made


def exif(orientation: int = 1, *, place: bool = True, taken: str = TAKEN, zone: str = "+02:00") -> Any:
    """What a phone notes."""
    made = Image.Exif()
    made[0x010F], made[0x0110], made[0x0112] = "Fabrique", "Fabrique F1", orientation
    inner = made.get_ifd(0x8769)
    inner[0x9003], inner[0x9011], inner[0x829D], inner[0x8827] = taken, zone, IFDRational(18, 10), 200
    if place:
        gps = made.get_ifd(0x8825)
        north, east = (tuple(IFDRational(part) for part in one) for one in PARIS)
        gps.update({1: "N", 2: north, 3: "E", 4: east, 29: "2024:07:14"})
    return made


def encoded(form: str, made: Any = None, **options: Any) -> bytes:
    sink = io.BytesIO()
    (made or picture()).save(sink, form, **options)
    return sink.getvalue()


def jpeg(width: int = 640, height: int = 480, **notes: Any) -> bytes:
    """A photo with what a camera notes."""
    return encoded("JPEG", picture(width, height), exif=exif(**notes))


def png(width: int = 64, height: int = 48) -> bytes:
    return encoded("PNG", picture(width, height))


def heic(**notes: Any) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return encoded("HEIF", exif=exif(**notes), quality=60)


def avif(**notes: Any) -> bytes:
    return encoded("AVIF", exif=exif(**notes), quality=60, speed=10)


def huge_png(side: int = 60_000) -> bytes:
    """The header of a picture of so many points a side, and rows that inflate without end."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def pdf(words: str = "Assemblée", width: int = 595, height: int = 842) -> bytes:
    """A page with a few words on it."""
    drawn = f"BT /F1 48 Tf 60 {height - 120} Td ({words}) Tj ET".encode("latin-1")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
        .encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (len(parts) + 1, table, len(parts) + 1, len(out))


def film(seconds: int = 2, place: str = "+48.8583+002.2944/") -> bytes:
    """A few blue pictures that move, as a phone writes them."""
    import av

    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as made:
        made.metadata.update(
            {"com.apple.quicktime.location.ISO6709": place, "com.apple.quicktime.make": "Fabrique"} if place else {}
        )
        stream = made.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _number in range(5 * seconds):
            frame = av.VideoFrame.from_image(Image.new("RGB", (320, 180), _HALVES[1]))
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return sink.getvalue()


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">
<script>fetch("http://127.0.0.1:9/")</script><rect width="40" height="20" fill="#2850c8"/>
<image href="http://127.0.0.1:%d/a.png" width="9" height="9"/>
<image xlink:href="file:///etc/passwd" width="9" height="9"/>
</svg>"""


def shown(content: bytes) -> Any:
    """The picture that an answer holds, decoded."""
    return Image.open(io.BytesIO(content))


def is_red(point: tuple[int, ...]) -> bool:
    return point[0] > 120 > point[2]


def is_blue(point: tuple[int, ...]) -> bool:
    return point[2] > 120 > point[0]
