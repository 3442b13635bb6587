"""The rank matrix, cell by cell, from the table the product was specified with."""

import csv
from pathlib import Path

import pytest

from collab.accounts import ranks
from collab.accounts.models import Rank, User

TABLE = Path(__file__).parent.parent / "data/rank-matrix.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
RANKS = ("owner", "admin", "space_manager", "member", "guest")

WITHOUT_A_DOOR_YET = {
    "set.delete": "deleting the whole house from the web",
}
"""Rows whose feature comes later; their policy answer is tested all the same."""


def person(rank, pk=1, **fields):
    return User(pk=pk, username=f"u{pk}", rank=rank, **fields)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("row", ROWS, ids=[row["key"] for row in ROWS])
def test_each_cell_of_the_matrix(row, rank):
    assert ranks.may(person(rank), row["key"]) is (row[rank] == "Y")


def test_the_policy_knows_the_table_and_nothing_else():
    assert len(ROWS) == 38
    assert {row["key"] for row in ROWS} == set(ranks.MATRIX)
    assert set(WITHOUT_A_DOOR_YET) <= set(ranks.MATRIX)


def test_a_disabled_person_may_nothing_whatever_the_rank():
    assert not any(ranks.may(person("owner", is_active=False), key) for key in ranks.MATRIX)


def test_an_unknown_right_is_a_mistake_not_a_no():
    with pytest.raises(KeyError):
        ranks.may(person("owner"), "acc.invite_everyone")


PROMOTED = {  # who: {(from, to)}
    "owner": {("guest", "member"), ("guest", "space_manager"), ("guest", "admin"), ("member", "space_manager"),
              ("member", "admin"), ("space_manager", "admin")},
    "admin": {("guest", "member"), ("guest", "space_manager"), ("member", "space_manager")},
    "space_manager": {("guest", "member"), ("guest", "space_manager"), ("member", "space_manager")},
    "member": set(),
    "guest": set(),
}  # fmt: skip
DEMOTED = {
    "owner": {("admin", "space_manager"), ("admin", "member"), ("admin", "guest"), ("space_manager", "member"),
              ("space_manager", "guest"), ("member", "guest")},
    "admin": {("space_manager", "member"), ("space_manager", "guest"), ("member", "guest")},
    "space_manager": set(),
    "member": set(),
    "guest": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", RANKS)
def test_ranks_go_up_as_the_matrix_says_and_down_for_those_who_may_disable(who):
    allowed = {
        (before, after)
        for before in RANKS
        for after in RANKS
        if ranks.may_change_rank(person(who), person(before, pk=2), after)
    }
    assert allowed == PROMOTED[who] | DEMOTED[who]


@pytest.mark.parametrize("rank", RANKS)
def test_nobody_changes_disables_or_deletes_themselves(rank):
    me = person(rank)
    assert not any(ranks.may_change_rank(me, me, other) for other in RANKS)
    assert not ranks.may_disable(me, me)
    assert not ranks.may_delete(me, me)


@pytest.mark.parametrize("who", RANKS)
def test_the_owner_is_out_of_reach(who):
    owner = person("owner", pk=2)
    assert not any(ranks.may_change_rank(person(who), owner, rank) for rank in RANKS)
    assert not ranks.may_disable(person(who), owner)
    assert not ranks.may_delete(person(who), person("owner", pk=2, is_active=False))


def test_an_administrator_edits_everyone_but_the_owner_and_other_administrators():
    admin = person("admin")
    assert [rank for rank in RANKS if ranks.may_edit(admin, person(rank, pk=2))] == ["space_manager", "member", "guest"]
    assert [rank for rank in RANKS if ranks.may_edit(person("owner"), person(rank, pk=2))] == list(RANKS)


def test_only_a_disabled_account_is_deleted():
    assert not ranks.may_delete(person("admin"), person("member", pk=2))
    assert ranks.may_delete(person("admin"), person("member", pk=2, is_active=False))


def test_the_ranks_offered_never_include_a_second_owner():
    assert ranks.ranks_to_give(person("owner")) == [Rank.GUEST, Rank.MEMBER, Rank.SPACE_MANAGER, Rank.ADMIN]
    assert ranks.ranks_to_give(person("space_manager")) == [Rank.GUEST, Rank.MEMBER, Rank.SPACE_MANAGER]
    assert ranks.ranks_to_give(person("member")) == []
    assert ranks.ranks_to_give(person("member"), person("guest", pk=2)) == [Rank.GUEST]
