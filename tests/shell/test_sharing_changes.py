"""Changing and taking rights in the sharing panel, reserving a thing, and undoing each."""

import json

import pytest
from django.utils import timezone

from collab.rights.right import EDITOR, MANAGER, READER
from tests import town as make
from tests.shell.sharing import at, folder, mask, sharer, undo, words

__all__ = ["at", "folder", "sharer"]


def test_a_role_changes_at_once_keeps_its_end_and_is_changed_back(as_, alice, eve, folder, at):
    make.share(alice, folder, eve, READER.mask, expires_at=make.in_hours(50), note="why")
    browser = as_(alice)
    page = browser.post(f"{at}change/", {"principal": eve.principal.pk, "role": "editor"}, follow=True)
    grant = make.fresh(folder).acl.grants.get(principal=eve.principal)
    assert (grant.rights, grant.note, grant.expires_at is not None) == (EDITOR.mask, "why", True)
    undo(browser, page)
    assert mask(folder, eve) == READER.mask


def test_removing_is_undone(as_, alice, eve, folder, at):
    make.share(alice, folder, eve, EDITOR.mask)
    browser = as_(alice)
    page = browser.post(f"{at}remove/", {"principal": eve.principal.pk}, follow=True)
    assert mask(folder, eve) is None
    assert "“Photos” is no longer shared with Eve here." in words(page)
    undo(browser, page)
    assert mask(folder, eve) == EDITOR.mask


def test_one_gives_up_ones_own_right_and_goes_home(as_, alice, eve, folder, at):
    make.share(alice, folder, eve, READER.mask)
    page = as_(eve).post(f"{at}remove/", {"principal": eve.principal.pk}, follow=True)
    assert page.redirect_chain[-1][0] == "/"
    assert "You gave up your own right on “Photos”." in words(page)
    assert not make.finds(eve, folder)


@pytest.mark.parametrize(
    "fields",
    [
        {"principal": "", "role": "reader"},
        {"principal": "9" * 40, "role": "reader"},
        {"principal": "²", "role": "reader"},
        {"principal": "0", "role": "reader"},
        {"principal": "bob", "role": "reader"},
        {"principal": "eve", "role": "emperor"},
        {"principal": "eve"},
    ],
)
def test_a_change_that_cannot_be_read_is_refused(as_, alice, bob, eve, folder, at, fields):
    """Bob has nothing here: what he has comes from above, where it is changed."""
    make.share(alice, folder, eve, EDITOR.mask)
    people = {"bob": bob, "eve": eve}
    if who := people.get(fields["principal"]):
        fields = fields | {"principal": who.principal.pk}
    assert as_(alice).post(f"{at}change/", fields).status_code == 400
    assert mask(folder, eve) == EDITOR.mask


NOT_JSON = ["", "{", "[" * 50_000, "x" * 100_000]
NOT_ROWS = ["null", "7", "[7]", "[[1]]", '[{"a":1}]']
WRONG = [
    '"1",1,null,""',
    '1,999,null,""',
    '-1,1,null,""',
    '1,-1,null,""',
    '1,1,"soon",""',
    '1,1,"2090-01-01",""',
    '1,1,5,""',
]
WRONG += [
    "1,1,null,5",
    '1,1,null,"\\u0000"',
    f'{10**40},1,null,""',
    '[],1,null,""',
    'true,1,null,""',
    '1,1.5,null,""',
    '1,"a",null,""',
]
HOSTILE = [*NOT_JSON, *NOT_ROWS, *(f"[[{row}]]" for row in WRONG)]


@pytest.mark.parametrize("before", HOSTILE)
def test_an_undo_that_was_tampered_with_is_refused(as_, alice, at, before):
    assert as_(alice).post(f"{at}change/", {"before": before}).status_code == 400
    assert as_(alice).post(f"{at}unrestrict/", {"before": before}).status_code == 400


def test_an_undo_gives_nobody_more_than_its_sender_may_give(as_, sharer, eve, folder, at):
    before = json.dumps([[eve.principal.pk, 255, None, ""]])
    assert as_(sharer).post(f"{at}change/", {"before": before}).status_code == 403
    assert as_(sharer).post(f"{at}unrestrict/", {"before": before}).status_code == 403
    assert mask(folder, eve) is None


def test_reserving_names_who_would_lose_and_is_undone_without_a_trace(as_, alice, bob, folder, at):
    browser = as_(alice)
    assert "Bob would lose rights here." in words(browser.get(at))
    page = browser.post(f"{at}restrict/", follow=True)
    assert not make.finds(bob, folder)
    assert mask(folder, alice) == MANAGER.mask, "managers stay"
    assert 'aria-checked="true"' in page.content.decode()
    undo(browser, page)
    assert make.finds(bob, folder)
    assert mask(folder, alice) is None, "the copy that the restriction made is gone again"


def test_opening_again_is_undone_by_reserving(as_, alice, bob, folder, at):
    make.restrict(alice, folder)
    browser = as_(alice)
    page = browser.post(f"{at}unrestrict/", follow=True)
    assert make.finds(bob, folder)
    undo(browser, page)
    assert not make.finds(bob, folder)


def test_only_who_manages_it_may_reserve(as_, sharer, at):
    browser = as_(sharer)
    assert 'role="switch"' not in browser.get(at).content.decode()
    assert browser.post(f"{at}restrict/").status_code == 403


def test_a_space_is_shared_by_the_same_panel(as_, alice, eve, space):
    at = f"/share/space/{space.pk}/"
    browser = as_(alice)
    assert 'role="switch"' not in browser.get(at).content.decode(), "a space inherits from nothing"
    assert browser.post(at, {"who": "eve", "role": "reader"}).status_code == 302
    assert mask(space, eve) == READER.mask
    page = browser.post(f"{at}change/", {"principal": alice.principal.pk, "role": "reader"})
    assert page.status_code == 409
    assert "at least one manager" in words(page)


def test_an_archived_space_is_read_only(as_, alice, eve, space, folder, at):
    make.change(space, archived_at=timezone.now())
    browser = as_(alice)
    page = browser.get(at)
    assert "archived" in words(page)
    assert "share-form" not in page.content.decode()
    assert browser.post(at, {"who": "eve", "role": "reader"}).status_code in {400, 403}
    assert mask(folder, eve) is None


def test_a_link_is_listed_and_not_changed_here(as_, alice, folder, at):
    link = make.make_link(alice, folder)
    page = as_(alice).get(at)
    assert "Public link" in words(page)
    assert as_(alice).post(f"{at}remove/", {"principal": link.principal_id}).status_code == 400
