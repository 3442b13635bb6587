"""Alarms that are due: each rings once, for who wants it and may see it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from calendars.actions import making, reminding, storing
from calendars.models import CalendarObject
from calendars.notices import say, seen
from collab.notifications.lines import lines
from collab.notifications.models import Notification
from collab.rights.right import READER
from tests import town as make
from tests.calendars.caldav import event

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT30M", "END:VALARM")


@pytest.fixture
def clock(monkeypatch):
    """What time it is for the house; `clock(hours=…)` moves it."""
    at = [NOW]

    def move(**by):
        at[0] += timedelta(**by)

    monkeypatch.setattr(timezone, "now", lambda: at[0])
    return move


@pytest.fixture
def calendar(town):
    return making.make(make.act(town.alice), town.alice.personal_space, "Mine", zone="Europe/Paris")


def put(user, calendar, data):
    return storing.put(make.act(user), calendar, "a.ics", data).found


def told(user):
    with translation.override("en"):
        found = lines(make.act(user), list(Notification.objects.filter(person=user)))
    return [(line.text, line.title) for line in found]


def test_an_alarm_rings_once_for_whose_calendar_it_is(town, calendar, clock):
    found = put(town.alice, calendar, event("a", "Dentist", "20261126T140000Z", "20261126T150000Z", *ALARM))
    assert found.rings_at == NOW + timedelta(hours=1, minutes=30)
    assert reminding.ring_all() == 0
    clock(hours=1, minutes=31)
    assert reminding.ring_all() == 1
    assert reminding.ring_all() == 0
    assert told(town.alice) == [("Reminder for 26 November 2026 at 15:00", "Dentist")]
    assert told(town.bob) == []
    assert CalendarObject.objects.get().rings_at is None


def test_a_series_rings_each_time_and_moved_ones_when_they_are(town, calendar, clock):
    data = event("a", "Training", "20261126T140000Z", "20261126T150000Z", "RRULE:FREQ=DAILY", *ALARM)
    put(town.alice, calendar, data)
    clock(hours=1, minutes=31)
    for _day in range(3):
        assert reminding.ring_all() == 1
        clock(days=1)
    later = data.replace(b"20261126T14", b"20261126T16").replace(b"20261126T15", b"20261126T17")
    found = put(town.alice, calendar, later)
    assert found.rings_at.hour == 15


def test_what_the_house_slept_through_is_told_only_while_it_matters(town, calendar, clock):
    put(town.alice, calendar, event("a", "Dentist", "20261126T140000Z", "20261126T150000Z", *ALARM))
    clock(hours=6)
    assert reminding.ring_all() == 0
    assert (told(town.alice), CalendarObject.objects.get().rings_at) == ([], None)


HEARD = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "ACKNOWLEDGED:20261126T135600Z", "END:VALARM")


@pytest.mark.parametrize("more", [("STATUS:CANCELLED", *ALARM), HEARD], ids=["cancelled", "heard"])
def test_what_is_cancelled_or_was_heard_is_silent(town, calendar, more):
    assert put(town.alice, calendar, event("a", "X", "20261126T140000Z", "20261126T150000Z", *more)).rings_at is None


def test_in_a_teams_calendar_those_who_asked_and_see_it_are_told(town, clock):
    team = making.make(make.act(town.alice), town.space, "Sport", zone="Europe/Paris")
    put(town.alice, team, event("a", "Match", "20261126T140000Z", "20261126T150000Z", "CLASS:CONFIDENTIAL", *ALARM))
    make.share(town.alice, team, town.eve, READER.mask)
    for user in (town.alice, town.bob, town.eve):
        making.prefer(make.act(user), team, reminders=True)
    clock(hours=2)
    assert reminding.ring_all() == 1
    assert [told(user) for user in (town.bob, town.eve)] == [[], []], "they see only when it is"
    assert [title for _text, title in told(town.alice)] == ["Match"]
    make.unshare(town.alice, team, town.eve)
    assert not seen(make.act(town.eve)).exists()
    assert say(make.act(town.eve), []) == {}
