"""Moving keeps the thing itself; what it needs depends on whether it leaves its circle of people."""

import pytest

from collab.lib.errors import BadInput, Conflict, Forbidden, Locked, NameTaken, NotFound, OverQuota, Stale
from collab.rights.right import CONTRIBUTOR, EDITOR, READER, WRITER, Right
from files.actions import moving, naming, trashing
from files.models import Node, Trash
from tests import town as make
from tests.files.locking import lock


@pytest.fixture
def folders(alice, root):
    """A/B/C with a file in each."""
    found = {}
    parent = root
    for name in "ABC":
        parent = found[name] = make.make_folder(alice, parent, name)
        make.make_file(alice, parent, f"{name}.txt", name.encode() * 10)
    return found


def move(who, node, parent, name=None, **options):
    return moving.move(make.act(who), make.fresh(node), make.fresh(parent), name or node.name, **options)


def test_it_works(alice, bob, folders, root):
    file = Node.objects.get(name="C.txt")
    moved = move(bob, file, root, "here.txt")
    assert (moved.created, moved.entry.id) == (True, file.pk)
    assert make.names(bob, root) == ["A", "here.txt"]
    assert make.read(file) == b"C" * 10
    assert make.is_clean()


def test_a_folder_takes_all_below_and_sizes_follow(alice, folders, root):
    move(alice, folders["B"], root)
    assert [make.fresh(folders[name]).size for name in "ABC"] == [10, 20, 10]
    assert make.fresh(root).size == 30
    assert make.is_clean()


@pytest.mark.parametrize("name", ["", "..", "a/b", "x" * 256])
def test_a_bad_name_is_refused(alice, folders, root, name):
    for verb in (move, copy):
        with pytest.raises(BadInput):
            verb(alice, folders["B"], root, name or "\0")


def copy(who, node, parent, name=None, **options):
    return moving.copy(make.act(who), make.fresh(node), make.fresh(parent), name or node.name, **options)


@pytest.mark.parametrize("into", ["A", "B", "C"])
def test_a_folder_cannot_go_into_itself(alice, folders, into):
    with pytest.raises(Conflict):
        move(alice, folders["A"], folders[into], "X")


def test_a_folder_cannot_replace_the_one_it_lies_in(alice, folders, root):
    with pytest.raises(Conflict):
        move(alice, folders["C"], root, "A", overwrite=True)
    assert make.is_clean()


def test_onto_itself_nothing_happens(alice, folders, root, space):
    before = make.fresh(space).seq
    assert move(alice, folders["A"], root).created is False
    assert make.fresh(space).seq == before


def test_onto_itself_still_needs_to_be_seen(alice, eve, folders, root):
    with pytest.raises(NotFound):
        move(eve, folders["A"], root)


def test_the_folder_of_a_space_stays(alice, root, folders):
    other = make.root_of(make.make_space(alice, "Other"))
    with pytest.raises(Forbidden):
        move(alice, root, other, "Plans")


def test_within_the_circle_edit_is_enough(alice, eve, folders, root):
    make.share(alice, root, eve, WRITER.mask)
    move(eve, folders["C"], root)
    naming.rename(make.act(eve), make.fresh(folders["B"]), "Renamed")
    with pytest.raises(Forbidden):
        make.throw_away(eve, make.fresh(folders["B"]))


def test_a_contributor_renames_nothing(alice, eve, folders, root):
    make.share(alice, root, eve, CONTRIBUTOR.mask)
    with pytest.raises(Forbidden):
        naming.rename(make.act(eve), make.fresh(folders["B"]), "Renamed")


def test_out_of_the_circle_it_needs_delete_here_and_add_there(alice, eve, folders, root):
    make.share(alice, root, eve, WRITER.mask)
    with pytest.raises(Forbidden):
        move(eve, folders["C"], make.home(eve))
    make.share(alice, root, eve, EDITOR.mask)
    reading = make.make_space(alice, "Reading")
    make.share(alice, reading, eve, READER.mask)
    with pytest.raises(Forbidden):
        move(eve, folders["C"], make.root_of(reading))
    move(eve, folders["C"], make.home(eve))
    assert make.names(eve, make.home(eve)) == ["C"]


def test_a_folder_shared_further_is_another_circle(alice, eve, bob, folders, root):
    """What lands in the shared folder is shown to eve: that is more than editing."""
    make.share(alice, folders["A"], eve, READER.mask)
    make.share(alice, make.fresh(root), make.make_group("Writers", bob), WRITER.mask)
    carol = make.make_user("carol")
    make.share(alice, root, carol, WRITER.mask)
    file = make.make_file(alice, root, "secret.txt")
    with pytest.raises(Forbidden):
        move(carol, file, folders["A"])
    move(bob, file, folders["A"])
    assert make.finds(eve, file)


