"""In a browser: a finger moves events, and pages of what comes from elsewhere or goes on paper are looked at."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.actions import fetching, storing
from calendars.models import Calendar, Occurrence, Source
from collab.rights.right import READER
from tests import town as make
from tests.calendars.calendaring import calendar, personal, put
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    town = build_town()
    make.change(town.alice, time_zone="Europe/Berlin")
    return town


@pytest.fixture
def sport(town):
    return calendar(town.alice, town.space)


class Finger:
    """One finger on the glass."""

    def __init__(self, page):
        self._page = page.context.new_cdp_session(page)

    def __call__(self, kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        self._page.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


def test_a_finger_lifts_an_event_by_a_long_press_and_scrolls_by_a_short_one(visit, town, sport):
    today = timezone.localdate()
    put(town.alice, sport, "Concert", datetime(today.year, today.month, today.day, 10),
        datetime(today.year, today.month, today.day, 12))  # fmt: skip
    page = visit("/calendars/?view=week", town.alice, phone=True)
    finger = Finger(page)
    column = page.locator(".week__day.is-today").bounding_box()
    assert 0 <= column["x"] <= 390 - column["width"], "today is in sight without scrolling"
    event = page.get_by_role("link", name="Concert")
    box = event.bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + 20)
    hour = page.locator(".week__day").first.bounding_box()["height"] / 24
    # moved at once: that is scrolling, whatever follows
    finger("Start", *at)
    finger("Move", at[0], at[1] - 40)
    finger("Move", at[0], at[1] - 90)
    finger("End")
    expect(page.locator(".is-held")).to_have_count(0)
    assert Occurrence.objects.get().starts.hour == 9
    page.goto("/calendars/?view=week")
    settle(page)
    box = event.bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + 20)
    finger("Start", *at)
    expect(page.locator(".event.is-held")).to_have_count(1)
    finger("Move", at[0], at[1] + hour / 2)
    finger("Move", at[0], at[1] + hour)
    with page.expect_response("**/move/"):
        finger("End")
    expect(page.locator("toast-stack")).to_contain_text("11:00 – 13:00")
    assert Occurrence.objects.get().starts.hour == 10


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_reads_well(visit, town, sport, phone, scheme, language):
    act = make.act(town.alice)
    row = put(
        town.alice, sport, "General meeting", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 20), "LOCATION:Hall",
        "CONFERENCE;VALUE=URI:https://meet.example.org/board", "ATTACH;FILENAME=plan.pdf:https://files.example.org/plan.pdf",
    )  # fmt: skip
    put(town.alice, sport, "A camp with quite a long name", date(2026, 11, 30), date(2026, 12, 4))
    make.make_file(town.alice, make.make_folder(town.alice, town.root, "Minutes"), "plan.txt")
    storing.delete(act, put(town.alice, personal(town.alice), "Doctor", date(2026, 12, 7), date(2026, 12, 8)))
    fetching.add_ready(act, town.space, "school/A")
    web = Calendar.objects.create(
        space=town.space, acl=town.space.acl, name="club", title="The club", components=["VEVENT"],
        zone="Europe/Paris", fed=True,
    )  # fmt: skip
    ago = timezone.now() - timedelta(days=1)
    Source.objects.create(
        calendar=web, address="https://club.example.org/a.ics", fetched_at=ago, tried_at=ago, due_at=timezone.now(),
        failures=3, trouble="silent", left_out=2,
    )  # fmt: skip
    make.make_link(town.alice, sport, READER.mask)
    look = {"phone": phone, "language": language, "color_scheme": scheme}
    page = visit(f"/calendars/events/{row.pk}/", town.alice, **look)
    for address in [
        f"/calendars/events/{row.pk}/",
        f"/calendars/events/{row.pk}/attach/",
        f"/calendars/events/{row.pk}/attach/?space={town.space.pk}",
        f"/calendars/events/new/?from={row.pk}",
        "/calendars/new/",
        "/calendars/new/web/",
        "/calendars/new/ready/",
        f"/calendars/{web.pk}/",
        f"/calendars/{Source.objects.get(list='school/A').pk}/",
        "/calendars/trash/",
        "/calendars/together/",
        f"/calendars/print/?first=2026-12-01&last=2026-12-31&calendar={sport.pk}&column=hours&column=place",
    ]:
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address
    page.emulate_media(media="print")
    expect(page.locator("form.programme__ask")).to_be_hidden()
    expect(page.locator(".programme__table")).to_be_visible()
