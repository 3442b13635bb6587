"""Booking in a real browser: a week drawn over, a time that is taken refused, what is free, an answer taken back."""

import pytest
from playwright.sync_api import expect

from calendars import opening
from calendars.actions import shifting
from calendars.actions.shifting import Wanted
from calendars.models import CalendarObject, Hold
from tests import town as make
from tests.calendars.bookings import ahead, book, room
from tests.calendars.test_web_browser import drag
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALL_DAYS = opening.to_store(dict.fromkeys(range(7), (8 * 60, 22 * 60)))


@pytest.fixture
def town(transactional_db, store):
    town = build_town()
    make.share(town.alice, town.space, town.eve, 1)
    for one in (town.alice, town.bob, town.eve):
        make.change(one, time_zone="Europe/Berlin")
    return town


def test_a_room_is_booked_by_dragging_and_refused_where_it_is_taken(visit, town):
    hall = room(town.alice, town.space, hours=ALL_DAYS, capacity=30, equipment="Kitchen", approval=True)
    day = ahead(7).date()
    book(town.bob, hall, "Choir", ahead(7, 18))
    page = visit(f"/calendars/booking/{hall.pk}/?day={day}", town.eve)
    column = page.locator(f".week__day[data-day='{day}']")
    expect(column.locator(".week__closed")).to_have_count(2)
    expect(page.get_by_role("link", name="Choir")).to_have_class("event is-tentative")
    scroll = page.locator("[data-scroll]")
    scroll.evaluate("one => { one.scrollTop = 0 }")
    box = column.bounding_box()
    hour, middle = box["height"] / 24, box["x"] + box["width"] / 2
    drag(page, (middle, box["y"] + 9.1 * hour), (middle, box["y"] + 10.9 * hour))
    dialog = page.get_by_role("dialog", name="Book Salle 2")
    expect(dialog.get_by_label("From")).to_have_value("09:00")
    assert violations(page) == []
    page.keyboard.type("Chess")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Chess")).to_have_class("event is-tentative")
    assert Hold.objects.count() == 2

    page.get_by_role("link", name="Book", exact=True).click()
    dialog.get_by_label("What for?").fill("Cards")
    dialog.get_by_label("Day", exact=True).fill(day.isoformat())
    dialog.get_by_label("From").fill("19:00")
    dialog.get_by_label("To").fill("20:30")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Book").click()
    refused = page.locator(".banner--danger")
    expect(refused).to_contain_text("Taken already")
    expect(refused).to_contain_text("“Choir” (Bob)")
    expect(page.get_by_label("What takes place?")).to_have_value("Cards")
    assert violations(page) == []
    page.get_by_label("From").fill("20:00")
    page.get_by_label("To", exact=True).fill("21:30")
    with page.expect_navigation():
        page.get_by_role("button", name="Add", exact=True).click()
    assert sorted(CalendarObject.objects.values_list("summary", flat=True)) == ["Cards", "Chess", "Choir"]
    expect(page.get_by_role("link", name="Cards")).to_be_visible()

    page = visit("/calendars/booking/mine/", town.alice)
    first = page.get_by_role("listitem").filter(has_text="Choir")
    first.get_by_label("A word with the answer").fill("The heating is off")
    with page.expect_navigation():
        first.get_by_role("button", name="Refuse").click()
    expect(page.locator("toast-stack")).to_contain_text("“Choir” is refused")
    assert Hold.objects.count() == 2
    with page.expect_navigation():
        page.locator("toast-stack").get_by_role("button", name="Undo").click()
    assert Hold.objects.count() == 3


def test_what_is_free_is_found_and_booked_without_script(visit, town):
    hall = room(town.alice, town.space, capacity=30)
    day = ahead(7).date()
    book(town.bob, room(town.alice, town.space, "Big hall", capacity=80), "Choir", ahead(7, 18))
    page = visit("/calendars/booking/", town.eve, phone=True, java_script_enabled=False)
    page.get_by_label("Day", exact=True).fill(day.isoformat())
    page.get_by_label("From", exact=True).fill("18:00")
    page.get_by_label("To", exact=True).fill("20:00")
    page.get_by_label("For how many people?").fill("30")
    with page.expect_navigation():
        page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("listitem").filter(has_text="Big hall")).to_contain_text("Taken 18:00 – 20:00")
    with page.expect_navigation():
        page.get_by_role("link", name="Book Salle 2").click()
    page.get_by_label("What takes place?").fill("Chess")
    with page.expect_navigation():
        page.get_by_role("button", name="Add", exact=True).click()
    assert Hold.objects.filter(calendar=hall).count() == 1


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_of_booking_reads_well(visit, town, phone, scheme, language):
    hall = room(
        town.alice,
        town.space,
        "Salle des fêtes",
        hours=ALL_DAYS,
        capacity=120,
        equipment="Kitchen, stage",
        approval=True,
    )
    van = room(town.alice, town.space, "Minibus", kind="vehicle", capacity=9)
    book(town.bob, hall, "Repas des aînés, avec un nom bien long", ahead(7, 18))
    book(town.alice, van, "Match", ahead(7, 9), 30)
    book(town.alice, hall, "Bal", ahead(7, 10), 4)
    day = ahead(7).date()
    ball = CalendarObject.objects.select_related("calendar__space", "calendar__acl").get(summary="Bal")
    shifting.plan(make.act(town.alice), ball, [Wanted(0, "Buvette", 1), Wanted(0, "Porte", 2)])
    for who in (town.bob, town.eve):
        shifting.take(make.act(who), ball, ball.shifts.first().pk, "")
    asked = f"day={day}&begins=18:00&ends=20:00&people=30&kind="
    page = visit(f"/calendars/booking/?{asked}", town.alice, phone=phone, language=language, color_scheme=scheme)
    row = CalendarObject.objects.get(summary__startswith="Repas")
    for address in [
        f"/calendars/booking/?{asked}", f"/calendars/booking/{hall.pk}/?view=week&day={day}",
        f"/calendars/booking/{hall.pk}/?view=day&day={day}", "/calendars/booking/mine/",
        f"/calendars/booking/{hall.pk}/rules/", f"/calendars/events/{row.pk}/", "/",
        f"/calendars/events/{ball.pk}/", f"/calendars/events/{ball.pk}/shifts/",
    ]:  # fmt: skip
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address
