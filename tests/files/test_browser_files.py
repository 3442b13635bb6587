"""The file manager in a real browser: with pointer, finger and keys, alone and beside screen readers' rules."""

import re

import pytest
from playwright.sync_api import expect

from collab.rights.right import READER
from files.models import Node
from tests import town as make
from tests.conftest import build_town
from tests.files.test_web_browsing import many
from tests.files.web import space_url
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """async ([selector, files, target]) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) transfer.items.add(new File([content], name, { lastModified: 1700000000000 }));
  const place = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def filled(town):
    """Two folders and three files in the space."""
    for name in ("Été", "Photos"):
        make.make_folder(town.alice, town.root, name)
    for name in ("Budget.ods", "plan.pdf", "notes.txt"):
        make.make_file(town.alice, town.root, name, b"hello")
    return town


def shown(page):
    return page.locator("#listing a.item__title").all_inner_texts()


def row(page, name):
    return page.locator("#listing tr", has=page.get_by_role("link", name=name, exact=True))


def toast(page):
    return page.locator("toast-stack .toast span").inner_text()


def settled(page):
    settle(page)


def test_a_file_chosen_from_the_device_appears(visit, filled):
    page = visit(space_url(), filled.alice)
    page.get_by_role("main").get_by_text("Add", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("link", name="Files from this device").first.click()
    chooser.value.set_files([{"name": "new.txt", "mimeType": "text/plain", "buffer": b"fresh"}])
    page.wait_for_selector("text=1 file added to Plans.")
    assert "new.txt" in shown(page)
    assert make.read(Node.objects.get(name="new.txt")) == b"fresh"


def test_a_large_file_goes_in_parts(visit, filled):
    page = visit(space_url(), filled.alice)
    content = bytes(range(256)) * (70 * 1024)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("n")
        page.wait_for_selector(".menu a:focus")
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "large.bin", "mimeType": "application/octet-stream", "buffer": content}])
    page.wait_for_selector("text=1 file added to Plans.")
    assert make.read(Node.objects.get(name="large.bin")) == content


def test_a_folder_of_the_device_keeps_its_shape(visit, filled, tmp_path):
    inside = tmp_path / "Trip" / "Day 1"
    inside.mkdir(parents=True)
    (inside / "a.txt").write_text("a")
    (tmp_path / "Trip" / "b.txt").write_text("b")
    page = visit(space_url(), filled.alice)
    page.keyboard.press("n")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="A folder from this device").first.click()
    chooser.value.set_files(str(tmp_path / "Trip"))
    page.wait_for_selector("text=2 files added to Plans.")
    row(page, "Trip").wait_for()
    assert Node.objects.get(name="a.txt").parent.name == "Day 1"
    assert Node.objects.get(name="Day 1").parent.name == "Trip"


def test_dropped_files_ask_once_about_names_that_exist(visit, filled):
    page = visit(space_url(), filled.alice)
    page.evaluate(DROP, ["drop-zone", [["plan.pdf", "other"], ["notes.txt", "other"], ["new.txt", "x"]]])
    page.wait_for_selector("text=2 names are there already")
    assert violations(page) == []
    page.get_by_label("Keep both").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=3 files added to Plans.")
    assert {"plan.pdf", "plan (2).pdf", "notes (2).txt", "new.txt"} <= set(shown(page))
    page.evaluate(DROP, ["drop-zone", [["plan.pdf", "replaced"]]])
    page.get_by_label("Replace").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=1 file added to Plans.")
    assert make.read(Node.objects.get(name="plan.pdf")) == b"replaced"


def test_a_name_that_looks_like_another_is_warned_of(visit, filled):
    page = visit(space_url(), filled.alice)
    page.evaluate(DROP, ["drop-zone", [["PLAN.pdf", "x"]]])
    page.wait_for_selector("text=Names that look the same")
    assert violations(page) == []
    page.get_by_role("button", name="Add nothing").last.click()
    settled(page)
    assert "PLAN.pdf" not in shown(page)


def test_a_drop_on_a_folder_goes_into_it(visit, filled):
    page = visit(space_url(), filled.alice)
    page.evaluate(DROP, [f"#node-{Node.objects.get(name='Été').pk}", [["inside.txt", "x"]]])
    page.wait_for_selector("text=1 file added to Été.")
    assert Node.objects.get(name="inside.txt").parent.name == "Été"


def test_a_refused_file_stays_in_the_tray_with_its_reason(visit, filled):
    from collab.spaces.models import Space

    Space.objects.filter(pk=filled.space.pk).update(quota=20)
    page = visit(space_url(), filled.alice)
    page.evaluate(DROP, ["drop-zone", [["too large.txt", "x" * 100], ["fits.txt", "x"]]])
    page.wait_for_selector("text=Plans is full (20 bytes). Nothing is lost; empty the trash or ask for more space.")
    assert violations(page) == []
    Space.objects.filter(pk=filled.space.pk).update(quota=None)
    page.get_by_role("button", name="Try again").click()
    row(page, "too large.txt").wait_for()
    assert "fits.txt" in shown(page)


def test_renaming_with_f2(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").get_by_role("link").focus()
    page.keyboard.press("F2")
    assert page.evaluate("document.activeElement.value.slice(0, document.activeElement.selectionEnd)") == "plan"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Budget.ods")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=This name is taken in this folder. Choose another.")
    assert violations(page) == []
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Zebra.pdf")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=“plan.pdf” is now called “Zebra.pdf”.")
    row(page, "Zebra.pdf").wait_for()
    assert shown(page)[-1] == "Zebra.pdf"
    expect(row(page, "Zebra.pdf").get_by_role("link")).to_be_focused()


def test_a_new_folder_by_keys_alone(visit, filled):
    page = visit(space_url(), filled.alice)
    page.keyboard.press("n")
    page.wait_for_selector(".menu a:focus")
    for _step in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("a/b")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=A name cannot contain “/”.")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Archives")
    page.keyboard.press("Enter")
    expect(row(page, "Archives").get_by_role("link")).to_be_focused()


def test_delete_and_undo(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").get_by_role("link").focus()
    page.keyboard.press("Delete")
    page.wait_for_selector("text=“plan.pdf” is in the trash.")
    expect(row(page, "plan.pdf")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    row(page, "plan.pdf").wait_for()


def test_several_things_are_chosen_by_keys_and_thrown_away(visit, filled):
    page = visit(space_url(), filled.alice)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Été"
    page.keyboard.type("ph")
    assert page.evaluate("document.activeElement.textContent") == "Photos"
    page.wait_for_timeout(1000)
    page.keyboard.type("bu")
    assert page.evaluate("document.activeElement.textContent") == "Budget.ods"
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    assert page.locator("[data-count]").inner_text() == "2 selected"
    assert violations(page) == []
    page.get_by_role("button", name="Move to trash").click()
    page.wait_for_selector("text=2 things are in the trash.")
    expect(row(page, "notes.txt")).to_have_count(0)
    assert shown(page) == ["Été", "Photos", "plan.pdf"]
    expect(page.locator("[data-selection]")).to_be_hidden()


def test_ranges_with_the_pointer(visit, filled):
    page = visit(space_url(), filled.alice)
    box = page.get_by_role("checkbox", name="Été")
    box.click()
    row(page, "notes.txt").get_by_role("link").click(modifiers=["Shift"])
    assert page.locator("[data-count]").inner_text() == "4 selected"
    row(page, "Photos").get_by_role("link").click(modifiers=["Control"])
    assert page.locator("[data-count]").inner_text() == "3 selected"
    page.keyboard.press("Escape")
    assert page.locator("[data-selection]").is_hidden()


def test_moving_by_the_picker_with_keys(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").get_by_role("link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move", exact=True).last.click()
    page.wait_for_selector("#picker-dialog[open] >> text=Move “plan.pdf”")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#picker-place:has-text('Été')")
    page.get_by_role("button", name="Move here").click()
    page.wait_for_selector("text=1 thing moved to Été.")
    expect(row(page, "plan.pdf")).to_have_count(0)
    page.keyboard.press("ControlOrMeta+z")
    row(page, "plan.pdf").wait_for()


def test_dragging_a_row_onto_a_folder(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").drag_to(row(page, "Photos"))
    page.wait_for_selector("text=1 thing moved to Photos.")
    assert Node.objects.get(name="plan.pdf").parent.name == "Photos"


def test_a_drag_onto_a_taken_name_asks(visit, filled):
    make.make_file(filled.alice, Node.objects.get(name="Photos"), "plan.pdf", b"there")
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").drag_to(row(page, "Photos"))
    page.wait_for_selector("text=“plan.pdf” is there already.")
    page.get_by_role("button", name="Move here").click()
    page.wait_for_selector("text=1 thing moved to Photos.")
    assert Node.objects.filter(parent__name="Photos").count() == 2


def test_the_panel_opens_closes_and_goes_back(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "plan.pdf").get_by_role("link").click()
    page.wait_for_selector("#panel h2:has-text('plan.pdf')")
    assert "open=" in page.url
    assert violations(page) == []
    row(page, "notes.txt").get_by_role("link").click()
    page.wait_for_selector("#panel h2:has-text('notes.txt')")
    page.get_by_role("link", name="Activity").click()
    page.wait_for_selector("#panel >> text=added it")
    page.go_back()
    page.wait_for_selector("#panel", state="hidden")
    assert "open=" not in page.url
    row(page, "plan.pdf").get_by_role("link").click()
    page.wait_for_selector("#panel h2:has-text('plan.pdf')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "plan.pdf"


def test_the_next_page_comes_by_itself_and_stays(visit, town):
    many(town.root, 250)
    page = visit(space_url(), town.alice)
    assert len(shown(page)) == 100
    for wanted in (200, 250):
        page.locator(".files__more, #listing tr").last.scroll_into_view_if_needed()
        expect(page.locator("#listing tr[data-mask]")).to_have_count(wanted)
    row(page, "file 00200").get_by_role("link").focus()
    page.keyboard.press("Delete")
    page.wait_for_selector("text=“file 00200” is in the trash.")
    expect(page.locator("#listing tr[data-mask]")).to_have_count(249)
    expect(row(page, "file 00201").get_by_role("link")).to_be_focused()


def test_a_reader_is_offered_nothing_that_would_fail(visit, filled):
    make.share(filled.alice, Node.objects.get(name="Photos"), filled.eve, READER.mask)
    page = visit("/files/shared/", filled.eve)
    page.locator("#listing a").click()
    settled(page)
    assert page.locator("summary", has_text="Add").count() == 0
    page.go_back()
    row(page, "Photos").hover()
    page.locator(".files__menu summary").click()
    expect(page.get_by_text("Dimmed: your rights here do not allow it.").first).to_be_visible()
    dimmed = page.locator(".files__menu [aria-disabled=true]:visible").all_inner_texts()
    assert [re.sub(r"\s.*", "", text) for text in dimmed] == ["Labels", "Rename", "Move", "Move"]


def test_on_a_phone_a_long_press_chooses(visit, filled):
    page = visit(space_url(), filled.alice, phone=True)
    assert not overflows(page)
    spot = row(page, "plan.pdf").bounding_box()
    touch = page.context.new_cdp_session(page)
    point = {"x": spot["x"] + 150, "y": spot["y"] + 20}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    row(page, "notes.txt").get_by_role("link").tap()
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    assert violations(page) == []


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, filled, phone, scheme, language):
    file = Node.objects.get(name="plan.pdf")
    make.make_file(filled.alice, filled.root, "plan.pdf", b"again")
    row_ = make.throw_away(filled.alice, make.make_file(filled.alice, filled.root, "thrown"))
    page = visit("/files/", filled.alice, phone=phone, language=language, color_scheme=scheme)
    for address in (
        "/files/", "/files/shared/", "/files/recent/", "/files/favourites/", "/files/trash/", space_url(),
        space_url("trash/"), f"{space_url()}?open={file.pk}", f"{space_url()}?open={file.pk}&tab=versions",
        f"{space_url()}?open={file.pk}&tab=activity", f"{space_url()}?new=folder", f"{space_url()}?new=upload",
        f"{space_url()}?q=nothing", f"/files/purge/?trash={row_.pk}", f"/files/move/?id={file.pk}",
    ):  # fmt: skip
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


def test_all_of_it_works_without_script(visit, filled):
    page = visit(space_url(), filled.alice, java_script_enabled=False)
    page.get_by_role("main").get_by_text("Add", exact=True).click()
    page.get_by_role("link", name="New folder").first.click()
    page.get_by_label("Name of the new folder").fill("Plain")
    page.get_by_role("button", name="Create the folder").click()
    expect(row(page, "Plain")).to_be_visible()
    page.get_by_role("link", name="plan.pdf").click()
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("New name").fill("renamed.pdf")
    page.get_by_role("button", name="Rename").click()
    expect(row(page, "renamed.pdf")).to_be_visible()
    page.get_by_role("checkbox", name="renamed.pdf").check(force=True)
    page.get_by_text("With the selected things").click()
    page.get_by_role("button", name="Move to trash").click()
    expect(row(page, "renamed.pdf")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "renamed.pdf")).to_be_visible()
    page.get_by_role("main").get_by_text("Add", exact=True).click()
    page.get_by_role("link", name="Files from this device").first.click()
    page.get_by_label("Files to add").set_input_files([{"name": "up.txt", "mimeType": "text/plain", "buffer": b"x"}])
    page.get_by_role("button", name="Add the files").click()
    expect(row(page, "up.txt")).to_be_visible()
