"""Plans of searches are kept whatever the words: each table that grows is entered by an index."""

from __future__ import annotations

from typing import Any

import pytest

from collab.search import finding, guessing, kinds, recent, statement
from tests import town as make
from tests.plans import loose

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sees", ["little", "few circles", "much"])
@pytest.mark.parametrize("expected", [1, 3_000, 30_000])
def test_each_table_that_grows_is_entered_by_an_index_with_a_value(
    town: Any, monkeypatch: pytest.MonkeyPatch, expected: int, sees: str
):
    if sees != "little":
        monkeypatch.setattr(guessing, "_THINGS", 0)
    if sees == "much":
        monkeypatch.setattr(guessing, "_CIRCLES", 0)
    for number in range(3):
        make.make_file(town.alice, town.root, f"tent {number}.txt")
    query = finding.read(make.act(town.bob), "tent")
    kept = [
        branch
        for window in (None, *recent.between({16: 2000, 4: 1000}))
        for branch in statement.branches(
            kinds.narrowed(make.act(town.bob), query), statement.Wanted.of(query), statement.Bounds(window=window),
            dict.fromkeys((0, 1, 2), expected), guessing.Seen(),
        )
        if branch.steady
    ]  # fmt: skip
    assert kept
    assert [found for branch in kept for found in loose(branch.text, "seqscan")] == []
