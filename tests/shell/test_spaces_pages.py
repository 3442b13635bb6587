"""A space's own pages: making one, and who is in it with which role; every change can be undone."""

import re

import pytest

from collab.accounts.models import Rank
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER
from collab.spaces.models import Space
from tests import town as make


@pytest.fixture
def members(space):
    return f"/spaces/{space.pk}/members/"


def mask(space, who):
    return Grant.objects.filter(acl_id=space.acl_id, principal=who.principal).values_list("rights", flat=True).first()


def undo(browser, page):
    """Send the form of the toast."""
    html = page.content.decode()
    form = re.search(r'<form method="post" action="([^"]+)" data-undo>(.*?)</form>', html, re.S)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    return browser.post(form[1], fields)


@pytest.mark.parametrize("typed", ["Eve", "eve", "Eve (eve)", " EVE "])
def test_a_person_is_added_by_name(as_, alice, eve, space, members, typed):
    page = as_(alice).post(members, {"who": typed, "role": "reader"}, follow=True)
    assert page.status_code == 200
    assert mask(space, eve) == READER.mask


def test_adding_can_be_undone(as_, alice, eve, space, members):
    browser = as_(alice)
    page = browser.post(members, {"who": "eve", "role": "reader"}, follow=True)
    undo(browser, page)
    assert mask(space, eve) is None


def test_a_group_and_everyone_are_added_by_name(as_, alice, space, members):
    group = make.make_group("Sportifs")
    as_(alice).post(members, {"who": "sportifs", "role": "editor"})
    as_(alice).post(members, {"who": "Everyone", "role": "reader"})
    assert mask(space, group) == EDITOR.mask
    assert mask(space, make.everyone()) == READER.mask


def test_an_unknown_name_is_said_beside_the_field(as_, alice, members):
    page = as_(alice).post(members, {"who": "Nobody Known", "role": "reader"})
    assert page.status_code == 400
    assert "Nobody here is called" in page.content.decode()
    assert 'value="Nobody Known"' in page.content.decode(), "what was typed is kept"


def test_two_people_of_one_name_ask_for_a_choice(as_, alice, members):
    for username in ("marie1", "marie2"):
        person = make.make_user(username)
        person.display_name = "Marie Dupont"
        person.save()
    page = as_(alice).post(members, {"who": "Marie Dupont", "role": "reader"})
    assert "Several people are called" in page.content.decode()


def test_a_role_is_changed_and_changed_back(as_, alice, team, space, members):
    browser = as_(alice)
    page = browser.post(members, {"principal": team.principal.pk, "role": "reader"}, follow=True)
    assert mask(space, team) == READER.mask
    undo(browser, page)
    assert mask(space, team) == EDITOR.mask


def test_removing_can_be_undone(as_, alice, team, space, members):
    browser = as_(alice)
    page = browser.post(f"{members}remove/", {"principal": team.principal.pk}, follow=True)
    assert mask(space, team) is None
    undo(browser, page)
    assert mask(space, team) == EDITOR.mask


def test_the_last_manager_stays(as_, alice, space, members):
    for address, fields in ((members, {"role": "reader"}), (f"{members}remove/", {})):
        page = as_(alice).post(address, fields | {"principal": alice.principal.pk})
        assert page.status_code == 409
        assert "at least one manager" in page.content.decode()
    assert mask(space, alice) == MANAGER.mask


def test_who_may_not_share_sees_no_control_and_is_refused(as_, bob, eve, space, members):
    html = as_(bob).get(members).content.decode()
    assert "<select" not in html
    page = as_(bob).post(members, {"principal": eve.principal.pk, "role": "reader"})
    assert page.status_code == 403
    assert mask(space, eve) is None


@pytest.mark.parametrize("fields", [{"role": "emperor"}, {"mask": "0"}, {"mask": "256"}, {"mask": "-1"}, {}])
def test_a_right_that_does_not_exist_is_refused(as_, alice, eve, members, fields):
    assert as_(alice).post(members, fields | {"principal": eve.principal.pk}).status_code == 400


def test_the_verdict_counts_people_not_grants(as_, alice, space, members):
    html = as_(alice).get(members).content.decode()
    assert "2 people see this space: 1 manages it, 1 edits." in html


def test_making_a_space_goes_by_rank(as_, bob):
    page = as_(bob).post("/spaces/new/", {"name": "Summer"})
    assert page.status_code == 403
    assert not Space.objects.filter(name="Summer").exists()
    assert "New space" not in as_(bob).get("/").content.decode(), "no control that would fail"


def test_a_space_manager_makes_a_space_and_lands_on_its_members(as_, town):
    maker = make.make_user("mila", Rank.SPACE_MANAGER)
    page = as_(maker).post("/spaces/new/", {"name": "Summer", "description": "Holidays"}, follow=True)
    space = Space.objects.get(name="Summer")
    assert page.redirect_chain[-1][0] == f"/spaces/{space.pk}/members/"
    assert mask(space, maker) == MANAGER.mask


def test_a_space_is_renamed_and_recoloured(as_, alice, space):
    as_(alice).post(f"/spaces/{space.pk}/settings/", {"name": "Plans B", "description": "", "hue": "prune"})
    space.refresh_from_db()
    assert (space.name, space.hue) == ("Plans B", "prune")


def test_a_space_is_pinned_and_let_go(as_, bob, space):
    browser = as_(bob)
    browser.post(f"/spaces/{space.pk}/pin/", {"pinned": "1"})
    assert space.pins.filter(user=bob).exists()
    browser.post(f"/spaces/{space.pk}/pin/", {"pinned": "0"})
    assert not space.pins.filter(user=bob).exists()


def test_archiving_can_be_undone(as_, owner, space):
    make.share(make.act(space.created_by), space, owner, MANAGER.mask)
    browser = as_(owner)
    page = browser.post(f"/spaces/{space.pk}/archive/", follow=True)
    space.refresh_from_db()
    assert space.archived_at is not None
    undo(browser, page)
    space.refresh_from_db()
    assert space.archived_at is None
