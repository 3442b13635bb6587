"""The end of a space: archived, asked for by name, kept for thirty days, erased at night with everything in it."""

import pytest

from collab.accounts.models import Rank
from collab.events.models import AuditEntry, Change
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights.models import Acl, Grant, Link, Principal
from collab.rights.right import EDITOR, MANAGER, READER
from collab.spaces import actions as spaces
from collab.spaces import tasks
from collab.spaces.actions import ending
from collab.spaces.models import Space
from files import sweeping
from files.models import Blob, Node, Trash, Version
from tests import town as make

pytestmark = pytest.mark.django_db

RANKS = {
    # rank → (their own, others'): the rows arch.restore_own and arch.restore_others of the matrix
    Rank.OWNER: (True, True), Rank.ADMIN: (True, True), Rank.SPACE_MANAGER: (True, False), Rank.MEMBER: (False, False),
    Rank.GUEST: (False, False),
}  # fmt: skip


@pytest.fixture
def admin(town):
    return make.make_user("adam", Rank.ADMIN)


@pytest.fixture
def full(town):
    """Alice's space with a bit of everything in it, archived."""
    alice, space, root = town.alice, town.space, town.root
    folder = make.make_folder(alice, root, "Summer")
    file = make.make_file(alice, folder, "plan.txt", b"one")
    make.make_file(alice, folder, "plan.txt", b"second")
    make.share(alice, folder, town.eve, READER.mask)
    make.make_link(alice, file)
    make.restrict(alice, make.make_folder(alice, folder, "Reserved"))
    make.throw_away(alice, make.make_file(alice, root, "old.txt", b"thrown away"))
    make.change(alice, rank=Rank.SPACE_MANAGER)
    spaces.archive(make.act(alice), space)
    return make.fresh(space)


def end(space):
    make.change(space, delete_at=make.in_hours(-1))
    tasks.tidy()


def test_it_waits_thirty_days_and_can_be_kept(town, full):
    spaces.delete(make.act(town.alice), full, "plans")
    full = make.fresh(full)
    assert 29 < (full.delete_at - make.in_hours(0)).total_seconds() / 86400 <= 30
    tasks.tidy()
    assert Space.objects.filter(pk=full.pk).exists()
    spaces.keep(make.act(town.alice), full)
    assert make.fresh(full).delete_at is None
    assert make.log_of(full)[-2:] == ["delete", "keep"]


def test_bringing_it_back_takes_the_deletion_back_too(town, full):
    spaces.delete(make.act(town.alice), full, "Plans")
    spaces.restore(make.act(town.alice), make.fresh(full))
    full = make.fresh(full)
    assert (full.archived_at, full.delete_at) == (None, None)


def test_everything_in_it_goes_and_nothing_else(town, full, settings):
    elsewhere = make.make_space(town.alice, "Elsewhere")
    kept = make.make_file(town.alice, make.root_of(elsewhere), "kept.txt", b"one")
    spaces.delete(make.act(town.alice), full, "Plans")
    end(full)
    assert not Space.objects.filter(pk=full.pk).exists()
    assert not Node.objects.filter(space_id=full.pk).exists()
    assert not Trash.objects.exists()
    assert not Version.objects.exists()
    assert not Link.objects.exists()
    assert not Principal.objects.filter(user=None, group=None).exists()
    assert not Change.objects.filter(space_id=full.pk).exists()
    assert not Acl.objects.filter(kind="space", object_id=full.pk).exists()
    assert not Grant.objects.filter(principal=town.team.principal).exists()
    make.age(Blob.objects.all(), "created_at", 8)
    sweeping.sweep_blobs()
    assert make.read(kept) == b"one"
    assert Blob.objects.count() == 1
    assert make.is_clean(deep=True)
    entry = AuditEntry.objects.get(kind="space-erased")
    assert (entry.subject_id, entry.subject_name, entry.actor_id) == (full.pk, "Plans", None)


