"""Accounts through the actions: who makes, promotes, disables and deletes whom."""

import pytest

from collab.accounts.actions import people
from collab.accounts.models import User
from collab.accounts.signals import leaving
from collab.lib.errors import BadInput, Conflict, Forbidden
from tests import town
from tests.accounts.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_person("owner", rank="owner")


@pytest.fixture
def admin():
    return make_person("admin", rank="admin")


@pytest.fixture
def bob():
    return make_person("bob")


def test_a_person_has_small_letters_a_principal_and_a_hue(bob):
    carol = people.create_user(None, " Carol ", email="Carol@Example.org", display_name="  Carol   C. ")
    assert (carol.username, carol.email, carol.display_name) == ("carol", "carol@example.org", "Carol C.")
    assert carol.principal.pk
    assert carol.hue != bob.hue


@pytest.mark.parametrize("name", ["", "-x", "x y", "é", "a/b", "a" * 65, "a\0b", ".."])
def test_user_names_follow_the_rule(name):
    with pytest.raises(BadInput):
        people.create_user(None, name)


def test_names_and_addresses_are_unique_whatever_the_case(bob):
    people.create_user(None, "carol", email="c@example.org")
    with pytest.raises(Conflict, match=str(people.NAME_TAKEN)):
        people.create_user(None, "BOB")
    with pytest.raises(Conflict, match=str(people.EMAIL_TAKEN)):
        people.create_user(None, "dan", email="C@EXAMPLE.ORG")
    with pytest.raises(BadInput):
        people.create_user(None, "dan", email="not an address")


def test_many_people_have_no_address():
    for name in ("a", "b", "c"):
        people.create_user(None, name)
    assert User.objects.filter(email=None).count() == 3


def test_ranks_are_given_as_the_matrix_says(owner, admin, bob):
    with pytest.raises(Forbidden):
        people.create_user(bob, "dan")
    with pytest.raises(Forbidden):
        people.create_user(admin, "dan", rank="admin")
    assert people.create_user(owner, "dan", rank="admin").rank == "admin"
    with pytest.raises(Forbidden):
        people.create_user(owner, "erin", rank="owner")


def test_there_is_one_owner(owner, bob):
    with pytest.raises(Conflict):
        people.create_user(None, "second", rank="owner")
    with pytest.raises(Conflict):
        people.change_rank(None, bob, "owner")


def test_a_changed_rank_moves_the_epoch(admin, bob):
    before = bob.epoch
    changed = people.change_rank(admin, bob, "guest")
    assert changed.rank == "guest"
    assert changed.epoch > before
    with pytest.raises(Forbidden):
        people.change_rank(bob, admin, "guest")


def test_disabling_follows_the_matrix(owner, admin, bob):
    with pytest.raises(Forbidden):
        people.deactivate(admin, owner)
    with pytest.raises(Forbidden):
        people.deactivate(bob, admin)
    assert not people.deactivate(admin, bob).is_active
    assert people.reactivate(admin, bob).is_active
    assert not people.deactivate(owner, admin).is_active


def test_only_a_disabled_account_is_deleted_and_the_house_is_told(admin):
    guest = make_person("visitor", rank="guest")
    told = []

    def hear(sender, user, **kwargs):
        told.append(user.username)

    leaving.connect(hear)
    with pytest.raises(Forbidden):
        people.delete(admin, guest)
    people.deactivate(admin, guest)
    people.delete(admin, guest)
    assert told == ["visitor"]
    assert not User.objects.filter(username="visitor").exists()


def test_an_account_whose_own_space_holds_things_stays(admin, bob):
    town.make_file(bob, town.home(bob))
    people.deactivate(admin, bob)
    with pytest.raises(Conflict):
        people.delete(admin, bob)
    assert User.objects.filter(username="bob").exists()
    assert people.holdings(bob).files == 1


def test_one_edits_oneself_and_those_one_may(admin, bob, owner):
    assert people.edit(bob, bob, display_name="Bobby").display_name == "Bobby"
    assert people.edit(admin, bob, email="bob@example.org").email == "bob@example.org"
    with pytest.raises(Forbidden):
        people.edit(bob, admin, display_name="Hacked")
    with pytest.raises(Forbidden):
        people.edit(admin, owner, display_name="Hacked")
    people.edit(owner, admin, email="a@example.org")
    with pytest.raises(Conflict):
        people.edit(admin, bob, email="A@example.org")
    with pytest.raises(Forbidden):  # one's own is proved
        people.edit(bob, bob, email="free@example.org")
