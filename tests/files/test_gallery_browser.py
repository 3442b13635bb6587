"""The gallery in a real browser: full screen by keys and swipes, and a page that holds only what is near."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from collab.events import readers
from files.gallery import taking
from files.models import Withheld
from files.previews import orders
from tests import town as make
from tests.files import pictures
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COPIES = """INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime, etag,
  change_seq, created_at)
 SELECT space_id, parent_id, 'copy-' || n || '.jpg', 'copy-' || n || '.jpg', 2, acl_id, blob_id, size, mtime, etag,
  change_seq, created_at FROM files_node, generate_series(1, %s) n WHERE id = %s"""
APART = """UPDATE files_photo SET taken = 1704103200 + (node_id %% %s) * 86400, noted = true"""


@pytest.fixture
def photos(living_town, monkeypatch):
    """Three pictures, drawn, the latest first."""
    monkeypatch.setattr(orders, "call", lambda: None)
    moments = [f"2024:07:1{number} 15:03:22" for number in (3, 2, 1)]
    found = [
        make.make_file(living_town.alice, living_town.root, f"{name}.jpg", pictures.jpeg(900, 600, taken=moment))
        for name, moment in zip("abc", moments, strict=True)
    ]
    readers.catch_up()
    orders.draw_waiting()
    return found


def multiply(photo, count, days):
    """As many nodes of the same content, spread over so many days of 2024 and after."""
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [count, photo.pk])
        taking.look_through()
        cursor.execute(APART, [days])


def shown(page):
    """The picture that is full screen, "" for none."""
    return page.evaluate("document.querySelector('.viewer[open] [data-stage] > *')?.alt ?? ''")


def test_full_screen_by_keys_and_swipes(living_town, photos, visit):
    page = visit(reverse("files:gallery"), living_town.alice)
    page.click(".shot >> nth=0")
    page.wait_for_selector(".viewer[open] img[src*='/large/']")
    assert shown(page) == "a.jpg"
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-stage] img[alt='b.jpg']")
    page.keyboard.press("i")
    page.wait_for_selector(".viewer__facts >> text=Fabrique F1")
    assert violations(page) == []
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("[data-stage] img[alt='a.jpg']")
    page.wait_for_selector(".viewer__facts >> text=a.jpg")
    page.click(".viewer__stage")
    page.keyboard.press(" ")
    assert page.get_attribute("[data-act=play]", "aria-pressed") == "true"
    page.wait_for_selector("[data-stage] img[alt='b.jpg']")
    page.keyboard.press("Escape")
    page.wait_for_selector(".viewer:not([open])", state="attached")
    # the browser gives the focus back to where it was, then tells that it closed
    page.wait_for_function("document.activeElement.querySelector('img')?.alt === 'b.jpg'")

    phone = visit(reverse("files:gallery"), living_town.alice, phone=True)
    assert violations(phone) == []
    assert not overflows(phone)
    phone.click(".shot >> nth=0")
    phone.evaluate("""() => {
      const stage = document.querySelector("[data-stage]");
      const at = (kind, x) => stage.dispatchEvent(new PointerEvent(kind, { bubbles: true, clientX: x, clientY: 300 }));
      at("pointerdown", 300); at("pointerup", 120);
    }""")
    phone.wait_for_selector("[data-stage] img[alt='b.jpg']")
    phone.go_back()
    phone.wait_for_selector(".viewer:not([open])", state="attached")
    assert phone.url.endswith(reverse("files:gallery")), "back closes the picture, not the gallery"


def test_the_page_holds_what_is_near_and_nothing_moves(living_town, photos, visit):
    multiply(photos[0], 1500, 240)
    page = visit(reverse("files:gallery"), living_town.alice)
    count = "document.querySelectorAll('.shot').length"
    height = page.evaluate("document.querySelector('.gallery').scrollHeight")
    assert page.evaluate(count) < 1000
    page.click("[data-month='2024-01']")
    page.wait_for_selector("#month-2024-01 .shot")
    page.wait_for_selector(".month:first-of-type .shots:first-of-type:empty", state="attached")
    assert page.evaluate(count) < 1000
    assert abs(page.evaluate("document.querySelector('.gallery').scrollHeight") - height) < 8
    assert page.evaluate("document.activeElement.id") == "name-2024-01"
    expect(page.locator("[data-month='2024-01']")).to_have_attribute("aria-current", "true")


def test_a_preview_appears_when_it_is_made(living_town, photos, visit):
    film = make.make_file(living_town.alice, living_town.root, "film.mp4", pictures.film())
    page = visit(f"/files/@plans/?open={film.pk}", living_town.alice)
    preview = page.locator(".panel .preview img")
    assert preview.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1
    orders.draw_waiting()
    page.wait_for_selector(".panel .preview.is-drawn")


def test_a_picture_is_kept_from_publication_full_screen_and_several_by_the_form(living_town, photos, visit):
    page = visit(reverse("files:gallery"), living_town.alice)
    page.click(".shot >> nth=0")
    page.wait_for_selector(".viewer[open]")
    page.keyboard.press("i")
    page.click(".viewer__facts >> text=Not for publication")
    page.wait_for_selector(".viewer__facts >> text=no public link shows it")
    expect(page.get_by_role("button", name="May be published")).to_be_focused()
    assert set(Withheld.objects.values_list("node_id", flat=True)) == {photos[0].pk}
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector(".viewer:not([open])", state="attached")
    assert page.locator(".shot >> nth=0").locator(".shot__kept").count() == 1
    page.goto(f"{reverse('files:gallery')}?choose=1")
    for box in page.locator("[name=id]").all():
        box.check()
    assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Not for publication").click()
    assert Withheld.objects.count() == 3
    assert page.locator(".shot .shot__kept").count() == 3
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert Withheld.objects.count() == 1, "the one of before stays"
    page.goto(f"/files/@plans/?open={photos[0].pk}")
    with page.expect_navigation():
        page.get_by_role("button", name="May be published").click()
    assert not Withheld.objects.exists()
    phone = visit(f"{reverse('files:gallery')}?choose=1", living_town.alice, phone=True)
    assert not overflows(phone)
