"""Throwing away is undone by whoever may add; for good needs the right to delete."""

import pytest

from collab.lib.errors import BadInput, Forbidden, Locked, NotFound, Stale
from collab.rights.models import Acl, Grant, Principal
from collab.rights.right import CONTRIBUTOR, EDITOR, READER, Right
from files.actions import trashing
from files.models import Blob, Node, Trash, Upload
from tests import town as make
from tests.files.locking import lock


@pytest.fixture
def folder(alice, root):
    folder = make.make_folder(alice, root, "Folder")
    make.make_file(alice, folder, "a.txt", b"12345")
    make.make_file(alice, make.make_folder(alice, folder, "Inner"), "b.txt", b"12345")
    return folder


def restore(who, trash, **options):
    return trashing.restore(make.act(who), trash, **options)


def purge(who, trash):
    trashing.purge(make.act(who), trash)


def test_it_works(alice, bob, space, root, folder):
    trash = make.throw_away(bob, folder)
    assert (trash.path, trash.deleted_by, trash.parent) == ("Folder", bob, root)
    assert make.names(alice, root) == []
    assert make.fresh(root).size == 0
    assert make.fresh(space).used == 10
    assert make.is_clean()
    entry = restore(alice, trash)
    assert (entry.id, entry.name, entry.size) == (folder.pk, "Folder", 10)
    assert make.names(alice, folder) == ["Inner", "a.txt"]
    assert not Trash.objects.exists()
    assert make.fresh(root).size == 10
    assert make.is_clean()


def test_for_good(alice, space, root, folder):
    trash = make.throw_away(alice, folder)
    purge(alice, trash)
    assert Node.objects.filter(space=space).count() == 1
    assert make.fresh(space).used == 0
    assert make.log_of(space)[-2:] == ["trash", "purge"]
    assert Blob.objects.count() == 2, "bytes go a week later"
    assert make.is_clean()


def test_deleting_needs_delete(alice, eve, root, folder):
    with pytest.raises(NotFound):
        make.throw_away(eve, folder)
    make.share(alice, root, eve, CONTRIBUTOR.mask)
    with pytest.raises(Forbidden):
        make.throw_away(eve, folder)


def test_a_spaces_folder_is_not_deleted(alice, bob, root):
    for who in (alice, bob):
        with pytest.raises(Forbidden):
            make.throw_away(who, root)


def test_without_delete_one_neither_purges_nor_empties_but_may_restore(alice, eve, space, root, folder):
    make.share(alice, space, eve, CONTRIBUTOR.mask)
    trash = make.throw_away(alice, folder)
    with pytest.raises(Forbidden):
        purge(eve, trash)
    assert trashing.empty(make.act(eve), space.pk) == 0
    restore(eve, trash)
    assert make.names(alice, root) == ["Folder"]


def test_a_reader_restores_nothing(alice, eve, space, folder):
    make.share(alice, space, eve, READER.mask)
    trash = make.throw_away(alice, folder)
    with pytest.raises(Forbidden):
        restore(eve, trash)


def test_eve_does_not_even_see_the_trash(alice, eve, folder):
    trash = make.throw_away(alice, folder)
    assert not Trash.objects.visible_to(make.act(eve)).exists()
    for verb in (restore, purge):
        with pytest.raises(NotFound):
            verb(eve, trash)


def test_what_one_could_not_read_shows_no_name_in_the_trash(alice, bob, root, folder):
    make.restrict(alice, folder)
    trash = make.throw_away(alice, make.fresh(folder))
    assert not Trash.objects.visible_to(make.act(bob)).exists()
    with pytest.raises(NotFound):
        restore(bob, trash)


def test_restoring_never_replaces(alice, root, folder):
    trash = make.throw_away(alice, folder)
    make.make_file(alice, root, "Folder", b"a file now")
    assert restore(alice, trash).name == "Folder (2)"


def test_when_its_folder_is_gone_it_comes_back_at_the_top(alice, root, folder):
    file = Node.objects.get(name="b.txt")
    first = make.throw_away(alice, file)
    second = make.throw_away(alice, make.fresh(folder))
    assert restore(alice, first).parent_id == root.pk
    restore(alice, second)
    assert make.is_clean()


def test_purging_a_folder_keeps_what_was_thrown_away_before_it(alice, bob, space, root, folder):
    file = Node.objects.get(name="b.txt")
    first = make.throw_away(alice, file)
    purge(alice, make.throw_away(alice, make.fresh(folder)))
    assert make.is_clean()
    assert make.finds(bob, file) is False
    assert list(Trash.objects.visible_to(make.act(bob))) == [make.fresh(first)]
    assert restore(bob, make.fresh(first)).parent_id == root.pk
    assert make.read(file) == b"12345"
    assert make.finds(bob, file)
    assert make.is_clean()


def test_purging_a_shared_folder_with_circles_inside_what_went_before(alice, bob, eve, root, folder):
    """P is shared; E in it was thrown away first and holds D, shared on its own: both circles hung under P's."""
    earlier = Node.objects.get(name="Inner")
    inner = make.make_folder(alice, earlier, "D")
    make.share(alice, folder, eve, READER.mask)
    carol = make.make_user("carol")
    make.share(alice, inner, carol, READER.mask)
    first = make.throw_away(alice, make.fresh(earlier))
    purge(alice, make.throw_away(alice, make.fresh(folder)))
    assert make.is_clean()
    restore(alice, make.fresh(first))
    assert make.finds(carol, inner)
    assert make.finds(eve, earlier)
    assert make.is_clean()


