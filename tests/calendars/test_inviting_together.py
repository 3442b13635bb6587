"""Spaces and groups that invite, two who do something at once, and what is taken back."""

import threading

import pytest
from django.db import connection, transaction

from calendars import availability
from calendars.actions import arranging, delivering, importing, making, storing
from calendars.actions.answering import answer
from calendars.addresses import of_group
from calendars.models import CalendarObject, Delivery, Invitee, Message
from collab.groups.models import Membership
from tests import town as make
from tests.calendars import calendaring
from tests.calendars.caldav import home
from tests.calendars.scheduling import (
    DAY,
    at,
    attendee,
    copy_of,
    event,
    mailto,
    organizer,
    partstat,
    path,
    phone,
    post,
    text,
)

pytestmark = pytest.mark.django_db


def addressed(town):
    for one in (town.alice, town.bob, town.eve):
        one.email = f"{one.username}@example.org"
        one.save()
    return town


def invited(town):
    """Bob and eve have alice's invitation, and nothing is under way."""
    people = addressed(town)
    alice_phone = phone(people.alice)
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(people.bob), attendee(people.eve)))
    post()
    return people


@pytest.fixture
def people(town):
    return addressed(town)


@pytest.fixture
def alice_phone(people):
    return phone(people.alice)


@pytest.fixture
def team(people):
    """A calendar of the space, which alice and bob see, and eve does not."""
    return calendaring.calendar(people.alice, people.space, "Team")


def test_a_space_invites_by_its_editors_and_doubles_nothing(people, alice_phone, team):
    address = f"{home(alice_phone)}shared-{team.pk}/meet.ics"
    data = event(organizer(people.alice), attendee(people.bob), attendee(people.eve), "DESCRIPTION:All of us")
    answer_ = alice_phone.put(address, data)
    assert answer_.status == 201
    assert "etag" not in answer_.headers
    found = CalendarObject.objects.get(calendar=team)
    said = text(found)
    assert "CN=Plans" in said
    assert f'SENT-BY="{mailto(people.alice)}":mailto:collab@' in said
    post()
    assert copy_of(people.bob) is None, "bob sees it in the space"
    assert Message.objects.filter(user=people.bob).exists()
    assert copy_of(people.eve) is not None
    # bob answers where he sees it, eve in her own calendar
    answer(make.act(people.bob), found, "ACCEPTED")
    answer(make.act(people.eve), copy_of(people.eve), "DECLINED", comment="Away")
    post()
    assert partstat(found, people.bob) == "ACCEPTED"
    assert Invitee.objects.get(event=found, user=people.eve).comment == "Away"
    assert "Away" not in text(copy_of(people.eve)).replace("X-RESPONSE-COMMENT=Away", "")
    busy = availability.busy_of(
        make.act(people.alice), [people.bob.pk, people.eve.pk], DAY.replace(hour=0), DAY.replace(hour=23)
    )
    assert [one.busy for one in busy[people.bob.pk]] == [1]
    assert busy[people.eve.pk] == []
    # another editor changes it, and it goes on in the space's name
    bob_phone = phone(people.bob)
    there = f"{home(bob_phone)}shared-{team.pk}/meet.ics"
    assert bob_phone.put(there, text(found).replace("SUMMARY:Budget", "SUMMARY:Money").encode()).status == 204
    post()
    assert "SUMMARY:Money" in text(copy_of(people.eve))
    assert "collab@" in CalendarObject.objects.get(pk=found.pk).organizer


def test_a_group_as_one_brings_its_members_of_now(people, alice_phone):
    line = f"ATTENDEE;CUTYPE=GROUP;CN=Team:{of_group(people.team)}"
    alice_phone.put(path(alice_phone), event(organizer(people.alice), line))
    post()
    mine = copy_of(people.bob)
    assert partstat(mine, people.bob) == "NEEDS-ACTION"
    assert "CUTYPE=GROUP" in text(mine)
    answer(make.act(people.bob), mine, "ACCEPTED")
    post()
    Membership.objects.create(group=people.team, user=people.eve)
    alice_phone.put(path(alice_phone), text(copy_of(people.alice)).replace("Budget", "Money").encode())
    post()
    assert copy_of(people.eve) is not None
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    Membership.objects.filter(group=people.team, user=people.bob).delete()
    alice_phone.put(path(alice_phone), text(copy_of(people.alice)).replace("Money", "Cash").encode())
    post()
    assert "STATUS:CANCELLED" in text(copy_of(people.bob))
    assert "STATUS:CANCELLED" not in text(copy_of(people.eve))


def test_answers_that_came_meanwhile_stay(people, alice_phone):
    """RFC 6638, 3.2.10.1: the Schedule-Tag is the same, the ETag is not."""
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(people.bob)))
    post()
    got = alice_phone("GET", path(alice_phone))
    answer(make.act(people.bob), copy_of(people.bob), "ACCEPTED")
    post()
    changed = got.body.replace(b"SUMMARY:Budget", b"SUMMARY:Money")
    assert alice_phone.put(path(alice_phone), changed, If_Match=got.headers["etag"]).status == 412
    tag = got.headers["schedule-tag"]
    assert alice_phone.put(path(alice_phone), changed, If_Schedule_Tag_Match=tag).status == 204
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    assert "SUMMARY:Money" in text(copy_of(people.alice))
    assert alice_phone.put(path(alice_phone), changed, If_Schedule_Tag_Match=tag).status == 412
    assert alice_phone("DELETE", path(alice_phone), If_Schedule_Tag_Match=tag).status == 412
    props = alice_phone.propfind(path(alice_phone), ["cal:schedule-tag"])
    assert props.value("cal:schedule-tag") == alice_phone("GET", path(alice_phone)).headers["schedule-tag"]


