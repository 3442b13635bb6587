"""What goes wrong on devices: two people save one file, and a disk that is emptied empties nothing for good."""

from __future__ import annotations

import shutil

import pytest
from django.urls import reverse
from django.utils import translation

from collab.accounts.models import User
from collab.events import readers
from collab.rights.right import EDITOR
from files import bursts
from files.models import Burst, Node
from tests import town
from tests.clients import trees
from tests.clients.nextcloud import needed, settle
from tests.files.web import signed_in, text

pytestmark = needed


@pytest.fixture
def pair(device):
    """Alice's laptop, and bob's, on which her team's folder lies too."""
    mine, theirs = device("alice"), device("bob")
    alice, bob = (User.objects.get(username=name) for name in ("alice", "bob"))
    space = town.make_space(alice, "Plans")
    town.share(alice, space, bob, EDITOR.mask)
    settle(mine)
    assert theirs.sync().code == 0
    return mine, theirs, space


def test_two_people_save_one_file_and_both_are_kept_for_both(pair):
    mine, theirs, space = pair
    trees.put(mine.folder, "Plans/report.txt", b"first")
    assert mine.sync().code == theirs.sync().code == 0
    trees.put(mine.folder, "Plans/report.txt", b"by alice")
    trees.put(theirs.folder, "Plans/report.txt", b"by bob, longer")
    mine.sync()
    for one in (theirs, theirs, mine):
        one.sync()
    root = town.root_of(space)
    kept = {node.name: town.read(node) for node in Node.objects.inside(root)}
    copy = next(name for name in kept if trees.CONFLICT in name)
    assert copy.startswith("report (conflicted copy Bob 2"), "whose it is, and when"
    assert kept == {"report.txt": b"by alice", copy: b"by bob, longer"}
    assert [found.name for found in trees.conflicts_in(mine.folder)] == [copy]
    assert [found.name for found in trees.conflicts_in(theirs.folder)] == [copy]


def test_an_emptied_folder_is_told_and_comes_back_with_one_click(pair):
    mine, theirs, _space = pair
    trees.put(
        theirs.folder, "own.txt", b"what is left makes it no clearing out of everything, which the client asks about"
    )
    trees.put(theirs.folder, "Plans/kept.txt", b"kept")
    for number in range(60):
        trees.put(theirs.folder, f"Plans/Papers/{number:02}.txt", b"%d" % number)
    settle(theirs)
    mine.sync()
    before = dict(mine.facts)
    assert len(before) >= 61
    shutil.rmtree(theirs.folder / "Plans/Papers")
    assert theirs.sync().code == 0
    assert mine.sync().code == 0
    assert not (mine.folder / "Plans/Papers").exists()
    readers.catch_up()
    burst = Burst.objects.get()
    assert burst.things >= 60
    assert bursts.entries(burst).exists()
    alice = User.objects.get(username="alice")
    with translation.override("en"):
        page = text(signed_in(alice).get(reverse("files:burst", args=[burst.pk])))
        assert "things to the trash in one go, in Plans" in page
    signed_in(alice).post(reverse("files:burst", args=[burst.pk]))
    assert theirs.sync().code == mine.sync().code == 0
    assert mine.facts == before
    assert {name for name in theirs.facts if name.startswith("Plans/")} == {
        name for name in before if name.startswith("Plans/")
    }
    assert town.is_clean()