def test_nobody_sees_more_when_the_folder_around_it_is_purged(alice, bob, root, folder):
    make.restrict(alice, folder)
    file = Node.objects.get(name="b.txt")
    first = make.throw_away(alice, file)
    purge(alice, make.throw_away(alice, make.fresh(folder)))
    assert not Trash.objects.visible_to(make.act(bob)).exists()
    restore(alice, make.fresh(first))
    assert not make.finds(bob, file)
    assert make.is_clean()


def test_a_managers_lesser_grant_does_not_shut_them_out(alice, bob, root, folder):
    """Alice gave herself a lesser grant on the inner folder: purging the outer one must not leave her only that."""
    inner = Node.objects.get(name="Inner")
    make.share(alice, inner, alice, READER.mask)
    first = make.throw_away(alice, make.fresh(inner))
    purge(alice, make.throw_away(alice, make.fresh(folder)))
    assert make.mask_on(alice, inner) == Right.ALL
    purge(alice, make.fresh(first))


def test_a_purge_leaves_no_grant_link_or_acl_behind(alice, eve, root, folder):
    make.share(alice, folder, eve)
    make.make_link(alice, folder)
    before = Principal.objects.count()
    purge(alice, make.throw_away(alice, make.fresh(folder)))
    assert not Acl.objects.filter(kind="node").exists()
    assert not Grant.objects.filter(principal=eve.principal).exclude(acl__kind="space").exists()
    assert Principal.objects.count() == before - 1


def test_an_upload_towards_a_purged_folder_is_forgotten_in_order(alice, folder):
    from files.actions import uploading

    upload = uploading.begin(make.act(alice), "web-1", parent=folder, name="big.bin")
    purge(alice, make.throw_away(alice, folder))
    assert Upload.objects.filter(pk=upload.pk).exists()
    assert make.is_clean()


def test_what_is_not_ones_own_inside_stops_the_purge(alice, bob, space, root, folder):
    inner = Node.objects.get(name="Inner")
    make.restrict(alice, inner)
    trash = make.throw_away(alice, make.fresh(folder))
    with pytest.raises(Forbidden):
        purge(bob, trash)
    assert trashing.empty(make.act(bob), space.pk) == 0
    assert trashing.empty(make.act(alice), space.pk) == 1


def test_empty_removes_all_one_may_delete(alice, bob, space, root):
    for number in range(3):
        make.throw_away(alice, make.make_file(alice, root, f"{number}.txt"))
    assert trashing.empty(make.act(bob), space.pk) == 3
    assert make.fresh(space).used == 0
    assert make.is_clean()


def test_restoring_into_another_folder(alice, root, folder):
    trash = make.throw_away(alice, Node.objects.get(name="a.txt"))
    target = make.make_folder(alice, root, "Target")
    assert restore(alice, trash, parent=target, name="new.txt").name == "new.txt"
    assert make.names(alice, target) == ["new.txt"]


def test_restoring_under_a_bad_name_is_refused(alice, root, folder):
    trash = make.throw_away(alice, folder)
    for name in ("a/b", "..", "x\0"):
        with pytest.raises(BadInput):
            restore(alice, trash, name=name)


def test_restoring_into_another_space_is_refused(alice, folder):
    trash = make.throw_away(alice, folder)
    with pytest.raises(Forbidden):
        restore(alice, trash, parent=make.home(alice))


def test_a_thing_inside_the_trash_is_not_thrown_away_again(alice, folder):
    make.throw_away(alice, folder)
    for node in (folder, Node.objects.get(name="a.txt")):
        with pytest.raises(NotFound):
            make.throw_away(alice, node)
        with pytest.raises(NotFound):
            make.write(alice, folder, "c.txt")


def test_a_received_share_that_is_thrown_away_vanishes_from_devices(alice, eve, folder):
    make.share(alice, folder, eve)
    assert "Folder" in make.at_root(eve)
    trash = make.throw_away(alice, make.fresh(folder))
    assert make.at_root(eve) == []
    restore(alice, trash)
    assert make.at_root(eve) == ["Folder"]


def test_a_restored_thing_follows_the_rights_of_where_it_returns(alice, bob, root, folder):
    """The folder was closed while the file lay in the trash: it must not come back open."""
    file = Node.objects.get(name="a.txt")
    trash = make.throw_away(alice, file)
    make.restrict(alice, make.fresh(folder))
    assert not Trash.objects.visible_to(make.act(bob)).exists()
    restore(alice, make.fresh(trash))
    assert not make.finds(bob, file)
    assert make.is_clean()


def test_locks_hold_and_go_with_the_thing(alice, bob, folder, root):
    from collab.dav.models import Lock

    token = lock(bob, folder, deep=True)
    with pytest.raises(Locked):
        make.throw_away(alice, Node.objects.get(name="a.txt"))
    trashing.trash(make.act(bob), folder, tokens=[token])
    assert not Lock.objects.exists()


def test_restoring_into_a_locked_folder_is_refused(alice, bob, root, folder):
    trash = make.throw_away(alice, Node.objects.get(name="a.txt"))
    lock(bob, folder)
    with pytest.raises(Locked):
        restore(alice, trash)


def test_the_guard_is_asked(alice, folder):
    def refuse(entry):
        raise Stale

    with pytest.raises(Stale):
        trashing.trash(make.act(alice), folder, guard=refuse)
    assert make.finds(alice, folder)


def test_an_archived_space_keeps_its_trash(alice, space, folder):
    trash = make.throw_away(alice, folder)
    make.change(space, archived_at=make.in_hours(0))
    for verb in (restore, purge):
        with pytest.raises(Forbidden):
            verb(alice, trash)
    assert trashing.empty(make.act(alice), space.pk) == 0


def test_editors_empty_what_editors_threw_away(alice, bob, space, root, folder):
    make.throw_away(bob, folder)
    assert make.mask_on(bob, root) == EDITOR.mask
    assert trashing.empty(make.act(bob), space.pk) == 1
