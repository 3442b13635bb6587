"""The logo: shown wherever the letters stood, only pixels of it kept, and no file of another kind."""

import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from collab.events.models import AuditEntry
from collab.registry import house
from collab.shell import erasing, logo
from collab.shell.plugin import remove_logo

pytestmark = pytest.mark.django_db
PAGE = "/administration/settings/logo/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def picture(kind="PNG", size=(600, 300), **options):
    kept = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(kept, kind, **options)
    return kept.getvalue()


def send(browser, content, name="logo.png"):
    return browser.post(PAGE, {"picture": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_the_sign_of_the_house(as_, admin, kind):
    browser = as_(admin)
    assert send(browser, picture(kind)).status_code == 302
    address = f"/house/logo/{house.get('house.logo')}/"
    for page in (browser.get("/"), Client().get("/accounts/login/")):
        assert f'src="{address}"' in page.content.decode()
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer["Cache-Control"]
    shown = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (shown.format, shown.size) == ("PNG", (256, 128))
    assert AuditEntry.objects.latest("pk").subject_name == "house.logo"


def test_it_is_taken_away_and_the_toast_brings_it_back(as_, admin):
    browser = as_(admin)
    send(browser, picture())
    mark = house.get("house.logo")
    page = browser.post(PAGE, {"remove": "1"}, follow=True).content.decode()
    assert "mark--picture" not in page
    assert Client().get(f"/house/logo/{mark}/").status_code == 404
    token = page.split('name="token" value="')[1].split('"')[0]
    browser.post("/administration/settings/undo/", {"token": token})
    assert Client().get(f"/house/logo/{mark}/").status_code == 200


def test_what_a_camera_or_somebody_added_is_not_kept(as_, admin):
    exif = Image.Exif()
    exif[0x010E] = "taken at 48.85 N"
    drawn = logo.draw(picture("JPEG", exif=exif) + b"<script>alert(1)</script>")
    assert b"48.85" not in drawn
    assert b"script" not in drawn


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\x08\x06\x00\x00\x00"
BOMB += zlib.crc32(BOMB[12:]).to_bytes(4, "big")


@pytest.mark.parametrize(
    "content",
    [b"x", SVG, b"GIF89a" + b"\0" * 50, BOMB, picture()[:200], picture("GIF"), picture("BMP"), b"\xff\xd8\xff" * 9],
    ids=["text", "svg", "broken gif", "bomb", "cut", "gif", "bmp", "broken jpeg"],
)
def test_anything_else_is_refused_with_the_reason(as_, admin, content):
    answer = send(as_(admin), content)
    assert answer.status_code == 400
    assert "field__error" in answer.content.decode()
    assert house.get("house.logo") == ""


def test_neither_too_heavy_nor_nothing_nor_anybody(as_, admin, bob):
    assert send(as_(admin), b"\0" * (logo.MOST_BYTES + 1)).status_code == 413
    assert as_(admin).post(PAGE).status_code == 400
    assert send(as_(bob), picture()).status_code == 403


def test_only_the_present_and_the_one_of_before_are_kept(as_, admin, tmp_path):
    for side in (10, 20, 30):
        send(as_(admin), picture(size=(side, side)))
    assert len(list((tmp_path / "house").iterdir())) == 2
    remove_logo()
    assert list((tmp_path / "house").iterdir()) == []
    assert erasing.asked() is None
