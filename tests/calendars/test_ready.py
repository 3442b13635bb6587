"""Ready-made calendars: public holidays of each place, and school holidays as the ministry set them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation

from calendars.actions import fetching
from calendars.ical.feeding import Feed
from calendars.models import CalendarObject, Source
from calendars.ready import lists
from calendars.ready.places import GROUPS, KNOWN
from collab.lib.errors import BadInput
from tests import town as make

EN = {"headers": {"accept-language": "en"}}


@pytest.fixture(autouse=True)
def _it_is_2026(monkeypatch):
    monkeypatch.setattr(lists, "timezone", SimpleNamespace(localdate=lambda: date(2026, 6, 1)))


def days(key, language="fr"):
    """{day: name} of a list."""
    found = {}
    for data in Feed(lists.file(key, language)):
        text = data.decode()
        day = text.partition("DTSTART;VALUE=DATE:")[2][:8]
        found[day] = text.partition("SUMMARY:")[2].partition("\r\n")[0]
    return found


@pytest.mark.parametrize(
    ("key", "language", "day", "name"),
    [
        ("holidays/FR-6AE", "fr", "20260403", "Vendredi saint"),
        ("holidays/FR-971", "fr", "20260527", "Abolition de l'esclavage"),
        ("holidays/FR-972", "fr", "20260522", "Abolition de l'esclavage"),
        ("holidays/FR-973", "fr", "20260610", "Abolition de l'esclavage"),
        ("holidays/FR-976", "fr", "20260427", "Abolition de l'esclavage"),
        ("holidays/FR-BL", "fr", "20261009", "Abolition de l'esclavage"),
        ("holidays/FR", "fr", "20260714", "Fête nationale"),
        ("holidays/FR", "en", "20260714", "National Day"),
        ("holidays/FR-57", "fr", "20261226", "Saint-Étienne"),
        ("holidays/FR-974", "fr", "20261220", "Abolition de l'esclavage"),
        ("holidays/BE", "fr", "20260721", "Fête nationale"),
        ("holidays/CH-GE", "fr", "20260910", "Jeûne genevois"),
        ("holidays/LU", "fr", "20260623", "Fête nationale"),
        ("holidays/CA-QC", "fr", "20260624", "Fête nationale du Québec"),
        ("holidays/CA-QC", "en", "20260701", "Canada Day"),
        ("school/B", "fr", "20270220", "Vacances d’hiver"),
        ("school/C", "en", "20261219", "Christmas holidays"),
    ],
)
def test_days_and_names(key, language, day, name):
    assert days(key, language)[day] == name


def test_alsace_has_two_days_more_than_the_rest_of_france():
    assert set(days("holidays/FR-6AE")) - set(days("holidays/FR")) >= {"20260403", "20261226"}


def test_every_list_can_be_made_and_says_the_same_each_time():
    for key, ready in KNOWN.items():
        assert str(ready.title)
        if not ready.address:
            data = lists.file(key, "fr")
            assert len(Feed(data)) > 5, key
            assert data == lists.file(key, "fr")
    assert len(KNOWN) == sum(len(each) for _country, each in GROUPS), "each key once"
    assert len(Feed(lists.file("school/none", "fr")) if b"VEVENT" in lists.file("school/none", "fr") else ()) == 0


def test_school_holidays_do_not_meet_each_other_and_begin_on_their_day():
    for zone, periods in lists.school()["zones"].items():
        ends = date(2000, 1, 1)
        for which, first, end in periods:
            first, end = date.fromisoformat(first), date.fromisoformat(end)
            assert ends <= first < end, (zone, which, first)
            assert end - first < timedelta(days=65), (zone, which)
            ends = end
    # a week later from zone to zone, in turn
    assert {zone: days(f"school/{zone}") for zone in "ABC"}["A"].keys() >= {"20270213", "20270410"}


@pytest.mark.django_db
def test_one_press_adds_it_for_a_person_or_a_space(town, client):
    client.force_login(town.alice)
    page = client.get("/calendars/new/ready/", **EN).content.decode()
    assert '<option value="school/A">School holidays · Zone A</option>' in page
    page = client.post("/calendars/new/ready/", {"key": "school/A", "space": town.space.pk}, follow=True, **EN)
    assert "“School holidays · Zone A” is here." in page.content.decode()
    source = Source.objects.select_related("calendar").get()
    assert (source.calendar.space, source.calendar.fed, source.calendar.transparent) == (town.space, True, True)
    assert CalendarObject.objects.filter(calendar=source.calendar, summary="Summer holidays").count() >= 2
    page = client.get(f"/calendars/{source.pk}/", **EN).content.decode()
    assert "Known until" in page
    seq = source.calendar.seq
    fetching.refresh(source)
    source.calendar.refresh_from_db()
    assert source.calendar.seq == seq, "nothing new: no device is told"
    with pytest.raises(BadInput):
        fetching.add_ready(make.act(town.alice), town.space, "school/Z")


@pytest.mark.django_db
def test_it_is_named_in_the_language_of_who_adds_it(town):
    with translation.override("fr"):
        made = fetching.add_ready(make.act(town.alice), make.home(town.alice).space, "holidays/FR")
    assert made.title == "Jours fériés · France"
    assert CalendarObject.objects.filter(calendar=made, summary="Noël").exists()