def test_an_update_crosses_an_answer(people, alice_phone):
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(people.bob)))
    post()
    answer(make.act(people.bob), copy_of(people.bob), "ACCEPTED")  # under way
    alice_phone.put(path(alice_phone), text(copy_of(people.alice)).replace("Budget", "Money").encode())
    post()
    for one in (people.alice, people.bob):
        assert partstat(copy_of(one), people.bob) == "ACCEPTED"
    answer(make.act(people.bob), copy_of(people.bob), "DECLINED")  # to what was before
    moved = text(copy_of(people.alice)).replace(f"DTSTART:{at()}", f"DTSTART:{at(hours=-1)}")
    alice_phone.put(path(alice_phone), moved.encode())
    post()
    assert partstat(copy_of(people.alice), people.bob) == "NEEDS-ACTION"
    assert partstat(copy_of(people.bob), people.bob) == "NEEDS-ACTION"


def test_what_is_taken_back_and_brought_back(people, alice_phone):
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(people.bob)))
    post()
    mine = copy_of(people.alice)
    alice = make.act(people.alice)
    arranging.remove(alice, mine, mine.etag)
    post()
    assert "STATUS:CANCELLED" in text(copy_of(people.bob))
    arranging.undo(alice, CalendarObject.objects.select_related("calendar__space").get(pk=mine.pk), mine.etag)
    post()
    assert "STATUS:CANCELLED" not in text(copy_of(people.bob))
    assert partstat(copy_of(people.bob), people.bob) == "NEEDS-ACTION"
    # from the page of the trash it comes back without a word
    storing.delete(alice, copy_of(people.alice))
    count = Delivery.objects.count()
    storing.bring_back(alice, CalendarObject.objects.select_related("calendar__space").get(pk=mine.pk))
    assert Delivery.objects.count() == count
    # a calendar that is thrown away calls off what is to come in it
    making.throw_away(alice, calendaring.personal(people.alice))
    post()
    assert "STATUS:CANCELLED" in text(copy_of(people.bob))


def test_what_is_imported_tells_nobody_and_is_known(people, alice_phone):
    data = event(organizer(people.alice), attendee(people.bob))
    alice = make.act(people.alice)
    calendar = calendaring.personal(people.alice)
    importing.bring(alice, calendar, [data], importing.There.SKIP)
    importing.bring(alice, calendar, [data.replace(b"Budget", b"Money")], importing.There.REPLACE)
    assert not Delivery.objects.exists()
    mine = copy_of(people.alice)
    assert mine.stance == CalendarObject.Stance.ORGANIZER
    assert Invitee.objects.get(event=mine).user == people.bob
    alice_phone("DELETE", f"{home(alice_phone)}personal/{mine.name}")
    assert Delivery.objects.get().method == "CANCEL"


def test_who_answers_hears_what_another_said_just_before(people, alice_phone):
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(people.bob), attendee(people.eve)))
    post()
    answer(make.act(people.eve), copy_of(people.eve), "DECLINED")
    answer(make.act(people.bob), copy_of(people.bob), "ACCEPTED")
    for reply in Delivery.objects.filter(method="REPLY").order_by("pk"):
        delivering.deliver(reply.pk)  # what they make of the copies is still on its way
    post()
    for one in (people.alice, people.bob, people.eve):
        said = copy_of(one)
        assert (partstat(said, people.bob), partstat(said, people.eve)) == ("ACCEPTED", "DECLINED")


@pytest.mark.django_db(transaction=True)
def test_an_answer_does_not_wait_for_news_that_are_being_delivered(living_town):
    """Each may hold one message and want the other's: whoever waited here could wait for ever."""
    people = invited(living_town)
    answer(make.act(people.bob), copy_of(people.bob), "ACCEPTED")
    delivering.deliver_due()
    news = Delivery.objects.get(state="waiting", quiet=True)
    held, enough = threading.Event(), threading.Event()

    def deliver():
        with transaction.atomic():
            Delivery.objects.select_for_update().get(pk=news.pk)
            held.set()
            assert enough.wait(60)
        connection.close()

    thread = threading.Thread(target=deliver)
    thread.start()
    assert held.wait(60)
    try:
        answer(make.act(people.eve), copy_of(people.eve), "DECLINED")
        delivering.deliver_due()
        waiting = list(Delivery.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True))
        assert waiting[0] == news.pk
        assert len(waiting) == 3, "what is on its way stays, what is told now comes after it"
    finally:
        enough.set()
        thread.join()
    post()
    said = copy_of(people.alice)
    for who in (people.bob, people.eve):
        assert partstat(copy_of(who), people.bob) == partstat(said, people.bob) == "ACCEPTED"
        assert partstat(copy_of(who), people.eve) == partstat(said, people.eve) == "DECLINED"


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_both_count(living_town):
    people = invited(living_town)
    failures = []

    def say(who, how):
        try:
            answer(make.act(who), copy_of(who), how)
            delivering.deliver_due()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    both = ((people.bob, "ACCEPTED"), (people.eve, "DECLINED"))
    threads = [threading.Thread(target=say, args=one) for one in both]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    post()
    assert failures == []
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    assert partstat(copy_of(people.alice), people.eve) == "DECLINED"
    assert partstat(copy_of(people.bob), people.eve) == "DECLINED", "the copies say it, too"
