"""The frame in a real browser: accessible everywhere, by keyboard, on a phone, and without script."""

import pytest
from playwright.sync_api import expect

from collab.accounts.models import User
from collab.rights.models import Grant
from collab.rights.right import EDITOR, READER
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db):
    return build_town()


def walk(town):
    space = town.space.pk
    mine = ["/", "/settings/", "/settings/appearance/", "/settings/language/", "/settings/security/"]
    mine += ["/settings/devices/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"]
    spaces = [f"/spaces/{space}/", f"/spaces/{space}/members/", f"/spaces/{space}/settings/", "/spaces/9999/"]
    house = ["/administration/", "/administration/people/", "/administration/people/new/", "/administration/groups/"]
    house += [f"/administration/groups/{town.team.pk}/", "/administration/spaces/", "/administration/health/"]
    return mine + spaces + house


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, town, phone, scheme, language):
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    page = visit("/", town.alice, phone=phone, language=language, color_scheme=scheme)
    for address in walk(town):
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/nothing/here"])
def test_the_doors_are_accessible_at_320_pixels(visit, town, address):
    page = visit(address)
    page.set_viewport_size({"width": 320, "height": 640})
    assert violations(page) == []
    assert not overflows(page)


def test_one_signs_in_and_out(visit, town):
    town.bob.set_password("quatre-lapins-violets")
    town.bob.save()
    page = visit("/accounts/login/")
    page.fill("#id_login", "bob")
    page.fill("#id_password", "quatre-lapins-violets")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello Bob").wait_for()
    page.locator(".rail__foot summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def test_a_role_changes_at_once_and_the_toast_undoes_it(visit, town):
    page = visit(f"/spaces/{town.space.pk}/members/", town.alice)
    with page.expect_navigation():
        page.get_by_label("Right of Team").select_option("reader")
    page.wait_for_selector("toast-stack .toast")
    grant = Grant.objects.get(acl_id=town.space.acl_id, principal=town.team.principal)
    assert grant.rights == READER.mask
    with page.expect_navigation():
        page.keyboard.press("Control+z")
    grant.refresh_from_db()
    assert grant.rights == EDITOR.mask


def test_a_field_is_saved_when_one_leaves_it(visit, town):
    page = visit("/settings/", town.bob)
    assert not page.get_by_role("button", name="Save").is_visible()
    page.fill("#id_display_name", "Robert")
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-saved=display_name]:has-text('Saved')")
    page.fill("#id_display_name", " ")
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-saved=display_name].is-failed")
    town.bob.refresh_from_db()
    assert town.bob.display_name == "Robert"


def test_the_theme_changes_without_a_flash_of_the_other(visit, town):
    page = visit("/settings/appearance/", town.bob, color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    with page.expect_navigation():
        page.get_by_label("Dark").check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.locator("html").evaluate("one => getComputedStyle(one).colorScheme") == "dark"


def test_a_menu_works_by_keyboard(visit, town):
    page = visit("/", town.bob)
    page.locator(".rail__foot summary").focus()
    page.keyboard.press("Enter")
    page.locator(".rail__foot .status").wait_for()
    expect(page.locator(".rail__foot .status button").first).to_be_focused()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent").strip() == "Sign out"
    page.keyboard.press("Escape")
    assert not page.locator(".rail__foot details").evaluate("one => one.open")
    assert page.evaluate("document.activeElement.matches('.rail__foot summary')"), "focus returns to the opener"


def test_keys_go_to_apps_and_list_themselves(visit, town):
    page = visit("/settings/", town.bob)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("h")
    assert page.url.endswith("/")
    letters = page.locator("[data-go]").evaluate_all("all => all.map((one) => one.dataset.go)")
    assert len(letters) == len(set(letters)), "a letter goes to one app"


def test_what_is_typed_in_a_password_field_can_be_shown(visit, town):
    page = visit("/accounts/login/")
    page.fill("#id_password", "lapins")
    page.get_by_role("button", name="Show the password").click()
    assert page.get_attribute("#id_password", "type") == "text"
    page.get_by_role("button", name="Hide the password").click()
    assert page.get_attribute("#id_password", "type") == "password"


def test_letters_typed_in_a_field_stay_letters(visit, town):
    page = visit("/settings/", town.bob)
    page.focus("#id_display_name")
    page.keyboard.type("?ga")
    assert not page.locator("#keys").is_visible()
    assert "?ga" in page.input_value("#id_display_name")


def test_letters_can_be_switched_off(visit, town):
    User.objects.filter(pk=town.bob.pk).update(single_keys=False)
    page = visit("/", town.bob)
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit, town):
    page = visit("/", town.bob)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").split() == ["button", "skip"]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_on_a_phone_places_are_a_sheet(visit, town):
    page = visit("/", town.bob, phone=True)
    assert not page.locator("#places").is_visible()
    page.locator(".topbar__where").click()
    page.locator("#places").get_by_text("Plans").click()
    page.wait_for_url(f"**/spaces/{town.space.pk}/")


def test_on_a_phone_the_rest_is_behind_more(visit, town):
    page = visit("/", town.bob, phone=True)
    page.locator(".rail__more summary").click()
    page.locator(".rail__more").get_by_role("link", name="Settings").click()
    page.wait_for_url("**/settings/")


def test_without_script_forms_and_menus_work(visit, town):
    page = visit(f"/spaces/{town.space.pk}/members/", town.alice, java_script_enabled=False)
    page.get_by_label("Right of Team").select_option("reader")
    with page.expect_navigation():
        page.locator("tr", has_text="Team").get_by_role("button", name="Save").click()
    assert page.locator(".toast").is_visible()
    with page.expect_navigation():
        page.locator(".toast button").click()
    grant = Grant.objects.get(acl_id=town.space.acl_id, principal=town.team.principal)
    assert grant.rights == EDITOR.mask
    page.locator(".rail__foot summary").click()
    with page.expect_navigation():
        page.locator(".rail__foot").get_by_role("link", name="Settings").click()
    assert page.url.endswith("/settings/")


def test_the_meter_stays_when_one_types_on_before_the_answer(visit, town):
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    page = visit("/administration/people/new/", town.alice)
    held: list[object] = []
    page.route("**/accounts/strength/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/accounts/strength/"):
        page.fill("#id_password", "azertyuiop")
    page.fill("#id_password", "quatre lapins violets dansent")
    page.locator("password-meter [data-words]:not(:empty)").wait_for()


def test_the_meter_judges_a_password_while_it_is_typed(visit, town):
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    page = visit("/administration/people/new/", town.alice)
    page.fill("#id_password", "azertyuiop")
    page.locator("password-meter [data-words]:not(:empty)").wait_for()
    weak = page.locator("password-meter meter").evaluate("one => one.value")
    page.fill("#id_password", "quatre lapins violets dansent")
    page.wait_for_function("before => document.querySelector('password-meter meter').value > before", arg=weak)
