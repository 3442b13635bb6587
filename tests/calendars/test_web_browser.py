"""The calendar in a real browser: events are drawn in, moved, stretched and opened by mouse and keys, and looked at."""

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from calendars.actions import answering
from calendars.models import CalendarObject, Invitee, Occurrence
from tests import town as make
from tests.calendars.calendaring import calendar, put
from tests.conftest import build_town
from tests.files.web import signed_in
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = "/calendars/?view=week&day=2026-12-01"


@pytest.fixture
def town(transactional_db, store):
    town = build_town()
    make.change(town.alice, time_zone="Europe/Berlin")
    return town


@pytest.fixture
def sport(town):
    return calendar(town.alice, town.space)


def when(title):
    row = CalendarObject.objects.get(summary=title, deleted_at=None)
    return [
        f"{one.starts:%d %H:%M}-{one.ends:%H:%M}" for one in Occurrence.objects.filter(event=row).order_by("starts")
    ]


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def test_an_event_is_drawn_moved_stretched_and_taken_back(visit, town, sport):
    page = visit(WEEK, town.alice)
    column = page.locator(".week__day[data-day='2026-12-03']")
    scroll = page.locator("[data-scroll]")
    scroll.evaluate("one => { one.scrollTop = 0 }")
    box = column.bounding_box()
    hour, middle = box["height"] / 24, box["x"] + box["width"] / 2
    drag(page, (middle, box["y"] + 8.1 * hour), (middle, box["y"] + 9.9 * hour))
    dialog = page.get_by_role("dialog", name="New event")
    expect(dialog.get_by_label("From")).to_have_value("08:00")
    expect(dialog.get_by_label("To")).to_have_value("10:00")
    assert violations(page) == []
    page.keyboard.type("Concert")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert when("Concert") == ["03 07:00-09:00"]
    expect(page.locator("toast-stack")).to_contain_text("“Concert” is in")

    scroll.evaluate("one => { one.scrollTop = 0 }")
    event = page.get_by_role("link", name="Concert")
    box = event.bounding_box()
    drag(page, (box["x"] + 20, box["y"] + 20), (box["x"] + 20 + column.bounding_box()["width"], box["y"] + 20 + hour))
    toast = page.locator("toast-stack")
    expect(toast).to_contain_text("Friday 4 December 2026, 9:00 – 11:00")
    assert when("Concert") == ["04 08:00-10:00"]
    box = event.bounding_box()
    drag(page, (box["x"] + 20, box["y"] + box["height"] - 3), (box["x"] + 20, box["y"] + box["height"] + hour / 2))
    expect(toast).to_contain_text("9:00 – 11:30")
    with page.expect_response("**/undo/"):
        toast.get_by_role("button", name="Undo").click()
    assert when("Concert") == ["04 08:00-10:00"]
    expect(event).to_have_attribute("data-etag", CalendarObject.objects.get().etag)

    event.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(toast).to_contain_text("9:15 – 11:15")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(toast).to_contain_text("9:15 – 11:30")
    page.keyboard.press("Alt+ArrowLeft")
    expect(toast).to_contain_text("Thursday 3 December 2026, 9:15")
    assert when("Concert") == ["03 08:15-10:30"]

    page.get_by_role("link", name="Concert").click()
    opened = page.locator("#event-dialog")
    expect(opened).to_contain_text("Thursday 3 December 2026, 9:15 – 11:30")
    assert violations(page) == []
    with page.expect_navigation():
        opened.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Concert")).to_have_count(0)


