"""Tasks in a real browser: said in a line, ticked off, ordered by mouse and keys, moved between columns, looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.actions import making
from calendars.models import CalendarObject, Component
from tests import town as make
from tests.calendars.test_tasks_pages import now, put
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def plans(town):
    found = making.make(make.act(town.alice), town.space, "Fête", components=[Component.TASK], color="#b5541c")
    for number, title in enumerate(("Hall", "Posters", "Cups")):
        put(town.alice, found, title, f"X-APPLE-SORT-ORDER:{10 * number}")
    put(town.alice, found, "Keys", "RELATED-TO:Hall@test", f"DUE;VALUE=DATE:{timezone.localdate():%Y%m%d}")
    return found


def order(page):
    return page.locator("task-list [data-open]").all_inner_texts()


def test_a_list_is_worked_through_by_mouse_and_by_keys(visit, town, plans):
    page = visit(f"/calendars/tasks/list/{plans.pk}/", town.alice)
    toast = page.locator("toast-stack")
    assert order(page) == ["Hall", "Keys", "Posters", "Cups"]

    page.keyboard.press("n")
    page.keyboard.type("Buy bread tomorrow !high #shopping")
    page.keyboard.press("Enter")
    expect(page.locator(".task", has_text="Buy bread")).to_contain_text("Tomorrow")
    expect(page.locator("#task-line")).to_have_value("")
    assert now("Buy bread").categories == ["shopping"]

    page.get_by_role("checkbox", name="Done: Posters").click()
    expect(toast).to_contain_text("“Posters” is done.")
    assert "Posters" not in order(page)
    with page.expect_response("**/undo/"):
        toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Posters")).to_be_visible()

    cups, hall = page.get_by_role("link", name="Cups"), page.get_by_role("link", name="Hall")
    start, end = cups.bounding_box(), hall.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 12, start["y"] - 20)
    page.mouse.move(end["x"] + 12, end["y"] + 2)
    page.mouse.up()
    expect(toast).to_contain_text("“Cups” is moved, 1 of 4.")
    assert order(page)[0] == "Cups"
    cups.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(toast).to_contain_text("2 of 4")
    assert order(page)[:3] == ["Hall", "Keys", "Cups"]
    expect(cups).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(toast).to_contain_text("“Cups” is a part of “Hall”.")
    assert now("Cups").parent_uid == "Hall@test"

    page.get_by_role("button", name="2 subtasks").click()
    expect(cups).to_be_hidden()
    page.reload()
    expect(cups).to_be_hidden()  # it stays so
    page.get_by_role("button", name="2 subtasks").click()
    expect(cups).to_be_visible()

    with page.expect_navigation():
        hall.click()
    panel = page.locator("#panel")
    expect(panel.get_by_label("What is to be done?")).to_have_value("Hall")
    assert violations(page) == []
    panel.get_by_label("For whom?").fill("Bo")
    panel.get_by_role("option", name="Bob").click()
    panel.get_by_label("How far is it?").select_option("IN-PROCESS")
    with page.expect_navigation():
        panel.get_by_role("button", name="Save").click()
    expect(page.locator(f"#task-{now('Hall').pk}").get_by_text("In progress").first).to_be_visible()
    assert now("Hall").assignees == [f"/remote.php/dav/principals/users/{town.bob.username}/"]


def test_a_line_entered_while_the_one_before_is_on_its_way_is_not_lost(visit, town, plans):
    page = visit(f"/calendars/tasks/list/{plans.pk}/", town.alice)
    line, asked = page.locator("#task-line"), []

    def slowly(route):
        asked.append(route.request)
        if len(asked) == 1:
            line.fill("Milk")
            line.press("Enter")
        route.continue_()

    page.route("**/quick/", slowly)
    line.fill("Bread")
    line.press("Enter")
    expect(page.get_by_role("link", name="Bread")).to_be_visible()
    expect(line).to_have_value("Milk")
    line.press("Enter")
    expect(page.get_by_role("link", name="Milk")).to_be_visible()
    expect(line).to_have_value("")


def test_columns_by_mouse_and_keys_and_the_calendar(visit, town, plans):
    page = visit(f"/calendars/tasks/list/{plans.pk}/?view=lanes", town.alice)
    toast = page.locator("toast-stack")
    lane = page.locator("[data-lane='IN-PROCESS']")
    start, end = page.get_by_role("link", name="Hall").bounding_box(), lane.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 15)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 80)
    page.mouse.up()
    expect(toast).to_contain_text("“Hall”: In progress.")
    expect(lane.get_by_role("link", name="Hall")).to_be_visible()
    page.get_by_role("link", name="Hall").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-lane='COMPLETED']").get_by_role("link", name="Hall")).to_be_visible()
    assert now("Hall").completed_at is not None
    assert now("Keys").completed_at is not None  # what lies below went along
    assert violations(page) == []

    put(town.alice, plans, "Call", f"DUE;VALUE=DATE:{timezone.localdate():%Y%m%d}")
    page = visit("/calendars/?view=week", town.alice)
    page.get_by_role("link", name="Task, Call").first.click()
    dialog = page.locator("#event-dialog")
    expect(dialog).to_contain_text("Fête")
    assert violations(page) == []
    with page.expect_navigation():
        dialog.get_by_role("button", name="Done").click()
    assert now("Call").completed_at is not None
    expect(page.locator(".event.is-done", has_text="Call").first).to_be_visible()


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_of_tasks_is_sound(visit, town, plans, phone, scheme, language):
    late = timezone.localdate() - timedelta(days=2)
    who = f"ATTENDEE;CN=A:/remote.php/dav/principals/users/{town.alice.username}/"
    put(town.alice, plans, "Late", f"DUE;VALUE=DATE:{late:%Y%m%d}", "PRIORITY:1", "CATEGORIES:a,b", who)
    here, pk = f"/calendars/tasks/list/{plans.pk}/", CalendarObject.objects.get(summary="Late").pk
    for address in (here, f"{here}?open={pk}", f"{here}?view=lanes", f"{here}?select=1", f"{here}?done=1",
                    "/calendars/tasks/", f"/calendars/tasks/{pk}/", "/mine/", "/calendars/?view=list"):  # fmt: skip
        page = visit(address, town.alice, phone=phone, color_scheme=scheme, language=language)
        assert violations(page) == [], address
        assert not overflows(page), address
        page.context.close()


def test_what_others_change_waits_for_the_hand_that_took_a_menu_meanwhile(visit, town, plans):
    """The list is asked for anew, a menu is opened, then the answer comes: it is drawn once the menu is closed."""
    page = visit(f"/calendars/tasks/list/{plans.pk}/", town.alice)
    put(town.alice, plans, "Plates", "X-APPLE-SORT-ORDER:40")
    held = []
    page.route("**/calendars/tasks/list/*/", lambda route: held.append(route), times=1)
    with page.expect_request("**/calendars/tasks/list/*/"):
        page.evaluate("document.dispatchEvent(new CustomEvent('live:change', { detail: [{ kind: 'event-add' }] }))")
    menu = page.locator("task-list details summary").first
    menu.click()
    with page.expect_response("**/calendars/tasks/list/*/"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert page.locator("task-list details[open]").count() == 1
    assert "Plates" not in order(page)
    menu.click()
    expect(page.get_by_role("link", name="Plates")).to_be_visible()
