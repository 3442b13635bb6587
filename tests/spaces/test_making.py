"""Spaces from a template, and like another one."""

import pytest
from django.utils import translation

from collab.accounts.models import Rank
from collab.events.models import AuditEntry
from collab.lib.errors import BadInput, Forbidden, OverQuota
from collab.registry import house
from collab.rights.actions import Given
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER, Right
from collab.spaces import actions as spaces
from files.models import Node
from tests import town as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mila(town):
    return make.make_user("mila", Rank.SPACE_MANAGER)


@pytest.fixture
def source(town, mila):
    """Mila's commission, with a group, a single person, a file, something reserved and something thrown away."""
    with translation.override("en"):
        space = spaces.create(make.act(mila), "Sport 2026", description="Tournaments", template="commission")
    make.share(mila, space, town.team, EDITOR.mask)
    make.share(mila, space, town.eve, READER.mask)
    minutes = Node.objects.get(space=space, name="Minutes")
    make.make_file(mila, minutes, "january.txt", b"we met")
    make.make_folder(mila, minutes, "2026")
    secret = make.make_folder(mila, make.root_of(space), "Reserved")
    make.make_folder(mila, secret, "Inside")
    make.restrict(mila, secret)
    make.throw_away(mila, make.make_folder(mila, make.root_of(space), "Old"))
    spaces.edit(make.act(mila), space, front="## Hello", hue="prune")
    return make.fresh(space)


def folders(space):
    return sorted(Node.objects.filter(space=space).exclude(parent=None).values_list("name", flat=True))


def mask(space, who):
    return Grant.objects.filter(acl_id=space.acl_id, principal=who.principal).values_list("rights", flat=True).first()


def test_a_template_brings_folders_and_a_front_page_in_the_language_of_the_moment(mila):
    with translation.override("fr"):
        space = spaces.create(make.act(mila), "Sportifs", template="commission")
    assert folders(space) == ["Budget", "Comptes rendus", "Documents", "Ordres du jour"]
    assert space.front.startswith("## Ce que nous faisons")
    assert make.is_clean()


def test_an_empty_one_is_empty(mila):
    space = spaces.create(make.act(mila), "Sportifs")
    assert folders(space) == []
    assert space.front == ""


def test_what_faces_the_public_is_read_by_everyone(mila):
    space = spaces.create(make.act(mila), "Posters", template="public")
    assert mask(space, make.everyone()) == READER.mask


def test_a_template_that_does_not_exist_is_refused(mila):
    with pytest.raises(BadInput):
        spaces.create(make.act(mila), "Sportifs", template="palace")


def test_the_first_members_come_with_it_and_the_maker_stays_manager(mila, team):
    given = [Given(team.principal, EDITOR.mask), Given(mila.principal, READER.mask)]
    space = spaces.create(make.act(mila), "Sportifs", members=given)
    assert (mask(space, team), mask(space, mila)) == (EDITOR.mask, MANAGER.mask)
    assert AuditEntry.objects.filter(kind="space-made", subject_id=space.pk, actor_id=mila.pk).exists()


def test_a_new_space_has_the_room_that_the_house_gives(mila):
    house.put("spaces.quota", 5)
    space = spaces.create(make.act(mila), "Small")
    assert space.quota == 5
    with pytest.raises(OverQuota):
        make.make_file(mila, make.root_of(space), "six.txt", b"sixsix")


def test_a_copy_has_structure_front_page_colour_and_the_roles_of_groups(town, mila, source):
    space = spaces.copy(make.act(mila), source, "Sport 2027", description="Again")
    assert folders(space) == ["2026", "Agendas", "Budget", "Documents", "Minutes"]
    assert (space.front, space.hue, space.description) == ("## Hello", "prune", "Again")
    assert (mask(space, town.team), mask(space, town.eve), mask(space, mila)) == (EDITOR.mask, None, MANAGER.mask)
    assert Node.objects.filter(space=space, name="2026", parent__name="Minutes").exists()
    assert make.is_clean()


def test_files_and_single_persons_come_when_ticked_and_what_is_reserved_never(town, mila, source):
    space = spaces.copy(make.act(mila), source, "Sport 2027", content=True, people=True)
    assert "january.txt" in folders(space)
    assert mask(space, town.eve) == READER.mask
    assert not {"Reserved", "Inside", "Old"} & set(folders(space))
    assert make.fresh(space).used == 6
    assert make.is_clean()


def test_a_copy_never_gives_more_than_its_maker_holds(town, mila, source):
    """Bob, who may only manage and see the source, copies it: the group that edits there reads in his."""
    bob = town.bob
    make.change(bob, rank=Rank.SPACE_MANAGER)
    make.unshare(mila, source, town.team)
    make.share(mila, source, bob, Right.MANAGE | Right.SEE | Right.SHARE)
    make.share(mila, source, town.team, EDITOR.mask)
    Grant.objects.filter(acl_id=source.acl_id, principal=town.team.principal).update(rights=EDITOR.mask)
    town.team.members.remove(bob)
    space = spaces.copy(make.act(bob), source, "Mine")
    assert mask(space, town.team) == Right.SEE


@pytest.mark.parametrize("rank", [Rank.MEMBER, Rank.GUEST])
def test_copying_goes_by_rank_and_by_right(town, mila, source, rank):
    other = make.make_user("otto", rank)
    make.share(mila, source, other, MANAGER.mask)
    with pytest.raises(Forbidden):
        spaces.copy(make.act(other), source, "Mine")
    manager = make.make_user("rita", Rank.SPACE_MANAGER)
    make.share(mila, source, manager, EDITOR.mask)
    with pytest.raises(Forbidden):
        spaces.copy(make.act(manager), source, "Mine")


def test_an_archived_space_can_be_copied(mila, source):
    spaces.archive(make.act(mila), source)
    assert "Minutes" in folders(spaces.copy(make.act(mila), make.fresh(source), "Sport 2027"))


def test_a_copy_that_has_no_room_is_refused_whole(mila, source):
    house.put("spaces.quota", 3)
    with pytest.raises(OverQuota):
        spaces.copy(make.act(mila), source, "Sport 2027", content=True)
    assert not type(source).objects.filter(name="Sport 2027").exists()


def test_the_room_is_set_by_administrators_alone(town, mila, source):
    with pytest.raises(Forbidden):
        spaces.set_quota(make.act(mila), source, 10**9)
    boss = make.make_user("boss", Rank.ADMIN)
    spaces.set_quota(make.act(boss), source, 10**9)
    assert make.fresh(source).quota == 10**9
    entry = AuditEntry.objects.get(kind="space-room", subject_id=source.pk)
    assert entry.details == {"before": None, "after": 10**9}
    spaces.set_quota(make.act(boss), source, None)
    assert make.fresh(source).quota is None
