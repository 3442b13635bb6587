"""Plans of streams are kept, and made while tables are small: each table that grows is entered by an index."""

from __future__ import annotations

from typing import Any

import pytest

from collab.activity import reading, stream
from collab.activity.scope import Scope
from collab.rights.right import READER
from tests import town as make
from tests.plans import loose

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("of", ["all", "space", "person", "thing"])
def test_each_table_that_grows_is_entered_by_an_index_with_a_value(town: Any, monkeypatch: pytest.MonkeyPatch, of: str):
    asked: list[str] = []

    def ask(text: str, values: dict[str, Any]) -> Any:
        asked.append(text)
        return real(text, values)

    real = reading.ask
    monkeypatch.setattr(reading, "ask", ask)
    folder = make.make_folder(town.alice, town.root, "Summer")
    for number in range(3):
        make.make_file(town.alice, folder, f"{number}.txt")
    make.share(town.alice, folder, town.eve, READER.mask)
    scopes = {
        "all": Scope(), "space": Scope(space=town.space.pk), "person": Scope(person=town.alice.pk),
        "thing": Scope(thing=("node", folder.pk)),
    }  # fmt: skip
    for who in (town.bob, town.eve):
        stream.page(make.act(who), scopes[of])
    assert asked
    assert [found for text in asked for found in loose(text, "seqscan")] == []
