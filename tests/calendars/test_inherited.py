"""When an account goes somebody inherits its calendars, or they are erased: never by silence."""

from __future__ import annotations

from datetime import datetime

import pytest

from calendars.models import Calendar, CalendarObject, Occurrence
from collab.accounts.actions import people
from collab.accounts.models import Rank, User
from collab.lib.errors import Conflict
from collab.rights.right import READER
from tests import town as make
from tests.calendars.calendaring import personal, put
from tests.files.web import signed_in

AT = (datetime(2031, 3, 4, 10), datetime(2031, 3, 4, 11))
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def boss(town):
    return make.make_user("adam", Rank.ADMIN)


@pytest.fixture
def mia(town, boss, bob):
    """Mireille, who leaves: two events; bob reads along."""
    mia = make.make_user("mia")
    put(mia, personal(mia), "Dentist", *AT)
    put(mia, personal(mia), "Choir", *AT, WEEKLY, "ORGANIZER:mailto:mia@example.org", "ATTENDEE:mailto:x@example.org")
    make.share(mia, personal(mia), bob, READER.mask)
    return mia


def leave(boss, mia, **options):
    people.deactivate(boss, mia)
    people.delete(boss, User.objects.get(pk=mia.pk), **options)


def test_the_heir_receives_each_calendar_that_holds_something(boss, mia, alice, bob, eve):
    put(alice, personal(alice), "Dentist", *AT)
    bytes_before = {one.uid: bytes(one.data) for one in CalendarObject.objects.filter(calendar__space__owner=mia)}
    leave(boss, mia, heir=alice)
    new = Calendar.objects.get(space__owner=alice, title__endswith="· Mia")
    there = CalendarObject.objects.filter(calendar=new)
    assert {one.uid: bytes(one.data) for one in there} == bytes_before
    assert (new.members, {one.seq for one in there}) == (2, {new.seq})
    assert new.seq == make.fresh(new.space).seq, "its moment on the clock of the space in which it lies"
    assert Occurrence.objects.filter(calendar=new).count() == Occurrence.objects.filter(event__calendar=new).count() > 0
    assert {one.stance for one in there} == {CalendarObject.Stance.NONE}, "nobody sends messages in her name"
    assert Calendar.objects.found_by(make.act(bob)).filter(pk=new.pk).exists()
    assert not Calendar.objects.found_by(make.act(eve)).filter(pk=new.pk).exists()
    assert personal(alice).members == 1
    put(alice, new, "Later", *AT)


def test_without_a_word_nothing_is_erased(boss, mia):
    people.deactivate(boss, mia)
    with pytest.raises(Conflict):
        people.delete(boss, User.objects.get(pk=mia.pk))
    assert CalendarObject.objects.count() == 2
    people.delete(boss, User.objects.get(pk=mia.pk), erase=True)
    assert CalendarObject.objects.count() == 0


def test_pages_ask_what_becomes_of_them(boss, mia):
    people.deactivate(boss, mia)
    page = signed_in(boss).get(f"/administration/people/{mia.pk}/delete/", headers={"accept-language": "en"})
    assert "2 entries of their own calendars." in page.content.decode()
    assert "0 files" not in page.content.decode()
