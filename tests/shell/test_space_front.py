"""The front page of a space: what managers write, the picture on top, and who may."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from collab.spaces.actions.covering import MOST
from collab.spaces.models import Cover
from tests import town as make
from tests.shell.test_spaces_pages import undo


@pytest.fixture
def write(space):
    return f"/spaces/{space.pk}/front/"


@pytest.fixture
def cover(space):
    return f"/spaces/{space.pk}/cover/"


def picture(size=(800, 600)):
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "PNG")
    return SimpleUploadedFile("hall.png", made.getvalue(), "image/png")


def test_managers_write_it_and_everybody_reads_it(as_, alice, bob, space, write):
    browser = as_(alice)
    page = browser.post(write, {"front": "## We\r\n\r\n**meet** on Monday <script>x</script>"}, follow=True)
    assert page.redirect_chain[-1][0] == f"/spaces/{space.pk}/"
    html = as_(bob).get(f"/spaces/{space.pk}/").content.decode()
    assert "<h2>We</h2>" in html
    assert "<strong>meet</strong>" in html
    assert "&lt;script&gt;x" in html
    assert write not in html, "who may not write it is not shown the way"
    undo(browser, page)
    assert make.fresh(space).front == ""


def test_a_look_before_saving_saves_nothing(as_, alice, space, write):
    html = as_(alice).post(write, {"front": "## Soon", "preview": "1"}).content.decode()
    assert "<h2>Soon</h2>" in html
    assert ">\n## Soon</textarea>" in html or "## Soon</textarea>" in html
    assert make.fresh(space).front == ""


def test_only_managers_and_only_the_living(as_, alice, bob, eve, space, write, cover):
    assert as_(bob).get(write).status_code == 403
    assert as_(bob).post(f"{cover}put/", {"picture": picture()}).status_code == 403
    assert as_(eve).get(write).status_code == 404
    assert as_(eve).get(cover).status_code == 404
    make.change(space, archived_at=make.in_hours(0))
    assert as_(alice).post(write, {"front": "x"}).status_code == 403
    assert as_(alice).post(f"{cover}put/", {"picture": picture()}).status_code == 403
    assert "front/" not in as_(alice).get(f"/spaces/{space.pk}/").content.decode()


@pytest.mark.parametrize("text", ["x" * 20_001, "a\0b"])
def test_hostile_text_is_refused(as_, alice, space, write, text):
    assert as_(alice).post(write, {"front": text}).status_code == 400
    assert make.fresh(space).front == ""


def test_a_picture_is_put_shown_and_taken_off(as_, alice, bob, space, cover):
    browser = as_(alice)
    assert browser.get(cover).status_code == 404
    page = browser.post(f"{cover}put/", {"picture": picture()}, follow=True)
    assert "is on the front page" in page.content.decode()
    assert f'src="{cover}?v={make.fresh(space).cover_etag}"' in as_(bob).get(f"/spaces/{space.pk}/").content.decode()
    answer = as_(bob).get(cover)
    assert Image.open(io.BytesIO(answer.content)).size == (800, 200)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-cache"
    assert as_(bob).get(cover, headers={"if-none-match": answer["ETag"]}).status_code == 304
    browser.post(f"{cover}put/", {"remove": "1"})
    assert not Cover.objects.exists()
    assert as_(bob).get(cover).status_code == 404


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_no_picture_is_said_beside_the_field(as_, alice, space, cover, content):
    sent = SimpleUploadedFile("hall.png", content, "image/png")
    page = as_(alice).post(f"{cover}put/", {"picture": sent})
    assert page.status_code == 400
    assert 'id="picture-error"' in page.content.decode()
    assert make.fresh(space).cover_etag == ""


def test_no_picture_at_all_asks_for_one(as_, alice, cover):
    assert "Choose a picture first" in as_(alice).post(f"{cover}put/").content.decode()


def test_what_is_too_large_is_refused_by_its_length(as_, alice, cover):
    for size in (MOST + 1, MOST + 200_000):
        page = as_(alice).post(f"{cover}put/", {"picture": SimpleUploadedFile("hall.png", bytes(size), "image/png")})
        assert page.status_code == 413
        assert 'id="picture-error"' in page.content.decode()
    huge = as_(alice).post(
        f"{cover}put/", b"x", "multipart/form-data; boundary=x", headers={"content-length": "99999999"}
    )
    assert huge.status_code == 413


def test_a_form_of_another_site_puts_no_picture(alice, cover):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(f"{cover}put/", {"picture": picture()}).status_code == 403
    assert not Cover.objects.exists()
