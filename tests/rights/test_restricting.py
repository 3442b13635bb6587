"""One switch closes a folder to those above; it never leaves nobody in charge."""

import pytest

from collab.lib.errors import Conflict, Forbidden
from collab.rights import actions as rights
from collab.rights.lineage import verify
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER, Right
from tests import town as make


@pytest.fixture
def folder(alice, root):
    folder = make.make_folder(alice, root, "Salaries")
    make.make_file(alice, folder, "list.csv")
    return folder


def test_restricting_shuts_out_who_came_from_above(alice, bob, folder, root):
    make.restrict(alice, folder)
    assert not make.finds(bob, folder)
    assert make.names(bob, root) == []
    assert make.mask_on(alice, folder) == Right.ALL
    assert verify() == []


def test_what_is_given_on_the_thing_itself_stays(alice, bob, eve, folder):
    make.share(alice, folder, eve, READER.mask)
    make.restrict(alice, folder)
    assert make.finds(eve, folder)
    make.share(alice, folder, bob, READER.mask)
    assert make.finds(bob, folder)


def test_inheriting_again_undoes_it(alice, bob, folder):
    make.restrict(alice, folder)
    rights.inherit(make.act(alice), make.fresh(folder))
    assert make.mask_on(bob, folder) == EDITOR.mask
    assert verify() == []


def test_only_managers_restrict(bob, eve, folder):
    with pytest.raises(Forbidden):
        make.restrict(bob, folder)
    with pytest.raises(Forbidden):
        make.restrict(eve, folder)


def test_a_space_cannot_be_restricted(alice, space, root):
    with pytest.raises(Conflict):
        make.restrict(alice, space)
    with pytest.raises(Conflict):
        make.restrict(alice, root)


def test_a_manager_of_the_space_may_undo_what_another_restricted(alice, eve, space, folder):
    make.share(alice, space, eve, MANAGER.mask)
    make.restrict(alice, folder)
    Grant.objects.filter(acl=make.fresh(folder).acl, principal=eve.principal).delete()
    assert not make.finds(eve, folder)
    rights.inherit(make.act(eve), make.fresh(folder))
    assert make.finds(eve, folder)


def test_somebody_else_may_not_undo_it(alice, bob, folder):
    make.restrict(alice, folder)
    with pytest.raises(Forbidden):
        rights.inherit(make.act(bob), make.fresh(folder))


def test_every_manager_of_the_space_keeps_managing(alice, eve, space, folder):
    helpers = make.make_group("Helpers", eve)
    make.share(alice, space, helpers, Right.SEE | Right.MANAGE)
    make.restrict(alice, folder)
    assert make.mask_on(eve, folder) & Right.MANAGE


def test_a_grant_that_ended_does_not_replace_a_living_one(alice, space, folder):
    """The space's old, ended grant of alice must not overwrite the one she has on the folder."""
    team = make.make_group("Leaders", alice)
    make.share(alice, space, team, MANAGER.mask)
    make.share(alice, folder, alice, MANAGER.mask)
    make.expire(space, alice.principal)
    make.restrict(alice, folder)
    team.memberships.all().delete()
    assert make.mask_on(alice, folder) == Right.ALL


def test_a_managers_end_is_kept(alice, eve, space, folder):
    make.share(alice, space, eve, MANAGER.mask, expires_at=make.in_hours(2))
    make.restrict(alice, folder)
    grant = Grant.objects.get(acl=make.fresh(folder).acl, principal=eve.principal)
    assert grant.expires_at is not None
    assert make.mask_on(eve, folder) == Right.ALL


def test_restricting_by_someone_whose_own_right_ends_keeps_a_lasting_manager(alice, eve, space, folder):
    make.share(alice, space, eve, MANAGER.mask, expires_at=make.in_hours(2))
    make.restrict(eve, folder)
    make.expire(folder, eve.principal)
    assert make.mask_on(alice, folder) == Right.ALL


def test_the_last_manager_of_a_restricted_folder_cannot_leave(alice, folder):
    make.restrict(alice, folder)
    with pytest.raises(Conflict):
        make.unshare(alice, folder, alice)
    with pytest.raises(Conflict):
        make.share(alice, folder, alice, READER.mask)


def test_a_link_from_above_does_not_reach_a_restricted_folder(alice, folder, root):
    link = make.make_link(alice, root)
    assert make.finds(make.visitor(link), folder)
    make.restrict(alice, folder)
    assert not make.finds(make.visitor(link), folder)


def test_restricted_inside_shared_inside_restricted(alice, bob, eve, folder):
    make.restrict(alice, folder)
    inner = make.make_folder(alice, folder, "Inner")
    make.share(alice, inner, bob, EDITOR.mask)
    core = make.make_folder(alice, inner, "Core")
    make.restrict(alice, core)
    make.share(alice, core, eve, READER.mask)
    assert (make.finds(bob, folder), make.finds(bob, inner), make.finds(bob, core)) == (False, True, False)
    assert (make.finds(eve, inner), make.finds(eve, core)) == (False, True)
    rights.inherit(make.act(alice), make.fresh(folder))
    assert (make.finds(bob, folder), make.finds(bob, core)) == (True, False)
    assert make.is_clean()
