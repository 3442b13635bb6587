"""Times of polls over changes of the clock, and for who reads them elsewhere."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from collab.accounts.models import User
from collab.lib.errors import BadInput
from polls import slots
from polls.slots import Slot
from tests.files.web import signed_in, text
from tests.polls import polling

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
FORWARD, BACK = date(2030, 3, 31), date(2030, 10, 27)
"""The days of 2030 on which clocks in Europe change."""
ZONES = st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"])


def utc(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2030, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slot", "moments"),
    [
        (Slot(date(2030, 12, 8)), (None, None)),
        (Slot(date(2030, 12, 8), time(18, 30)), (utc(8, 17, 30, 12), None)),
        (Slot(date(2030, 12, 8), time(22), time(1)), (utc(8, 21, 0, 12), utc(9, 0, 0, 12))),
        # the night on which an hour is left out is an hour shorter, the one with an hour twice an hour longer
        (Slot(FORWARD, time(1), time(4)), (utc(31, 0, 0, 3), utc(31, 2, 0, 3))),
        (Slot(BACK, time(1), time(4)), (utc(26, 23), utc(27, 3))),
        (Slot(BACK, time(2, 30)), (utc(27, 0, 30), None)),
        (Slot(BACK, time(2, 30), time(2, 15)), (utc(27, 0, 30), utc(28, 1, 15))),
    ],
    ids=["whole day", "evening", "over midnight", "an hour less", "an hour more", "twice: the first", "a day later"],
)
def test_hours_on_the_wall_are_moments(slot, moments):
    assert slot.moments(PARIS) == moments


@translation.override("en")  # whatever a page before this was in
def test_an_hour_that_the_clock_leaves_out_is_refused():
    with pytest.raises(BadInput, match="the clock goes forward"):
        Slot(FORWARD, time(2, 30)).moments(PARIS)
    with pytest.raises(BadInput, match="the clock goes forward"):
        Slot(FORWARD, time(1), time(2, 30)).moments(PARIS)


def test_a_series_keeps_its_hour_on_the_wall():
    weeks = list(slots.series(Slot(date(2030, 10, 20), time(18)), "week", 3))
    assert [slot.moments(PARIS)[0] for slot in weeks] == [utc(20, 16), utc(27, 17), utc(3, 17, 0, 11)]
    months = list(slots.series(Slot(date(2030, 1, 31), time(18)), "month", 3))
    assert [slot.day for slot in months] == [date(2030, 1, 31), date(2030, 3, 31), date(2030, 5, 31)]


@given(
    st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(15, 600), ZONES,
)  # fmt: skip
def test_what_was_written_is_read_again(day, begins, minutes, name):
    zone = zoneinfo.ZoneInfo(name)
    ends = (datetime.combine(day, begins) + timedelta(minutes=minutes)).time()
    try:
        start, end = Slot(day, begins, ends).moments(zone)
    except BadInput:
        return  # an hour that this zone leaves out
    assert start is not None
    assert end is not None
    assert start < end
    assert slots.of(start, end, zone) == Slot(day, begins, ends)


@pytest.mark.django_db
def test_who_reads_elsewhere_sees_their_own_day_and_hour(town):
    late = Slot(date(2030, 12, 9), time(0, 30), time(2))
    poll = polling.dates(town.alice, town.space, late)
    at_home = text(signed_in(town.bob).get(polling.url(poll)))
    assert "Monday 9 December" in at_home
    assert "00:30 – 02:00" in at_home
    assert "Hours are those of" not in at_home
    User.objects.filter(pk=town.bob.pk).update(time_zone="America/Montreal")
    page = text(signed_in(User.objects.get(pk=town.bob.pk)).get(polling.url(poll)))
    assert "Sunday 8 December" in page
    assert "18:30 – 20:00" in page
    assert "Hours are those of America/Montreal." in page
