"""A change that was decided without the lock writes nothing once anything it rests on is different."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.dav import locks
from collab.lib.errors import Conflict, Forbidden, NameTaken, NotFound, OverQuota, Stale
from collab.rights.right import READER
from collab.spaces import actions as spaces
from files.actions import moving, tree
from files.models import Node, Version
from tests import town as make
from tests.files.locking import lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(living_town):
    return living_town


@pytest.fixture
def folder(alice, root):
    return make.make_folder(alice, root, "Summer")


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function: what happens between the look and the lock of the next change."""

    def happens(act):
        real = tree.look

        def look(*arguments, **options):
            seen = real(*arguments, **options)
            monkeypatch.setattr(tree, "look", real)
            act()
            return seen

        monkeypatch.setattr(tree, "look", look)

    return happens


def ways():
    """Count how many changes were made alone, and how many under the lock."""
    return CaptureQueriesContext(connection)


def held(captured) -> bool:
    """Whether a transaction was begun: a change alone is a single implicit one."""
    return any(query["sql"].startswith("BEGIN") for query in captured)


def move(who, node, parent, name):
    return moving.move(make.act(who), make.fresh(node), make.fresh(parent), name)


def test_a_new_file_takes_no_transaction_of_several_steps(alice, folder):
    actor = make.act(alice)
    with ways() as captured:
        make.write(actor, folder, "a.txt", b"a")
    assert not held(captured)
    assert len(captured) == 3
    assert make.is_clean(deep=True)


def test_a_new_version_keeps_the_one_before(alice, folder):
    file = make.make_file(alice, folder, "a.txt", b"first")
    with ways() as captured:
        make.write(make.act(alice), folder, "a.txt", b"second one")
    assert not held(captured)
    assert (make.read(file), make.fresh(folder).size) == (b"second one", 10)
    assert Version.objects.get(node=file).size == 5
    assert make.is_clean(deep=True)


def test_a_move_within_a_circle_is_made_alone(alice, folder):
    inner = make.make_folder(alice, folder, "Inner")
    file = make.make_file(alice, folder, "a.txt", b"content")
    with ways() as captured:
        move(alice, file, inner, "b.txt")
    assert not held(captured)
    assert make.fresh(file).parent_id == inner.pk
    assert [make.fresh(each).size for each in (folder, inner)] == [7, 7]
    assert make.is_clean(deep=True)


def test_the_log_has_no_gap_and_no_double(alice, folder, space):
    for number in range(3):
        make.make_file(alice, folder, f"{number}.txt")
    move(alice, Node.objects.get(name="0.txt"), folder, "moved.txt")
    assert make.log_of(space)[-5:] == ["add"] * 4 + ["move"]
    assert make.is_clean()


def test_a_folder_that_moved_meanwhile(alice, root, folder, meanwhile):
    other = make.make_folder(alice, root, "Other")
    deep = make.make_folder(alice, folder, "Deep")
    meanwhile(lambda: move(alice, folder, other, "Summer"))
    make.write(alice, deep, "a.txt", b"12345")
    assert [make.fresh(each).size for each in (other, folder, deep)] == [5, 5, 5]
    assert make.is_clean(deep=True)


def test_a_folder_that_grew_deep_inside_while_it_was_to_move(alice, root, folder, meanwhile):
    here, there = make.make_folder(alice, root, "Here"), make.make_folder(alice, root, "There")
    moved = make.make_folder(alice, here, "Moved")
    deep = make.make_folder(alice, moved, "Deep")
    meanwhile(lambda: make.make_file(alice, deep, "a.txt", b"12345"))
    move(alice, moved, there, "Moved")
    assert [make.fresh(each).size for each in (here, there, moved, deep)] == [0, 5, 5, 5]
    assert make.is_clean(deep=True)


def test_a_folder_that_was_thrown_away_meanwhile(alice, folder, meanwhile):
    meanwhile(lambda: make.throw_away(alice, folder))
    with pytest.raises(NotFound):
        make.write(alice, folder, "a.txt")
    assert make.is_clean(deep=True)


def test_a_right_that_went_meanwhile(alice, bob, team, folder, space, meanwhile):
    meanwhile(lambda: make.unshare(alice, space, team))
    with pytest.raises(NotFound):
        make.write(bob, folder, "a.txt")
    make.share(alice, space, team, READER.mask)
    assert make.names(bob, folder) == []


def test_a_folder_that_was_restricted_meanwhile(alice, bob, folder, meanwhile):
    meanwhile(lambda: make.restrict(alice, folder))
    with pytest.raises(NotFound):
        make.write(bob, folder, "a.txt")
    assert make.is_clean(deep=True)


def test_a_name_that_was_taken_meanwhile(alice, bob, folder, meanwhile):
    meanwhile(lambda: make.write(bob, folder, "a.txt", b"of bob"))
    written = make.write(alice, folder, "a.txt", b"of alice")
    assert not written.created
    assert Version.objects.get(node_id=written.entry.id).author == bob
    assert make.is_clean(deep=True)


