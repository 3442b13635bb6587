"""Events said in one line, in French and English; what is not understood stays, and nothing breaks."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import quick
from calendars.models import CalendarObject
from tests import town as make
from tests.calendars.calendaring import personal
from tests.files.web import signed_in, text

NOW = datetime(2026, 11, 26, 14, 0)  # a Thursday


@pytest.mark.parametrize(("line", "title", "day", "hours", "place"), [
    ("réunion CA jeudi 18h salle 2", "réunion CA", (12, 3), (18, 0, 19, 0), "salle 2"),
    ("Réunion CA demain de 18h30 à 20h, salle des fêtes", "Réunion CA", (11, 27), (18, 30, 20, 0), "salle des fêtes"),
    ("lunch tomorrow 12:30-14:00 at Max's", "lunch", (11, 27), (12, 30, 14, 0), "Max's"),
    ("Dentiste le 3 décembre à 9h15", "Dentiste", (12, 3), (9, 15, 10, 15), ""),
    ("Call with Ann on Dec 2 2-4pm", "Call with Ann", (12, 2), (14, 0, 16, 0), ""),
    ("Tournoi samedi", "Tournoi", (11, 28), None, ""),
    ("Vœux 05/12 midi", "Vœux", (12, 5), (12, 0, 13, 0), ""),
    ("Point budget 16h pendant 30 min", "Point budget", (11, 26), (16, 0, 16, 30), ""),
    ("Point budget 9h", "Point budget", (11, 27), (9, 0, 10, 0), ""),
    ("Fête chez Lucas vendredi 20h", "Fête", (11, 27), (20, 0, 21, 0), "chez Lucas"),
    ("Ciné ce soir", "Ciné", (11, 26), (19, 0, 20, 0), ""),
    ("Acheter 3 classeurs", "Acheter 3 classeurs", (11, 26), None, ""),
    ("Le 31/02 rien", "Le 31/02 rien", (11, 26), None, ""),
    ("Marché des 25h", "Marché des 25h", (11, 26), None, ""),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_line_says_when_and_where(line, title, day, hours, place):
    said = quick.read(line, NOW)
    assert (said.title, said.day, said.place) == (title, date(2026, *day), place)
    assert (said.begins, said.ends) == ((time(*hours[:2]), time(*hours[2:])) if hours else (None, None))


def test_a_day_that_is_over_is_meant_next_year():
    assert quick.read("Galette 6 janvier", NOW).day == date(2027, 1, 6)
    assert quick.read("Bilan 6 janvier 2026", NOW).day == date(2026, 1, 6)


@given(st.text(max_size=400))
def test_any_line_is_read(line):
    said = quick.read(line, NOW)
    assert (said.begins is None) == (said.ends is None)
    assert len(said.title) + len(said.place) <= quick.LONGEST


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["h", ":"]))
def test_any_hour_is_understood(hour, minute, sign):
    said = quick.read(f"x 2 mars {hour}{sign}{minute:02d}", NOW)
    assert (said.title, said.begins, said.day) == ("x", time(hour, minute), date(2027, 3, 2))


@pytest.mark.django_db
def test_a_line_becomes_an_event_in_ones_own_calendar(town):
    make.change(town.alice, time_zone="Europe/Paris")
    browser = signed_in(town.alice)
    assert 'name="line"' in text(browser.get("/calendars/"))
    answer = browser.post("/calendars/events/quick/", {"line": "Réunion CA 3 décembre 2030 de 22h à 1h salle 2"})
    row = CalendarObject.objects.get()
    assert (row.summary, row.location, row.calendar) == ("Réunion CA", "salle 2", personal(town.alice))
    assert (row.starts.isoformat(), row.ends.isoformat()) == ("2030-12-03T21:00:00+00:00", "2030-12-04T00:00:00+00:00")
    assert "day=2030-12-03" in answer.headers["location"]
    assert "“Réunion CA”: Tuesday 3 December 2030, 22:00" in text(browser.get(answer.headers["location"]))
    assert browser.post("/calendars/events/quick/", {"line": " "}).status_code == 400
