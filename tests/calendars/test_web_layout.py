"""Where events stand: never two in one place, none left out, by the clock on the wall of who looks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from calendars import colours, layout, periods
from collab.lib.hues import TONES

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]


@dataclass(frozen=True)
class Thing:
    starts: datetime
    ends: datetime
    all_day: bool = False


def at(day, hour, minute=0, zone=PARIS):
    return datetime(2026, *day, hour, minute, tzinfo=zone)


def placed(*things, zone=PARIS):
    return [layout.local(one, zone) for one in things]


minutes = st.integers(0, layout.DAY - layout.SHORTEST)
spans = st.lists(st.tuples(minutes, st.integers(layout.SHORTEST, 600)), max_size=40).map(
    lambda found: sorted((begin, min(begin + length, layout.DAY)) for begin, length in found)
)


@given(spans)
def test_what_meets_never_shares_a_column(found):
    places = layout.side_by_side(found)
    assert len(places) == len(found)
    for number, ((begin, end), (column, columns)) in enumerate(zip(found, places, strict=True)):
        assert column < columns
        for (other, until), (beside, width) in list(zip(found, places, strict=True))[:number]:
            if other < end and begin < until:
                assert (column, columns) != (beside, width)
                assert columns == width


@given(spans, st.integers(2, 6))
def test_what_finds_no_column_is_counted_beside_those_that_do(found, most):
    day = [
        Thing(at((11, 23), 0) + timedelta(minutes=begin), at((11, 23), 0) + timedelta(minutes=end))
        for begin, end in found
    ]
    pieces = layout.pieces(placed(*day), MONDAY)
    shown, besides = layout.narrowed(pieces, most)
    assert len(shown) + sum(one.count for one in besides) == len(pieces)
    drawn = [*shown, *besides]
    assert all(one.column < one.columns <= most for one in drawn)
    for number, one in enumerate(drawn):
        for other in drawn[:number]:
            if one.begins < other.ends and other.begins < one.ends:
                assert one.column != other.column
                assert one.columns == other.columns


moments = st.integers(-3 * 24 * 4, 9 * 24 * 4).map(lambda quarters: at((11, 23), 0) + timedelta(minutes=15 * quarters))
things = st.lists(
    st.tuples(moments, st.integers(0, 24 * 4 * 5)).map(
        lambda one: Thing(one[0], one[0] + timedelta(minutes=15 * one[1]))
    ),
    max_size=25,
)


@given(things)
def test_lines_across_days_never_lie_on_each_other_and_leave_nothing_out(found):
    local = placed(*found)
    bars = layout.bars(local, WEEK)
    taken = [(bar.lane, day) for bar in bars for day in range(bar.start, bar.start + bar.span)]
    assert len(taken) == len(set(taken))
    assert all(0 <= day < 7 for _lane, day in taken)
    assert len(bars) == sum(one.first <= WEEK[-1] and one.last >= WEEK[0] for one in local)
    assert sum(layout.more(bars, 7, 2)) == sum(lane >= 2 for lane, _day in taken)


@given(things)
def test_every_hour_of_an_event_is_on_some_day(found):
    for one in placed(*found):
        days = [day for day in WEEK if layout.pieces([one], day)]
        expected = [] if one.band else [day for day in WEEK if one.first <= day <= one.last]
        assert days == expected


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (at((3, 29), 1), at((3, 29), 4), [(date(2026, 3, 29), 60, 240)]),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 15, tzinfo=UTC),
            [(date(2026, 10, 25), 150, 195)],
        ),
        (at((11, 28), 21), at((11, 29), 1, 30), [(date(2026, 11, 28), 1260, 1440), (date(2026, 11, 29), 0, 90)]),
        (at((11, 28), 22), at((11, 29), 0), [(date(2026, 11, 28), 1320, 1440)]),
        (at((11, 28), 23, 55), at((11, 28), 23, 55), [(date(2026, 11, 28), 1415, 1440)]),
    ],
    ids=[
        "the clock goes forward",
        "the hour that comes twice",
        "over midnight",
        "until midnight",
        "a moment at the end",
    ],
)
def test_hours_are_those_of_the_wall(starts, ends, expected):
    (one,) = placed(Thing(starts, ends))
    days = {one.first, one.last}
    found = [(day, piece.begins, piece.ends) for day in sorted(days) for piece in layout.pieces([one], day)]
    assert found == expected


def test_a_day_of_twenty_three_hours_stands_above_the_hours():
    (one,) = placed(Thing(at((3, 29), 0), at((3, 30), 0)))
    assert one.band
    assert layout.bars([one], [date(2026, 3, 29)])[0].span == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_weeks_begin_on_monday_in_every_language(language):
    with translation.override(language):
        month = periods.period("month", date(2026, 12, 15))
        assert month.first == date(2026, 11, 30)
        assert len(month.days) % 7 == 0
        assert periods.period("workweek", date(2026, 11, 29)).first == MONDAY


@given(st.dates(), st.sampled_from(sorted(periods.VIEWS)))
@example(date(9998, 1, 1), "day")
def test_each_page_holds_its_day_and_leads_on_and_back(day, view):
    page = periods.period(view, day)
    inside = page.holds(page.day) or (view == "workweek" and page.day.weekday() > 4)
    assert inside
    assert page.before < page.day < page.after
    if view in {"day", "week", "workweek", "list"} and page.after <= date(9997, 12, 31):  # the last day that is shown
        assert periods.period(view, page.after).before == page.day


@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("day", "Jeudi 26 novembre 2026"),
        ("week", "23 – 29 novembre 2026"),
        ("month", "Novembre 2026"),
        ("year", "2026"),
        ("list", "À partir du 26 novembre 2026"),
    ],
)
def test_a_page_says_what_it_covers(view, title):
    with translation.override("fr"):
        assert periods.period(view, date(2026, 11, 26)).title() == title
        assert periods.period("week", date(2026, 12, 31)).title() == "28 décembre 2026 – 3 janvier 2027"
        assert periods.period("week", date(2027, 2, 3)).title() == "1er – 7 février 2027"


@pytest.mark.parametrize(
    ("view", "language", "brief"),
    [
        ("day", "fr", "Mar 1er déc. 2026"),
        ("week", "fr", "30 nov. – 6 déc. 2026"),
        ("week", "en", "30 Nov. – 6 Dec. 2026"),
        ("list", "fr", "À partir du 1er déc. 2026"),
        ("month", "fr", "Décembre 2026"),
        ("year", "en", "2026"),
    ],
)
def test_where_there_is_little_room_it_says_so_in_brief(view, language, brief):
    with translation.override(language):
        assert periods.period(view, date(2026, 12, 1)).brief() == brief


def test_colours_keep_their_hue():
    assert colours.tone(next(iter(colours.OURS))) == TONES[colours.OURS[next(iter(colours.OURS))]]
    assert 10 < colours.tone("#FF0000FF")[0] < 40
    assert colours.tone("#000000") == (0.0, 0.0)
    assert all(colours.tone(one)[1] <= 0.085 for one in ("#00ff00", "#2b5ea3", "#FFFFFF"))
