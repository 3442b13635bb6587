"""A programme on paper, another event like one that is there, and what comes back from the trash."""

from datetime import date, datetime

import pytest

from calendars import thrown
from calendars.actions import storing
from calendars.models import CalendarObject
from calendars.views import programme
from collab.rights.right import CONTRIBUTOR, READER
from tests import town as make
from tests.calendars import calendaring as fill

pytestmark = pytest.mark.django_db
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def sport(town):
    return fill.calendar(town.alice, town.space)


def words(client, url):
    answer = client.get(url, **EN)
    return answer.content.decode()


def test_chosen_calendars_and_columns_of_a_period_are_printed(town, sport, client, monkeypatch):
    fill.put(town.alice, sport, "Match", datetime(2026, 12, 5, 15), datetime(2026, 12, 5, 17), "LOCATION:Gym",
             "DESCRIPTION:Bring shoes")  # fmt: skip
    fill.put(town.alice, sport, "Later", date(2027, 1, 9), date(2027, 1, 10))
    fill.put(town.alice, fill.personal(town.alice), "Doctor", datetime(2026, 12, 6, 9), datetime(2026, 12, 6, 10))
    client.force_login(town.alice)
    url = f"/calendars/print/?first=2026-12-01&last=2026-12-31&calendar={sport.pk}&title=Winter"
    page = words(client, f"{url}&column=what&column=place&column=text").partition("<article")[2]
    assert all(word in page for word in ("Winter", "Match", "Gym", "Bring shoes"))
    assert not any(word in page for word in ("Later", "Doctor", "15:00"))
    page = words(client, f"{url}&column=what&column=hours").partition("<article")[2]
    assert "15:00 – 17:00" in page
    assert "Bring shoes" not in page
    assert client.get("/calendars/print/?first=2026-12-01&last=2026-11-01").status_code == 400
    assert client.get("/calendars/print/?first=2026-12-01&last=2028-11-01").status_code == 400
    monkeypatch.setattr(programme, "MOST", 0)
    assert "Choose a shorter time" in words(client, url)
    # nothing of it is seen by whoever does not find the calendar
    client.force_login(town.eve)
    assert "Match" not in words(client, url)


def test_another_event_is_begun_like_one_that_is_there(town, sport, client):
    made = fill.put(
        town.alice, sport, "Training", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 20), "LOCATION:Gym",
        "RRULE:FREQ=WEEKLY", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT17M", "END:VALARM",
    )  # fmt: skip
    make.share(town.alice, sport, town.eve, READER.mask)
    client.force_login(town.eve)
    page = words(client, f"/calendars/events/{made.pk}/")
    assert f"/calendars/events/new/?from={made.pk}" in page
    url = f"/calendars/events/new/?from={made.pk}&at=20261208T170000Z"
    page = words(client, url)
    assert all(word in page for word in ('value="Training"', 'value="Gym"', 'value="2026-12-08"', 'value="17"'))
    own = fill.personal(town.eve)
    form = {"title": "Training 2", "first": "2026-12-08", "begins": "18:00", "last": "2026-12-08", "ends": "20:00",
            "zone": "Europe/Berlin", "calendar": own.pk, "reminders": "17"}  # fmt: skip
    client.post(url, form)
    row = CalendarObject.objects.get(calendar=own)
    assert (row.summary, b"TRIGGER:-PT17M" in bytes(row.data)) == ("Training 2", True)
    client.force_login(town.bob)
    stranger = fill.put(town.alice, fill.personal(town.alice), "Doctor", date(2026, 12, 1), date(2026, 12, 2))
    assert client.get(f"/calendars/events/new/?from={stranger.pk}").status_code == 404


def test_single_entries_come_back_from_the_trash(town, sport, client, monkeypatch):
    monkeypatch.setattr(thrown, "SHOWN", 2)
    made = [
        fill.put(town.alice, sport, name, date(2026, 12, day), date(2026, 12, day + 1))
        for day, name in enumerate(("One", "Two", "Three"), 1)
    ]
    for one in made:
        storing.delete(make.act(town.alice), one)
    client.force_login(town.alice)
    page = words(client, "/calendars/trash/")
    assert "Three" in page
    assert ">One<" not in page
    more = page.partition('href="?after=')[2].partition('"')[0]
    assert "One" in words(client, f"/calendars/trash/?after={more}")
    answer = client.post(f"/calendars/events/{made[0].pk}/restore/", follow=True, **EN)
    assert "“One” is back in Sport." in answer.content.decode()
    assert CalendarObject.objects.get(pk=made[0].pk).deleted_at is None
    assert client.post(f"/calendars/events/{made[0].pk}/restore/").status_code == 404, "it is not in the trash"
    # who reads does not find it there; who puts things in finds their own alone
    make.share(town.alice, sport, town.eve, READER.mask)
    client.force_login(town.eve)
    assert "Two" not in words(client, "/calendars/trash/")
    assert client.post(f"/calendars/events/{made[1].pk}/restore/").status_code == 404
    make.share(town.alice, sport, town.eve, CONTRIBUTOR.mask)
    own = fill.put(town.eve, sport, "Mine", date(2026, 12, 9), date(2026, 12, 10))
    storing.delete(make.act(town.eve), own)
    page = words(client, "/calendars/trash/")
    assert "Mine" in page
    assert "Two" not in page
