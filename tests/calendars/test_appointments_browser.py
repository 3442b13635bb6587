"""Appointments in a real browser: a visitor with a phone and no script takes a time; every page is sound."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from calendars import appointing
from calendars.actions import hosting, making, meeting
from calendars.models import Appointment
from collab.rights.links import token_of
from collab.rights.right import RESPONDENT
from tests import town as make
from tests.calendars.test_appointments import EVERY_DAY, FIELDS
from tests.conftest import build_town
from tests.shell.browsing import overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def kept(town):
    meeting.say_hours(make.act(town.alice), EVERY_DAY, zone="Europe/Paris", told_to="house", declined_shown=True)
    calendar = making.make(make.act(town.alice), town.space, "Visits", zone="Europe/Paris")
    page = hosting.make(make.act(town.alice), calendar, [town.alice], FIELDS | {"text": "Come with your questions."})
    link = make.make_link(town.alice, page, RESPONDENT.mask)
    return page, reverse("shell:link", args=[token_of(make.act(town.alice), link, make.fresh(page))])


def test_a_visitor_with_a_phone_and_no_script_takes_a_time_and_gives_it_back(visit, town):
    _page, url = kept(town)
    page = visit(url, phone=True, java_script_enabled=False, color_scheme="dark")
    with page.expect_navigation():
        page.get_by_role("link", name="Later").click()
    with page.expect_navigation():
        page.get_by_role("link", name="9:30", exact=False).first.click()
    page.get_by_label("Your name").fill("Anna")
    page.get_by_label("E-mail address").fill("anna@example.net")
    page.get_by_label("What about?").fill("A lamp")
    with page.expect_navigation():
        page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_role("status")).to_contain_text("Your appointment is kept.")
    assert not overflows(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_role("status")).to_contain_text("does not take place")
    assert Appointment.objects.get().cancelled_at is not None


@pytest.mark.parametrize(("phone", "scheme", "language"), [(False, "light", "en"), (True, "dark", "fr")])
def test_every_page_of_appointments_is_sound(visit, town, phone, scheme, language):
    found, url = kept(town)
    day = timezone.localdate() + timedelta(days=3)
    at = appointing.offered(make.fresh(found), 30, day, 1)[0]
    page = visit("/calendars/appointments/", town.alice, phone=phone, language=language, color_scheme=scheme)
    for address in [
        "/calendars/appointments/", f"/calendars/appointments/{found.pk}/", f"/calendars/appointments/{found.pk}/edit/",
        f"{url}?day={day.isoformat()}", f"{url}?at={at.isoformat().replace('+', '%2B')}&minutes=30",
    ]:  # fmt: skip
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address
