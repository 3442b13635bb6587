"""Which versions stay, by a clock of the test's own: the rules hold whatever was written when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.actions import thinning, versions
from files.actions.thinning import Schedule
from files.models import Blob, Version
from tests import town as make

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
SCHEDULE = Schedule(1, 7, 30)


@pytest.fixture
def file(town):
    return make.make_file(town.alice, town.root, "a.txt", b"x")


def past(file, *hours, **fields):
    """Versions of the file that were replaced so many hours before NOW; of no bytes, so that nothing counts."""
    empty, _made = Blob.objects.get_or_create(key="none", defaults={"sha256": b"", "size": 0})
    rows = [Version(node=file, blob=empty, size=0, mtime=0, **fields) for _hour in hours]
    for row, hour in zip(rows, hours, strict=True):
        row.save()
        make.change(row, created_at=NOW - timedelta(hours=hour))
    return [row.pk for row in rows]


def left(file):
    return set(Version.objects.filter(node=file).values_list("pk", flat=True))


def thin(days=0.0, schedule=SCHEDULE):
    return thinning.thin(NOW + timedelta(days=days), schedule=schedule)


def test_the_last_day_keeps_all(file):
    rows = past(file, *range(1, 24))
    assert thin() == 0
    assert left(file) == set(rows)


def test_then_stays_what_stood_when_the_hour_the_day_the_week_began(file):
    # 03:00 of the 26th, less: 30.2, 30.5 and 30.9 hours are 20:48, 20:30 and 20:06 of the 24th
    hour = past(file, 30.9, 30.5, 30.2)
    day = past(file, 15 * 24 + 10, 15 * 24 + 8, 15 * 24 + 6)  # 10 November, evening
    week = past(file, 50 * 24, 50 * 24 - 30, 50 * 24 - 60)  # 7, 8 and 9 October: Wednesday to Friday
    thin()
    assert left(file) == {hour[0], hour[2], day[0], week[0]}  # and the latest of all


def test_a_name_and_a_wish_to_keep_hold_for_ever(town, file):
    first, second, third, last = past(file, 5000.9, 5000.8, 5000.7, 5000.6)
    versions.name(make.act(town.alice), Version.objects.get(pk=second), "as sent")
    versions.keep(make.act(town.alice), Version.objects.get(pk=third), True)
    thin(3650)
    assert left(file) == {first, second, third, last}
    versions.keep(make.act(town.alice), Version.objects.get(pk=third), False)
    assert thin(3650) == 1
    assert left(file) == {first, second, last}


def test_an_archived_space_keeps_all(file, space):
    rows = past(file, 5000.9, 5000.8, 5000.7)
    make.change(space, archived_at=make.in_hours(0))
    assert thin() == 0
    assert left(file) == set(rows)


def test_one_night_does_so_much_and_the_next_the_rest(file):
    past(file, *(5000 + number / 1000 for number in range(10)))
    assert thinning.thin(NOW, schedule=SCHEDULE, most=3) == 3
    assert thinning.thin(NOW, schedule=SCHEDULE, most=3) == 3
    assert thin() == 2
    assert len(left(file)) == 2


def test_what_goes_counts_no_more(town, file, space):
    for number in range(6):
        make.write(town.alice, town.root, "a.txt", b"y" * (number + 1))
    make.age(Version.objects.filter(node=file), "created_at", 400)
    before = make.fresh(space).used
    gone = sorted(Version.objects.filter(node=file).values_list("size", flat=True))[1:-1]
    assert thinning.thin() == len(gone) == 4
    assert make.fresh(space).used == before - sum(gone)
    assert make.is_clean()


written = st.lists(
    st.tuples(st.floats(0, 24 * 400), st.sampled_from(["", "", "", "named", "kept"])), min_size=1, max_size=25
)


@given(story=written, nights=st.lists(st.integers(0, 60), max_size=3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_written_when(the_town, story, nights):
    """The latest, named and kept ones stay, and what each kept day began with; a second look finds nothing."""
    file = the_town
    with make.rolled_back():
        ages = {
            past(file, hours, label="x" if how == "named" else "", kept=how == "kept")[0]: (hours, how)
            for hours, how in sorted(story, reverse=True)
        }
        latest = max(ages, key=lambda pk: (-ages[pk][0], pk))
        later = 0
        for night in [0, *nights]:
            later += night
            thin(later)
            stay = left(file)
            assert latest in stay
            assert {pk for pk, (_hours, how) in ages.items() if how} <= stay
            assert {pk for pk, (hours, _how) in ages.items() if hours + 24 * later < 24 * SCHEDULE.whole} <= stay
            assert thin(later) == 0
            assert left(file) == stay
            for pk in _at_midnights(ages, later):
                assert pk in stay, "the evening of a day that is kept can be had again"


def _at_midnights(ages, later):
    """What stood at the beginning of each day of which one version is kept (days of the house's own time, UTC)."""
    moments = sorted((NOW - timedelta(hours=hours), pk) for pk, (hours, _how) in ages.items())
    now = NOW + timedelta(days=later)
    for days in range(SCHEDULE.whole + SCHEDULE.hourly + 1, SCHEDULE.whole + SCHEDULE.hourly + SCHEDULE.daily - 1):
        midnight = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        after = [pk for at, pk in moments if midnight <= at < midnight + timedelta(days=1)]
        yield from after[:1]


@pytest.fixture
def the_town(town, settings):
    settings.TIME_ZONE = "UTC"
    return make.make_file(town.alice, town.root, "a.txt", b"x")


def test_a_name_given_in_the_last_moment_saves(town, file, monkeypatch):
    """Between the choice and the deletion somebody names one: it stays, and so does its room."""
    rows = past(file, 5000.9, 5000.8, 5000.7)
    choose = thinning._superfluous

    def named_meanwhile(*wanted):
        found = choose(*wanted)
        with transaction.atomic():
            versions.name(make.act(town.alice), Version.objects.get(pk=rows[1]), "late")
        return found

    monkeypatch.setattr(thinning, "_superfluous", named_meanwhile)
    assert thin() == 0
    assert left(file) == set(rows)
