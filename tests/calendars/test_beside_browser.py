"""Who is free when, in a real browser: the event is held over the rows by mouse and keys, and the form follows."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests import town as make
from tests.calendars.calendaring import personal, put
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/calendars/events/new/?day=2026-12-01&begins=10:00&ends=11:00"


@pytest.fixture
def town(transactional_db, store):
    town = build_town()
    for one in (town.alice, town.bob):
        make.change(one, time_zone="Europe/Berlin")
    put(town.bob, personal(town.bob), "Dentist", datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 11))
    return town


def test_a_time_is_found_by_mouse_and_keys_and_taken_from_what_is_offered(visit, town):
    page = visit(NEW, town.alice)
    page.get_by_label("Those who are needed").fill("bo")
    page.get_by_role("option", name="Bob").click()
    verdict = page.locator(".beside__verdict")
    expect(verdict).to_have_text("Not all who are needed can then.")
    expect(page.locator("when-grid")).to_contain_text("busy 9:00–11:00")
    expect(page.locator("when-grid")).not_to_contain_text("Dentist")
    assert violations(page) == []

    grip = page.get_by_role("slider", name="When it takes place")
    grip.scroll_into_view_if_needed()
    box, line = grip.bounding_box(), page.locator(".beside__line").first.bounding_box()
    hour = line["width"] / 14
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + hour, box["y"] + 12)
    page.mouse.move(box["x"] + box["width"] / 2 + 2 * hour, box["y"] + 12)
    page.mouse.up()
    expect(verdict).to_have_text("All who are needed can then.")
    expect(page.get_by_label("From", exact=True)).to_have_value("12:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("13:00")

    expect(grip).to_be_focused()  # what is drawn anew is held on
    with page.expect_response("**/beside/"):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("From", exact=True)).to_have_value("12:15")
    expect(grip).to_have_attribute("aria-valuetext", "Tuesday, December 1, 12:15")
    expect(page.locator("form[data-held]")).to_have_count(0)  # drawn anew

    with page.expect_response("**/beside/"):
        page.get_by_role("radio", name="Week").check()
    expect(page.locator("when-grid")).to_have_attribute("data-days", "7")
    with page.expect_response("**/beside/"):
        page.get_by_role("button", name="Wednesday 2 December 8:00").click()
    expect(page.locator("#id_first")).to_have_value("2026-12-02")
    expect(page.get_by_label("To", exact=True)).to_have_value("09:00")
    assert violations(page) == []


def test_a_time_is_found_without_script(visit, town):
    page = visit(NEW, town.alice, phone=True, java_script_enabled=False)
    page.get_by_label("What takes place?").fill("Board")
    page.get_by_label("Those who are needed").fill("bob, nobody@example.org")
    with page.expect_navigation():
        page.get_by_role("button", name="Look who is free").click()
    expect(page.locator("when-grid")).to_contain_text("busy 9:00–11:00")
    expect(page.locator("when-grid")).to_contain_text("Of 1 address it is not known when it is busy.")
    with page.expect_navigation():
        page.get_by_role("button", name="Tuesday 1 December 8:00").click()
    expect(page.get_by_label("What takes place?")).to_have_value("Board")
    expect(page.get_by_label("From", exact=True)).to_have_value("08:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("09:00")
    expect(page.locator(".beside__verdict")).to_have_text("All who are needed can then.")


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_the_pages_read_well(visit, town, phone, scheme, language):
    page = visit("/calendars/hours/", town.bob, phone=phone, language=language, color_scheme=scheme)
    assert violations(page) == []
    assert not overflows(page)
    page.goto(NEW)
    page.locator("#needed").fill("Bob (bob)")
    with page.expect_response("**/beside/"):
        page.keyboard.press("Enter")
    expect(page.locator("when-grid")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
