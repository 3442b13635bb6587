"""A calendar that goes to another time zone: whole days stay days, hours with a zone of their own stay moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendars import queries, ranges
from calendars.actions import making, offering, storing
from calendars.models import Hold
from calendars.roles import EVERYBODY
from collab.lib.errors import Refusal
from tests import town as make
from tests.calendars.caldav import SPACES, home
from tests.calendars.calendaring import calendar, personal, put
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
DAY = date.today() + timedelta(days=30)
PARIS, YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def taking_place(who, found):
    """{title: from when to when in Paris} of the days around."""
    since, until = (datetime.combine(DAY + timedelta(days=away), time(), PARIS) for away in (-9, 9))
    there = ranges.between(make.act(who), [queries.mine(make.act(who), found.pk)], since, until, PARIS)
    return {one.title: tuple(f"{at.astimezone(PARIS):%d %H:%M}" for at in (one.starts, one.ends)) for one in there}


def test_days_stay_days_and_moments_moments(town):
    found = personal(town.alice)
    making.change(make.act(town.alice), found, zone="Europe/Paris")
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT1H", "END:VALARM")
    whole = put(town.alice, found, "Whole", DAY, DAY + timedelta(days=1), *alarm)
    at = datetime.combine(DAY, time(18))
    put(town.alice, found, "Floating", at, at + timedelta(hours=1), zone="")
    put(town.alice, found, "Zoned", at, at + timedelta(hours=1), zone="UTC")
    series = put(town.alice, found, "Series", DAY, DAY + timedelta(days=1), "RRULE:FREQ=YEARLY")
    before = taking_place(town.alice, found)
    client = device(town.alice)
    prop = "<d:prop><cal:calendar-timezone-id>America/New_York</cal:calendar-timezone-id></d:prop>"
    body = f"<d:propertyupdate {SPACES}><d:set>{prop}</d:set></d:propertyupdate>"
    assert set(client("PROPPATCH", f"{home(client)}personal/", body).props()) == {200}
    found.refresh_from_db()
    assert found.zone == "America/New_York"
    assert taking_place(town.alice, found) == before
    for one in (whole, series):
        etag, one = one.etag, make.fresh(one)
        assert one.etag == etag
        assert one.starts.astimezone(YORK) == datetime.combine(DAY, time(), YORK)
    assert make.fresh(series).rings_at is None
    # what is written next finds nothing to write otherwise
    times = list(whole.occurrences.values_list("starts", "ends"))
    storing.put(make.act(town.alice), found, whole.name, bytes(make.fresh(whole).data) + b"\r\n")
    assert list(whole.occurrences.values_list("starts", "ends")) == times


def test_what_is_booked_moves_along_or_all_stays(town):
    room = calendar(town.alice, town.space, "Room", zone="Europe/Paris")
    offering.offer(make.act(town.alice), room, EVERYBODY)
    for away in range(3):
        put(town.bob, room, f"Days{away}", DAY + timedelta(days=away), DAY + timedelta(days=away + 1))
    making.change(make.act(town.alice), make.fresh(room), zone="America/New_York")
    begins = [one.starts.astimezone(YORK) for one in Hold.objects.order_by("starts")]
    assert begins == [datetime.combine(DAY + timedelta(days=away), time(), YORK) for away in range(3)]
    at = datetime.combine(DAY, time(1), YORK).astimezone(UTC)
    put(town.bob, room, "Early", at - timedelta(hours=3), at - timedelta(hours=2), zone="UTC")
    with pytest.raises(Refusal):
        making.change(make.act(town.alice), make.fresh(room), zone="Europe/Paris")
    assert make.fresh(room).zone == "America/New_York"
