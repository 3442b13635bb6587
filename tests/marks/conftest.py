"""What is commented on, labelled and starred: a file in alice's space, which bob edits and rita only reads."""

from __future__ import annotations

from typing import Any

import pytest

from collab.accounts.models import User
from collab.rights.right import COMMENTER, READER
from files.models import Node
from tests import town as make


@pytest.fixture
def plan(town: Any) -> Node:
    return make.make_file(town.alice, town.root, "plan.pdf")


@pytest.fixture
def rita(town: Any) -> User:
    """Sees the space."""
    rita = make.make_user("rita")
    make.share(town.alice, town.space, rita, READER.mask)
    return rita


@pytest.fixture
def carl(town: Any) -> User:
    """Sees the space and comments."""
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, COMMENTER.mask)
    return carl
