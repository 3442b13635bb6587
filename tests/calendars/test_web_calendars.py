"""Calendars made, named, coloured, shared and thrown away; what home, spaces, search and activity say of them."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from calendars import searching, telling, widgets
from calendars.actions import storing
from calendars.models import Calendar, Preference
from collab.events.models import Change
from collab.rights.right import READER, Right
from tests import town as make
from tests.calendars.caldav import event
from tests.calendars.calendaring import calendar, personal, put
from tests.files.web import HTMX, JSON, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def sport(town):
    return calendar(town.alice, town.space)


@pytest.fixture
def browser(town):
    return signed_in(town.alice)


def soon(hours=1):
    return (timezone.now() + timedelta(hours=hours)).replace(tzinfo=None, microsecond=0)


def test_a_calendar_is_made_in_a_space_and_thrown_away_and_brought_back(browser, town):
    page = text(browser.get("/calendars/new/"))
    color = re.findall(r'name="color" value="(#\w+)"', page)[3]
    made = browser.post("/calendars/new/", {"title": " Vacances ", "color": color, "space": town.space.pk})
    found = Calendar.objects.get(space=town.space)
    assert made.headers["location"] == f"/calendars/{found.pk}/"
    assert (found.title, found.color, found.components) == ("Vacances", color, ["VEVENT"])
    assert "is made" in text(browser.get(f"/calendars/{found.pk}/"))
    toast = browser.post(f"/calendars/{found.pk}/trash/", **JSON).json()["toast"]
    assert "Vacances" not in text(browser.get("/calendars/in/plans/"))
    assert "Vacances" in text(browser.get("/calendars/trash/"))
    browser.post(toast["undo"], toast["fields"], **JSON)
    assert "Vacances" in text(browser.get("/calendars/in/plans/"))


@pytest.mark.parametrize("data", [{"title": ""}, {"color": "red"}, {"title": "x" * 300}])
def test_a_wrong_calendar_says_why(browser, town, data):
    answer = browser.post("/calendars/new/", {"title": "A", "color": "#112233", "space": town.space.pk, **data})
    assert answer.status_code == 400
    assert 'role="alert"' in text(answer)
    assert not Calendar.objects.filter(space=town.space).exists()


def test_what_one_says_for_oneself_is_for_oneself(browser, town, sport):
    own = {"own": "1", "title": "Mon sport", "color": "#aa0000", "busy": "on"}
    browser.post(f"/calendars/{sport.pk}/", own)
    mine = Preference.objects.get()
    assert (mine.title, mine.color, mine.hidden, mine.transparent) == ("Mon sport", "#aa0000", True, None)
    assert "Mon sport" in text(browser.get("/calendars/"))
    assert "Mon sport" not in text(signed_in(town.bob).get("/calendars/"))
    browser.post(f"/calendars/{sport.pk}/", own | {"title": "", "shown": "on"})
    mine.refresh_from_db()
    assert (mine.title, mine.hidden) == (None, False)


def test_only_managers_say_what_is_for_everybody(town, sport):
    data = {"title": "Sports", "description": "All", "color": "#00aa00", "zone": "Europe/Paris", "busy": "on"}
    assert signed_in(town.bob).post(f"/calendars/{sport.pk}/", data).status_code == 403
    assert "For everybody" not in text(signed_in(town.bob).get(f"/calendars/{sport.pk}/"))
    signed_in(town.alice).post(f"/calendars/{sport.pk}/", data)
    sport.refresh_from_db()
    assert (sport.title, sport.zone, sport.color, sport.transparent) == ("Sports", "Europe/Paris", "#00aa00", False)
    assert signed_in(town.bob).post(f"/calendars/{sport.pk}/trash/").status_code == 403
    assert signed_in(town.eve).get(f"/calendars/{sport.pk}/").status_code == 404
    assert signed_in(town.eve).post(f"/calendars/{sport.pk}/trash/").status_code == 404


def test_calendars_stand_in_the_order_of_each_person(browser, town, sport):
    second = calendar(town.alice, town.space, "Tennis")
    browser.post(f"/calendars/{second.pk}/order/", {"to": "up"})
    page = text(browser.get("/calendars/in/plans/"))
    assert page.index("Tennis") < page.index("Sport")
    page = text(signed_in(town.bob).get("/calendars/in/plans/"))
    assert page.index("Tennis") > page.index("Sport")


def test_it_is_shared_by_the_ladder_of_calendars(browser, town, sport):
    page = text(browser.get(f"/share/calendar/{sport.pk}/", follow=True))
    assert "Sees busy times" in page
    make.share(town.alice, sport, town.eve, READER.mask)
    assert "Sport" in text(signed_in(town.eve).get("/calendars/"))


def test_home_says_what_takes_place_today_and_spaces_what_is_next(browser, town, sport, rf):
    put(town.alice, sport, "Course", soon(0) - timedelta(minutes=5), soon(0) + timedelta(minutes=1), zone="UTC")
    put(town.alice, sport, "Cancelled", soon(0), soon(0) + timedelta(minutes=1), "STATUS:CANCELLED", zone="UTC")
    put(town.alice, sport, "Later", soon(48), soon(49), zone="UTC")
    assert 'hx-get="/calendars/today/"' in text(browser.get("/"))
    today = text(browser.get("/calendars/today/", **HTMX))
    assert "Course" in today
    assert "Cancelled" not in today
    assert "Later" not in today
    assert browser.get("/calendars/today/").status_code == 302
    front = text(browser.get(f"/spaces/{town.space.pk}/", follow=True))
    assert "Later" in front
    browser.post(f"/calendars/{sport.pk}/", {"own": "1", "title": "", "color": sport.color})
    assert "Course" not in text(browser.get("/calendars/today/", **HTMX))
    request = rf.get("/")
    request.actor = make.act(town.eve)
    assert "Nothing more takes place today." in widgets.today(request)


def test_words_and_activity_find_what_one_sees_whole(town, sport):
    when = (datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 19))
    shown = put(town.alice, sport, "Concert", *when)
    hidden = put(town.alice, sport, "Surprise", *when, "CLASS:PRIVATE")
    half = put(town.alice, sport, "Interview", *when, "CLASS:CONFIDENTIAL")
    own = put(town.alice, personal(town.alice), "Dentist", *when)

    def found(who):
        return set(searching.found_by(make.act(who)).values_list("pk", flat=True))

    assert found(town.alice) == {shown.pk, hidden.pk, half.pk, own.pk}
    assert found(town.bob) == {shown.pk}
    assert found(town.eve) == set()
    make.share(town.alice, sport, town.eve, Right.RESPOND)
    assert found(town.eve) == set()
    changes = list(Change.objects.filter(ref_kind="event").order_by("seq"))
    assert {one.title for one in telling.tell_events(make.act(town.bob), changes)} == {"Concert"}
    assert telling.above([shown.pk]) == {shown.pk: [("calendar", sport.pk)]}
    assert "Concert" in text(signed_in(town.bob).get("/activity/"))
    made = list(Change.objects.filter(ref_kind="calendar", ref_id=sport.pk))
    said = [str(one.text) for one in telling.tell_calendars(make.act(town.bob), made)]
    assert said == ["made this calendar", "gave access to it"]
    assert telling.tell_calendars(make.act(town.eve), made) == []


def test_the_search_keeps_what_is_written_without_marks_nor_the_title(town, sport):
    when = (datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 19))
    one = put(
        town.alice, sport, "Concert", *when, "DESCRIPTION:Bring the **A3** poster\\n- and [maps](https://m.example/)"
    )
    (kept,) = searching.write([one.pk]).values()
    assert (kept.title, kept.text) == ("Concert", "Bring the A3 poster\nand maps (https://m.example/)")
    (kept,) = searching.write([put(town.alice, sport, "Rehearsal", *when).pk]).values()
    assert (kept.title, kept.text) == ("Rehearsal", "")


def test_one_says_whether_the_house_reminds_of_it(browser, town, sport):
    own = {"own": "1", "title": "", "shown": "on", "busy": "on"}
    for sent, kept in (({"reminds": "on"}, True), ({}, None)):
        browser.post(f"/calendars/{sport.pk}/", own | sent)
        assert Preference.objects.get(calendar=sport).reminders is kept


def test_a_calendar_is_had_as_a_file_as_far_as_one_sees_it(town, sport):
    storing.put(make.act(town.alice), sport, "a.ics", event("a", "Match"))
    answer = signed_in(town.bob).get(f"/calendars/{sport.pk}/calendar.ics")
    assert b"SUMMARY:Match" in b"".join(answer.streaming_content)
    assert signed_in(town.eve).get(f"/calendars/{sport.pk}/calendar.ics").status_code == 404
