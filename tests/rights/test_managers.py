"""A team space always keeps at least one manager, whichever way they would go."""

import pytest

from collab.accounts.actions import people
from collab.accounts.models import Rank
from collab.groups import actions as groups
from collab.lib.errors import Conflict
from collab.rights.right import EDITOR, MANAGER, READER
from collab.spaces import actions as spaces
from tests import town as make


@pytest.fixture
def led(alice, space):
    """The space is managed by the group Leaders alone, and alice is its only member."""
    leaders = make.make_group("Leaders", alice)
    make.share(alice, space, leaders, MANAGER.mask)
    make.unshare(alice, space, alice)
    return leaders


@pytest.fixture
def boss(db):
    return make.make_user("boss", Rank.OWNER)


def test_the_last_manager_cannot_step_down(alice, space):
    for change in (
        lambda: make.unshare(alice, space, alice),
        lambda: make.share(alice, space, alice, EDITOR.mask),
        lambda: make.share(alice, space, alice, MANAGER.mask, expires_at=make.in_hours(5)),
    ):
        with pytest.raises(Conflict):
            change()


def test_one_of_two_may(alice, bob, space):
    make.share(alice, space, bob, MANAGER.mask)
    make.unshare(alice, space, alice)
    with pytest.raises(Conflict):
        make.unshare(bob, space, bob)


def test_a_disabled_manager_does_not_count(alice, bob, space):
    make.share(alice, space, bob, MANAGER.mask)
    bob.is_active = False
    bob.save()
    with pytest.raises(Conflict):
        make.unshare(alice, space, alice)


def test_the_last_manager_stays_in_the_group_that_manages(alice, led, boss, space):
    with pytest.raises(Conflict):
        groups.remove(boss, led, alice)
    with pytest.raises(Conflict):
        groups.remove(alice, led, alice)
    assert make.mask_on(alice, space) == MANAGER.mask
    groups.add(boss, led, make.make_user("carol"))
    groups.remove(boss, led, alice)


def test_the_group_that_manages_cannot_be_deleted(led, boss, space):
    with pytest.raises(Conflict):
        groups.delete(boss, led)
    make.share(make.act(led.members.get()), space, boss, MANAGER.mask)
    groups.delete(boss, led)


def test_the_last_manager_cannot_be_disabled_or_deleted(alice, boss, space):
    with pytest.raises(Conflict, match="Plans"):
        people.deactivate(boss, alice)
    make.share(alice, space, boss, MANAGER.mask)
    people.deactivate(boss, alice)


def test_everyone_as_manager_ends_with_the_last_member(alice, space):
    make.share(alice, space, make.everyone(), MANAGER.mask)
    make.unshare(alice, space, alice)
    people.change_rank(None, make.fresh(make.act(alice).user), Rank.GUEST)  # bob and eve remain
    from collab.accounts.models import User

    bob, eve = User.objects.get(username="bob"), User.objects.get(username="eve")
    people.change_rank(None, eve, Rank.GUEST)
    with pytest.raises(Conflict):
        people.change_rank(None, bob, Rank.GUEST)


def test_one_way_lost_is_no_matter_when_another_remains(alice, led, boss, space):
    make.share(alice, space, alice, MANAGER.mask)
    groups.remove(boss, led, alice)
    groups.delete(boss, led)
    assert make.mask_on(alice, space) == MANAGER.mask


def test_a_personal_space_holds_nobody_back(boss):
    carol = make.make_user("carol")
    people.deactivate(boss, carol)


def test_an_archived_space_holds_nobody_back(alice, boss, space):
    spaces.archive(make.act(boss), space)
    people.deactivate(boss, alice)


def test_an_administrator_may_take_charge_and_it_is_told(alice, bob, space):
    admin = make.make_user("ada", Rank.ADMIN)
    from collab.lib.errors import Forbidden

    with pytest.raises(Forbidden):
        spaces.take_charge(make.act(bob), space)
    assert not make.finds(admin, make.root_of(space))
    spaces.take_charge(make.act(admin), space)
    assert make.mask_on(admin, space) == MANAGER.mask
    assert make.log_of(space)[-1] == "take-charge"


def test_nobody_takes_charge_of_a_personal_space(alice):
    from collab.lib.errors import Forbidden

    admin = make.make_user("ada", Rank.ADMIN)
    with pytest.raises(Forbidden):
        spaces.take_charge(make.act(admin), alice.personal_space)


def test_a_reader_leaving_is_no_matter(alice, eve, space):
    make.share(alice, space, eve, READER.mask)
    make.unshare(eve, space, eve)
    assert not make.finds(eve, make.root_of(space))
