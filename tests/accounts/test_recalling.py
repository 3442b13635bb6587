"""The person of a session comes with what every page asks: one statement, and nothing of it grows old."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from collab.accounts import recalling
from collab.accounts.models import Rank, User
from collab.groups import actions as groups
from collab.registry import house
from collab.rights.actor import Actor
from tests import town as make

pytestmark = pytest.mark.django_db


def asking(user, method="GET"):
    request = RequestFactory().generic(method, "/")
    request.user = user
    return request


def test_one_statement_brings_person_principals_and_settings(town, django_assert_num_queries):
    house.put("house.name", "Les Lilas")
    house.forget_all()
    with django_assert_num_queries(1):
        found = recalling.person(town.alice.pk)
        actor = Actor.of_page(asking(found))
        assert house.get("house.name") == "Les Lilas"
    assert found == town.alice
    assert {name: getattr(found, name) for name in recalling.FIELDS} == {
        name: getattr(make.fresh(town.alice), name) for name in recalling.FIELDS
    }
    assert set(actor.principals) == set(Actor.of(town.alice).principals)
    assert actor.strength == "session"


def test_without_any_setting_the_declared_ones_hold(town):
    house.forget_all()
    recalling.person(town.alice.pk)
    assert house.get("house.name") == house.declared()["house.name"].default


def test_the_settings_that_come_along_are_those_of_now(town):
    """In a process of sockets no request begins that would forget the former ones."""
    house.put("house.name", "Before")
    assert house.get("house.name") == "Before"
    house.Stored.objects.update(value="After")
    recalling.person(town.alice.pk)
    assert house.get("house.name") == house.lately("house.name") == "After"


def test_nobody_disabled_or_unknown_is_recalled(town):
    User.objects.filter(pk=town.bob.pk).update(is_active=False)
    assert recalling.person(town.bob.pk) is None
    assert recalling.person(0) is None
    assert Actor.of_page(asking(AnonymousUser())).is_nobody


def test_principals_are_taken_once_and_never_by_what_writes(town):
    owner = make.make_user("olga", Rank.OWNER)
    alone = recalling.person(town.alice.pk)
    before = Actor.of_page(asking(alone)).principals
    group = make.make_group("Choir")
    groups.add(owner, group, town.alice)
    assert group.principal.pk not in before
    assert group.principal.pk in Actor.of_page(asking(alone)).principals

    writing = recalling.person(town.bob.pk)
    groups.add(owner, group, town.bob)
    assert group.principal.pk in Actor.of_page(asking(writing, "POST")).principals