def test_a_thing_moved_out_of_a_share_is_no_longer_shared(alice, eve, folders, root):
    make.share(alice, folders["A"], eve, READER.mask)
    move(alice, folders["B"], root)
    assert not make.finds(eve, folders["B"])
    assert not make.finds(eve, folders["C"])
    assert make.is_clean()


def test_a_share_of_its_own_travels_along(alice, eve, folders, root):
    make.share(alice, folders["B"], eve, READER.mask)
    carol = make.make_user("carol")
    other = make.make_space(alice, "Other")
    make.share(alice, other, carol, READER.mask)
    move(alice, folders["A"], make.root_of(other))
    assert make.finds(eve, folders["C"])
    assert make.finds(carol, folders["C"])
    assert make.is_clean()


def test_a_restricted_folder_stays_restricted_wherever_it_goes(alice, bob, folders, root):
    make.restrict(alice, folders["B"])
    other = make.make_space(alice, "Other")
    make.share(alice, other, bob, EDITOR.mask)
    move(alice, folders["B"], make.root_of(other))
    assert not make.finds(bob, folders["B"])
    assert make.finds(alice, folders["C"])
    assert make.is_clean()


def test_what_one_may_not_delete_inside_keeps_the_whole_where_it_is(alice, bob, folders, root):
    make.restrict(alice, folders["C"])
    with pytest.raises(Forbidden):
        move(bob, folders["A"], make.home(bob))
    with pytest.raises(Forbidden):
        make.throw_away(bob, make.fresh(folders["A"]))
    move(bob, folders["A"], root, "Renamed")  # within the circle it goes along, unseen
    assert make.fresh(folders["C"]).parent_id == folders["B"].pk


def test_a_received_share_cannot_be_dragged_or_thrown_away_by_its_receiver(alice, eve, folders, root):
    """She edits and deletes inside; the folder itself lies in a place she does not see."""
    make.share(alice, folders["A"], eve, EDITOR.mask)
    with pytest.raises(Forbidden):
        move(eve, folders["A"], make.home(eve))
    with pytest.raises(Forbidden):
        make.throw_away(eve, make.fresh(folders["A"]))
    with pytest.raises(Forbidden):
        naming.rename(make.act(eve), make.fresh(folders["A"]), "Mine")
    make.throw_away(eve, make.fresh(folders["B"]))


def test_one_cannot_rearrange_places_one_does_not_see(alice, eve, folders, root):
    file = Node.objects.get(name="A.txt")
    make.share(alice, file, eve, EDITOR.mask)
    with pytest.raises((Forbidden, NotFound)):
        move(eve, file, root)
    assert make.fresh(file).parent_id == folders["A"].pk


def test_a_taken_name_is_refused_unless_told_to_replace(alice, bob, folders, root):
    make.make_file(alice, root, "C.txt", b"old")
    file = Node.objects.get(name="C.txt", parent=folders["C"])
    with pytest.raises(NameTaken):
        move(alice, file, root)
    moved = move(bob, file, root, overwrite=True)
    assert moved.created is False
    assert Trash.objects.get().path == "C.txt"
    assert make.read(moved.entry) == b"C" * 10
    assert make.is_clean()


def test_replacing_needs_delete_on_what_is_replaced(alice, eve, folders, root):
    make.share(alice, root, eve, WRITER.mask)
    make.make_file(alice, root, "C.txt", b"old")
    file = Node.objects.get(name="C.txt", parent=folders["C"])
    for verb in (move, copy):
        with pytest.raises(Forbidden):
            verb(eve, file, root, "C.txt", overwrite=True)
    assert Trash.objects.count() == 0


def test_between_spaces_the_quota_travels(alice, folders, space, root):
    make.write(alice, folders["C"], "C.txt", b"new content!")
    other = make.make_space(alice, "Other", quota=100)
    target = make.root_of(other)
    used = make.fresh(space).used
    move(alice, folders["B"], target)
    assert make.fresh(other).used == 10 + 12 + 10
    assert make.fresh(space).used == used - 32
    assert set(Node.objects.filter(pk__in=[folders[name].pk for name in "BC"]).values_list("space_id", flat=True)) == {
        other.pk
    }
    assert make.is_clean()


def test_between_spaces_room_is_needed(alice, folders, root):
    other = make.make_space(alice, "Other", quota=19)
    with pytest.raises(OverQuota):
        move(alice, folders["B"], make.root_of(other))
    with pytest.raises(OverQuota):
        copy(alice, folders["B"], make.root_of(other))
    assert make.is_clean()


def test_what_was_thrown_away_inside_stays_in_the_trash_of_its_space(alice, bob, folders, space, root):
    trash = make.throw_away(alice, make.fresh(folders["C"]))
    make.make_file(alice, folders["B"], "b2.txt")
    other = make.make_space(alice, "Other")
    move(alice, folders["A"], make.root_of(other))
    assert make.is_clean()
    assert list(Trash.objects.visible_to(make.act(bob))) == [trash]
    restored = trashing.restore(make.act(alice), make.fresh(trash))
    assert (restored.parent_id, restored.space_id) == (root.pk, space.pk)
    assert make.is_clean()


