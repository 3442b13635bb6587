"""Who may, through what, until when; and who gains or loses before it is done."""

from collab.accounts.models import Rank, User
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import EDITOR, MANAGER, READER, Right
from tests import town as make


def test_explain_names_group_and_place(alice, bob, space, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, bob, READER.mask, note="for the fête", expires_at=make.in_hours(5))
    reasons = explain.explain(make.act(bob), make.fresh(folder))
    assert [(item.here, item.through, str(item.grant.principal)) for item in reasons] == [
        (True, ("node", folder.pk), "Bob"),
        (False, ("space", space.pk), "Team"),
    ]
    assert reasons[0].grant.granted_by == alice
    assert reasons[0].grant.expires_at is not None
    assert [item.role.slug for item in reasons] == ["reader", "editor"]


def test_explain_is_empty_for_who_has_nothing(eve, root):
    assert explain.explain(make.act(eve), root) == []
    assert explain.explain(Actor.nobody(), root) == []


def test_an_ended_grant_explains_nothing(alice, eve, root):
    make.share(alice, root, eve)
    make.expire(root, eve.principal)
    assert explain.explain(make.act(eve), make.fresh(root)) == []
    assert eve not in explain.audience(make.fresh(root))


def test_access_lists_everybody_and_the_links(alice, space, root):
    link = make.make_link(alice, root)
    principals = {reason.grant.principal_id for reason in explain.access(make.fresh(root))}
    assert link.principal_id in principals
    assert alice.principal.pk in principals


def test_audience_is_who_may_now(alice, bob, eve, space, root):
    guest, gone = make.make_user("gus", Rank.GUEST), make.make_user("gone", is_active=False)
    assert set(explain.audience(root)) == {alice, bob}
    make.share(alice, space, make.everyone(), READER.mask)
    assert set(explain.audience(root)) == {alice, bob, eve}
    assert set(explain.audience(root, Right.EDIT)) == {alice, bob}
    assert guest not in explain.audience(root)
    assert gone not in explain.audience(root)


def test_preview_says_who_gains_and_who_loses(alice, bob, eve, space):
    told = explain.preview(space, [(eve.principal, READER.mask, None)])
    assert told.gains == {eve.pk: READER.mask}
    assert told.loses == {}
    assert told.seeing == 3
    team = make.fresh(space).acl.grants.get(principal__group__name="Team").principal
    told = explain.preview(space, [(team, READER.mask, None)])
    assert told.loses == {bob.pk: EDITOR.mask & ~READER.mask}
    told = explain.preview(space, [(team, 0, None)])
    assert told.loses == {bob.pk: EDITOR.mask}
    assert told.seeing == 1


def test_preview_of_a_restriction_is_what_happens(alice, bob, eve, space, root):
    make.share(alice, space, eve, Right.SEE | Right.MANAGE)
    folder = make.make_folder(alice, root, "Salaries")
    told = explain.preview(make.fresh(folder), inherits=False)
    make.restrict(alice, folder)
    after = explain.people_with(make.fresh(folder).acl_id, Right.SEE)
    assert told.loses == {bob.pk: EDITOR.mask}
    assert told.gains == {}
    assert told.seeing == len(after) == 2


def test_preview_of_an_end_in_the_past_gives_nothing(alice, eve, space):
    told = explain.preview(space, [(eve.principal, READER.mask, make.in_hours(-1))])
    assert told.gains == {}


def test_a_refusal_says_whom_to_ask(alice, bob, root):
    folder = make.make_folder(alice, root, "Photos")
    said = explain.reason(make.fresh(folder), Right.MANAGE)
    assert "Alice" in said
    assert "Team" in explain.reason(make.fresh(folder), Right.DELETE)


def test_a_thing_that_nobody_may_change_says_so(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    User.objects.update(is_active=False)
    assert "Nobody" in explain.reason(folder, Right.EDIT) or "Personne" in explain.reason(folder, Right.EDIT)


def test_roles_have_names(alice, bob, space):
    assert explain.role_on(make.act(alice), space) == MANAGER
    assert explain.role_on(make.act(bob), space) == EDITOR
    assert explain.sentence(space)
