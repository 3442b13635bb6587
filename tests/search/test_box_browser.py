"""The one box of Ctrl K and the page of the search in a real browser: by keyboard, on a phone, without script."""

import pytest
from playwright.sync_api import expect

from collab.search import extraction
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store, monkeypatch, indexed):
    town = build_town()
    make.change(town.alice, display_name="Alice Martin")
    summer = make.make_folder(town.alice, town.root, "Été 2026")
    make.make_file(town.bob, summer, "Compte-rendu réunion.md", "Le cœur du sujet est la buvette.".encode())
    make.make_file(town.bob, summer, "Budget de la buvette.csv", b"poste;montant")
    for number in range(24):
        make.make_file(town.bob, summer, f"Photo {number:02}.jpg", b"x")
    monkeypatch.setattr(extraction, "call", lambda: None)
    indexed()
    return town


def opened(visit, who, address="/settings/", **options):
    page = visit(address, who, **options)
    page.keyboard.press("Control+k")
    page.locator("#go [role=option]").first.wait_for()
    return page


def active(page):
    return page.locator("#go [aria-selected=true]")


def test_ctrl_k_finds_things_people_spaces_and_pages(visit, town):
    page = opened(visit, town.bob)
    for typed, first in (
        ("pla", "Plans"), ("alice", "Alice Martin"), ("reuni", "Compte-rendu réunion.md"), ("appear", "Appearance"),
        ("new fold", "New folder"),
    ):  # fmt: skip
        page.fill("#go input", typed)
        page.locator(f"#go [aria-selected=true]:has-text('{first}')").wait_for()
    page.fill("#go input", "buvette")
    expect(page.locator("#go mark").first).to_have_text("buvette")


def test_arrows_choose_and_enter_opens(visit, town):
    page = opened(visit, town.bob)
    page.fill("#go input", "buvette")
    page.locator("#go [aria-selected=true]:has-text('Budget de la')").wait_for()
    page.keyboard.press("ArrowDown")
    assert "Compte-rendu" in active(page).text_content()
    assert page.get_attribute("#go input", "aria-activedescendant") == active(page).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert "All results" in active(page).text_content()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="Budget de la buvette.csv").wait_for()
    assert page.locator("ol mark").count() == 2


def test_what_is_typed_faster_than_it_is_found_is_opened_when_it_is(visit, town):
    page = opened(visit, town.bob)
    page.keyboard.type("plans")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/spaces/{town.space.pk}/")


def test_recent_searches_are_kept_for_this_person_and_can_be_forgotten(visit, town):
    page = opened(visit, town.bob)
    page.fill("#go input", "buvette")
    page.locator("#go mark").first.wait_for()
    page.keyboard.press("ArrowUp")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Control+k")
    page.locator("#go [data-recent] >> text=buvette").wait_for()
    page.get_by_role("option", name="Forget these searches").click()
    assert not page.locator("#go [data-recent]").is_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_command_begins_where_one_is(visit, town):
    page = opened(visit, town.bob, f"/spaces/{town.space.pk}/")
    page.fill("#go input", "new folder")
    page.locator("#go [aria-selected=true]:has-text('New folder')").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/files/@plans/?new=folder")
    page.locator("#new-name").wait_for()


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_the_box_and_the_page_are_accessible_and_fit(visit, town, phone, scheme, language):
    page = visit("/", town.bob, phone=phone, language=language, color_scheme=scheme)
    page.locator("[data-dialog=go]:visible").click()
    page.locator("#go [role=option]").first.wait_for()
    assert violations(page) == []
    page.fill("#go input", "buvette")
    page.locator("#go mark").first.wait_for()
    assert violations(page) == []
    assert not overflows(page)
    for query in ("", "buvette", "type:pictures by:me", "buvete", "zzzz", "after:x", 'photo in:"Plans/Été 2026"'):
        page.goto(f"/search/?q={query}")
        assert violations(page) == [], query
        assert not overflows(page), query


def test_without_script_the_page_searches_filters_and_turns_pages(visit, town):
    page = visit("/", town.bob, java_script_enabled=False)
    page.locator("[data-dialog=go]:visible").click()
    page.wait_for_url("**/search/")
    page.fill("#search-text", "photo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".hit").count() == 20
    with page.expect_navigation():
        page.get_by_role("link", name="More results").click()
    assert page.locator(".hit").count() == 4
    page.goto("/search/?q=buvette")
    page.locator("summary:has-text('All types')").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Spreadsheets").click()
    assert page.input_value("#search-text") == "buvette type:tables"
    assert page.locator(".hit").count() == 1
    with page.expect_navigation():
        page.get_by_role("link", name="Clear the filters").click()
    assert page.locator(".hit").count() == 2