def test_copies_cost_a_row_and_count_in_the_quota(alice, folders, space, root):
    copied = copy(alice, folders["A"], root, "A2")
    assert copied.created
    assert make.fresh(root).size == make.fresh(space).used == 60
    twin = Node.objects.get(pk=copied.copies[Node.objects.get(name="C.txt", parent=folders["C"]).pk])
    assert twin.blob_id == Node.objects.get(name="C.txt", parent=folders["C"]).blob_id
    assert make.is_clean(deep=True)


def test_a_copy_is_not_shared_as_the_original_was(alice, eve, folders, root):
    make.share(alice, folders["B"], eve, READER.mask)
    copied = copy(alice, folders["B"], root, "B2")
    assert not make.finds(eve, copied.entry)


def test_what_one_does_not_see_is_not_copied(alice, bob, folders, root):
    make.restrict(alice, folders["C"])
    copied = copy(bob, folders["A"], make.home(bob), "A")
    assert sorted(Node.objects.filter(space=bob.personal_space, kind=2).values_list("name", flat=True)) == [
        "A.txt",
        "B.txt",
    ]
    assert copied.entry.size == 20
    assert make.is_clean()


def test_nothing_may_be_copied_out_of_sight(alice, eve, folders, root):
    with pytest.raises(NotFound):
        copy(eve, folders["A"], make.home(eve))


def test_a_shallow_copy_is_an_empty_folder(alice, folders, root):
    copied = copy(alice, folders["A"], root, "A2", deep=False)
    assert make.names(alice, copied.entry) == []
    assert copied.entry.size == 0


def test_a_folder_copied_into_itself_holds_what_was_there_before(alice, folders):
    copy(alice, folders["A"], folders["C"], "A")
    assert Node.objects.filter(name="A").count() == 2
    assert make.is_clean()


def test_onto_itself_a_copy_is_refused(alice, folders, root):
    with pytest.raises(Forbidden):
        copy(alice, folders["A"], root, overwrite=True)


def test_copying_over_what_one_lies_in_keeps_the_copy(alice, folders, root):
    copy(alice, folders["C"], root, "A", overwrite=True)
    assert make.names(alice, root) == ["A"]
    assert make.names(alice, Node.objects.living().get(name="A")) == ["C.txt"]
    assert make.is_clean()


def test_from_an_archived_space_one_may_copy_and_not_move(alice, folders, space, root):
    make.change(space, archived_at=make.in_hours(0))
    copy(alice, folders["A"], make.home(alice))
    with pytest.raises(Forbidden):
        move(alice, folders["A"], make.home(alice), "Moved")
    with pytest.raises(Forbidden):
        copy(alice, make.make_file(alice, make.home(alice), "x"), folders["A"])
    assert make.is_clean()


def test_the_guard_is_asked_about_the_target(alice, folders, root):
    def refuse(entry):
        raise Stale

    for verb in (move, copy):
        with pytest.raises(Stale):
            verb(alice, folders["C"], root, guard=refuse)


def test_a_lock_below_holds_the_whole(alice, bob, folders, root):
    token = lock(bob, Node.objects.get(name="C.txt"))
    with pytest.raises(Locked):
        move(alice, folders["A"], make.home(alice))
    with pytest.raises(Locked):
        make.throw_away(alice, make.fresh(folders["A"]))
    move(bob, folders["A"], root, "A2", tokens=[token])


def test_locks_do_not_travel(alice, folders, root):
    from collab.dav.models import Lock

    token = lock(alice, folders["B"], deep=True)
    inner = lock(alice, Node.objects.get(name="C.txt"))
    move(alice, folders["B"], root, tokens=[token, inner])
    assert Lock.objects.count() == 0


def test_a_deep_tree_cannot_be_moved_too_deep(alice, root, folders):
    from files.actions.tree import MAX_DEPTH

    bottom = root
    for level in range(MAX_DEPTH - 3):
        bottom = make.make_folder(alice, bottom, str(level))
    for verb in (move, copy):
        with pytest.raises(BadInput):
            verb(alice, folders["A"], bottom)
    move(alice, Node.objects.get(name="C.txt"), bottom)


def test_a_move_by_a_mask_without_see_is_not_found(alice, eve, folders, root):
    make.share(alice, folders["A"], eve, Right.EDIT | Right.ADD)
    with pytest.raises(NotFound):
        move(eve, folders["B"], folders["A"], "X")


def test_a_name_held_by_a_mount_is_taken(alice, bob, folders):
    make.at_root(bob)
    mine = make.make_file(bob, make.home(bob), "mine.txt")
    for verb in (move, copy):
        with pytest.raises(NameTaken):
            verb(bob, mine, make.home(bob), "Plans")
