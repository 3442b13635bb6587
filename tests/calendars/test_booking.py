"""Booking a room: who may, when, and that it is never taken twice, by whatever door."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from calendars import opening, roles
from calendars.actions import arranging, importing, offering, storing
from calendars.actions.importing import There
from calendars.ical.writing import Changes
from calendars.models import Answer, Bookable, CalendarObject, Hold
from calendars.opening import Span
from calendars.refusals import OutOfRules, Taken, WithoutEnd
from calendars.timing import between
from collab.events.models import AuditEntry
from collab.lib.errors import BadInput, Conflict, Forbidden
from tests import town as make
from tests.calendars.bookings import ahead, book, held, overlapping, room
from tests.calendars.calendaring import calendar, put
from tests.conftest import build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db, store):
    town = build_town()
    make.share(town.alice, town.space, town.eve, roles.READER.mask)
    return town


def again(row):
    return CalendarObject.objects.select_related("calendar__space", "calendar__acl").get(pk=row.pk)


def test_a_time_is_booked_once_and_the_other_learns_by_whom(town):
    hall = room(town.alice, town.space)
    book(town.bob, hall, "Choir", ahead(7, 18))
    with pytest.raises(Taken) as refusal:
        book(town.eve, hall, "Chess", ahead(7, 19))
    assert "Choir" in str(refusal.value.message)
    assert "Bob" in str(refusal.value.message)
    book(town.eve, hall, "Chess", ahead(7, 20))  # what begins as the other ends does not overlap
    assert len(held(hall)) == 2
    assert not overlapping(hall)


def test_what_is_secret_is_not_told_to_who_wants_the_same_time(town):
    hall = room(town.alice, town.space)
    book(town.bob, hall, "Surprise", ahead(7, 18), 2, "CLASS:PRIVATE")
    with pytest.raises(Taken) as refusal:
        book(town.eve, hall, "Chess", ahead(7, 19))
    assert "Surprise" not in str(refusal.value.message)
    assert "Bob" not in str(refusal.value.message)


def test_free_time_is_taken_and_cancelled_is_not(town):
    hall = room(town.alice, town.space)
    book(town.bob, hall, "Hidden", ahead(7, 18), 2, "TRANSP:TRANSPARENT")
    with pytest.raises(Taken):
        book(town.eve, hall, "Chess", ahead(7, 18))
    book(town.bob, hall, "Hidden", ahead(7, 18), 2, "STATUS:CANCELLED", uid=CalendarObject.objects.get().uid)
    book(town.eve, hall, "Chess", ahead(7, 18))
    assert not overlapping(hall)


def test_a_series_takes_all_its_times_and_needs_an_end(town):
    hall = room(town.alice, town.space, ahead=365)
    with pytest.raises(WithoutEnd):
        book(town.bob, hall, "For ever", ahead(7, 10), 1, "RRULE:FREQ=WEEKLY")
    with pytest.raises(WithoutEnd):
        book(town.alice, hall, "For ever", ahead(7, 10), 1, "RRULE:FREQ=WEEKLY;COUNT=500")
    with pytest.raises(OutOfRules):
        book(town.bob, hall, "Itself", ahead(7, 10), 26, "RRULE:FREQ=DAILY;COUNT=3")
    book(town.bob, hall, "Yoga", ahead(7, 10), 1, "RRULE:FREQ=WEEKLY;COUNT=10")
    assert len(held(hall)) == 10
    with pytest.raises(Taken):
        book(town.eve, hall, "Chess", ahead(7 + 7 * 9, 10, 30), 1)
    with pytest.raises(Taken):
        book(town.eve, hall, "Chess", ahead(6, 10), 1, "RRULE:FREQ=DAILY;COUNT=4")
    assert CalendarObject.objects.count() == 1


def test_moving_and_bringing_back_are_held_to_it(town):
    hall, other = room(town.alice, town.space), room(town.alice, town.space, "Salle 3")
    choir = book(town.bob, hall, "Choir", ahead(7, 18))
    chess = book(town.eve, hall, "Chess", ahead(7, 14))
    there = book(town.bob, other, "Elsewhere", ahead(7, 14))
    zone = "Europe/Berlin"
    to_choir = Changes(times=between(ahead(7, 19), ahead(7, 21), zone).moments())
    with pytest.raises(Taken):
        arranging.change(make.act(town.eve), again(chess), chess.etag, to_choir)
    with pytest.raises(Taken):
        storing.move(make.act(town.bob), again(there), hall, "moved.ics")
    assert again(there).deleted_at is None
    storing.delete(make.act(town.eve), again(chess))
    taker = book(town.bob, hall, "Taker", ahead(7, 15))
    with pytest.raises(Taken):
        storing.bring_back(make.act(town.eve), again(chess))
    storing.delete(make.act(town.bob), again(taker))
    storing.bring_back(make.act(town.eve), again(chess))
    assert [one[0] for one in held(hall)] == sorted(one.starts for one in (again(chess), again(choir)))


def test_a_file_is_brought_in_as_it_would_be_booked(town):
    hall = room(town.alice, town.space, shortest=60)
    book(town.bob, hall, "Choir", ahead(7, 18))
    elsewhere = calendar(town.bob, town.space, "Elsewhere")
    found = [
        bytes(put(town.bob, elsewhere, title, at, at + timedelta(minutes=long)).data)
        for title, at, long in (("Free", ahead(8), 60), ("Taken", ahead(7, 19), 60), ("Short", ahead(9), 30))
    ]
    report = importing.bring(make.act(town.bob), hall, found, There.SKIP)
    assert (report.added, report.refused) == (1, 2)
    assert [title for title, _why in report.failed] == ["Taken", "Short"]
    assert "Choir" in report.failed[0][1]
    assert importing.bring(make.act(town.bob), hall, found[:1], There.SKIP).skipped == 1
    assert importing.bring(make.act(town.bob), hall, found[:1], There.COPY).refused == 1
    assert not overlapping(hall)


RULES = [
    ("notice", {"notice": 180}, lambda now: (now + timedelta(hours=2), 60)),
    ("over", {}, lambda now: (now - timedelta(hours=3), 60)),
    ("ahead", {"ahead": 30}, lambda now: (now + timedelta(days=31), 60)),
    ("short", {"shortest": 30}, lambda now: (now + timedelta(days=3), 15)),
    ("long", {"longest": 120}, lambda now: (now + timedelta(days=3), 121)),
]


@pytest.mark.parametrize(("name", "rules", "when"), RULES, ids=[name for name, *_rest in RULES])
def test_rules_bind_whoever_books_and_not_who_manages(town, name, rules, when):
    hall = room(town.alice, town.space, **rules)
    starts, minutes = when(timezone.now().replace(microsecond=0))
    starts = starts.replace(tzinfo=None)
    with pytest.raises(OutOfRules):
        book(town.bob, hall, "Choir", starts, minutes / 60, zone="UTC")
    book(town.alice, hall, "Choir", starts, minutes / 60, zone="UTC")


def test_buffers_keep_time_free_around_each_booking(town):
    hall = room(town.alice, town.space, before=15, after=30)
    book(town.bob, hall, "Choir", ahead(7, 18), 2)
    for at in (ahead(7, 20, 44), ahead(7, 16, 16)):
        with pytest.raises(Taken):
            book(town.eve, hall, "Chess", at, 1)
    book(town.eve, hall, "After", ahead(7, 20, 45), 1)
    book(town.eve, hall, "Before", ahead(7, 16, 15), 1)


def test_who_renames_an_old_booking_books_nothing(town):
    hall = room(town.alice, town.space)
    row = book(town.bob, hall, "Choir", ahead(2, 18))
    Bookable.objects.update(notice=7 * 24 * 60)
    changed = arranging.change(make.act(town.bob), again(row), row.etag, Changes(says={"SUMMARY": "Choir!"})).event
    assert changed.summary == "Choir!"
    later = Changes(times=between(ahead(3, 18), ahead(3, 20), "Europe/Berlin").moments())
    with pytest.raises(OutOfRules):
        arranging.change(make.act(town.bob), again(row), changed.etag, later)


BERLIN = ZoneInfo("Europe/Berlin")
HOURS = opening.to_store({0: (8 * 60, 22 * 60), 1: (8 * 60, 22 * 60), 6: (0, 24 * 60), 5: (12 * 60, 24 * 60)})


@pytest.mark.parametrize(
    ("kind", "starts", "ends", "fits"),
    [
        ("room", (2027, 3, 1, 8), (2027, 3, 1, 22), True),
        ("room", (2027, 3, 1, 7, 59), (2027, 3, 1, 9), False),
        ("room", (2027, 3, 1, 21), (2027, 3, 1, 22, 1), False),
        ("room", (2027, 3, 3, 10), (2027, 3, 3, 11), False),  # a Wednesday
        ("room", (2027, 3, 1, 20), (2027, 3, 2, 9), False),  # over the night
        ("room", (2027, 3, 6, 20), (2027, 3, 7, 9), True),  # open over midnight
        ("room", (2027, 3, 7, 20), (2027, 3, 8, 0), True),  # until midnight
        ("vehicle", (2027, 3, 1, 20), (2027, 3, 2, 9), True),
        ("vehicle", (2027, 3, 1, 20), (2027, 3, 2, 7), False),
        # the night in which clocks go forward, and the one in which they go back
        ("room", (2027, 3, 28, 1, 30), (2027, 3, 28, 4), True),
        ("room", (2027, 10, 31, 1), (2027, 10, 31, 4), True),
        ("room", (2027, 10, 25, 8), (2027, 10, 25, 22), True),
        ("room", (2027, 11, 1, 8), (2027, 11, 1, 22), True),
    ],
    ids=str,
)  # fmt: skip
def test_opening_hours_are_meant_on_the_wall_clock(kind, starts, ends, fits):
    found = Bookable(kind=kind, hours=HOURS)
    span = Span(*(datetime(*one, tzinfo=BERLIN).astimezone(UTC) for one in (starts, ends)))
    assert (opening.first_closed(found, span, BERLIN) is None) is fits


def test_a_whole_day_is_booked_on_days_that_have_hours(town):
    hall = room(town.alice, town.space, hours=opening.to_store(dict.fromkeys(range(6), (480, 1320))))
    monday = date.today() + timedelta(days=14 - date.today().weekday())
    put(town.bob, hall, "Stage", monday, monday + timedelta(days=3))
    assert held(hall)[0][1] - held(hall)[0][0] >= timedelta(days=2, hours=23)
    with translation.override("en"), pytest.raises(OutOfRules) as refusal:
        put(town.bob, hall, "Weekend", monday + timedelta(days=5), monday + timedelta(days=7))
    assert "It is closed then (Sunday)" in str(refusal.value.message)


def test_who_may_book_is_said_by_rights(town):
    hall = room(town.alice, town.space, books=roles.CHOSEN)
    with pytest.raises(Forbidden):  # eve may view the space, no more
        book(town.eve, hall, "Chess", ahead())
    make.share(town.alice, hall, town.eve, roles.BOOKER.mask)
    chess = book(town.eve, hall, "Chess", ahead())
    with pytest.raises(Forbidden):  # and touches nobody else's
        choir = book(town.bob, hall, "Choir", ahead(8))
        storing.delete(make.act(town.eve), again(choir))
    offering.offer(make.act(town.alice), hall, roles.EDITORS)
    with pytest.raises(Forbidden):
        book(town.eve, hall, "Chess", ahead(9))
    with pytest.raises(Forbidden):
        arranging.change(make.act(town.eve), again(chess), chess.etag, Changes(says={"SUMMARY": "x"}))
    with pytest.raises(Forbidden):
        offering.offer(make.act(town.bob), hall, roles.EVERYBODY)


def test_a_booking_that_must_be_asked_for_waits_and_is_answered(town):
    hall = room(town.alice, town.space, approval=True)
    choir = book(town.bob, hall, "Choir", ahead(7, 18))
    assert (choir.status, b"STATUS:TENTATIVE" in bytes(again(choir).data)) == ("TENTATIVE", True)
    with pytest.raises(Taken):  # what waits is held for who asked
        book(town.eve, hall, "Chess", ahead(7, 18))
    with pytest.raises(Forbidden):
        offering.answer(make.act(town.bob), again(choir), choir.etag, yes=True)
    sly = book(town.bob, hall, "Choir", ahead(7, 18), 2, "STATUS:CONFIRMED", uid=choir.uid)
    assert sly.status == "TENTATIVE"
    done = offering.answer(make.act(town.alice), again(choir), sly.etag, yes=False, word="The roof leaks")
    assert (done.event.status, held(hall)) == ("CANCELLED", [])
    assert Answer.objects.get().word == "The roof leaks"
    back = arranging.undo(make.act(town.alice), again(choir), done.event.etag)
    assert (back.status, len(held(hall)), Answer.objects.count()) == ("TENTATIVE", 1, 0)
    yes = offering.answer(make.act(town.alice), again(choir), back.etag, yes=True).event
    assert yes.status == "CONFIRMED"
    with pytest.raises(Conflict):
        offering.answer(make.act(town.alice), again(choir), yes.etag, yes=False)
    renamed = arranging.change(make.act(town.bob), again(choir), yes.etag, Changes(says={"SUMMARY": "Big choir"})).event
    assert renamed.status == "CONFIRMED"
    later = Changes(times=between(ahead(8, 18), ahead(8, 20), "Europe/Berlin").moments())
    moved = arranging.change(make.act(town.bob), again(choir), renamed.etag, later).event
    assert moved.status == "TENTATIVE"


def test_a_refused_booking_whose_time_went_is_not_brought_back(town):
    hall = room(town.alice, town.space, approval=True)
    choir = book(town.bob, hall, "Choir", ahead(7, 18))
    done = offering.answer(make.act(town.alice), again(choir), choir.etag, yes=False).event
    book(town.eve, hall, "Chess", ahead(7, 19))
    with pytest.raises(Taken):
        arranging.undo(make.act(town.alice), again(choir), done.etag)
    assert again(choir).status == "CANCELLED"


def test_a_calendar_that_overlaps_or_never_ends_is_not_made_bookable(town):
    hall = calendar(town.alice, town.space, "Salle 2")
    put(town.bob, hall, "Over", ahead(-3, 10), ahead(-3, 12))
    put(town.bob, hall, "Over too", ahead(-3, 10), ahead(-3, 12))  # what is over hinders nothing
    put(town.bob, hall, "Choir", ahead(7, 18), ahead(7, 20))
    chess = put(town.bob, hall, "Chess", ahead(7, 19), ahead(7, 21))
    with pytest.raises(Conflict) as refusal:
        offering.offer(make.act(town.alice), hall, roles.EVERYBODY)
    assert {"Chess", "Choir"} <= set(str(refusal.value.message).replace("“", " ").replace("”", " ").split())
    hall.refresh_from_db()
    assert (hall.books, Hold.objects.count(), Bookable.objects.count()) == (0, 0, 0)
    storing.delete(make.act(town.bob), again(chess))
    endless = put(town.bob, hall, "Yoga", ahead(7, 8), ahead(7, 9), "RRULE:FREQ=WEEKLY")
    with pytest.raises(Conflict, match="Yoga"):
        offering.offer(make.act(town.alice), hall, roles.EVERYBODY)
    storing.delete(make.act(town.bob), again(endless))
    offering.offer(make.act(town.alice), hall, roles.EVERYBODY)
    assert len(held(hall)) == 1
    with pytest.raises(WithoutEnd):
        storing.bring_back(make.act(town.bob), again(endless))
    with pytest.raises(Taken):
        storing.bring_back(make.act(town.bob), again(chess))
    offering.withdraw(make.act(town.alice), hall)
    storing.bring_back(make.act(town.bob), again(chess))
    assert Hold.objects.count() == 0


def test_only_events_are_booked(town):
    from calendars.actions import making

    tasks = making.make(make.act(town.alice), town.space, "Tasks", components=["VTODO"])
    with pytest.raises(BadInput):
        offering.offer(make.act(town.alice), tasks, roles.EVERYBODY)


def test_the_switch_stands_in_the_audit_log(town):
    hall = room(town.alice, town.space)
    offering.offer(make.act(town.alice), hall, roles.EDITORS)
    offering.withdraw(make.act(town.alice), hall)
    entries = AuditEntry.objects.filter(kind__startswith="calendar-").order_by("pk")
    assert [(one.kind, one.actor_id, one.subject_name) for one in entries] == [
        ("calendar-offered", town.alice.pk, "Salle 2"), ("calendar-withdrawn", town.alice.pk, "Salle 2"),
    ]  # fmt: skip


@pytest.mark.parametrize("month", [3, 10])
def test_a_day_is_a_day_also_when_clocks_change(month):
    paris = ZoneInfo("Europe/Paris")
    night = date(2027, month, 31) - timedelta(days=(date(2027, month, 31).weekday() + 1) % 7)
    begins, ends = (datetime(one.year, one.month, one.day, tzinfo=paris).astimezone(UTC) for one in (night, night + timedelta(days=1)))  # fmt: skip # noqa: E501
    assert (ends - begins) != timedelta(days=1)
    car = Bookable(shortest=24 * 60, longest=24 * 60, notice=0, ahead=30)
    opening.check(car, Span(begins, ends, True), paris, begins - timedelta(days=3))
    with pytest.raises(OutOfRules):
        opening.check(car, Span(begins, ends + timedelta(hours=2)), paris, begins - timedelta(days=3))
    with pytest.raises(OutOfRules):
        opening.check(car, Span(begins + timedelta(hours=2), ends), paris, begins - timedelta(days=3))