def test_a_series_asks_which_times_are_meant(visit, town, sport):
    put(town.alice, sport, "Choir", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 20), "RRULE:FREQ=WEEKLY;COUNT=3")
    page = visit("/calendars/?view=month&day=2026-12-01", town.alice)
    start = page.get_by_role("link", name="Choir").nth(1).bounding_box()
    target = page.locator(".month__day[data-day='2026-12-10']").bounding_box()
    drag(page, (start["x"] + 30, start["y"] + 8), (target["x"] + 30, target["y"] + 60))
    asked = page.get_by_role("dialog", name="What do you change?")
    expect(asked).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".is-held, .is-target")).to_have_count(0)
    assert when("Choir")[1] == "08 17:00-19:00"
    drag(page, (start["x"] + 30, start["y"] + 8), (target["x"] + 30, target["y"] + 60))
    with page.expect_response("**/move/"):
        asked.get_by_role("button", name="This one").click()
    expect(page.locator("toast-stack")).to_contain_text("10 December")
    assert when("Choir") == ["01 17:00-19:00", "10 17:00-19:00", "15 17:00-19:00"]
    page.locator(".month__day[data-day='2026-12-17']").click(position={"x": 60, "y": 60})
    expect(page.get_by_role("dialog", name="New event").get_by_label("Day", exact=True)).to_have_value("2026-12-17")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("January 2027", use_inner_text=True)
    with page.expect_navigation():
        page.keyboard.press("w")
    with page.expect_navigation():
        page.keyboard.press("t")
    assert "view=week" in page.url


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_reads_well(visit, town, sport, phone, scheme, language):
    row = put(
        town.alice, sport, "Training", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 20), "RRULE:FREQ=DAILY;COUNT=9"
    )
    put(town.alice, sport, "A camp with quite a long name", date(2026, 11, 30), date(2026, 12, 4))
    page = visit(WEEK, town.alice, phone=phone, language=language, color_scheme=scheme)
    addresses = [f"/calendars/?view={view}&day=2026-12-01" for view in ("week", "month", "day", "list", "year")]
    for address in [
        *addresses,
        f"/calendars/events/{row.pk}/",
        f"/calendars/events/{row.pk}/edit/",
        "/calendars/events/new/",
    ]:
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address


def test_an_event_is_made_and_deleted_without_script(visit, town, sport):
    page = visit(WEEK, town.alice, phone=True, java_script_enabled=False)
    with page.expect_navigation():
        page.locator(".fab").click()
    page.get_by_label("What takes place?").fill("Concert")
    page.get_by_label("From", exact=True).fill("10:00")  # whatever the hour of the test: late ones lie below the toast
    page.get_by_label("To", exact=True).fill("11:00")
    page.get_by_label("Calendar", exact=True).select_option(label="Sport · Plans")
    with page.expect_navigation():
        page.get_by_role("button", name="Add").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Concert").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Concert")).to_have_count(0)
    assert CalendarObject.objects.get().deleted_at is not None


def test_what_somebody_answers_is_on_the_page_of_the_event_and_in_its_dialog(visit, town, sport):
    people = "Bob (bob), Eve (eve)"
    form = {"title": "Board", "first": "2026-12-01", "last": "2026-12-01", "begins": "18:00", "ends": "20:00",
            "zone": "Europe/Paris", "interval": "1", "calendar": sport.pk, "needed": people}  # fmt: skip
    assert signed_in(town.alice).post("/calendars/events/new/", form).status_code == 302
    event = CalendarObject.objects.get(calendar=sport)

    def answered(page, user, said):
        found = CalendarObject.objects.select_related("calendar__space__owner").get(pk=event.pk)
        answering.answer(Invitee.objects.get(event=event, user=user), found, said)
        say = "document.querySelector('live-topic').say('live:change', [{kind: 'event-change', ref: 'event:%d'}])"
        page.evaluate(say % event.pk)

    page = visit(f"/calendars/events/{event.pk}/", town.alice)
    page.wait_for_function("Boolean(customElements.get('live-event'))")
    page.get_by_role("link", name="Change", exact=True).focus()
    answered(page, town.bob, "ACCEPTED")
    expect(page.locator(".guests__sign--accepted")).to_have_count(1)
    expect(page.get_by_role("link", name="Change", exact=True)).to_be_focused()

    page.goto(WEEK)
    page.locator("a.event", has_text="Board").click()
    expect(page.locator("dialog .guests__sign--accepted")).to_have_count(1)
    answered(page, town.eve, "DECLINED")
    expect(page.locator("dialog .guests__sign--declined")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