def test_a_name_that_was_taken_before_a_move(alice, folder, meanwhile):
    file = make.make_file(alice, folder, "a.txt")
    meanwhile(lambda: make.make_file(alice, folder, "b.txt"))
    with pytest.raises(NameTaken):
        move(alice, file, folder, "b.txt")


def test_content_that_changed_meanwhile(alice, bob, folder, meanwhile):
    file = make.make_file(alice, folder, "a.txt", b"first")

    def unchanged(entry):
        if entry is None or entry.etag != file.etag:
            raise Stale

    meanwhile(lambda: make.write(bob, folder, "a.txt", b"of bob"))
    with pytest.raises(Stale):
        make.write(alice, folder, "a.txt", b"of alice", guard=unchanged)
    assert make.read(file) == b"of bob"
    assert make.is_clean(deep=True)


def test_a_file_that_was_renamed_meanwhile(alice, folder, meanwhile):
    file = make.make_file(alice, folder, "a.txt", b"first")
    meanwhile(lambda: move(alice, file, folder, "b.txt"))
    written = make.write(alice, folder, "a.txt", b"another")
    assert written.created
    assert make.read(file) == b"first"
    assert make.is_clean(deep=True)


def test_room_that_went_meanwhile(alice, folder, space, meanwhile):
    make.change(space, quota=10)
    meanwhile(lambda: make.write(alice, folder, "b.txt", b"1234567"))
    with pytest.raises(OverQuota):
        make.write(alice, folder, "a.txt", b"1234567")
    assert make.is_clean(deep=True)


def test_a_space_that_was_archived_meanwhile(alice, folder, space, meanwhile):
    meanwhile(lambda: spaces.archive(make.act(alice), make.fresh(space)))
    with pytest.raises(Forbidden):
        make.write(alice, folder, "a.txt")


def test_a_thing_that_went_to_another_space_meanwhile(alice, folder, meanwhile):
    file = make.make_file(alice, folder, "a.txt")
    elsewhere = make.root_of(make.make_space(alice, "Elsewhere"))
    meanwhile(lambda: move(alice, file, elsewhere, "a.txt"))
    with pytest.raises((NotFound, Conflict)):
        moving.move(make.act(alice), file, folder, "b.txt")
    assert make.is_clean(deep=True)


def test_a_lock_that_does_not_reach_costs_nothing(alice, bob, root, folder):
    file = make.make_file(alice, folder, "a.txt", b"a")
    beside = make.make_folder(alice, folder, "Beside")
    lock(bob, make.make_file(alice, folder, "locked.txt"))
    lock(bob, make.make_folder(alice, root, "Locked"), deep=True)
    with ways() as captured:
        make.write(make.act(alice), folder, "a.txt", b"more")
        make.write(make.act(alice), folder, "new.txt", b"new")
        move(alice, file, beside, "b.txt")
    assert not held(captured)
    assert make.is_clean(deep=True)


@pytest.mark.parametrize("late", [False, True], ids=["before", "meanwhile"])
@pytest.mark.parametrize(
    ("which", "deep", "refused"),
    [
        ("file", False, {"write", "move", "rename"}),
        ("folder", False, {"new", "move", "carry", "rename"}),  # members: none comes, none goes
        ("folder", True, {"write", "new", "move", "carry", "rename"}),
        ("root", True, {"write", "new", "move", "carry", "rename"}),
        ("there", False, {"move", "carry", "rename"}),
        ("inside", False, {"carry", "rename"}),
        ("carried", False, {"carry", "rename"}),
    ],
)
def test_a_lock_in_the_way_holds_everything_that_it_covers(
    alice, bob, root, folder, meanwhile, which, deep, refused, late
):
    file = make.make_file(alice, folder, "a.txt", b"a")
    carried, there = make.make_folder(alice, folder, "carried"), make.make_folder(alice, folder, "there")
    inside = make.make_file(alice, carried, "inside.txt")
    nodes = {"root": root, "folder": folder, "file": file, "carried": carried, "there": there, "inside": inside}
    acts = {
        "write": lambda: make.write(make.act(alice), folder, "a.txt", b"more"),
        "new": lambda: make.write(make.act(alice), folder, "new.txt"),
        "move": lambda: move(alice, file, there, "b.txt"),
        "carry": lambda: move(alice, carried, there, "carried"),
        "rename": lambda: move(alice, folder, root, "renamed"),
    }
    for name, act in acts.items():
        with make.rolled_back():
            if late:
                meanwhile(lambda: lock(bob, nodes[which], deep=deep))
            else:
                lock(bob, nodes[which], deep=deep)
            if name in refused:
                with pytest.raises(locks.LockedBy):
                    act()
            else:
                act()


def test_what_stands_against_a_change_is_said_without_a_lock(alice, bob, team, folder, space):
    make.share(alice, space, team, READER.mask)
    with ways() as captured, pytest.raises(Forbidden):
        make.write(make.act(bob), folder, "a.txt")
    assert not held(captured)


def test_inside_a_transaction_too(alice, folder):
    with make.rolled_back():
        make.write(alice, folder, "a.txt")
        assert make.names(alice, folder) == ["a.txt"]
        assert make.is_clean(deep=True)
    assert make.names(alice, folder) == []
