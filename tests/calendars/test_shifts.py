"""Who does what at an event: places held under concurrency, waiting that moves up, rights at every door, the table."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendars import roles
from calendars.actions import shifting
from calendars.actions.shifting import Wanted
from calendars.models import CalendarObject, Shift, Taking
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.notifications.models import Notification
from tests import town as make
from tests.calendars.bookings import ahead
from tests.calendars.calendaring import calendar, put
from tests.calendars.test_two_writers import at_once
from tests.conftest import build_town


@pytest.fixture
def town(db, store):
    town = build_town()
    make.share(town.alice, town.space, town.eve, roles.READER.mask)
    for one in (town.alice, town.bob, town.eve):
        make.change(one, time_zone="Europe/Berlin", language="en")
    return town


def page(who):
    client = Client()
    client.force_login(who)
    return client


def fair(town, *lines, **roles_of):
    """An event of alice's with these roles and places."""
    into = calendar(town.alice, town.space, "Fairs")
    row = put(town.alice, into, "Fair", ahead(7, 10), ahead(7, 18), *lines)
    row = again(row)
    shifting.plan(make.act(town.alice), row, [Wanted(0, name, places) for name, places in roles_of.items()])
    return row


def again(row):
    return CalendarObject.objects.select_related("calendar__space", "calendar__acl").get(pk=row.pk)


def role(row, name="Bar"):
    return Shift.objects.get(event=row, name=name).pk


def state(row, at=""):
    found = Taking.objects.filter(shift__event=row, at=at).order_by("since", "pk")
    return [(one.user.username, one.place) for one in found]


@pytest.mark.django_db
def test_who_waits_moves_up_when_somebody_leaves_and_is_told(town):
    row = fair(town, Bar=1)
    for who in (town.bob, town.eve, town.alice):
        shifting.take(make.act(who), row, role(row), "")
        shifting.take(make.act(who), row, role(row), "")  # twice is once
    assert state(row) == [("bob", 1), ("eve", None), ("alice", None)]
    shifting.leave(make.act(town.bob), row, role(row), "")
    assert state(row) == [("eve", 1), ("alice", None)]
    assert [one.person for one in Notification.objects.filter(kind=shifting.TOLD)] == [town.eve]
    assert "You have a place (Bar)" in page(town.eve).get(reverse("shell:notifications")).content.decode()
    with pytest.raises(NotFound):
        shifting.leave(make.act(town.bob), row, role(row), "")
    shifting.plan(make.act(town.alice), row, [Wanted(role(row), "Bar", 2)])
    assert state(row) == [("eve", 1), ("alice", 2)]
    with pytest.raises(Conflict):
        shifting.plan(make.act(town.alice), row, [Wanted(role(row), "Bar", 1)])
    with pytest.raises(Conflict):
        shifting.plan(make.act(town.alice), row, [])
    shifting.forget(town.eve)
    assert state(row) == [("alice", 2)]


@pytest.mark.django_db
def test_names_of_roles_may_change_places(town):
    row = fair(town, Bar=1, Door=2)
    bar, door = role(row), role(row, "Door")
    shifting.plan(make.act(town.alice), row, [Wanted(bar, "Door", 1), Wanted(door, "Bar", 2), Wanted(0, "Till", 1)])
    assert [(one.pk, one.name) for one in row.shifts.order_by("pk")][:2] == [(bar, "Door"), (door, "Bar")]
    for wrong in (
        [Wanted(0, "A", 0)],
        [Wanted(0, "A", 501)],
        [Wanted(0, "", 1)],
        [Wanted(0, "A", 1), Wanted(0, "a", 1)],
    ):
        with pytest.raises(BadInput):
            shifting.plan(make.act(town.alice), row, wrong)
    with pytest.raises(NotFound):
        shifting.plan(make.act(town.alice), row, [Wanted(10**9, "A", 1)])


