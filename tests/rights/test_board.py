"""The cells of the rights board, what a set of changes would do, and changing several at once or none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.accounts.models import Rank
from collab.events.models import AuditEntry
from collab.rights import board, board_changes
from collab.rights.board_changes import Clash, Refused, Wanted, undoing
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER, Right
from collab.spaces.models import ARCHIVED
from tests import town as make


@pytest.fixture
def folder(alice, root):
    found = make.make_folder(alice, root, "Accounts")
    make.share(alice, found, make.make_group("Finances"), EDITOR.mask)
    return make.fresh(found)


@pytest.fixture
def finances(folder):
    return folder.acl.grants.get(principal__group__name="Finances").principal


def given(thing, who):
    principal = getattr(who, "principal", who)
    return (
        Grant.objects.filter(acl_id=make.fresh(thing).acl_id, principal=principal)
        .values_list("rights", flat=True)
        .first()
        or 0
    )


def test_a_cell_tells_what_was_given_from_what_is_received(space, folder, team, finances, bob, eve, alice):
    make.share(alice, space, make.everyone(), READER.mask)
    guest = make.make_user("gus", Rank.GUEST)
    rows = [team.principal.pk, finances.pk, make.everyone().principal.pk, bob.principal.pk, guest.principal.pk]
    cells = board.cells(rows, [space.acl_id, folder.acl_id])
    at = {name: cells.at(pk, acl) for name, pk, acl in [
        ("team", rows[0], space.acl_id), ("inside", rows[0], folder.acl_id), ("finances", rows[1], folder.acl_id),
        ("everyone", rows[2], space.acl_id), ("bob", rows[3], folder.acl_id), ("guest", rows[4], space.acl_id),
    ]}  # fmt: skip
    assert (at["team"].own, at["team"].through) == (EDITOR.mask, READER.mask)
    assert (at["inside"].own, at["inside"].through) == (0, EDITOR.mask)
    assert (at["finances"].own, at["finances"].through) == (EDITOR.mask, READER.mask)
    assert (at["everyone"].own, at["everyone"].through) == (READER.mask, 0)
    assert (at["bob"].own, at["bob"].through) == (0, EDITOR.mask)
    assert at["guest"].mask == 0


def test_a_restricted_thing_receives_nothing_and_ended_grants_do_not_count(alice, space, folder, team, finances):
    make.restrict(alice, folder)
    make.expire(folder, finances)
    cells = board.cells([team.principal.pk, finances.pk], [folder.acl_id])
    assert cells.at(team.principal.pk, folder.acl_id).mask == 0
    assert cells.at(finances.pk, folder.acl_id).mask == 0


def test_the_number_of_queries_does_not_grow(space, folder, team, finances):
    principal = team.principal.pk
    with CaptureQueriesContext(connection) as few:
        board.cells([principal], [space.acl_id])
    groups = [make.make_group(f"Group {number}").principal.pk for number in range(20)]
    with CaptureQueriesContext(connection) as many:
        board.cells(groups, [space.acl_id, folder.acl_id])
    assert len(few) == len(many) == 3


def test_cells_say_the_same_as_the_one_question_does(alice, bob, eve, space, folder, team):
    make.share(alice, folder, eve, READER.mask)
    cells = board.cells([one.principal.pk for one in (alice, bob, eve)], [space.acl_id, folder.acl_id])
    for one in (alice, bob, eve):
        for thing in (space, folder):
            assert cells.at(one.principal.pk, thing.acl_id).mask == make.mask_on(one, thing)


def test_preview_counts_what_is_changed_on_a_wider_circle(alice, bob, space, folder, team):
    told = board.preview({(space.acl_id, team.principal.pk): 0, (folder.acl_id, team.principal.pk): READER.mask})
    assert told[space.acl_id].loses == {bob.pk: EDITOR.mask}
    assert told[folder.acl_id].loses == {bob.pk: EDITOR.mask & ~READER.mask}
    assert told[folder.acl_id].gains == {}


def test_all_changes_are_made_recorded_and_undone(alice, space, folder, team, finances):
    before = given(space, team), given(folder, finances)
    wanted = [
        Wanted(("space", space.pk), team.principal.pk, EDITOR.mask, READER.mask),
        Wanted(("node", folder.pk), finances.pk, EDITOR.mask, 0),
    ]
    made = board_changes.change(make.act(alice), wanted)
    assert (given(space, team), given(folder, finances)) == (READER.mask, 0)
    changed, taken = AuditEntry.objects.order_by("-pk")[:2][::-1]
    assert {changed.kind, taken.kind} == {"share", "unshare"}
    assert {changed.subject_name, taken.subject_name} == {"Plans", folder.name}
    assert sorted(make.log_of(space)[-2:]) == ["share", "unshare"]
    board_changes.change(make.act(alice), undoing(made))
    assert (given(space, team), given(folder, finances)) == before


def test_an_end_and_a_note_are_kept_and_come_back(alice, space, eve):
    make.share(alice, space, eve, READER.mask, expires_at=make.in_hours(48), note="for June")
    end = Grant.objects.get(acl=space.acl, principal=eve.principal).expires_at
    seen = board_changes.seconds(end)
    wanted = Wanted(("space", space.pk), eve.principal.pk, READER.mask, EDITOR.mask, seen)
    made = board_changes.change(make.act(alice), [wanted])
    now = Grant.objects.get(acl=space.acl, principal=eve.principal)
    assert (now.rights, now.expires_at, now.note) == (EDITOR.mask, end, "for June")
    gone = board_changes.change(make.act(alice), [Wanted(wanted.ref, wanted.principal, EDITOR.mask, 0, seen)])
    board_changes.change(make.act(alice), undoing(gone))
    board_changes.change(make.act(alice), undoing(made))
    now = Grant.objects.get(acl=space.acl, principal=eve.principal)
    assert (now.rights, now.expires_at, now.note) == (READER.mask, end, "for June")


def test_what_somebody_changed_meanwhile_stops_everything(alice, space, folder, team, finances):
    wanted = [
        Wanted(("space", space.pk), team.principal.pk, READER.mask, MANAGER.mask),
        Wanted(("node", folder.pk), finances.pk, EDITOR.mask, 0),
    ]
    told = AuditEntry.objects.count()
    with pytest.raises(Clash) as stopped:
        board_changes.change(make.act(alice), wanted)
    assert [(place, int(now.mask)) for place, now in stopped.value.now.items()] == [
        (("space", space.pk, team.principal.pk), EDITOR.mask)
    ]
    assert given(folder, finances) == EDITOR.mask
    assert AuditEntry.objects.count() == told


def test_every_refusal_names_its_cell_and_nothing_is_done(alice, bob, eve, space, folder, team, finances):
    make.share(alice, space, bob, EDITOR.mask | Right.SHARE)
    wanted = [
        Wanted(("space", space.pk), eve.principal.pk, 0, MANAGER.mask),
        Wanted(("space", space.pk), alice.principal.pk, MANAGER.mask, 0),
        Wanted(("node", folder.pk), finances.pk, EDITOR.mask, READER.mask),
    ]
    with pytest.raises(Refused) as stopped:
        board_changes.change(make.act(bob), wanted)
    assert {place[2] for place in stopped.value.reasons} == {eve.principal.pk, alice.principal.pk}
    assert given(folder, finances) == EDITOR.mask


def test_the_last_manager_stays_and_may_be_replaced_in_one_go(alice, eve, space):
    away = Wanted(("space", space.pk), alice.principal.pk, MANAGER.mask, 0)
    with pytest.raises(Refused) as stopped:
        board_changes.change(make.act(alice), [away])
    assert stopped.value.status == 409
    board_changes.change(make.act(alice), [away, Wanted(away.ref, eve.principal.pk, 0, MANAGER.mask)])
    assert (given(space, alice), given(space, eve)) == (0, MANAGER.mask)


def test_an_archived_space_refuses_by_cell(alice, space, team):
    make.change(space, archived_at=make.in_hours(-1))
    with pytest.raises(Refused) as stopped:
        board_changes.change(make.act(alice), [Wanted(("space", space.pk), team.principal.pk, EDITOR.mask, 0)])
    assert list(stopped.value.reasons.values()) == [str(ARCHIVED)]
