"""The manager in a real browser: pictures instead of rows, files over the whole page, moving, keys, very long lists."""

import pytest
from playwright.sync_api import expect

from collab.rights.right import EDITOR
from files.models import Node
from tests import town as make
from tests.conftest import build_town
from tests.files import pictures
from tests.files.test_browser_files import row, settled, shown
from tests.files.test_web_browsing import many
from tests.files.web import space_url
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def filled(town):
    """Two folders, and files of several kinds."""
    for name in ("Été", "Photos"):
        make.make_folder(town.alice, town.root, name)
    for name, content in (
        ("a.png", pictures.png()), ("b.md", b"# Heading\n\n- one\n- two"), ("c.txt", b"a text"),
        ("d.png", pictures.png(80)), ("e.pdf", b"%PDF-1.4"),
    ):  # fmt: skip
        make.make_file(town.alice, town.root, name, content)
    return town


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pictures_are_walked_in_two_dimensions(visit, filled, phone):
    page = visit(space_url(), filled.alice, phone=phone, language="fr" if phone else "en")
    assert page.locator(".files--grid").count() == 0
    page.get_by_role("button", name="En images" if phone else "As pictures").click()
    page.wait_for_selector(".files--grid")
    settled(page)
    assert violations(page) == []
    assert not overflows(page)
    boxes = [one.bounding_box() for one in page.locator("#listing tr[data-mask]").all()]
    columns = sum(1 for box in boxes if box["y"] == boxes[0]["y"])
    assert columns == 2 if phone else columns > 2
    names = ["Été", "Photos", "a.png", "b.md", "c.txt", "d.png", "e.pdf"]
    assert shown(page) == names
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Été"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Photos"
    page.keyboard.press("ArrowDown")
    assert focused(page) == names[min(len(names) - 1, 1 + columns)]
    page.keyboard.press("ArrowUp")
    assert focused(page) == ("Photos" if phone else "Été")  # the last line of the desk holds one alone
    row(page, "Photos").get_by_role("link").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    chosen = page.locator("#listing tr[data-chosen] a.item__title").all_inner_texts()
    assert chosen == ["Photos", "a.png"]
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    page.wait_for_selector(".files__inline input:focus")
    page.keyboard.press("Escape")
    assert focused(page) == "a.png"
    page.reload()
    assert page.locator(".files--grid").count() == 1


def test_files_over_the_whole_page(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "a.png").get_by_role("link").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("h1:has-text('a.png')")
    picture = page.locator(".view__picture")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 64
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("h1:has-text('b.md')")
    assert page.locator(".prose h2").inner_text() == "Heading"
    assert violations(page) == []
    page.get_by_role("link", name="As typed").click()
    page.wait_for_selector("pre:has-text('# Heading')")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("h1:has-text('c.txt')")
    page.get_by_role("link", name="Next: d.png").click()
    page.wait_for_selector("h1:has-text('d.png')")
    assert page.title().startswith("d.png")
    assert f"/files/view/{Node.objects.get(name='d.png').pk}/" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#listing")
    expect(row(page, "d.png").get_by_role("link")).to_be_focused()
    row(page, "e.pdf").get_by_role("link").dblclick()
    page.wait_for_selector("h1:has-text('e.pdf')")
    expect(page.locator("[data-pdf]")).to_have_count(1)
    assert violations(page) == []


def test_a_swipe_goes_to_the_next(visit, filled):
    page = visit(f"/files/view/{Node.objects.get(name='a.png').pk}/", filled.alice, phone=True, color_scheme="dark")
    assert not overflows(page)
    assert violations(page) == []
    touch = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": 320, "y": 400}]), ("touchMove", [{"x": 220, "y": 402}]),
        ("touchMove", [{"x": 120, "y": 404}]), ("touchEnd", []),
    ):  # fmt: skip
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_selector("h1:has-text('b.md')")
    page.get_by_role("link", name="Back to the folder").click()
    page.wait_for_selector("#listing")


def test_the_viewer_is_a_page_without_script(visit, filled):
    page = visit(space_url(), filled.alice, java_script_enabled=False)
    with page.expect_navigation():
        page.get_by_role("link", name="c.txt").click()
    with page.expect_navigation():
        page.get_by_role("link", name="View", exact=True).click()
    assert page.locator("pre").inner_text() == "a text"
    with page.expect_navigation():
        page.get_by_role("link", name="Next: d.png").click()
    assert page.locator("img.view__picture").count() == 1
    with page.expect_navigation():
        page.get_by_role("link", name="Back to the folder").click()
    assert "a.png" in shown(page)


