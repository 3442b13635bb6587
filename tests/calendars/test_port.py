"""Dates that polls fix, in the calendars of their space."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from calendars.actions import making, storing
from calendars.models import Calendar, CalendarObject, Invitee
from collab.lib.errors import Forbidden
from collab.registry import registry
from collab.registry.ports import Happening
from collab.rights.right import READER
from polls.actions import deciding
from polls.slots import Slot
from tests import town as make
from tests.calendars.caldav import event
from tests.polls.polling import answer, dates, options, url

PARIS = ZoneInfo("Europe/Paris")


def there():
    return CalendarObject.objects.filter(deleted_at=None)


def test_a_decided_date_is_in_the_spaces_calendar_until_it_is_taken_back(town, post):
    make.change(town.bob, email="bob@example.org")
    poll = dates(town.alice, town.space)
    first, second = options(poll)[:2]
    answer(town.bob, poll, "y", "n")
    with translation.override("fr"):
        deciding.decide(make.act(town.alice), poll, first)
    found = there().get()
    assert (found.summary, found.calendar.space, found.calendar.title) == (poll.title, town.space, "Agenda")
    assert found.starts == first.starts_at or found.starts.astimezone(PARIS).date() == first.day
    invited = Invitee.objects.get(event=found, user=town.bob)
    assert (invited.partstat, invited.address) == ("ACCEPTED", "bob@example.org"), "who said yes need not say it again"
    deciding.decide(make.act(town.alice), make.fresh(poll), second)
    again = there().get()
    assert again.pk == found.pk
    assert again.starts != found.starts
    assert post() == [], "the calendar invites, so the poll writes to nobody besides"
    assert Invitee.objects.get(event=again, user=town.bob).partstat == "NEEDS-ACTION", (
        "another date is another question"
    )
    deciding.undecide(make.act(town.alice), make.fresh(poll))
    assert not there().exists()
    assert Calendar.objects.get(space=town.space).members == 0


def test_whoever_may_not_add_to_the_space_decides_all_the_same(town):
    poll = dates(town.alice, town.space)
    make.share(town.alice, poll, town.eve, READER.mask | 2)
    deciding.decide(make.act(town.eve), make.fresh(poll), options(poll)[0], mailed=False)
    assert make.fresh(poll).decided_id
    assert not there().exists()


def test_the_port_needs_the_right_to_add(town):
    what = Happening("a@b", "Meeting", "", 1, day=timezone.localdate())
    with pytest.raises(Forbidden):
        registry.calendar().put(make.act(town.eve), town.space, what)


def test_what_makes_one_busy_is_said(town, client):
    mine = making.make(make.act(town.alice), town.alice.personal_space, "Mine", zone="Europe/Paris")
    put = [
        event("a", "Dentist", "20261201T180000", "20261201T190000", zone="Europe/Paris"),
        event("b", "Free", "20261202T180000", "20261202T190000", "TRANSP:TRANSPARENT", zone="Europe/Paris"),
    ]
    for number, data in enumerate(put):
        storing.put(make.act(town.alice), mine, f"{number}.ics", data)
    at = datetime(2026, 12, 1, 18, 30, tzinfo=PARIS)
    spans = [(at + timedelta(hours=hours), at + timedelta(hours=hours + 1)) for hours in (0, 1, 24)]
    port = registry.calendar()
    assert port.clashes(make.act(town.alice), spans) == ["Dentist", "", ""]
    assert port.clashes(make.act(town.bob), spans) == ["", "", ""]
    poll = dates(town.alice, town.space, Slot(date(2026, 12, 1), time(18), time(19)), Slot(date(2026, 12, 3), time(18)))
    client.force_login(town.alice)
    page = client.get(url(poll), headers={"accept-language": "en"}).content.decode()
    assert page.count("You have “Dentist” then") == 1
    making.prefer(make.act(town.alice), mine, hidden=True)
    assert port.clashes(make.act(town.alice), spans) == ["", "", ""]
