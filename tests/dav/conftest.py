"""Two people and their devices: alice owns, eve must see nothing."""

import pytest

from tests.dav.client import Client, make_user


@pytest.fixture
def alice(db):
    make_user("alice")
    return Client("alice")


@pytest.fixture
def eve(db):
    make_user("eve")
    return Client("eve")