def test_a_drag_to_another_place_says_first_who_loses_access(visit, filled):
    zoe = make.make_user("zoe")
    board = make.make_space(filled.alice, "Board")
    make.share(filled.alice, board, zoe, EDITOR.mask)
    page = visit(space_url(), filled.alice)
    row(page, "c.txt").drag_to(page.get_by_role("link", name="Board", exact=True))
    page.wait_for_selector("#picker-dialog[open] >> text=1 person loses access: Bob.")
    assert violations(page) == []
    assert Node.objects.get(name="c.txt").space_id == filled.space.pk
    page.get_by_role("button", name="Move here").click()
    page.wait_for_selector("text=1 thing moved to Board.")
    assert Node.objects.get(name="c.txt").space_id == board.pk
    page.get_by_role("button", name="Undo").click()
    row(page, "c.txt").wait_for()


def test_the_dialog_finds_folders_and_makes_new_ones(visit, filled):
    deep = make.make_folder(filled.alice, Node.objects.get(name="Été"), "Réunions")
    page = visit(space_url(), filled.alice)
    row(page, "c.txt").get_by_role("link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copy", exact=True).last.click()
    page.wait_for_selector("#picker-dialog[open]")
    page.get_by_label("Find a folder").fill("reun")
    page.get_by_role("dialog").get_by_text("Plans › Été").wait_for()
    expect(page.get_by_role("button", name="Copy here")).to_be_disabled()
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#picker-place:has-text('Réunions')")
    page.locator(".files__make summary").click()
    page.get_by_label("Name of the new folder").fill("Mai")
    page.keyboard.press("Enter")
    page.wait_for_selector("#picker-place:has-text('Mai')")
    page.get_by_role("button", name="Copy here").click()
    page.wait_for_selector("text=1 thing copied to Mai.")
    assert Node.objects.get(name="c.txt", parent__name="Mai").parent.parent_id == deep.pk


def test_cut_here_and_pasted_there(visit, filled):
    page = visit(space_url(), filled.alice)
    row(page, "c.txt").get_by_role("link").focus()
    page.keyboard.press("ControlOrMeta+x")
    page.wait_for_selector("text=Ready to move (1): press Ctrl V in a folder.")
    assert row(page, "c.txt").get_attribute("class") == "is-cut"
    row(page, "Photos").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Photos')")
    settled(page)
    page.keyboard.press("ControlOrMeta+v")
    page.wait_for_selector("text=1 thing moved to Photos.")
    expect(row(page, "c.txt").get_by_role("link")).to_be_focused()  # once the list came anew
    page.keyboard.press("ControlOrMeta+c")
    page.keyboard.press("ControlOrMeta+v")
    page.wait_for_selector("text=1 thing copied to Photos.")
    there = list(Node.objects.filter(parent__name="Photos").values_list("name", flat=True))
    assert len(there) == 2
    for name in there:
        expect(row(page, name)).to_be_visible()
    expect(page.locator("#listing a:focus")).to_have_count(1)  # the list came anew, and what had the focus has it
    page.keyboard.press("ContextMenu")
    page.wait_for_selector(".files__menu details[open]")


def test_a_new_file_from_a_template_and_the_description(visit, filled):
    page = visit(space_url(), filled.alice)
    page.keyboard.press("n")
    page.get_by_role("link", name="New from a template").first.click()
    page.wait_for_selector("#picker-dialog[open]")
    assert violations(page) == []
    page.get_by_role("button", name="Make the folder “Templates”").first.click()
    page.get_by_text("This folder is empty").wait_for()
    settled(page)
    shelf = Node.objects.get(name="Templates", space=filled.space)
    make.make_file(filled.alice, shelf, "Minutes.odt", b"model")
    page.goto(space_url())
    page.keyboard.press("n")
    page.get_by_role("link", name="New from a template").first.click()
    page.get_by_label("Minutes.odt").check()
    assert page.get_by_label("Name").input_value() == "Minutes.odt"
    page.get_by_label("Name").fill("May")
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_selector("text=“May.odt” is made.")
    expect(row(page, "May.odt").get_by_role("link")).to_be_focused()
    make.make_file(filled.alice, filled.root, "README.md", b"What **this** is for")
    page.reload()
    assert page.locator(".files__about strong").inner_text() == "this"
    assert violations(page) == []
    page.locator(".files__about summary").click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.reload()
    assert page.locator(".files__about").get_attribute("open") is None


