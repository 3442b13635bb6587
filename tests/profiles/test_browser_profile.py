"""Somebody takes a picture, says what they are at from the account's menu, and the others see both."""

import re

import pytest

from collab.accounts.models import User
from tests import town as make
from tests.conftest import build_town
from tests.files import pictures
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db):
    return build_town()


def good(page):
    assert violations(page) == [], page.url
    assert not overflows(page), page.url


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_a_picture_and_a_status_from_the_menu(visit, town, tmp_path, phone, scheme, language):
    User.objects.filter(pk=town.bob.pk).update(language=language)
    shot = tmp_path / "me.jpg"
    shot.write_bytes(pictures.jpeg(900, 700))
    page = visit("/settings/", town.bob, phone=phone, color_scheme=scheme, language=language)
    with page.expect_navigation():
        page.set_input_files("#picture", shot)
        page.locator("form[action='/settings/picture/'] .button").first.click()
    face = page.locator(".avatar--huge > img")
    assert face.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
    box, over = page.locator(".avatar--huge").bounding_box(), face.bounding_box()
    assert (box["width"], box["height"]) == (over["width"], over["height"]) == (80, 80)
    good(page)
    if phone:
        page.goto("/settings/status/")
    else:
        page.locator(".rail__foot summary.rail__item").last.click()
    form = page.locator("form.status")
    form.wait_for()
    form.locator("[name=kind]").select_option("busy")
    form.locator("[name=icon]").select_option("🎵")
    form.locator("[name=message]").fill("Répétition")
    good(page)
    with page.expect_navigation():
        form.locator(".button--primary").click()
    page.goto("/settings/status/")
    assert "Répétition" in page.locator(".status__now").text_content()
    good(page)
    make.share(town.alice, town.space, User.objects.get(pk=town.bob.pk), 1)
    page = visit(f"/spaces/{town.space.pk}/members/", town.alice, phone=phone, color_scheme=scheme, language=language)
    row = page.locator("tr", has_text="Bob")
    assert re.search(r"(Busy|Occupé)\s*🎵 Répétition", row.locator(".says").text_content())
    shown = row.locator(".avatar > img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    good(page)
