"""Events that go from one calendar to another: nothing of them is lost, and nobody hears of it.

A page and DAV's MOVE take the row along; phones put the event there and delete it here, or never come to that.
"""

import pytest
from django.test import Client
from django.urls import reverse

from calendars.actions import answering, shifting, storing
from calendars.models import CalendarObject, Delivery
from tests import town as make
from tests.calendars import calendaring
from tests.calendars.caldav import home
from tests.calendars.scheduling import attendee, event, organizer, partstat, path, phone, post, text
from tests.calendars.test_inviting_together import addressed
from tests.calendars.test_shifts import again, fair, role, state

pytestmark = pytest.mark.django_db
ZOE = "zoe@example.net"


@pytest.fixture
def people(town):
    return addressed(town)


@pytest.fixture
def alice_phone(people):
    """Alice's phone, with a second calendar, and a meeting to which bob and a stranger are invited."""
    client = phone(people.alice)
    assert client("MKCALENDAR", f"{home(client)}other/").status == 201
    client.put(path(client), event(organizer(people.alice), attendee(people.bob), attendee(ZOE)))
    post()
    return client


def of(who, calendar):
    return CalendarObject.objects.living().get(calendar__space__owner=who, calendar__name=calendar)


def token_of_zoe(event_):
    return answering.token_of(event_.invitees.get(address=ZOE))


def said_by_mail(token):
    url = reverse("calendars:invitation", args=[token])
    answer = Client().post(url, {"say": "yes"}, headers={"accept-language": "en"})
    assert answer.status_code in {302, 404, 410}, answer.content
    return answer.status_code == 302


def test_the_plan_of_who_does_what_goes_with_it(town):
    row = fair(town, Bar=1)
    shifting.take(make.act(town.bob), again(row), role(row), "")
    other = calendaring.calendar(town.alice, town.space, "Other")
    moved = storing.move(make.act(town.alice), again(row), other, row.name).found
    assert state(moved) == [("bob", 1)]
    assert (moved.pk, again(row).calendar, again(row).deleted_at) == (row.pk, other, None)
    for calendar, members in ((row.calendar, 0), (other, 1)):
        calendar.refresh_from_db()
        assert (calendar.members, calendar.size) == (members, members * moved.size)


def test_who_was_invited_by_mail_answers_wherever_it_lies(people, alice_phone):
    token = token_of_zoe(of(people.alice, "personal"))
    alice_phone.move(path(alice_phone), path(alice_phone, calendar="other"))
    assert said_by_mail(token)
    assert partstat(of(people.alice, "other"), ZOE) == "ACCEPTED"


def test_a_phone_that_moves_loses_no_answer(people, alice_phone):
    mine = of(people.alice, "personal")
    token, sent = token_of_zoe(mine), text(mine).encode()
    bob = CalendarObject.objects.get(calendar__space__owner=people.bob)
    answering.answer(make.act(people.bob), bob, "ACCEPTED")
    post()
    answering.answer(make.act(people.bob), bob, "DECLINED")  # under way, to where it lies now
    assert alice_phone.put(path(alice_phone, calendar="other"), sent).status == 201
    assert partstat(of(people.alice, "other"), people.bob) == "ACCEPTED", "the phone did not know it yet"
    assert alice_phone("DELETE", path(alice_phone)).status == 204
    count = Delivery.objects.exclude(method="REPLY").exclude(quiet=True).count()
    post()
    assert partstat(of(people.alice, "other"), people.bob) == "DECLINED"
    assert said_by_mail(token)
    assert partstat(of(people.alice, "other"), ZOE) == "ACCEPTED"
    assert Delivery.objects.exclude(method="REPLY").exclude(quiet=True).count() == count, "nobody hears of it"


def test_a_phone_that_never_deletes_leaves_one_event_that_invites(people, alice_phone):
    sent = text(of(people.alice, "personal"))
    assert alice_phone.put(path(alice_phone, calendar="other"), sent.encode()).status == 201
    # what stayed behind invites nobody, and cannot be changed into a second one that does
    refused = alice_phone.put(path(alice_phone), sent.replace("Budget", "Money").encode())
    assert refused.status == 403
    assert b"unique-scheduling-object-resource" in refused.body
    # it changes where it invites, and moves on from there
    changed = text(of(people.alice, "other")).replace("Budget", "Money")
    assert alice_phone.put(path(alice_phone, calendar="other"), changed.encode()).status == 204
    assert alice_phone("MKCALENDAR", f"{home(alice_phone)}third/").status == 201
    there = path(alice_phone, calendar="third")
    assert alice_phone.put(there, text(of(people.alice, "other")).encode()).status == 201
    post()
    count = Delivery.objects.count()
    # whoever deletes one of two that say the same keeps the other, and calls nothing off
    assert alice_phone("DELETE", there).status == 204
    assert Delivery.objects.count() == count
    mine = of(people.alice, "other")
    assert mine.stance == CalendarObject.Stance.ORGANIZER
    changed = text(mine).replace("Money", "Cash").encode()
    assert alice_phone.put(path(alice_phone, calendar="other"), changed).status == 204
    post()
    assert "SUMMARY:Cash" in text(CalendarObject.objects.get(calendar__space__owner=people.bob))
    # the last one that invites calls it off: what else there is said something else
    assert alice_phone("DELETE", path(alice_phone, calendar="other")).status == 204
    post()
    assert "STATUS:CANCELLED" in text(CalendarObject.objects.get(calendar__space__owner=people.bob))


def test_a_phone_of_who_is_invited_declines_nothing_by_moving(people, alice_phone):
    client = phone(people.bob)
    assert client("MKCALENDAR", f"{home(client)}other/").status == 201
    mine = of(people.bob, "personal")
    answering.answer(make.act(people.bob), mine, "ACCEPTED")
    post()
    count = Delivery.objects.filter(method="REPLY").count()
    assert client.put(path(client, calendar="other"), text(mine).encode()).status == 201
    assert client("DELETE", f"{home(client)}personal/{mine.name}").status == 204
    post()
    assert Delivery.objects.filter(method="REPLY").count() == count
    assert partstat(of(people.alice, "personal"), people.bob) == "ACCEPTED"
    assert client("DELETE", path(client, calendar="other")).status == 204
    post()
    assert partstat(of(people.alice, "personal"), people.bob) == "DECLINED"
