"""The sharing panel in a real browser: names become chips, the result is told live, by keyboard and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from collab.accounts.models import Rank
from collab.rights.right import CONTRIBUTOR, EDITOR, READER
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations
from tests.shell.sharing import mask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def folder(town):
    make.make_user("gus", Rank.GUEST)
    make.make_group("Bibliothèque municipale et amis du jumelage", town.eve)
    found = make.make_folder(town.alice, town.root, "Photos")
    make.share(town.alice, found, make.make_user("noemie"), READER.mask, note="why", expires_at=make.in_hours(99))
    return found


def offered(page):
    return page.locator("#share-who-list [role=option]:visible")


def pick(page, typed, name, *, arrow=True):
    """Choose by the arrow, or leave it to Enter, which takes the first name offered."""
    page.keyboard.type(typed)
    expect(offered(page)).to_have_text([re.compile(name)])
    if arrow:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_one_shares_beside_the_list_by_keyboard_alone(visit, town, folder):
    page = visit("/files/@plans/Photos", town.alice)
    page.keyboard.press("s")
    page.wait_for_selector("#share-who:focus")
    pick(page, "biblio", "Bibliothèque")
    pick(page, "gus", "Gus", arrow=False)
    page.wait_for_selector(".verdict--outside:has-text('2 more people will be able to view.')")
    page.keyboard.press("Backspace")
    page.wait_for_selector(".verdict:has-text('Nobody outside the association.')")
    page.keyboard.type("eve")
    page.wait_for_selector("[role=option]")
    assert page.get_attribute("#share-who", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_visible(), "Escape closes the nearest layer alone"
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#share .chip').length == 2")
    page.get_by_label("Right", exact=True).select_option("contributor")
    page.wait_for_selector(".verdict:has-text('view and add')")
    page.locator("#share-send").press("Enter")
    page.wait_for_selector(".toast:has-text('Shared with')")
    assert mask(folder, town.eve) == CONTRIBUTOR.mask
    page.wait_for_selector(f"#share-role-{town.eve.principal.pk}")
    page.keyboard.press("Control+z")
    page.wait_for_selector(f"#share-role-{town.eve.principal.pk}", state="detached")
    assert mask(folder, town.eve) is None
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()


def test_a_name_typed_faster_than_it_is_found_is_the_one_that_is_meant(visit, town, folder):
    page = visit(f"/share/node/{folder.pk}/", town.alice)
    page.focus("#share-who")
    page.keyboard.type("b")
    expect(offered(page)).to_have_count(2)  # Bob is the second
    page.keyboard.type("ob")
    page.keyboard.press("Enter")
    expect(page.locator("#share .chip")).to_have_text("Bob")
    page.route(re.compile("q=e$"), lambda route: None)  # what takes long holds up no later question
    with page.expect_request(re.compile("q=e$")):
        page.keyboard.type("e")
    page.keyboard.type("v")
    expect(offered(page)).to_have_text([re.compile("Everyone"), re.compile("Eve")])


def test_a_mistake_is_said_in_the_panel_and_keeps_the_chips(visit, town, folder):
    page = visit("/files/@plans/", town.alice)
    page.locator(f"#node-{folder.pk}").hover()
    page.locator(".files__menu summary").click()
    page.locator(".files__menu [data-do=share]").click()
    page.wait_for_selector("#share-who")
    page.fill("#share-who", "eve, nobody known")
    page.locator("#share-send").click()
    page.wait_for_selector("#share-who-error:has-text('nobody known')")
    page.wait_for_function("document.querySelectorAll('#share .chip').length == 2")
    assert violations(page) == []
    page.get_by_role("button", name="Remove nobody known").click()
    page.locator("#share-send").click()
    page.wait_for_selector(".toast")
    assert mask(folder, town.eve) == READER.mask


def test_rights_change_and_are_reserved_at_once(visit, town, folder):
    make.share(town.alice, folder, town.eve, READER.mask)
    page = visit("/files/@plans/Photos", town.alice)
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Right of Eve").select_option("editor")
    page.wait_for_selector(".toast:has-text('Eve')")
    assert mask(folder, town.eve) == EDITOR.mask
    page.get_by_role("switch").click()
    page.wait_for_selector("[role=switch][aria-checked=true]")
    assert not make.finds(town.bob, folder)
    page.keyboard.press("Control+z")
    page.wait_for_selector("[role=switch][aria-checked=false]")
    assert make.finds(town.bob, folder)
    page.get_by_label("Right of Eve").select_option("reader")
    page.wait_for_selector(".toast:has-text('Eve')")
    page.go_back()
    assert not page.locator("#panel").is_visible()
    page.keyboard.press("Control+z")
    page.wait_for_selector(".toast", state="detached")
    settle(page)
    assert mask(folder, town.eve) == EDITOR.mask
    assert not page.locator("#panel").is_visible(), "an undo does not open what was closed"


def test_the_count_of_the_folder_follows(visit, town, folder):
    page = visit("/files/@plans/Photos", town.alice)
    assert "3 people" in page.locator("#seeing").inner_text()
    page.locator("#seeing").click()
    page.fill("#share-who", "eve")
    page.locator("#share-send").click()
    page.wait_for_selector("#seeing:has-text('4 people')", state="attached")


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_the_page_is_accessible_and_fits(visit, town, folder, phone, scheme, language):
    page = visit(f"/share/node/{folder.pk}/", town.alice, phone=phone, language=language, color_scheme=scheme)
    page.locator(".fold summary").click()
    page.focus("#share-who")
    pick(page, "biblio", "Bibliothèque")
    pick(page, "gus", "Gus")
    page.wait_for_selector(".verdict--outside")
    assert violations(page) == []
    assert not overflows(page)
    page.keyboard.type("b")
    page.wait_for_selector("[role=option]")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflows(page)


@pytest.mark.parametrize("phone", [False, True])
def test_who_may_not_share_gets_an_accessible_answer(visit, town, folder, phone):
    page = visit(f"/share/node/{folder.pk}/", town.bob, phone=phone)
    assert page.locator(".banner").is_visible()
    assert violations(page) == []
    assert not overflows(page)


def test_on_a_phone_the_panel_is_a_page_of_its_own(visit, town, folder):
    page = visit(f"/files/@plans/?open={folder.pk}", town.alice, phone=True)
    page.locator("#panel").get_by_role("link", name="Share", exact=True).click()
    page.wait_for_url(f"**/share/node/{folder.pk}/")
    page.get_by_role("link", name="Close").click()
    page.wait_for_url("**/files/@plans/Photos")


def test_without_script_names_go_between_commas(visit, town, folder):
    page = visit(f"/share/node/{folder.pk}/", town.alice, java_script_enabled=False)
    page.fill("#share-who", "eve, bob")
    with page.expect_navigation():
        page.get_by_role("button", name="Check").click()
    assert page.locator(".verdict").get_by_text("1 more person").is_visible()
    with page.expect_navigation():
        page.locator("#share-send").click()
    assert page.locator(".toast").is_visible()
    assert mask(folder, town.eve) == mask(folder, town.bob) == READER.mask
    with page.expect_navigation():
        page.locator(".toast button").click()
    assert mask(folder, town.eve) is None
    with page.expect_navigation():
        page.get_by_role("switch").click()
    assert not make.finds(town.bob, folder)
