"""Whatever is booked, moved, cancelled, answered, brought back or taken back in whatever order: never two at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calendars import indexing
from calendars.actions import arranging, offering, storing
from calendars.actions.booking import spans
from calendars.ical import reading
from calendars.ical.writing import Changes
from calendars.models import CalendarObject, Hold
from calendars.timing import between
from collab.lib.errors import Refusal
from tests import town as make
from tests.calendars.bookings import ahead, book, overlapping, room
from tests.conftest import build_town

pytestmark = pytest.mark.django_db
ACTS = st.sampled_from(["book", "series", "move", "one", "cancel", "restore", "yes", "no", "undo", "away", "in"])
STEP = st.tuples(ACTS, st.sampled_from(["alice", "bob"]), st.integers(0, 7), st.integers(0, 11), st.integers(1, 4))


def at(slot):
    return ahead(7) + timedelta(minutes=30 * slot)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=25), approval=st.booleans())
@example(steps=[("series", "alice", 0, 0, 1), ("one", "alice", 0, 0, 1)], approval=False)  # onto another of its own
def test_no_order_of_acts_leaves_two_at_a_time(town_of_bookings, steps, approval):
    town, hall, other = town_of_bookings
    with transaction.atomic():
        hall.bookable.approval = approval
        hall.bookable.save()
        for number, step in enumerate(steps):
            try:
                with transaction.atomic():
                    act(town, hall, other, number, *step)
            except Refusal:
                pass
            assert not overlapping(hall)
            assert_holds(hall)
        transaction.set_rollback(True)


def assert_holds(hall):
    """What is held is what the bytes say, no more and no less."""
    rows = CalendarObject.objects.filter(calendar=hall, deleted_at=None)
    said = {
        (row.pk, one.starts, one.ends)
        for row in rows
        for one in spans(indexing.index(reading.read(bytes(row.data)), hall.zone))
    }
    assert set(Hold.objects.filter(calendar=hall).values_list("event", "starts", "ends")) == said


def act(town, hall, other, number, what, who, which, slot, length):
    person = getattr(town, who)
    actor = make.act(person)
    if what in {"book", "series"}:
        more = ["RRULE:FREQ=DAILY;COUNT=3"] if what == "series" else []
        book(person, hall, f"B{number}", at(slot), length / 2, *more, uid=f"u{number}")
        return
    rows = list(CalendarObject.objects.select_related("calendar__space", "calendar__acl").order_by("pk"))
    if not rows:
        return
    row = rows[which % len(rows)]
    zone = "Europe/Berlin"
    moved = Changes(times=between(at(slot), at(slot) + timedelta(minutes=30 * length), zone).moments())
    if what == "restore":
        storing.bring_back(actor, row)
    elif what == "undo":
        arranging.undo(actor, row, row.etag)
    elif row.deleted_at is not None:
        return
    elif what == "move":
        arranging.change(actor, row, row.etag, moved)
    elif what == "one" and row.repeats:
        name = row.occurrences.order_by("starts").last().recurrence_id
        arranging.change(actor, row, row.etag, moved, scope=arranging.Scope.ONE, at=name)
    elif what == "cancel":
        arranging.remove(actor, row, row.etag)
    elif what in {"yes", "no"}:
        offering.answer(actor, row, row.etag, yes=what == "yes")
    elif what == "away":
        storing.move(actor, row, other, row.name)
    elif what == "in":
        storing.move(actor, row, hall, row.name)


@pytest.fixture
def town_of_bookings(db, store):
    town = build_town()
    hall = room(town.alice, town.space)
    from tests.calendars.calendaring import calendar

    return town, hall, calendar(town.alice, town.space, "Elsewhere")
