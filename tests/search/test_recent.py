"""Indexes of the newest entries: made where there are many, made anew when more came, never needed to find anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from collab.search import finding, guessing, kinds, recent, statement
from collab.search.models import Entry
from collab.search.recent import Window
from tests import town as make
from tests.plans import nodes, plan


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    """Nothing is known of the test before."""
    recent.forget()
    yield
    recent.forget()


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def fill(count: int, first: int = 1000) -> None:
    Entry.objects.bulk_create(
        Entry(
            kind="node", ref_id=first + number, title="tent", label="tent", at=at(first + number),
            names="'tent'" if number % 4 else "'boat'", words="'tent'" if number % 4 else "'boat'",
        )
        for number in range(count)
    )  # fmt: skip


def made() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'search\\_recent\\_%'")
        return {name for (name,) in cursor.fetchall()}


def names(**seconds: int) -> set[str]:
    """Return what they are called: part_16=second."""
    return {
        f"search_recent_{part.removeprefix('part_')}_{second}_{vector}"
        for part, second in seconds.items() for vector in ("names", "words")
    }  # fmt: skip


@pytest.mark.django_db
def test_a_small_house_has_none():
    fill(8)
    assert not recent.keep()
    assert made() == set()
    assert recent.windows() == []


@pytest.mark.django_db
def test_they_follow_what_comes_and_go_when_little_is_left():
    fill(320)
    assert recent.keep(least=320)
    assert made() == names(part_16=1299, part_4=1239)
    assert [window.part for window in recent.windows()] == [16, 4, 1]
    fill(10, first=2000)
    assert not recent.keep(least=320)  # a little more is no reason
    fill(30, first=3000)
    assert recent.keep(least=320)  # but that the newest are twice as many
    assert made() == names(part_16=3007, part_4=1239)
    Entry.objects.filter(ref_id__gt=1003).delete()
    assert not recent.keep(least=320)
    assert made() == set()
    assert recent.windows() == []


@pytest.mark.django_db
def test_where_all_came_in_one_moment_there_is_nothing_to_win():
    fill(320)
    Entry.objects.update(at=at(5000))
    assert not recent.keep(least=320)
    assert made() == set()


@pytest.mark.django_db(transaction=True)
def test_they_are_made_beside_the_work_and_one_that_broke_off_is_made_anew():
    fill(320)
    try:
        assert recent.keep(least=320)
        assert made() == names(part_16=1299, part_4=1239)
        with connection.cursor() as cursor:  # as a machine leaves it that stops in the middle
            cursor.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'search_recent_16_1299_words'::regclass"
            )
        recent.forget()
        assert [window.part for window in recent.windows()] == [4, 1]
        assert recent.keep(least=320)
        assert [window.part for window in recent.windows()] == [16, 4, 1]
    finally:
        recent.keep(least=10**9)
    assert made() == set()


def holds(condition: str, moment: datetime) -> bool:
    """Read a condition as the database does."""
    parts = re.findall(r"e\.at (>=|<) '([^']*)'::timestamptz", condition)
    assert condition == " AND ".join(f"e.at {sign} '{edge}'::timestamptz" for sign, edge in parts)
    edges = [(sign, datetime.fromisoformat(edge)) for sign, edge in parts]
    return all(moment >= edge if sign == ">=" else moment < edge for sign, edge in edges)


@given(st.dictionaries(st.sampled_from([2, 4, 16]), st.integers(0, 50)), st.integers(0, 50))
def test_each_moment_is_in_one_window(since: dict[int, int], second: int):
    windows = recent.between(since)
    inside = [window for window in windows if holds(window.condition, at(second))]
    assert len(inside) == (1 if since else 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("fit", "what"), [(statement.IN_NAME, "names"), (statement.IN_TEXT, "words")])
def test_the_newest_are_found_by_them(town: Any, monkeypatch: pytest.MonkeyPatch, fit: int, what: str):
    monkeypatch.setattr(guessing, "_THINGS", 0)
    fill(4_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry")
    recent.keep(least=4_000)
    for window in recent.windows()[:2]:
        entered = {
            node["Index Name"] for node in nodes(plan(branch(town, fit, window), "indexscan"))
            if node["Node Type"] == "Bitmap Index Scan" and node["Index Name"].startswith("search")
        }  # fmt: skip
        assert entered == {
            name for name in made() if name.startswith(f"search_recent_{window.part}_") and name.endswith(what)
        }


def branch(town: Any, fit: int, window: Window) -> str:
    """Return what is asked for a word that very many things have."""
    query = finding.read(make.act(town.bob), "tent")
    (one,) = statement.branches(
        [one for one in kinds.narrowed(make.act(town.bob), query) if one.search.kind == "node"],
        statement.Wanted.of(query), statement.Bounds(window=window), {fit: 100_000}, guessing.Seen(),
    )  # fmt: skip
    return one.text
