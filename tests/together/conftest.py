"""Texts of the town, on the real Redis and the committed database."""

import pytest

from files.together import room
from tests import town as make
from tests.conftest import build_town
from tests.sockets.conftest import play  # noqa: F401 - fixture


@pytest.fixture
def asked(monkeypatch):
    """What was left to a worker: the texts it shall save."""
    found = []

    async def ask(node_id):
        found.append(node_id)

    monkeypatch.setattr(room, "_ask_to_save", ask)
    return found


@pytest.fixture
def there(transactional_db, store):
    """Committed: alice and bob edit the space, eve sees nothing of it."""
    return build_town()


@pytest.fixture
def note(there, asked):
    """A note of alice's in the space."""
    room.rooms.clear()
    return make.make_file(there.alice, there.root, "note.md", b"# Plans\n")
