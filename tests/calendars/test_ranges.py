"""What takes place when, as each person may see it: written down or expanded, in one way."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import drawing, indexing, periods, queries, ranges
from calendars.actions import expanding_on, making, storing
from calendars.dav import query
from calendars.ical import expanding, reading
from calendars.models import CalendarObject, Occurrence
from calendars.refusals import TooManyMatches
from collab.rights.right import EDITOR, READER, Right
from tests import town as make
from tests.calendars import caldav
from tests.calendars.caldav import event
from tests.dav.conftest import device as device_of

PARIS = ZoneInfo("Europe/Paris")
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def sport(town):
    return making.make(make.act(town.alice), town.space, "Sport", zone="Europe/Paris")


def put(user, calendar, *entries):
    for number, data in enumerate(entries):
        storing.put(make.act(user), calendar, f"{number}-{reading.read(data).uid}.ics", data)


def seen(user, since, until, zone=PARIS):
    actor = make.act(user)
    return ranges.between(actor, queries.home(actor), since, until, zone)


def at(day, hour=0):
    return datetime(2026, 12, day, hour, tzinfo=PARIS)


def test_what_touches_the_span_is_found_in_its_order(town, sport):
    put(
        town.alice, sport,
        event("before", "Before", "20261201T080000Z", "20261201T090000Z"),
        event("over", "Over midnight", "20261130T220000", "20261201T003000", zone="Europe/Paris"),
        event("in", "In it", "20261201T180000", "20261201T193000", zone="Europe/Paris"),
        event("at-end", "At the end", "20261202T000000", "20261202T010000", zone="Europe/Paris"),
        event("floating", "Floating", "20261201T100000", "20261201T110000"),
        event("day", "Whole day", "20261201", "20261202").replace(b"DTSTART", b"DTSTART;VALUE=DATE"),
    )  # fmt: skip
    found = seen(town.bob, at(1), at(2))
    assert [one.title for one in found] == ["Over midnight", "Whole day", "Before", "Floating", "In it"]
    there = datetime(2026, 12, 1, tzinfo=TOKYO)
    in_tokyo = seen(town.bob, there, there + timedelta(days=1), TOKYO)
    assert [one.title for one in in_tokyo] == ["Whole day", "Over midnight", "Floating", "Before"]


def test_a_series_goes_on_beyond_what_is_written_down(town, sport, django_assert_num_queries):
    rule = "RRULE:FREQ=WEEKLY;BYDAY=TU"
    put(town.alice, sport, event("x", "Training", "20100105T180000", "20100105T193000", rule, zone="Europe/Paris"))
    written = Occurrence.objects.count()
    assert 100 < written < 250, "from a year ago until two years from now"
    actor = make.act(town.bob)
    home = queries.home(actor)
    for year in (2010, 2019, 2026, 2040, 2099):
        since = datetime(year, 3, 1, tzinfo=PARIS)
        with django_assert_num_queries(2):
            found = ranges.between(actor, home, since, since + timedelta(days=28), PARIS)
        assert [one.starts.astimezone(PARIS).strftime("%a %H:%M") for one in found] == ["Tue 18:00"] * 4, year
        assert len({one.recurrence_id for one in found}) == 4
    assert seen(town.bob, datetime(2009, 1, 1, tzinfo=UTC), datetime(2010, 1, 5, tzinfo=UTC)) == []


def test_time_goes_on_and_series_are_written_on(town, sport, monkeypatch):
    put(town.alice, sport, event("weekly", "Training", "20260106T180000Z", "20260106T193000Z", "RRULE:FREQ=WEEKLY"))
    before, etag = CalendarObject.objects.values_list("expanded_until", "etag").get()
    assert expanding_on.write_on() == 0
    monkeypatch.setattr(expanding_on, "SOON", timedelta(days=800))
    monkeypatch.setattr(indexing, "AFTER", timedelta(days=900))
    assert expanding_on.write_on() == 1
    after = CalendarObject.objects.get()
    assert after.expanded_until > before + timedelta(days=100)
    assert (after.etag, after.seq) == (etag, after.calendar.seq)


@pytest.mark.parametrize(
    ("role", "titles"),
    [(Right.RESPOND, ["", "", ""]), (READER.mask, ["Open", ""]), (EDITOR.mask, ["Open", ""])],
    ids=["busy", "reader", "editor"],
)
def test_everybody_sees_what_they_may(town, sport, role, titles):
    put(
        town.alice, sport,
        event("open", "Open", "20261201T080000Z", "20261201T090000Z"),
        event("hush", "Hush", "20261201T100000Z", "20261201T110000Z", "CLASS:CONFIDENTIAL", "LOCATION:Bar"),
        event("none", "Doctor", "20261201T120000Z", "20261201T130000Z", "CLASS:PRIVATE"),
    )  # fmt: skip
    assert seen(town.eve, at(1), at(2)) == []
    make.share(town.alice, sport, town.eve, role)
    found = seen(town.eve, at(1), at(2))
    assert [one.title for one in found] == titles
    assert {one.location for one in found} == {""}
    assert [one.may_change for one in found] == [bool(role & Right.EDIT) and bool(title) for title in titles]
    assert [one.title for one in seen(town.alice, at(1), at(2))] == ["Open", "Hush", "Doctor"]


def test_busy_times_are_joined_and_cut(town, sport):
    put(
        town.alice, sport,
        event("a", "A", "20261201T080000Z", "20261201T100000Z"),
        event("b", "B", "20261201T090000Z", "20261201T110000Z"),
        event("c", "C", "20261201T110000Z", "20261201T120000Z", "STATUS:TENTATIVE"),
        event("d", "D", "20261201T130000Z", "20261201T140000Z", "TRANSP:TRANSPARENT"),
        event("e", "E", "20261201T130000Z", "20261201T140000Z", "STATUS:CANCELLED"),
    )  # fmt: skip
    actor = make.act(town.bob)
    day = datetime(2026, 12, 1, tzinfo=UTC)
    found = ranges.busy_times(actor, queries.home(actor), day + timedelta(hours=9), day + timedelta(hours=24), UTC)
    assert [(one.starts.hour, one.ends.hour, one.busy) for one in found] == [(9, 11, 1), (11, 12, 2)]
    making.prefer(actor, sport, transparent=True)
    assert ranges.busy_times(actor, queries.home(actor), day, day + timedelta(hours=24), UTC) == []


RULES = st.builds(
    "FREQ={};INTERVAL={}{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";COUNT=7", ";COUNT=400", ";UNTIL=20281201T000000Z", ";BYDAY=MO,TH", ";COUNT=30;BYDAY=MO"]),
)


@given(RULES, st.integers(2010, 2030), st.integers(0, 900))
def test_what_is_written_down_and_what_is_expanded_are_one(rule, year, later):
    """The rows cover exactly what they say they cover; no database is asked."""
    data = event("x", "X", f"{year}0302T100000", f"{year}0302T113000", f"RRULE:{rule}", zone="Europe/Paris")
    item, now = reading.read(data), datetime(2026, 11, 26, tzinfo=UTC)
    index = indexing.index(item, "Europe/Paris", now=now)
    since, until = index.columns["expanded_since"], index.columns["expanded_until"]
    start = datetime(2026, 11, 26, tzinfo=UTC) + timedelta(days=later - 450)
    end = start + timedelta(days=30)
    if (since is not None and since > start) or (until is not None and until < end):
        return
    whole = expanding.occurrences(item, start, end, PARIS, most=2000)
    rows = [one for one in index.occurrences if expanding.overlaps(one, start, end)]
    assert [one.recurrence_id for one in rows] == [one.recurrence_id for one in whole]


def test_what_would_be_too_much_work_is_said_to_be_left_out(town, sport, monkeypatch):
    # 200 series that never end, each costly, asked for far beyond what is written down
    put(town.alice, sport, *(
        event(f"s{number}", "S", "20261201T180000", "20261201T190000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR")
        for number in range(8)
    ))  # fmt: skip
    far = datetime(2040, 7, 1, tzinfo=PARIS)
    found = seen(town.alice, far, far + timedelta(days=31))
    assert (len(found), found.cut) == (8, False)
    monkeypatch.setattr(ranges, "WORK", 0.0)
    found = seen(town.alice, far, far + timedelta(days=31))
    assert found.cut
    assert len(found) < 8
    actor = make.act(town.alice)
    with pytest.raises(TooManyMatches):
        ranges.busy_times(actor, queries.home(actor), far, far + timedelta(days=31), PARIS)
    monkeypatch.setattr(query, "WORK", -1.0)
    device = device_of(town.alice)
    span = '<cal:time-range start="20400701T000000Z" end="20400801T000000Z"/>'
    answer = caldav.query(device, f"{caldav.home(device)}shared-{sport.pk}/", span)
    assert answer.status == 403
    assert b"number-of-matches-within-limits" in answer.body


@pytest.mark.parametrize("zone", [PARIS, TOKYO, ZoneInfo("America/New_York")])
def test_the_first_of_each_day_and_the_count_of_the_others_are_all_there_is(town, sport, zone):
    """What is drawn of a month is the same, whether all of it was read or the first of each day alone."""
    entries = [
        event(f"e{number}", f"E{number}", f"{day}T{hour:02}1500Z", f"{day}T{hour + 1:02}0000Z")
        for number in range(40)
        for day, hour in [(20261201 + number % 5, 6 + number % 13)]
    ]
    entries += [
        event("night", "Night", "20261202T210000Z", "20261203T050000Z"),
        event("long", "Long", "20261201T080000Z", "20261204T080000Z"),
        event("floating", "Floating", "20261202T060000", "20261202T063000"),
        event("day", "Whole day", "20261203", "20261204").replace(b"DTSTART", b"DTSTART;VALUE=DATE"),
        event("daily", "Daily", "20261130T113000Z", "20261130T120000Z", "RRULE:FREQ=DAILY;COUNT=9"),
        event("none", "Doctor", "20261202T060000Z", "20261202T061500Z", "CLASS:PRIVATE"),
    ]
    put(town.alice, sport, *entries)
    put(town.bob, sport, event("nobody", "Secret", "20261202T060500Z", "20261202T061500Z", "CLASS:PRIVATE"))
    CalendarObject.objects.filter(uid="nobody").update(created_by=None)
    period = periods.period("month", date(2026, 12, 2))
    for user in (town.alice, town.bob):
        actor = make.act(user)
        home = queries.home(actor)
        since, until = period.span(zone)
        whole = ranges.between(actor, home, since, until, zone)
        first = ranges.between(actor, home, since, until, zone, first=drawing.LANES)
        assert ("Doctor" in {one.title for one in whole}) == (user == town.alice)
        assert len(first) < len(whole) == len(first) + sum(first.more.values())
        days = [
            [(one["day"], one["more"]) for week in page.weeks for one in week["days"]]
            + [(one.title, one.hours, vars(one.place_in)["lane"]) for week in page.weeks for one in week["events"]]
            for page in (drawing.draw(found, period, zone, date(2026, 12, 2), "/") for found in (whole, first))
        ]  # fmt: skip
        assert days[0] == days[1]
        year = periods.period("year", date(2026, 12, 2))
        counts = [
            [cell["count"] for month in page.weeks for week in month["weeks"] for cell in week]
            for page in (
                drawing.draw(found, year, zone, since.date(), "/")
                for found in (ranges.between(actor, home, *year.span(zone), zone, first=few) for few in (None, 1))
            )
        ]  # fmt: skip
        assert counts[0] == counts[1]
