"""What a device does with the permission letters: no change is lost, none gets where it may not."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from collab.accounts.models import User
from collab.rights.right import EDITOR, READER, Right
from files.models import Node
from tests import town
from tests.clients import trees
from tests.clients.nextcloud import Device, needed

pytestmark = needed


class Place(NamedTuple):
    """A folder of alice that bob's device shows as `name`; `shared` is what the rights are given on."""

    alice: User
    bob: User
    root: Node
    shared: object
    laptop: Device
    name: str

    def give(self, mask: Right) -> None:
        town.share(self.alice, self.shared, self.bob, mask)

    def local(self, path: str):
        return self.laptop.folder / self.name / path

    @property
    def on_server(self) -> dict[str, bytes]:
        found = Node.objects.living().filter(parent=self.root)
        return {node.name: town.read(node) for node in found if node.blob_id}


@pytest.fixture(params=["a received folder", "a team space"])
def place(request, device) -> Place:
    """It holds plan.txt and old.txt; bob may only read until `give`."""
    laptop = device("bob")
    bob = User.objects.get(username="bob")
    alice = town.make_user("alice")
    if request.param == "a team space":
        shared = town.make_space(alice, "Plans")
        root = town.root_of(shared)
    else:
        shared = root = town.make_folder(alice, town.home(alice), "Plans")
    for name in ("plan.txt", "old.txt"):
        town.make_file(alice, root, name, name.encode())
    found = Place(alice, bob, root, shared, laptop, "Plans")
    found.give(READER.mask)
    assert laptop.sync().code == 0
    assert sorted(laptop.facts) == ["Plans", "Plans/old.txt", "Plans/plan.txt"]
    return found


def test_who_may_read_keeps_an_own_copy_of_what_they_changed(place):
    place.local("plan.txt").write_bytes(b"bob's own words")
    place.local("old.txt").unlink()
    place.local("new.txt").write_bytes(b"new")
    place.laptop.sync()
    place.laptop.sync()
    assert place.on_server == {"plan.txt": b"plan.txt", "old.txt": b"old.txt"}
    assert place.local("plan.txt").read_bytes() == b"plan.txt", "the server's words are back"
    assert [copy.read_bytes() for copy in trees.conflicts_in(place.laptop.folder)] == [b"bob's own words"]
    assert place.local("old.txt").read_bytes() == b"old.txt", "the deletion is undone"
    assert place.local("new.txt").read_bytes() == b"new", "what may not go up stays"


def test_who_may_read_cannot_rename(place):
    place.local("plan.txt").rename(place.local("mine.txt"))
    place.laptop.sync()
    place.laptop.sync()
    assert place.on_server == {"plan.txt": b"plan.txt", "old.txt": b"old.txt"}
    assert place.local("plan.txt").read_bytes() == b"plan.txt"


def test_without_delete_a_deletion_is_undone(place):
    place.give(EDITOR.mask & ~Right.DELETE)
    place.laptop.sync()
    place.local("old.txt").unlink()
    place.local("plan.txt").write_bytes(b"edited")
    place.local("new.txt").write_bytes(b"new")
    place.laptop.sync()
    place.laptop.sync()
    assert place.on_server == {"plan.txt": b"edited", "old.txt": b"old.txt", "new.txt": b"new"}
    assert place.local("old.txt").read_bytes() == b"old.txt"


def test_without_add_a_new_file_stays_on_the_device(place):
    place.give(Right.SEE | Right.EDIT)
    place.laptop.sync()
    place.local("new.txt").write_bytes(b"new")
    (place.local("new folder")).mkdir()
    place.local("plan.txt").write_bytes(b"edited")
    run = place.laptop.sync()
    assert run.code == 1
    assert run.count("MKCOL") == 0
    assert place.on_server == {"plan.txt": b"edited", "old.txt": b"old.txt"}
    assert place.local("new.txt").read_bytes() == b"new"


def test_a_rename_by_who_may_edit_keeps_the_thing(place):
    place.give(EDITOR.mask)
    place.laptop.sync()
    before = Node.objects.living().get(name="plan.txt").pk
    place.local("plan.txt").rename(place.local("better.txt"))
    run = place.laptop.sync()
    assert (run.count("MOVE"), run.count("PUT"), run.count("DELETE")) == (1, 0, 0)
    assert Node.objects.living().get(name="better.txt").pk == before


def test_a_right_that_is_given_reaches_the_device(place):
    place.local("new.txt").write_bytes(b"new")
    place.laptop.sync()
    assert "new.txt" not in place.on_server
    place.give(EDITOR.mask)
    assert place.laptop.sync().code == 0
    assert place.on_server["new.txt"] == b"new"


def test_a_right_that_is_taken_away_reaches_the_device(place):
    place.give(EDITOR.mask)
    place.laptop.sync()
    place.give(READER.mask)
    place.laptop.sync()
    place.local("plan.txt").write_bytes(b"came too late")
    place.laptop.sync()
    assert place.on_server["plan.txt"] == b"plan.txt"
    assert [copy.read_bytes() for copy in trees.conflicts_in(place.laptop.folder)] == [b"came too late"]


def test_what_is_no_longer_shared_leaves_the_device(place):
    trees.put(place.laptop.folder, "own.txt", b"bob's own")
    assert place.laptop.sync().code == 0
    town.unshare(place.alice, place.shared, place.bob)
    assert place.laptop.sync().code == 0
    assert sorted(place.laptop.facts) == ["own.txt"]
    assert place.on_server == {"plan.txt": b"plan.txt", "old.txt": b"old.txt"}


def test_a_shared_folder_cannot_be_renamed_away(place):
    place.give(EDITOR.mask)
    place.laptop.sync()
    (place.laptop.folder / "Plans").rename(place.laptop.folder / "Mine")
    place.laptop.sync()
    place.laptop.sync()
    assert place.local("plan.txt").read_bytes() == b"plan.txt"
    assert place.on_server == {"plan.txt": b"plan.txt", "old.txt": b"old.txt"}
