"""Public links: what they open, for whom, how long, and who stands behind them."""

import pytest

from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights import actions as rights
from collab.rights.links import adopt_link, count_visit, open_link, revoke_link, token_of
from collab.rights.models import Link, Principal
from collab.rights.right import CONTRIBUTOR, DROP_BOX, EDITOR, LINK_MAX, READER, Right
from tests import town as make


@pytest.fixture
def folder(alice, root):
    folder = make.make_folder(alice, root, "Public")
    make.make_file(alice, folder, "flyer.pdf")
    return folder


def token(alice, link, folder):
    return token_of(make.act(alice), link, make.fresh(folder))


def test_carol_with_the_link_sees_that_folder_and_nothing_else(alice, folder, root):
    link = make.make_link(alice, folder)
    carol = make.visitor(link)
    assert make.names(carol, folder) == ["flyer.pdf"]
    assert not make.finds(carol, root)
    assert make.mask_on(carol, folder) == READER.mask


def test_the_token_opens_and_a_wrong_one_does_not(alice, folder):
    link = make.make_link(alice, folder)
    assert open_link(token(alice, link, folder)) == (link, True)
    for wrong in ("", "nonsense", token(alice, link, folder)[:-1], token(alice, link, folder) + "x"):
        with pytest.raises(NotFound):
            open_link(wrong)
    with pytest.raises(NotFound):
        open_link(token(alice, link, folder), kind="calendar")


def test_the_token_itself_is_not_in_the_database(alice, folder):
    link = make.make_link(alice, folder)
    secret = token(alice, link, folder).encode()
    row = Link.objects.get(pk=link.pk)
    assert secret not in bytes(row.token_sealed) + bytes(row.digest)


def test_a_password_unlocks(alice, folder):
    link = make.make_link(alice, folder, password="open sesame now")
    secret = token(alice, link, folder)
    assert open_link(secret) == (link, False)
    assert open_link(secret, "wrong") == (link, False)
    assert open_link(secret, "open sesame now") == (link, True)


def test_a_link_that_ended_or_is_used_up_is_gone(alice, folder):
    link = make.make_link(alice, folder, uses_left=1)
    secret = token(alice, link, folder)
    count_visit(link)
    with pytest.raises(NotFound):
        open_link(secret)
    Link.objects.update(uses_left=None)
    make.expire(folder, link.principal)
    with pytest.raises(NotFound):
        open_link(secret)
    assert not make.finds(make.visitor(link), folder)
    make.expire(folder, link.principal, hours=1)
    assert open_link(secret)[1]


@pytest.mark.parametrize("mask", [Right.SHARE, Right.MANAGE, Right.ALL, Right.SEE | Right.SHARE, Right.NONE])
def test_a_link_never_shares_nor_manages(alice, folder, mask):
    with pytest.raises(BadInput):
        make.make_link(alice, folder, mask)


@pytest.mark.parametrize("mask", [Right.SEE, DROP_BOX.mask, CONTRIBUTOR.mask, EDITOR.mask, LINK_MAX])
def test_a_link_gives_what_it_says(alice, folder, mask):
    assert make.mask_on(make.visitor(make.make_link(alice, folder, mask)), folder) == mask


def test_a_links_mask_cannot_be_widened_by_a_share_to_it(alice, folder, eve):
    link = make.make_link(alice, folder)
    with pytest.raises(BadInput):
        rights.share(make.act(alice), make.fresh(folder), link.principal, Right.ALL)
    rights.share(make.act(alice), make.fresh(folder), link.principal, EDITOR.mask)
    assert make.mask_on(make.visitor(link), folder) == EDITOR.mask


def test_a_link_holds_only_on_its_own_thing(alice, folder, root):
    link = make.make_link(alice, folder)
    other = make.make_folder(alice, root, "Other")
    with pytest.raises(BadInput):
        rights.share(make.act(alice), other, link.principal, READER.mask)


