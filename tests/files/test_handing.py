"""Handing a file or folder to a person or a team: who gains, who loses, what one keeps, and back again."""

import pytest

from collab.accounts.models import Rank
from collab.events.models import AuditEntry
from collab.rights.right import CONTRIBUTOR, EDITOR, READER, Right
from tests import town as make
from tests.files.web import signed_in, text


@pytest.fixture
def web(alice):
    return signed_in(alice)


@pytest.fixture
def mine(alice):
    folder = make.make_folder(alice, make.home(alice), "Grant request")
    make.make_file(alice, folder, "budget.txt", b"12")
    return folder


def url(thing):
    return f"/files/hand-over/{thing.pk}/"


def undo(web, answer):
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    return web.post(toast.undo, toast.fields)


def test_to_a_person_all_is_theirs(web, alice, bob, mine):
    told = text(web.get(url(mine), {"who": "bob"}))
    for said in ("goes to the files of Bob", "Bob will see it", "You will no longer see it"):
        assert said in told
    assert web.get(url(mine)).status_code == 200
    answer = web.post(url(mine), {"who": "bob"})
    assert answer.status_code == 302
    assert make.names(bob, make.home(bob)) == ["Grant request"]
    assert make.mask_on(bob, mine) == Right.ALL
    assert not make.finds(alice, mine)
    assert make.is_clean(deep=True)
    assert AuditEntry.objects.get(kind="handed-over").whom_name == "Bob"


def test_one_keeps_what_was_chosen(web, alice, bob, mine):
    told = text(web.get(url(mine), {"who": "bob", "keep": "editor"}))
    assert "What remains to you: can edit" in told
    answer = web.post(url(mine), {"who": "bob", "keep": "editor"})
    assert make.mask_on(alice, mine) == EDITOR.mask
    undo(web, answer)
    assert make.mask_on(alice, mine) == Right.ALL
    assert make.names(alice, make.home(alice)) == ["Grant request"]
    assert not make.finds(bob, mine)
    assert make.is_clean(deep=True)


def test_to_a_team_needs_the_right_to_add_there(web, as_bobs, alice, bob, space, root, mine):
    own = make.make_file(bob, make.home(bob), "minutes.txt")
    assert f'value="{space.pk}"' in text(as_bobs.get(url(own)))
    answer = as_bobs.post(url(own), {"space": space.pk, "keep": "reader"})
    assert answer.status_code == 302
    assert make.names(alice, root) == ["minutes.txt"]
    assert make.mask_on(bob, own) & EDITOR.mask == EDITOR.mask, "what the space gives"
    undo(as_bobs, answer)
    assert make.names(bob, make.home(bob)) == ["minutes.txt"]
    hers = make.make_space(alice, "Board")
    assert as_bobs.post(url(own), {"space": hers.pk}).status_code == 400
    make.share(alice, hers, bob, READER.mask)
    assert as_bobs.post(url(own), {"space": hers.pk}).status_code == 400
    make.share(alice, hers, bob, CONTRIBUTOR.mask)
    assert as_bobs.post(url(own), {"space": hers.pk}).status_code == 302
    assert make.is_clean(deep=True)


@pytest.fixture
def as_bobs(bob):
    return signed_in(bob)


def test_shares_go_with_it_and_links_are_said_to_rest(web, alice, bob, eve, mine):
    make.share(alice, mine, eve, READER.mask)
    make.make_link(alice, mine)
    told = text(web.get(url(mine), {"who": "bob"}))
    assert "public links are suspended" in told
    assert "Eve will" not in told
    web.post(url(mine), {"who": "bob"})
    assert make.mask_on(eve, mine) == READER.mask


def test_a_taken_name_gets_a_number(web, bob, mine):
    make.make_folder(bob, make.home(bob), "Grant request")
    web.post(url(mine), {"who": "bob"})
    assert make.names(bob, make.home(bob)) == ["Grant request", "Grant request (2)"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "Choose a person or a space"), ({"who": "nobody"}, "Nobody here is called"),
        ({"who": "Team"}, "A group cannot have a file"), ({"who": "alice"}, "That is you"),
        ({"who": "gus"}, "no files of their own"), ({"space": "x"}, "Choose a space"),
        ({"space": "9" * 30}, "Choose a space"), ({"who": "bob", "space": "1"}, "not both"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(web, alice, mine, sent, why):
    make.make_user("gus", Rank.GUEST)
    answer = web.post(url(mine), sent)
    assert answer.status_code == 400
    assert why in text(answer)
    assert make.finds(alice, mine)


def test_only_who_manages_a_thing_gives_it_away(as_bobs, alice, bob, eve, root, mine):
    file = make.make_file(alice, root, "plan.txt")
    assert as_bobs.get(url(file)).status_code == 403
    assert as_bobs.post(url(file), {"who": "bob"}).status_code == 403
    assert signed_in(eve).get(url(mine)).status_code == 404
    assert signed_in(alice).post(url(root), {"who": "bob"}).status_code == 400


def test_nobody_gives_away_what_is_anothers_own(as_bobs, alice, bob, mine):
    make.share(alice, mine, bob, Right.ALL)
    answer = as_bobs.post(url(mine), {"who": "eve"})
    assert (answer.status_code, "own files: only they hand it over" in text(answer)) == (403, True)
    assert url(mine) not in text(as_bobs.get(f"/share/node/{mine.pk}/"))


def test_a_reserved_thing_is_opened_first(web, alice, mine):
    make.restrict(alice, mine)
    answer = web.post(url(mine), {"who": "bob"})
    assert (answer.status_code, "Lift that first" in text(answer)) == (409, True)


def test_over_quota_nothing_moves(web, alice, bob, mine):
    make.change(make.home(bob).space, quota=1)
    assert web.post(url(mine), {"who": "bob"}).status_code == 507
    assert make.finds(alice, mine)


def test_an_undo_is_its_givers_for_an_hour(web, as_bobs, alice, bob, mine):
    answer = web.post(url(mine), {"who": "bob"})
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    assert as_bobs.post(toast.undo, toast.fields).status_code == 400
    for forged in ({}, {"handed": "x"}):
        assert web.post(toast.undo, forged).status_code == 409
    make.throw_away(bob, make.fresh(mine))
    assert web.post(toast.undo, toast.fields).status_code == 409


def test_the_sharing_panel_leads_there(web, as_bobs, alice, root, mine):
    assert url(mine) in text(web.get(f"/share/node/{mine.pk}/"))
    file = make.make_file(alice, root, "plan.txt")
    assert url(file) not in text(as_bobs.get(f"/share/node/{file.pk}/"))