def test_ten_thousand_things_scroll_and_end(visit, town):
    many(town.root, 10_000)
    page = visit(space_url(), town.alice)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator("#listing a:focus")).to_have_text("file 09998", timeout=60_000)
    expect(page.locator("#listing tr[data-mask]")).to_have_count(10_000)
    page.keyboard.press("Home")
    expect(page.locator("#listing a:focus")).to_have_text("0000 first")
    page.keyboard.press("Space")
    parts, drawn, height = page.evaluate(
        """async () => {
          const main = document.querySelector("main");
          const parts = [...document.querySelectorAll("#listing tbody")];
          main.scrollTop = main.scrollHeight / 2;
          for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
          const drawn = parts.filter((one) => one.rows[0].checkVisibility({ contentVisibilityAuto: true }));
          main.scrollTop = 0;
          return [parts.length, drawn.length, main.scrollHeight];
        }"""
    )
    assert parts >= 100
    assert height > 300_000
    assert 1 <= drawn <= 6, "what is out of sight is not drawn, so that scrolling costs the same however long the list"
    page.keyboard.press("Delete")
    page.wait_for_selector("text=“0000 first” is in the trash.")
    expect(page.locator("#listing tr[data-mask]")).to_have_count(9_999)


@pytest.mark.parametrize(("phone", "scheme", "language"), [(False, "dark", "fr"), (True, "light", "fr")])
def test_the_new_pages_are_accessible_and_fit(visit, filled, phone, scheme, language):
    make.make_file(filled.alice, filled.root, "c (2).txt", b"a text")
    file = Node.objects.get(name="c.txt")
    page = visit("/files/given/", filled.alice, phone=phone, language=language, color_scheme=scheme)
    for address in (
        "/files/given/", "/files/labels/", "/files/room/", space_url("room/"), space_url("room/?by=twins"),
        space_url("room/?by=folders"), f"/files/describe/{filled.root.pk}/", f"/files/from-template/{filled.root.pk}/",
        f"/files/move/?id={file.pk}&q=photos", f"/files/view/{file.pk}/",
    ):  # fmt: skip
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pictures_are_kept_from_publication_in_the_list(visit, filled, phone):
    """On the desk from the bar too; a phone, whose bar has no room for it, has the menu of a row that is chosen."""
    page = visit(space_url(), filled.alice, phone=phone, color_scheme="dark" if phone else "light")
    place = page.locator(".files__menu" if phone else "[data-selection]")
    withhold, publish = (place.get_by_role("button", name=name) for name in ("Not for publication", "May be published"))

    def choose(name, chosen=True):
        row(page, name).get_by_role("checkbox").set_checked(chosen, force=True)

    for name in ("a.png", "d.png"):
        choose(name)
    boxes = [page.locator(f"[data-selection] {one}").bounding_box() for one in ("[data-count]", "[data-do=download]")]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"], "nothing lies over the number"
    if phone:
        row(page, "d.png").locator(".files__menu summary").click()
    expect(withhold).to_be_visible()
    expect(publish).to_be_hidden()
    assert not overflows(page)
    assert violations(page) == []
    if not phone:
        choose("c.txt")
        expect(withhold).to_be_hidden()
        choose("c.txt", chosen=False)
    withhold.click()
    page.locator("#toasts").get_by_text("2 pictures are not for publication: no public link shows them.").wait_for()
    expect(page.locator("#listing tr[data-out]")).to_have_count(2)
    expect(row(page, "a.png").get_by_role("img", name="not for publication")).to_be_visible()
    settled(page)
    assert violations(page) == []
    if not phone:
        expect(publish).to_be_visible()
        page.keyboard.press("Escape")
        row(page, "a.png").click(button="right")
        page.locator(".files__menu").get_by_role("button", name="May be published").click()
        expect(page.locator("#listing tr[data-out]")).to_have_count(1)
        expect(row(page, "a.png").get_by_role("link")).to_be_focused()  # once the list came anew
        row(page, "c.txt").click(button="right")
        page.locator(".files__menu [data-do=details]").wait_for()
        assert page.locator(".files__menu").get_by_role("button", name="publi").count() == 0
        page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator("#listing tr[data-out]")).to_have_count(0 if phone else 2)
