"""Giving and taking rights on spaces and on things inside."""

import pytest

from collab.accounts.models import Rank
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights import actions as rights
from collab.rights.lineage import verify
from collab.rights.models import Acl, Grant
from collab.rights.right import CONTRIBUTOR, DROP_BOX, EDITOR, MANAGER, READER, WRITER, Right
from collab.spaces import actions as spaces
from files.models import Node
from tests import town as make


def test_a_share_gives_the_thing_and_all_below(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    inside = make.make_file(alice, make.make_folder(alice, folder, "2026"), "a.jpg")
    aside = make.make_file(alice, root, "secret.txt")
    make.share(alice, folder, eve, READER.mask)
    assert make.finds(eve, folder)
    assert make.finds(eve, inside)
    assert not make.finds(eve, aside)
    assert not make.finds(eve, root)
    assert verify() == []


def test_what_was_made_after_the_share_is_shared_too(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    assert make.finds(eve, make.make_file(alice, folder, "later.jpg"))


def test_a_subfolder_may_give_more_than_its_parent(alice, eve, root):
    folder = make.make_folder(alice, root, "Sport")
    inner = make.make_folder(alice, folder, "Photos")
    make.share(alice, folder, eve, READER.mask)
    make.share(alice, inner, eve, CONTRIBUTOR.mask)
    assert make.mask_on(eve, folder) == READER.mask
    assert make.mask_on(eve, inner) == CONTRIBUTOR.mask | READER.mask
    make.make_file(eve, inner, "mine.jpg")
    with pytest.raises(Forbidden):
        make.make_file(eve, folder, "mine.jpg")


def test_the_most_generous_grant_wins_in_any_order(alice, eve, space):
    sportifs, benevoles = make.make_group("Sportifs", eve), make.make_group("Bénévoles", eve)
    make.share(alice, space, sportifs, EDITOR.mask)
    make.share(alice, space, benevoles, READER.mask)
    assert make.mask_on(eve, space) == EDITOR.mask
    make.share(alice, space, sportifs, READER.mask)
    make.share(alice, space, benevoles, EDITOR.mask)
    assert make.mask_on(eve, space) == EDITOR.mask


def test_the_first_share_splits_an_acl_off_and_changes_nobody_else(alice, bob, root):
    folder = make.make_folder(alice, root, "Photos")
    make.make_file(alice, folder, "a.jpg")
    before = make.mask_on(bob, folder)
    carol = make.make_user("carol")
    make.share(alice, folder, carol)
    folder = make.fresh(folder)
    assert (folder.acl.kind, folder.acl.object_id) == ("node", folder.pk)
    assert folder.acl.parent_id == make.fresh(root).acl_id
    assert make.mask_on(bob, folder) == before
    assert Acl.objects.filter(kind="node").count() == 1
    make.share(alice, folder, carol, EDITOR.mask)
    assert Acl.objects.filter(kind="node").count() == 1


def test_sharing_an_outer_folder_later_keeps_the_inner_circle_below_it(alice, eve, root):
    outer = make.make_folder(alice, root, "Outer")
    inner = make.make_folder(alice, outer, "Inner")
    carol = make.make_user("carol")
    make.share(alice, inner, carol, EDITOR.mask)
    make.share(alice, outer, eve, READER.mask)
    assert make.fresh(inner).acl.parent_id == make.fresh(outer).acl_id
    assert make.mask_on(eve, inner) == READER.mask
    assert not make.finds(carol, outer)
    assert verify() == []


def test_unshare_takes_it_back_at_once(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    make.unshare(alice, folder, eve)
    assert not make.finds(eve, folder)
    make.unshare(alice, folder, eve)  # nothing to take back is no error


def test_anyone_may_give_up_their_own_share(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    make.unshare(eve, folder, eve)
    assert not make.finds(eve, folder)


def test_sharing_needs_the_right_to_share(alice, bob, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    with pytest.raises(Forbidden):
        make.share(bob, folder, eve)
    with pytest.raises(Forbidden):
        make.share(eve, folder, eve)


@pytest.mark.parametrize("mask", [Right.ALL, Right.SEE | Right.DELETE, Right.MANAGE])
def test_one_passes_on_only_what_one_holds(alice, bob, eve, root, mask):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, bob, Right.SEE | Right.EDIT | Right.SHARE)
    carol = make.make_user("carol")
    make.share(alice, folder, carol, Right.SEE | Right.SHARE)
    with pytest.raises(Forbidden):
        make.share(carol, folder, eve, mask)
    make.share(carol, folder, eve, Right.SEE)


def test_nobody_takes_from_another_what_they_do_not_hold_themselves(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    carol = make.make_user("carol")
    make.share(alice, folder, carol, Right.SEE | Right.SHARE)
    make.share(alice, folder, eve, EDITOR.mask)
    with pytest.raises(Forbidden):
        make.share(carol, folder, eve, Right.SEE)
    with pytest.raises(Forbidden):
        make.unshare(carol, folder, eve)
    assert make.mask_on(eve, folder) == EDITOR.mask


@pytest.mark.parametrize("mask", [0, 256, 511])
def test_a_mask_outside_the_bits_is_refused(alice, eve, root, mask):
    with pytest.raises((BadInput, ValueError)):
        make.share(alice, make.make_folder(alice, root, "Photos"), eve, mask)


def test_a_right_that_ends_cannot_be_passed_on_beyond_its_end(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve, READER.mask | Right.SHARE, expires_at=make.in_hours(2))
    carol = make.make_user("carol")
    with pytest.raises(Forbidden):
        make.share(eve, folder, carol)
    with pytest.raises(Forbidden):
        make.share(eve, folder, eve, READER.mask | Right.SHARE)
    with pytest.raises(Forbidden):
        make.share(eve, folder, carol, expires_at=make.in_hours(3))
    make.share(eve, folder, carol, expires_at=make.in_hours(1))
    assert make.finds(carol, folder)


def test_a_right_held_twice_is_passed_on_as_long_as_the_longest(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, root, eve, READER.mask | Right.SHARE)
    make.share(alice, folder, eve, EDITOR.mask | Right.SHARE, expires_at=make.in_hours(2))
    carol = make.make_user("carol")
    make.share(eve, folder, carol, READER.mask)
    with pytest.raises(Forbidden):
        make.share(eve, folder, carol, EDITOR.mask)


def test_an_ended_grant_gives_nothing(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve, EDITOR.mask)
    make.expire(folder, eve.principal)
    assert not make.finds(eve, folder)
    assert make.mask_on(eve, folder) == Right.NONE
    make.expire(folder, eve.principal, hours=1)
    assert make.finds(eve, folder)


def test_everyone_is_all_active_members_and_never_a_guest(alice, space):
    guest = make.make_user("gus", Rank.GUEST)
    newcomer = make.make_user("nora")
    make.share(alice, space, make.everyone(), READER.mask)
    assert make.finds(newcomer, make.root_of(space))
    assert not make.finds(guest, make.root_of(space))
    assert make.finds(make.make_user("late"), make.root_of(space))


def test_a_guest_in_a_group_has_what_the_group_has(alice, space):
    guest = make.make_user("gus", Rank.GUEST)
    make.share(alice, space, make.make_group("Helpers", guest), READER.mask)
    assert make.finds(guest, make.root_of(space))


def test_demotion_to_guest_takes_what_everyone_has(alice, eve, space):
    from collab.accounts.actions import people

    make.share(alice, space, make.everyone(), READER.mask)
    epoch = eve.epoch
    people.change_rank(None, eve, Rank.GUEST)
    assert not make.finds(eve, make.root_of(space))
    assert make.fresh(eve).epoch > epoch


def test_a_disabled_person_is_nobody(alice, bob, root):
    bob.is_active = False
    bob.save()
    assert make.act(bob).is_nobody
    assert not make.finds(bob, root)


def test_a_drop_box_takes_and_shows_nothing(alice, eve, root):
    box = make.make_folder(alice, root, "Box")
    make.share(alice, box, eve, DROP_BOX.mask)
    made = make.write(eve, box, "report.pdf", b"one")
    assert make.names(eve, box) == []
    assert not make.finds(eve, box)
    again = make.write(eve, box, "report.pdf", b"two", new_only=True)
    assert made.created
    assert again.created
    assert make.names(alice, box) == ["report (2).pdf", "report.pdf"]


def test_transfer_hands_the_thing_over(alice, eve, space):
    rights.transfer(make.act(alice), space, eve)
    assert make.mask_on(eve, space) == Right.ALL
    assert not Grant.objects.filter(acl=space.acl, principal=alice.principal).exists()
    with pytest.raises(Forbidden):
        rights.transfer(make.act(alice), space, alice)


def test_a_share_of_a_spaces_folder_is_found_and_mounted(alice, eve, space, root):
    make.share(alice, root, eve, READER.mask)
    make.make_file(alice, root, "a.txt")
    assert make.names(eve, root) == ["a.txt"]
    assert "Plans" in make.at_root(eve)


def test_a_share_of_ones_whole_home_is_mounted_under_ones_name(alice, eve):
    make.make_file(alice, make.home(alice), "a.txt")
    make.share(alice, make.home(alice), eve, READER.mask)
    assert make.at_root(eve) == ["Alice"]


def test_a_share_keeps_the_etag_of_a_file_and_moves_that_of_a_folder(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    file = make.make_file(alice, folder, "film.mkv")
    before = make.fresh(folder).etag
    make.share(alice, file, eve)
    assert make.fresh(file).etag == file.etag, "a device would fetch the whole film again"
    assert make.fresh(folder).etag != before
    before = make.fresh(folder).etag
    make.share(alice, folder, eve)
    assert make.fresh(folder).etag != before


def test_the_log_says_what_happened_to_whom(alice, eve, space, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    make.restrict(alice, folder)
    rights.inherit(make.act(alice), make.fresh(folder))
    make.unshare(alice, folder, eve)
    assert make.log_of(space)[-5:] == ["add", "share", "restrict", "inherit", "unshare"]
    assert make.is_clean()


def test_rights_in_an_archived_space_stay_as_they_are(alice, eve, space, root):
    alice.rank = Rank.SPACE_MANAGER
    alice.save()
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    spaces.archive(make.act(alice), space)
    for change in (
        lambda: make.share(alice, folder, eve, WRITER.mask),
        lambda: make.share(alice, make.fresh(space), eve),
        lambda: make.unshare(alice, folder, eve),
        lambda: make.restrict(alice, folder),
        lambda: make.make_link(alice, folder),
    ):
        with pytest.raises(Forbidden):
            change()
    assert make.finds(eve, folder)


def test_a_thing_thrown_away_is_not_shared(alice, eve, root):
    from collab.lib.errors import NotFound

    folder = make.make_folder(alice, root, "Photos")
    stale = Node.objects.get(pk=folder.pk)
    make.throw_away(alice, folder)
    with pytest.raises(NotFound):
        rights.share(make.act(alice), stale, eve.principal, Right.SEE)


def test_a_share_decided_on_a_page_that_is_old_lands_where_the_thing_is_now(alice, eve, root):
    """The dialog was open while somebody moved the folder into another circle: the old one must gain nothing."""
    from files.actions import moving

    carol = make.make_user("carol")
    old, new = make.make_folder(alice, root, "Old"), make.make_folder(alice, root, "New")
    make.share(alice, old, carol, READER.mask)
    make.share(alice, new, eve, READER.mask)
    folder = make.make_folder(alice, old, "Folder")
    stale = Node.objects.select_related("acl", "parent", "space").get(pk=folder.pk)
    moving.move(make.act(alice), folder, make.fresh(new), "Folder")
    dave = make.make_user("dave")
    rights.share(make.act(alice), stale, dave.principal, Right.SEE)
    assert make.finds(dave, folder)
    assert make.finds(eve, folder)
    assert not make.finds(carol, folder)
    assert make.is_clean()


def test_managing_is_not_given_by_a_role_below(alice, bob, space):
    with pytest.raises(Forbidden):
        make.share(bob, space, bob, MANAGER.mask)
    with pytest.raises(Conflict):
        make.unshare(alice, space, alice)
