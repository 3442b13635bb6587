"""The people of the town at their devices."""

import pytest

from tests.dav.client import Client, give_password


@pytest.fixture
def alice(town):
    """Owner of her files; manages the space “Plans”."""
    return device(town.alice)


@pytest.fixture
def bob(town):
    """Edits in “Plans”."""
    return device(town.bob)


@pytest.fixture
def eve(town):
    """Must never see anything of theirs."""
    return device(town.eve)


def device(user):
    give_password(user, f"{user.username}-password")
    return Client(user.username)