def test_one_that_was_kept_a_moment_ago_stays(town, full):
    spaces.delete(make.act(town.alice), full, "Plans")
    make.change(full, delete_at=make.in_hours(-1))
    spaces.keep(make.act(town.alice), make.fresh(full))
    tasks.tidy()
    assert Space.objects.filter(pk=full.pk).exists()


@pytest.mark.parametrize("typed", ["", "Plan", "Plans 2", "Eve"])
def test_another_name_deletes_nothing(town, full, typed):
    with pytest.raises(BadInput):
        spaces.delete(make.act(town.alice), full, typed)
    assert make.fresh(full).delete_at is None


def test_only_an_archived_one_can_be_deleted(town, full, admin):
    spaces.restore(make.act(admin), full)
    with pytest.raises(Conflict):
        spaces.delete(make.act(admin), make.fresh(full), "Plans")


def test_a_personal_space_never(town, admin):
    own = Space.objects.get(owner=town.alice)
    for who in (town.alice, admin):
        for action in (spaces.archive, spaces.restore, lambda actor, space: spaces.delete(actor, space, space.name)):
            with pytest.raises(Forbidden):
                action(make.act(who), own)


@pytest.mark.parametrize("rank", RANKS)
def test_by_rank_as_the_matrix_says(town, full, rank):
    own, others = RANKS[rank]
    make.change(town.alice, rank=rank)
    _deletes_and_keeps(town.alice, full, own)
    make.change(town.alice, rank=Rank.MEMBER)
    _deletes_and_keeps(make.make_user("sam", rank), full, others)


def _deletes_and_keeps(who, space, allowed):
    for action in (lambda actor, thing: spaces.delete(actor, thing, "Plans"), spaces.keep):
        if allowed:
            action(make.act(who), make.fresh(space))
        else:
            with pytest.raises(Forbidden):
                action(make.act(who), make.fresh(space))


def test_a_manager_of_what_another_made_does_not_end_it(town, full):
    rita = make.make_user("rita", Rank.SPACE_MANAGER)
    Grant.objects.create(acl_id=full.acl_id, principal=rita.principal, rights=MANAGER.mask)
    with pytest.raises(Forbidden):
        spaces.delete(make.act(rita), full, "Plans")


def test_nothing_can_be_done_in_one_that_is_gone(town, full):
    spaces.delete(make.act(town.alice), full, "Plans")
    stale = make.fresh(full)
    end(full)
    with pytest.raises((NotFound, Forbidden)):
        spaces.keep(make.act(town.alice), stale)
    make.change(town.alice, rank=Rank.ADMIN)
    with pytest.raises(NotFound):
        spaces.keep(make.act(town.alice), stale)


def test_one_that_cannot_be_erased_keeps_no_other(town, full, monkeypatch):
    other = make.make_space(town.alice, "Elsewhere")
    for space in (full, other):
        make.change(space, archived_at=make.in_hours(-2), delete_at=make.in_hours(-1))
    erase = ending.remove

    def stubborn(space):
        erase(space)
        if space.name == "Plans":
            raise RuntimeError

    monkeypatch.setattr(ending, "remove", stubborn)
    assert spaces.erase_due() == 1
    assert make.fresh(full).name == "Plans"
    assert Node.objects.filter(space=full, name="plan.txt").exists()
    assert not Space.objects.filter(pk=other.pk).exists()
    assert make.is_clean()


def test_archiving_twice_says_it_once(town, full, admin):
    spaces.archive(make.act(admin), full)
    assert make.log_of(full).count("archive") == 1
    assert AuditEntry.objects.filter(kind="space-archived").count() == 1


def test_shares_and_invitations_into_one_that_went_lead_nowhere(town, full):
    spaces.delete(make.act(town.alice), full, "Plans")
    end(full)
    assert not Grant.objects.filter(rights=EDITOR.mask, principal=town.team.principal).exists()
    assert make.at_root(town.bob) == []
