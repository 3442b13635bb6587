"""The calendar as a browser asks for it: what happens stands where it belongs, for who may see it, in few queries."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from calendars import paged, periods
from calendars.ical.moments import Moment
from calendars.ical.repeats import Repeat
from calendars.models import Calendar, Preference
from collab.rights.right import MANAGER, READER, Right
from tests import town as make
from tests.calendars.calendaring import calendar, personal, put
from tests.files.web import HTMX, signed_in, text

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


def evening(day=DAY, hour=18):
    return datetime(day.year, day.month, day.day, hour)


@pytest.fixture
def sport(town):
    return calendar(town.alice, town.space)


@pytest.fixture
def training(town, sport):
    return put(town.alice, sport, "Training", evening(), evening(hour=20), "LOCATION:Gym", "DESCRIPTION:Some **shoes**")


def page(browser, view="week", day=DAY, where="/calendars/"):
    return text(browser.get(f"{where}?view={view}&day={day}"))


@pytest.mark.parametrize("view", ["day", "week", "workweek", "month", "list"])
def test_an_event_stands_in_every_view(alice, training, view):
    found = page(signed_in(alice), view)
    assert found.count(f'href="/calendars/events/{training.pk}/?') == 1
    assert "Training" in found
    assert "style=" not in found


def test_the_year_counts_days(alice, training):
    assert 'aria-label="1 December, 1 event"' in page(signed_in(alice), "year")


def test_a_person_with_no_calendar_gets_one_and_a_list_that_teaches(alice):
    found = page(signed_in(alice), "list")
    assert "Nothing takes place" in found
    assert "Personal" in found
    assert Calendar.objects.filter(space__owner=alice).count() == 2
    assert "Tasks" not in found.split("My calendars")[1].split("</section>")[0]


def test_hours_are_those_of_who_looks(alice, training):
    make.change(alice, time_zone="America/New_York")
    assert ">12:00 · Gym<" in page(signed_in(alice))


def test_whole_days_are_those_days_in_every_zone(alice, sport):
    put(alice, sport, "Holiday", DAY, DAY + timedelta(days=2))
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "Europe/Paris"):
        make.change(alice, time_zone=zone)
        found = page(signed_in(alice), "day", DAY + timedelta(days=1))
        assert "Holiday" in found
        assert "Holiday" not in page(signed_in(alice), "day", DAY + timedelta(days=2))


def test_what_one_may_not_see_is_not_there(town, sport, training):
    eve = signed_in(town.eve)
    assert "Training" not in page(eve)
    assert eve.get(f"/calendars/events/{training.pk}/").status_code == 404
    make.share(town.alice, sport, town.eve, Right.RESPOND)
    found = page(eve)
    assert "Busy" in found
    assert "Training" not in found
    assert "Gym" not in found
    one = text(eve.get(f"/calendars/events/{training.pk}/"))
    assert "only when this time is taken" in one
    assert "Training" not in one
    make.share(town.alice, sport, town.eve, READER.mask)
    assert "Training" in page(eve)


def test_private_events_are_for_their_maker_and_managers(town, sport):
    make.share(town.alice, sport, town.eve, MANAGER.mask)
    secret = put(town.bob, sport, "Surprise", evening(), evening(hour=19), "CLASS:PRIVATE")
    shown = put(town.bob, sport, "Interview", evening(hour=8), evening(hour=9), "CLASS:CONFIDENTIAL")
    carol = make.make_user("carol")
    make.share(town.alice, sport, carol, READER.mask)
    found = page(signed_in(carol))
    assert f"/events/{secret.pk}/" not in found
    assert f"/events/{shown.pk}/" in found
    assert "Interview" not in found
    assert "Surprise" in page(signed_in(town.eve))


def test_the_page_of_an_event_says_all_of_it(alice, training):
    answer = signed_in(alice).get(f"/calendars/events/{training.pk}/")
    found = text(answer)
    assert "<strong>shoes</strong>" in found
    assert "Tuesday 1 December 2026, 18:00 – 20:00" in found
    fragment = signed_in(alice).get(f"/calendars/events/{training.pk}/", **HTMX)
    assert "<html" not in text(fragment)
    assert "Gym" in text(fragment)


def test_one_of_a_series_is_shown_as_it_was_moved(alice, sport):
    weekly = put(
        alice, sport, "Choir", evening(), evening(hour=20), "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T230000Z"
    )
    found = page(signed_in(alice), "month")
    links = re.findall(rf"/calendars/events/{weekly.pk}/\?at=(\w+)", found)
    assert links == ["20261201T170000Z", "20261208T170000Z", "20261215T170000Z", "20261222T170000Z", "20261229T170000Z"]
    one = text(signed_in(alice).get(f"/calendars/events/{weekly.pk}/?at={links[2]}"))
    assert "15 December 2026, 18:00" in one
    assert "Every week on Tuesday, until 31 December 2026" in one
    for wrong in ("20261216T170000Z", "x", "99999999", "20261201T999999Z"):
        assert signed_in(alice).get(f"/calendars/events/{weekly.pk}/?at={wrong}").status_code == 404


def test_calendars_are_hidden_for_oneself_alone(town, sport, training):
    browser = signed_in(town.alice)
    page(browser)
    mine = personal(town.alice)
    browser.post("/calendars/shown/", {"listed": [sport.pk, mine.pk], "show": [mine.pk]})
    assert Preference.objects.get().hidden
    assert "Training" not in page(browser)
    assert "Training" in page(signed_in(town.bob))
    browser.post("/calendars/shown/", {"listed": [sport.pk, mine.pk], "show": [mine.pk, sport.pk]})
    assert "Training" in page(browser)


def test_a_space_shows_its_own(town, sport, training):
    put(town.alice, personal(town.alice), "Dentist", evening(), evening(hour=19))
    browser = signed_in(town.alice)
    assert "Dentist" in page(browser)
    found = page(browser, where="/calendars/in/plans/")
    assert "Training" in found
    assert "Dentist" not in found
    assert signed_in(town.eve).get("/calendars/in/plans/").status_code == 404


def test_the_view_is_remembered(alice):
    browser = signed_in(alice)
    page(browser, "month")
    assert 'data-view="month"' in text(browser.get("/calendars/"))
    assert 'data-view="list"' in text(signed_in(alice).get("/calendars/", HTTP_USER_AGENT="X Mobile Mobi"))


@pytest.mark.parametrize(
    "query",
    ["?day=x", "?day=0001-01-01&view=month", "?day=9999-12-31&view=year", "?view=x", "?day=9999-12-31&view=list"],
)
def test_no_address_breaks_the_page(alice, query):
    assert signed_in(alice).get(f"/calendars/{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(town, sport):
    browser = signed_in(town.alice)
    page(browser, "month")

    def count():
        with CaptureQueriesContext(connection) as found:
            page(browser, "month")
        return len(found), sum("calendars_" in one["sql"] for one in found)

    put(town.alice, sport, "One", evening(), evening(hour=19))
    before = count()
    for number in range(4):
        more = calendar(town.alice, town.space, f"More {number}")
        put(town.alice, more, "Other", evening(), evening(hour=19))
        put(town.alice, more, "Weekly", evening(), evening(hour=19), "RRULE:FREQ=WEEKLY", uid=f"w{number}")
    after = count()
    assert after == before
    assert after[1] <= 6


def test_a_crowded_day_says_how_many_more_there_are(town, sport, monkeypatch):
    for number in range(9):
        put(town.alice, sport, f"At {number}", evening(), evening(hour=19), uid=f"a{number}")
    browser = signed_in(town.bob)
    assert ">+4</a>" in page(browser, "week")
    assert ">+5</a>" in page(browser, "month")
    assert "+" not in re.sub(
        r"<svg.*?</svg>", "", page(browser, "day").split('class="week__grid"')[1].split("</main>")[0]
    )
    monkeypatch.setattr(paged, "SHOWN", 4)
    put(town.alice, sport, "Later", evening(DAY + timedelta(days=20)), evening(DAY + timedelta(days=20), 19), uid="z")
    seen, where = [], f"/calendars/?view=list&day={DAY}"
    while where:
        found = text(browser.get(where))
        seen += re.findall(r"data-event[^>]*>([^<]+)</a>", found)
        where = (re.findall(r'href="([^"]*after=[^"]*)"', found) or [""])[0].replace("&amp;", "&")
    assert seen == [*(f"At {number}" for number in range(9)), "Later"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_weeks_begin_on_monday_whoever_looks(alice, language):
    """Every page, every form and every rule: English here is that of Europe, which writes 18:00, and Monday first."""
    make.change(alice, language=language, time_zone="Europe/Paris")
    browser = signed_in(alice)
    names = {"fr": ("lundi", "dimanche"), "en": ("Monday", "Sunday")}[language]
    sunday = date(2026, 11, 29)
    week = re.findall(r"day=(2026-\d\d-\d\d)", page(browser, "week", sunday).partition("week__days")[2])
    assert (week[0], week[6]) == ("2026-11-23", "2026-11-29")
    for view in ("month", "year"):
        found = page(browser, view, date(2026, 11, 1)).lower()
        assert 0 < found.index(f'title="{names[0].lower()}"') < found.index(f'title="{names[1].lower()}"')
    with translation.override(language):
        first = periods.period("month", date(2026, 11, 10)).first
        assert (periods.first_weekday(), first) == (0, date(2026, 10, 26))
        rule = Repeat("WEEKLY", 2, (0, 6)).rule(Moment(date(2026, 11, 23)))
        assert "WKST" not in rule, "which means Monday (RFC 5545, 3.3.10)"
    for where in ("/calendars/hours/", "/calendars/events/new/"):
        found = text(browser.get(where)).lower()
        assert 0 < found.index(names[0].lower()) < found.rindex(names[1].lower())
