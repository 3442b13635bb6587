"""The rights board in a real browser: by keyboard and mouse, saved, undone, in conflict, on a phone, without script."""

import pytest

from collab.accounts.models import User
from collab.rights.models import Grant
from collab.rights.right import COMMENTER, EDITOR, MANAGER, READER, Right
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations
from tests.shell.sharing import mask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db):
    found = build_town()
    folder = make.make_folder(found.alice, found.root, "Accounts")
    make.share(found.alice, folder, make.make_group("Finances", found.eve), EDITOR.mask)
    make.share(found.alice, found.space, make.everyone(), READER.mask)
    return found


@pytest.fixture
def board(visit, town):
    return visit(f"/spaces/{town.space.pk}/rights/", town.alice)


def cell(page, row, column):
    place = page.locator("thead tr:nth-child(2) th").all_inner_texts().index(column)
    return page.locator("tbody tr", has=page.get_by_text(row, exact=True)).locator("td").nth(place).locator("a")


def see(page, text):
    page.locator("[data-told]", has_text=text).wait_for()


def test_a_right_is_set_by_keyboard_saved_and_undone(board, town):
    page = board
    cell(page, "Team", "The whole space").focus()
    page.keyboard.press("1")
    changed = cell(page, "Team", "The whole space")
    assert "is-changed" in changed.get_attribute("class")
    assert changed.locator("del").inner_text() == "Edit"
    see(page, "Bob loses “Plans”")
    assert mask(town.space, town.team) == EDITOR.mask
    page.get_by_role("button", name="See who").click()
    page.get_by_role("dialog", name="Who gains, who loses").get_by_text("− comment, add, edit, delete").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("toast-stack .toast", has_text="Rights saved: 1 loses.").wait_for()
    assert mask(town.space, town.team) == READER.mask
    assert page.locator(".is-changed").count() == 0
    page.keyboard.press("Control+z")
    page.locator("tbody tr", has=page.get_by_text("Team", exact=True)).locator(".grant--3").first.wait_for()
    assert mask(town.space, town.team) == EDITOR.mask


def test_arrows_move_and_ctrl_z_takes_a_choice_back(board):
    page = board
    cell(page, "Finances", "The whole space").focus()
    page.keyboard.press("4")
    assert page.get_by_text("1 change to save").is_visible()
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".is-changed").count() == 2
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 2
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert page.locator(".is-changed").count() == 0
    assert page.locator("[data-bar]").is_hidden()
    page.keyboard.press("End")
    page.keyboard.press("Control+Home")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    assert page.locator("table.rights a[tabindex='0']").count() == 1


def test_the_ladder_offers_what_may_be_given(visit, town):
    sam = make.make_user("sam")
    make.share(town.alice, town.space, sam, EDITOR.mask | Right.SHARE)
    page = visit(f"/spaces/{town.space.pk}/rights/", sam)
    cell(page, "Finances", "The whole space").click()
    menu = page.get_by_role("menu", name="Right")
    menu.get_by_text("Manage").wait_for()
    assert menu.get_by_role("menuitemradio", name="Manage 4").get_attribute("aria-disabled") == "true"
    assert page.get_by_text("You can pass on only what you may do yourself.").is_visible()
    assert violations(page) == []
    menu.get_by_role("menuitemradio", name="Manage 4").click(force=True)
    assert page.locator(".is-changed").count() == 0
    menu.get_by_role("menuitemradio", name="Add 2").click()
    see(page, "Eve gains a right")
    cell(page, "Alice", "The whole space").click()
    page.get_by_role("dialog", name="Why?").get_by_text("Alice on “Plans”: manages.").wait_for()


