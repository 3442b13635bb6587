"""Which backups stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collab.backup.keeping import DAYS, MONTHS, WEEKS, kept

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(lambda at: f"{at:%Y%m%dT%H%M%SZ}")


def nights(count: int) -> list[str]:
    return [f"{datetime(2026, 11, 26, 3) - timedelta(days=number):%Y%m%dT%H%M%SZ}" for number in range(count)]


def test_of_two_years_of_nights_a_week_a_month_and_a_year_stay():
    stays = sorted(kept(nights(730)), reverse=True)
    assert stays[:7] == nights(7)
    assert stays[0] == "20261126T030000Z"
    assert {name[:6] for name in stays} == {f"2026{month:02}" for month in range(1, 12)} | {"202512"}
    assert len(stays) <= DAYS + WEEKS + MONTHS


def test_what_was_made_today_by_hand_stays():
    today = ["20261126T030000Z", "20261126T091000Z", "20261126T091007Z"]
    assert kept(today) == set(today)


@given(st.sets(moments, min_size=1, max_size=60))
def test_the_latest_stays_and_thinning_again_changes_nothing(names):
    stays = kept(names)
    assert max(names) in stays
    assert stays <= names
    assert kept(stays) == stays
    recent = {name for name in stays if name[:8] == max(names)[:8]}
    assert len(stays - recent) <= DAYS + WEEKS + MONTHS + len(recent)


def test_where_there_are_none_none_stays():
    assert kept([]) == set()
