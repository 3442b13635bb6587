"""The place at which a picture was taken, taken out of every kind of file that says it, and nothing else changed."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from files.previews import making
from files.previews.worker import places
from files.publishing import Marked
from tests.files import pictures


def made(content, how="picture", ending="jpg"):
    return making.make(io.BytesIO(content), how, ending)


def without(content, how="picture"):
    """The content as a link hands it out, read in odd parts; its length is the same."""
    found = made(content, how)
    assert found.marks is not None
    file = Marked(io.BytesIO(content), found.marks)
    parts = []
    while part := file.read(37):
        parts.append(part)
    assert len(b"".join(parts)) == len(content)
    return b"".join(parts)


def png():
    noted = PngImagePlugin.PngInfo()
    noted.add_itxt("XML:com.adobe.xmp", '<x exif:GPSLatitude="48,51.5N"/>')
    return pictures.encoded("PNG", exif=pictures.exif(), pnginfo=noted)


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r exif:GPSLatitude="48,51.5N">'
    b"<exif:GPSLongitude>2,17.6E</exif:GPSLongitude></r></x:xmpmeta>"
)


@pytest.mark.parametrize(
    "content",
    [
        pictures.jpeg, lambda: pictures.jpeg(orientation=6), pictures.heic, pictures.avif, png,
        lambda: pictures.encoded("WEBP", exif=pictures.exif()),
        lambda: pictures.jpeg() + b"behind the picture" + pictures.jpeg(10, 10),
    ],
    ids=["jpeg", "turned", "heic", "avif", "png", "webp", "two in one"],
)  # fmt: skip
def test_the_place_goes_and_the_picture_stays(content):
    before = content()
    found = made(before)
    assert found.facts.pop("place") == [48.858333, 2.294444]
    after = without(before)
    again = made(after)
    assert "place" not in again.facts
    if not before.startswith(b"\x89PNG"):  # which loses all that was noted
        assert (again.facts, again.taken) == (found.facts, found.taken)
    assert again.pictures == found.pictures
    with Image.open(io.BytesIO(after)) as opened:
        opened.verify()


def test_words_beside_a_picture_lose_it_too():
    after = without(pictures.encoded("JPEG", xmp=XMP))
    assert b"48,51" not in after
    assert b"2,17" not in after
    assert b"exif:GPSLatitude" in after, "only what it says is blank"


def test_a_film_loses_it():
    before = pictures.film()
    found = made(before, "film", "mp4")
    assert found.facts["place"] == [48.8583, 2.2944]
    after = without(before, "film")
    again = made(after, "film", "mp4")
    assert "place" not in again.facts
    assert (again.seconds, again.pictures) == (found.seconds, found.pictures)
    assert made(pictures.film(place=""), "film", "mp4").marks == []


@pytest.mark.parametrize("track", [b"gpmd", b"camm"])
def test_a_film_that_says_it_all_along_is_not_handed_out(track):
    content = pictures.film(place="")
    assert places.marks_of_film(io.BytesIO(content.replace(b"handler_name", track.ljust(12)))) is not None
    described = content.index(b"moov")
    assert places.marks_of_film(io.BytesIO(content[: described + 12] + track + content[described + 16 :])) is None


@pytest.mark.parametrize(
    "content",
    [
        b"", b"II*\0", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08\xff\xff", 
        b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x08\0\0\0" * 9,
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf", b"\xff\xd8" + b"Exif\0\0II*\0\xff\xff\xff\xff" * 500,
    ],
)  # fmt: skip
def test_lies_about_where_it_is_lead_nowhere(content):
    found = places.marks(content)
    assert found is None or all(0 <= mark[0] < len(content) + 12 for mark in found)
    film = places.marks_of_film(io.BytesIO(b"\0\0\0\1ftyp" + content))
    assert film is None or film == []
