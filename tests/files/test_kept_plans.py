"""Plans are kept, and made while tables are small: none may read more of a table the more there is in it."""

from __future__ import annotations

from typing import Any

import pytest

from files import queries
from files.actions import optimistic, tree
from tests import town as make
from tests.plans import loose

pytestmark = pytest.mark.django_db

ASKED_OFTEN = {
    "a path": queries._WALK,
    "a path and what lies there": queries._WALK_IN,
    "before a change": tree._LOOK,
    "under the lock": tree._STATE,
    "entries": queries._BY_ID,
    "verified": f"WITH {optimistic._VERIFIED} SELECT 1 FROM verified",
}


@pytest.mark.parametrize("without", ["seqscan", "nestloop"])
@pytest.mark.parametrize("name", ASKED_OFTEN)
def test_each_table_that_grows_is_entered_by_an_index_with_a_value(town: Any, name: str, without: str) -> None:
    for number in range(3):
        make.make_file(town.alice, town.root, f"{number}.txt")
    assert loose(ASKED_OFTEN[name], without) == []
