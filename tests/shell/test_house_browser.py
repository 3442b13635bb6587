"""The settings of the house, the audit log and the end of the house in a real browser."""

import pytest

from collab.accounts.models import User
from collab.events import audit
from collab.registry import house
from collab.rights.right import READER
from collab.shell import house_pages
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    *(f"/administration/settings/{section}/" for section in house_pages.SECTIONS),
    "/administration/audit/", "/administration/audit/?who=alice&kind=rights", "/administration/erase/",
]  # fmt: skip


@pytest.fixture
def town(transactional_db):
    town = build_town()
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    make.share(town.alice, town.space, town.eve, READER.mask)
    audit.record("sign-in-failed", None, ("user", town.bob.pk), "Bob", tries=10)
    audit.record("setting", town.alice, ("setting", 0), "links.makers", before="guest", after="admin")
    return town


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, town, phone, scheme, language):
    hues = {("light", "fr"): "framboise", ("dark", "fr"): "miel", ("light", "en"): "mousse", ("dark", "en"): "petrole"}
    house.put("house.hue", hues[scheme, language])
    page = visit("/", town.alice, phone=phone, language=language, color_scheme=scheme)
    for address in PAGES:
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


def test_a_question_is_saved_when_one_leaves_it_and_the_toast_undoes_it(visit, town):
    page = visit("/administration/settings/files/", town.alice)
    field = page.get_by_label("How many days does the trash keep things?")
    field.fill("90")
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-saved='files.trash_days']:has-text('Saved')")
    house.forget_all()
    assert house.get("files.trash_days") == 90
    field.fill("0")
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-saved='files.trash_days'].is-failed")
    field.fill("90")
    page.wait_for_selector("toast-stack .toast")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    house.forget_all()
    assert house.get("files.trash_days") == 30


def test_boxes_of_one_question_are_saved_together(visit, town):
    page = visit("/administration/settings/apps/", town.alice)
    files = page.get_by_role("group", name="Files")
    files.get_by_label("Team", exact=True).check()
    page.wait_for_selector("[data-saved='files.who']:has-text('Saved')")
    with page.expect_navigation():
        files.get_by_label("Everybody", exact=True).uncheck()
    house.forget_all()
    assert house.get("files.who") == [str(town.team.principal.pk)]


def test_a_colour_shows_at_once(visit, town):
    page = visit("/administration/settings/general/", town.alice)
    before = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    with page.expect_navigation():
        page.locator(".hue[data-hue=prune]").click()
    assert page.locator("html").get_attribute("data-accent") == "prune"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") != before


def test_without_script_a_page_of_settings_and_the_filter_work(visit, town):
    page = visit("/administration/settings/passwords/", town.alice, java_script_enabled=False)
    page.get_by_label("How long must a password be?").fill("12")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    assert page.locator(".toast").is_visible()
    with page.expect_navigation():
        page.locator(".toast button").click()
    assert page.get_by_label("How long must a password be?").input_value() == "8"
    page.goto("/administration/audit/")
    page.get_by_label("Person").fill("Bob (bob)")
    with page.expect_navigation():
        page.get_by_role("button", name="Show", exact=True).click()
    assert page.get_by_text("10 wrong passwords were tried").is_visible()
    assert not page.get_by_text("Alice gave Eve").is_visible()
