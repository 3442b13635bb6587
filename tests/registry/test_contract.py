"""The plugin contract: a third-party app gets its places from its `plugin.py` alone; mistakes die at start."""

from dataclasses import replace

import pytest
from django.urls import reverse

from collab.registry import checks, registry
from collab.registry.plugin import Every, Plugin, Shareable
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.right import READER, Right
from tests.sample_app.models import Whiteboard
from tests.sample_app.plugin import plugin as sample
from tests.town import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(town):
    return Whiteboard.objects.create(space=town.space, acl=town.space.acl, title="Ideas for the summer")


def test_it_is_found_by_the_setting_alone():
    assert sample in registry.plugins()


def test_it_has_its_entry_in_the_rail_and_its_address(client, town, board):
    client.force_login(town.bob)
    page = client.get("/").content.decode()
    assert reverse("sample:boards") in page
    assert f"Newest whiteboard: {board.pk}" in page
    assert "Ideas for the summer" in client.get("/sample/").content.decode()


def test_its_things_obey_the_rights_of_the_house(client, town, board):
    client.force_login(town.eve)
    assert client.get(f"/sample/board/{board.pk}/").status_code == 404
    client.force_login(town.bob)
    assert client.get(f"/sample/board/{board.pk}/").status_code == 200


def test_its_things_can_be_shared_and_restricted(town, board):
    guest = make_user("gus", rank="guest")
    board = registry.thing("whiteboard", board.pk)
    rights.share(Actor.of(town.alice), board, guest.principal, READER.mask)
    assert Whiteboard.objects.visible_to(Actor.of(guest)).get() == board
    assert Actor.of(guest).rights_on(registry.thing("whiteboard", board.pk)) == Right.SEE
    rights.stop_inheriting(Actor.of(town.alice), registry.thing("whiteboard", board.pk))
    assert not Whiteboard.objects.visible_to(Actor.of(town.bob)).exists()
    assert Whiteboard.objects.visible_to(Actor.of(town.alice)).exists()


def test_a_reference_to_what_is_gone_is_none():
    assert registry.thing("whiteboard", 10**9) is None
    assert registry.thing("nothing-like-it", 1) is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(sample, slug="Not A Slug"), "collab.E001"),
        (replace(sample, api=99), "collab.E002"),
        (replace(sample, urls="tests.sample_app.missing"), "collab.E003"),
        (replace(sample, settings=()), "collab.E006"),
        (replace(sample, jobs=(Every(60, "tests.sample_app.tasks.missing"),)), "collab.E004"),
    ],
)
def test_a_mistake_is_named_at_start(monkeypatch, wrong, code):
    monkeypatch.setattr(registry, "plugins", lambda: (wrong,))
    assert [error.id for error in checks.check_plugins()] == [code]


def test_two_apps_cannot_claim_one_name(monkeypatch):
    twin = Plugin(slug=sample.slug, name="Twin", icon="board", shareables=(Shareable("whiteboard", get, str, str),))
    monkeypatch.setattr(registry, "plugins", lambda: (sample, twin))
    assert [error.id for error in checks.check_plugins()] == ["collab.E005", "collab.E005"]


def get(pk):
    return None