def test_dragging_fills_cells(board):
    page = board
    source, target = cell(page, "Team", "The whole space"), cell(page, "Finances", "The whole space")
    one, other = source.bounding_box(), target.bounding_box()
    page.mouse.move(one["x"] + 20, one["y"] + 20)
    page.mouse.down()
    page.mouse.move(other["x"] + 20, other["y"] + 20, steps=8)
    page.mouse.up()
    assert "is-changed" in target.get_attribute("class")
    assert "Edit" in target.inner_text()
    assert page.get_by_role("menu").count() == 0


def test_what_somebody_saved_meanwhile_is_listed_and_mine_stay(board, town):
    page = board
    cell(page, "Team", "The whole space").focus()
    page.keyboard.press("4")
    make.share(town.alice, town.space, town.team, COMMENTER.mask)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_text("now “Can comment”; you chose “Manages”").wait_for()
    assert mask(town.space, town.team) == COMMENTER.mask
    assert cell(page, "Team", "The whole space").locator("del").inner_text() == "Comment"
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("toast-stack .toast").wait_for()
    assert mask(town.space, town.team) == MANAGER.mask


def test_the_last_manager_is_refused_by_name(board, town):
    page = board
    cell(page, "Alice", "The whole space").focus()
    page.keyboard.press("0")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_text("Alice on “Plans”: A space always keeps at least one manager.").wait_for()
    page.get_by_role("button", name="Discard all").click()
    assert page.locator(".is-changed").count() == 0
    assert Grant.objects.get(acl=town.space.acl, principal=town.alice.principal).rights == Right.ALL


def test_why_is_answered_in_a_dialog(board):
    page = board
    cell(page, "Finances", "The whole space").focus()
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog", name="Why?")
    dialog.get_by_text("given to Everyone here").wait_for()
    assert violations(page) == []


def test_v_sees_as_the_person_of_the_row(visit, town):
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    page = visit(f"/administration/rights/?with={town.bob.principal.pk}", town.alice)
    cell(page, "Team", "The whole space").focus()
    page.keyboard.press("v")
    page.locator("toast-stack .toast", has_text="One can see as a person").wait_for()
    cell(page, "Bob", "The whole space").focus()
    page.keyboard.press("v")
    page.get_by_role("button", name="See as Bob").click()
    page.get_by_text("You see Collab as Bob, read-only").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_the_pages_are_accessible_and_fit(visit, town, phone, scheme, language):
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    page = visit("/administration/rights/", town.alice, phone=phone, language=language, color_scheme=scheme)
    finances = make.Group.objects.get(name="Finances").principal.pk
    why = f"/rights/why/space/{town.space.pk}/{town.team.principal.pk}/"
    for address in (
        "/administration/rights/", f"/administration/rights/?row={finances}", f"/spaces/{town.space.pk}/rights/",
        f"/spaces/{town.space.pk}/rights/?thing=space:{town.space.pk}", "/settings/rights/", why,
        f"/share/space/{town.space.pk}/",
    ):  # fmt: skip
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


def test_on_a_phone_a_group_is_a_list_with_the_same_bar(visit, town):
    page = visit(f"/spaces/{town.space.pk}/rights/", town.alice, phone=True)
    page.get_by_label("What may…").select_option("Team")
    page.get_by_role("button", name="Show").first.click()
    page.get_by_label("Right on Plans").select_option("Can view")
    see(page, "Bob loses “Plans”")
    assert not overflows(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("toast-stack .toast", has_text="Rights saved").wait_for()
    assert mask(town.space, town.team) == READER.mask


def test_without_script_the_lists_are_forms_and_cells_are_links(visit, town):
    page = visit(f"/spaces/{town.space.pk}/rights/", town.alice, java_script_enabled=False)
    cell(page, "Team", "The whole space").click()
    page.wait_for_url(f"**/share/space/{town.space.pk}/")
    page.goto(f"/spaces/{town.space.pk}/rights/?row={town.team.principal.pk}")
    page.get_by_label("Right on Plans").select_option("Can view")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Bob loses “Plans”").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Rights saved").wait_for()
    assert mask(town.space, town.team) == READER.mask
