"""The pages of booking by plain requests: rights at every door, what is free, answers, the bell and the mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendars import opening, roles
from calendars.actions import booking, offering
from calendars.models import CalendarObject
from collab.notifications.models import Notification
from tests import town as make
from tests.calendars.bookings import ahead, book, held, room
from tests.calendars.calendaring import calendar
from tests.conftest import build_town

pytestmark = pytest.mark.django_db


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


def text(answer):
    return answer.content.decode()


RULES = {
    "kind": "room", "books": roles.EVERYBODY, "notice": 0, "ahead": 365, "shortest": 15, "longest": 0, "before": 0,
    "after": 0, "capacity": 30, "equipment": "Kitchen",
}  # fmt: skip


def test_who_manages_a_calendar_lets_it_be_booked_and_ends_it(town):
    hall = calendar(town.alice, town.space, "Salle 2")
    url = reverse("calendars:rules", args=[hall.pk])
    assert page(town.bob).get(url).status_code == 403
    assert page(town.eve).post(url, RULES).status_code == 403
    assert page(make.make_user("zoe")).get(url).status_code == 404
    alice = page(town.alice)
    assert alice.post(url, RULES | {"opens0": "08:00"}).status_code == 400
    assert alice.post(url, RULES | {"opens0": "08:00", "closes0": "07:00"}).status_code == 400
    assert alice.post(url, RULES | {"shortest": 120, "longest": 60}).status_code == 400
    assert alice.post(url, RULES | {"notice": 17}).status_code == 400
    assert alice.post(url, RULES | {"opens0": "08:00", "closes0": "00:00", "approval": "on"}).status_code == 302
    hall.refresh_from_db()
    assert (hall.books, hall.bookable.hours, hall.bookable.approval) == (roles.EVERYBODY, {"0": [480, 1440]}, True)
    shown = text(alice.get(url))
    assert 'value="08:00"' in shown
    assert 'value="00:00"' in shown
    assert alice.post(url, {"do": "stop"}).status_code == 302
    hall.refresh_from_db()
    assert hall.books == 0
    assert page(town.eve).get(reverse("calendars:resource", args=[hall.pk])).status_code == 404


def test_what_is_free_is_said_for_each_room(town):
    big = room(town.alice, town.space, "Big hall", capacity=80)
    small = room(town.alice, town.space, "Small room", capacity=10)
    shut = room(town.alice, town.space, "Shut", capacity=40, hours=opening.to_store({}) | {"9": [0, 1]})
    fit = room(town.alice, town.space, "Fitting", capacity=30)
    book(town.bob, big, "Choir", ahead(7, 19), 2, "CLASS:PRIVATE")
    day = ahead(7).date().isoformat()
    eve = page(town.eve)
    asked = {"day": day, "begins": "18:00", "ends": "20:00", "people": "30", "kind": "room"}
    answer = eve.get(reverse("calendars:book"), asked)
    rows = {row.one.mine.title: row for row in answer.context["rows"]}
    assert {name: row.state for name, row in rows.items()} == {
        "Big hall": "taken", "Small room": "small", "Shut": "closed", "Fitting": "free",
    }  # fmt: skip
    assert "19:00 – 21:00" in rows["Big hall"].why
    assert "Choir" not in text(answer)  # it is private: when it is taken is all one learns
    assert f"calendar={fit.pk}" in rows["Fitting"].url
    assert answer.context["rows"][0] is rows["Fitting"]
    assert eve.get(reverse("calendars:book"), asked | {"day": "x"}).status_code == 400
    assert eve.get(reverse("calendars:book"), asked | {"people": "0"}).status_code == 400
    assert "Big hall" not in text(page(make.make_user("zoe")).get(reverse("calendars:book")))
    assert {small.pk, shut.pk}


def form(at, title="Chess", into=None, hours=2):
    end = at + timedelta(hours=hours)
    return {
        "title": title, "first": f"{at:%Y-%m-%d}", "begins": f"{at:%H:%M}", "last": f"{end:%Y-%m-%d}",
        "ends": f"{end:%H:%M}", "zone": "Europe/Berlin", "calendar": into.pk,
    }  # fmt: skip


def test_a_reader_books_by_the_form_and_keeps_what_was_typed_when_it_is_taken(town):
    hall = room(town.alice, town.space)
    book(town.bob, hall, "Choir", ahead(7, 18))
    eve, url = page(town.eve), reverse("calendars:event-new")
    answer = eve.post(url, form(ahead(7, 19), into=hall))
    assert answer.status_code == 409
    assert "Taken already" in text(answer)
    assert 'value="Chess"' in text(answer)
    assert eve.post(url, form(ahead(7, 20), into=hall)).status_code == 302
    mine = CalendarObject.objects.get(summary="Chess")
    listed = text(eve.get(reverse("calendars:bookings")))
    assert "Chess" in listed
    assert "Choir" not in listed
    answer = eve.post(reverse("calendars:remove", args=[mine.pk]), {"etag": mine.etag, "scope": "one"})
    assert answer.status_code == 302
    assert len(held(hall)) == 1
    choir = CalendarObject.objects.get(summary="Choir")
    assert eve.post(reverse("calendars:remove", args=[choir.pk]), {"etag": choir.etag}).status_code == 403


def test_my_bookings_are_paged_and_series_show_each_time(town):
    hall = room(town.alice, town.space)
    book(town.eve, hall, "Yoga", ahead(3, 10), 1, "RRULE:FREQ=DAILY;COUNT=40")
    eve = page(town.eve)
    first = eve.get(reverse("calendars:bookings"))
    assert len(first.context["rows"]) == 30
    rest = eve.get(reverse("calendars:bookings"), {"after": first.context["more"]})
    assert len(rest.context["rows"]) == 10
    starts = [one.starts for one, _when in (*first.context["rows"], *rest.context["rows"])]
    assert starts == sorted(set(starts))
    one = first.context["rows"][5][0]
    row = CalendarObject.objects.get()
    eve.post(reverse("calendars:remove", args=[row.pk]), {"etag": row.etag, "scope": "one", "at": one.at})
    assert one.starts not in [each[0] for each in held(hall)]
    assert len(held(hall)) == 39
    assert eve.get(reverse("calendars:bookings"), {"after": "9" * 400}).status_code == 200


def test_an_answer_is_given_by_managers_alone_told_and_taken_back(town):
    hall = room(town.alice, town.space, approval=True)
    choir = book(town.bob, hall, "Choir", ahead(7, 18))
    told = Notification.objects.filter(kind=booking.ASKED)
    assert [one.person for one in told] == [town.alice]
    url = reverse("calendars:answer", args=[choir.pk])
    alice, bob = page(town.alice), page(town.bob)
    assert bob.post(url, {"answer": "yes", "etag": choir.etag}).status_code == 403
    assert page(make.make_user("zoe")).post(url, {"answer": "yes", "etag": choir.etag}).status_code == 404
    assert alice.post(url, {"answer": "yes", "etag": "old"}).status_code == 412
    assert "Choir" in text(alice.get(reverse("calendars:bookings")))
    assert "Choir" in text(alice.get("/"))
    bell = text(alice.get(reverse("shell:notifications")))
    assert "asks to book Salle 2" in bell
    answer = alice.post(url, {"answer": "no", "etag": choir.etag, "word": "The roof <b>leaks</b>"})
    assert answer.status_code == 302
    assert held(hall) == []
    assert [one.person for one in Notification.objects.filter(kind=booking.ANSWERED)] == [town.bob]
    bell = text(bob.get(reverse("shell:notifications")))
    assert "refused your booking of Salle 2" in bell
    assert "The roof &lt;b&gt;leaks&lt;/b&gt;" in bell
    refused = text(bob.get(reverse("calendars:bookings")))
    assert "The roof &lt;b&gt;leaks&lt;/b&gt;" in refused
    now = CalendarObject.objects.get()
    assert alice.post(reverse("calendars:undo", args=[choir.pk]), {"etag": now.etag}).status_code == 302
    assert len(held(hall)) == 1
    now = CalendarObject.objects.get()
    assert alice.post(url, {"answer": "yes", "etag": now.etag}).status_code == 302
    assert CalendarObject.objects.get().status == "CONFIRMED"
    assert alice.post(url, {"answer": "no", "etag": CalendarObject.objects.get().etag}).status_code == 409


def test_an_archived_space_books_nothing(town):
    hall = room(town.alice, town.space)
    make.change(town.space, archived_at=timezone.now())
    assert page(town.eve).post(reverse("calendars:event-new"), form(ahead(7), into=hall)).status_code in {400, 403}
    assert page(town.alice).get(reverse("calendars:rules", args=[hall.pk])).status_code == 403
    assert held(hall) == []


def test_the_pages_ask_no_more_for_more_rooms(town, django_assert_max_num_queries):
    for number in range(3):
        book(town.bob, room(town.alice, town.space, f"Room {number}"), "Choir", ahead(7, 18))
    client, url = page(town.eve), reverse("calendars:book")
    asked = {"day": ahead(7).date().isoformat(), "begins": "18:00", "ends": "20:00"}
    client.get(url, asked)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(url, asked)
    for number in range(3, 9):
        book(town.bob, room(town.alice, town.space, f"Room {number}"), "Choir", ahead(7, 18))
    with django_assert_max_num_queries(len(few)):
        client.get(url, asked)


def test_a_manager_who_gives_a_booking_back_tells_who_booked(town):
    hall = room(town.alice, town.space)
    choir = book(town.bob, hall, "Choir", ahead(7, 18))
    from calendars.actions import storing

    row = CalendarObject.objects.select_related("calendar__space", "calendar__acl").get(pk=choir.pk)
    storing.delete(make.act(town.alice), row)
    assert "gave your booking of Salle 2 back" in text(page(town.bob).get(reverse("shell:notifications")))


def test_ending_and_beginning_to_book_stand_in_the_activity(town):
    hall = room(town.alice, town.space)
    offering.withdraw(make.act(town.alice), hall)
    assert {"calendar-offer", "calendar-withdraw"} <= set(make.log_of(town.space))