def test_making_a_link_needs_share_and_what_it_gives(alice, bob, eve, folder):
    with pytest.raises(Forbidden):
        make.make_link(bob, folder)
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    make.make_link(eve, folder, Right.SEE)
    with pytest.raises(Forbidden):
        make.make_link(eve, folder, EDITOR.mask)


def test_a_link_ends_when_the_right_to_share_ends(alice, eve, folder):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE, expires_at=make.in_hours(2))
    with pytest.raises(Forbidden):
        make.make_link(eve, folder)
    make.make_link(eve, folder, expires_at=make.in_hours(1))


@pytest.mark.parametrize("loss", ["unshared", "disabled", "left the group", "deleted"])
def test_a_link_is_suspended_when_its_maker_may_no_longer_share(alice, eve, folder, loss):
    helpers = make.make_group("Helpers", eve)
    make.share(alice, folder, helpers, Right.SEE | Right.SHARE)
    link = make.make_link(eve, folder)
    secret = token_of(make.act(eve), link, make.fresh(folder))
    assert open_link(secret)[1]
    if loss == "unshared":
        make.unshare(alice, folder, helpers)
    elif loss == "disabled":
        eve.is_active = False
        eve.save()
    elif loss == "left the group":
        helpers.memberships.all().delete()
    else:
        Link.objects.update(created_by=None)
    with pytest.raises(NotFound):
        open_link(secret)
    if loss != "deleted":
        with pytest.raises(Forbidden):
            adopt_link(make.act(eve), make.fresh(folder), link)
    adopt_link(make.act(alice), make.fresh(folder), link)
    assert open_link(secret)[1]


def test_revoking_closes_it_for_good(alice, eve, folder):
    link = make.make_link(alice, folder)
    secret = token(alice, link, folder)
    with pytest.raises(Forbidden):
        revoke_link(make.act(eve), make.fresh(folder), link)
    principal = link.principal_id
    revoke_link(make.act(alice), make.fresh(folder), link)
    with pytest.raises(NotFound):
        open_link(secret)
    assert not Principal.objects.filter(pk=principal).exists()


def test_its_maker_revokes_it_even_without_the_right_to_share(alice, eve, folder):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    link = make.make_link(eve, folder)
    make.unshare(alice, folder, eve)
    revoke_link(make.act(eve), make.fresh(folder), link)
    assert not Link.objects.exists()


def test_only_its_maker_or_who_may_share_copies_the_token(alice, bob, eve, folder):
    link = make.make_link(alice, folder)
    for stranger in (bob, eve):
        with pytest.raises(Forbidden):
            token_of(make.act(stranger), link, make.fresh(folder))


def test_a_signed_in_person_with_a_link_has_both(alice, bob, eve, folder, root):
    box = make.make_link(alice, folder, CONTRIBUTOR.mask)
    both = make.act(eve).with_links([box])
    make.make_file(both, folder, "from-eve.txt")
    assert make.act(eve).rights_on(make.fresh(folder)) == Right.NONE


def test_a_link_on_a_file(alice, root):
    file = make.make_file(alice, root, "a.txt")
    aside = make.make_file(alice, root, "b.txt")
    carol = make.visitor(make.make_link(alice, file))
    assert make.finds(carol, file)
    assert not make.finds(carol, aside)


def test_a_link_does_not_follow_the_things_neighbours_after_a_move(alice, folder, root):
    from files.actions import moving

    link = make.make_link(alice, folder)
    inner = make.make_folder(alice, folder, "Inner")
    moving.move(make.act(alice), inner, make.fresh(root), "Inner")
    assert not make.finds(make.visitor(link), inner)


def test_a_link_of_a_thing_purged_leaves_nothing_behind(alice, folder):
    from files.actions import trashing

    make.make_link(alice, folder)
    before = Principal.objects.filter(user=None, group=None).count()
    trashing.purge(make.act(alice), make.throw_away(alice, folder))
    assert before == 1
    assert not Link.objects.exists()
    assert not Principal.objects.filter(user=None, group=None).exists()
