"""A house whose index has read everything, and how one asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from collab.events import readers
from collab.search import extraction, finding, guessing, indexing
from tests import town as make


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here: what would be asked of it is done by `indexed`."""
    monkeypatch.setattr(extraction, "call", lambda: None)


@pytest.fixture(autouse=True)
def _nobody_saw_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor did anybody with the same numbers in the test before."""
    for known in ("_much", "_some"):
        monkeypatch.setattr(guessing, known, guessing.Lately())


@pytest.fixture
def indexed() -> Callable[[], None]:
    """Return what the background does."""
    return read_all


def read_all() -> None:
    """Read the change log to its end, look through spaces, read texts."""
    readers.catch_up()
    indexing.rounds()
    while extraction.read_waiting():
        pass


@pytest.fixture
def find() -> Callable[..., list[str]]:
    """Return `find(who, text)`: the titles found, people and spaces first."""

    def ask(who: Any, text: str, **more: Any) -> list[str]:
        found = finding.find(make.act(who), text, **more)
        return [hit.shown.title for hit in (*found.first, *found.hits)]

    return ask
