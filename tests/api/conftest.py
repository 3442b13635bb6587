"""The people of the town, and the programs they use."""

from types import SimpleNamespace

import pytest

from tests import town as make
from tests.api.program import Program


@pytest.fixture
def programs(town):
    """One for each; English is their language."""
    for user in (town.alice, town.bob, town.eve):
        make.change(user, language="en")
    return SimpleNamespace(alice=Program(town.alice), bob=Program(town.bob), eve=Program(town.eve))