@pytest.mark.django_db
def test_each_time_of_a_series_has_its_own_people(town):
    row = fair(town, "RRULE:FREQ=WEEKLY;COUNT=3", Bar=1)
    names = list(row.occurrences.order_by("starts").values_list("recurrence_id", flat=True))
    bob, url = page(town.bob), reverse("calendars:shift-take", args=[row.pk])
    assert bob.post(url, {"shift": role(row), "at": names[1]}).status_code == 302
    assert (state(row, names[0]), state(row, names[1])) == ([], [("bob", 1)])
    assert bob.post(url, {"shift": role(row)}).status_code == 400
    assert bob.post(url, {"shift": role(row), "at": "20200101T000000Z"}).status_code == 404
    shown = bob.get(reverse("calendars:shifts", args=[row.pk]))
    assert [len(one.rows[0].held) for one in shown.context["boards"]] == [0, 1, 0]
    assert "Give my place up" in bob.get(reverse("calendars:event", args=[row.pk]), {"at": names[1]}).content.decode()


@pytest.mark.django_db
def test_rights_at_every_door(town):
    row = fair(town, Bar=1)
    zoe, eve, bob = make.make_user("zoe"), page(town.eve), page(town.bob)
    taking = {"shift": role(row), "at": ""}
    urls = {name: reverse(f"calendars:{name}", args=[row.pk]) for name in
            ("shifts", "shift-take", "shift-leave", "shift-plan", "shift-file")}  # fmt: skip
    assert page(zoe).get(urls["shifts"]).status_code == 404
    assert page(zoe).post(urls["shift-take"], taking).status_code == 404
    assert Client().post(urls["shift-take"], taking).status_code == 302  # to sign in
    assert Taking.objects.count() == 0
    assert eve.post(urls["shift-take"], taking | {"person": town.bob.pk}).status_code == 404
    assert eve.post(urls["shift-plan"], {"shift": "0", "name": "X", "places": "1"}).status_code == 403
    assert eve.get(urls["shift-file"]).status_code == 403
    assert eve.post(urls["shift-take"], taking).status_code == 302
    assert bob.post(urls["shift-take"], taking | {"person": zoe.pk}).status_code == 400  # who does not see it
    assert bob.post(urls["shift-take"], taking | {"person": town.alice.pk}).status_code == 302
    assert state(row) == [("eve", 1), ("alice", None)]
    assert bob.post(urls["shift-leave"], taking | {"person": town.eve.pk}).status_code == 302
    assert state(row) == [("alice", 1)]
    assert bob.post(urls["shift-take"], taking | {"shift": "9" * 30}).status_code == 400
    assert bob.post(urls["shift-plan"], {"shift": "0", "name": ["A", "B"], "places": "1"}).status_code == 400
    with pytest.raises(Forbidden):
        shifting.plan(make.act(town.eve), row, [])
    make.change(row, secrecy=CalendarObject.Secrecy.PRIVATE)
    assert eve.get(urls["shifts"]).status_code == 404
    make.change(row, secrecy=CalendarObject.Secrecy.PUBLIC)
    make.change(town.space, archived_at=timezone.now())
    assert eve.post(urls["shift-take"], taking).status_code == 403


@pytest.mark.django_db
def test_what_is_over_is_not_taken_and_the_table_is_no_formula(town):
    row = fair(town, **{"=HYPERLINK(1)": 2})
    shifting.take(make.act(town.bob), row, role(row, "=HYPERLINK(1)"), "")
    table = page(town.alice).get(reverse("calendars:shift-file", args=[row.pk])).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1),Bob," in table
    assert table.count("\r\n") == 3
    into = calendar(town.alice, town.space, "Past")
    old = again(put(town.alice, into, "Old", datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 11)))
    shifting.plan(make.act(town.alice), old, [Wanted(0, "Bar", 1)])
    answer = page(town.eve).post(reverse("calendars:shift-take", args=[old.pk]), {"shift": role(old), "at": ""})
    assert answer.status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_has_it(transactional_db, store):
    town = build_town()
    row = fair(town, Bar=1)
    for number in range(4):
        answers = at_once(
            lambda: shifting.take(make.act(town.alice), again(row), role(row), "").place,
            lambda: shifting.take(make.act(town.bob), again(row), role(row), "").place,
        )
        assert sorted(answers, key=str) == [1, None], number
        at_once(
            lambda: shifting.leave(make.act(town.alice), again(row), role(row), ""),
            lambda: shifting.leave(make.act(town.bob), again(row), role(row), ""),
        )
        assert Taking.objects.count() == 0
    Taking.objects.create(shift_id=role(row), user=town.alice, place=1)
    with pytest.raises(IntegrityError), transaction.atomic():  # the table itself keeps a place for one
        Taking.objects.create(shift_id=role(row), user=town.bob, place=1)
