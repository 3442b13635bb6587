"""The closure of acl parents is kept by two functions and compared with the truth."""

import pytest
from django.db import connection

from collab.rights.lineage import chain, create_acl, inherit_from, verify
from collab.rights.models import Lineage


@pytest.fixture
def acls(db):
    """a ← b ← c, and x on its own."""
    a = create_acl("thing", 1)
    b = create_acl("thing", 2, a.pk)
    return {"a": a, "b": b, "c": create_acl("thing", 3, b.pk), "x": create_acl("thing", 4)}


def chains(acls):
    names = {acl.pk: name for name, acl in acls.items()}
    return {name: "".join(sorted(names[pk] for pk in chain(acl.pk))) for name, acl in acls.items()}


def test_each_is_its_own_ancestor(acls):
    assert chains(acls) == {"a": "a", "b": "ab", "c": "abc", "x": "x"}
    assert verify() == []


def test_a_middle_one_moves_with_all_below(acls):
    inherit_from([acls["b"].pk], acls["x"].pk)
    assert chains(acls) == {"a": "a", "b": "bx", "c": "bcx", "x": "x"}
    assert verify() == []


def test_cut_off_it_keeps_those_below(acls):
    inherit_from([acls["b"].pk], None)
    assert chains(acls) == {"a": "a", "b": "b", "c": "bc", "x": "x"}
    assert verify() == []


def test_several_move_at_once(acls):
    acls["d"] = create_acl("thing", 5, acls["a"].pk)
    inherit_from([acls["b"].pk, acls["d"].pk], acls["x"].pk)
    assert chains(acls) == {"a": "a", "b": "bx", "c": "bcx", "d": "dx", "x": "x"}
    assert verify() == []


def test_moving_under_the_same_parent_changes_nothing(acls):
    before = set(Lineage.objects.values_list("acl_id", "ancestor_id"))
    inherit_from([acls["b"].pk], acls["a"].pk)
    assert set(Lineage.objects.values_list("acl_id", "ancestor_id")) == before


@pytest.mark.parametrize("below", ["a", "b", "c"])
def test_a_circle_is_refused(acls, below):
    with pytest.raises(ValueError, match="inherit from itself"):
        inherit_from([acls["a"].pk], acls[below].pk)
    assert verify() == []


def test_nothing_to_move_is_no_error(acls):
    inherit_from([], acls["x"].pk)


def test_verify_names_what_is_missing_and_what_is_too_much(acls):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM rights_lineage WHERE acl_id = %s AND ancestor_id = %s", [acls["c"].pk, acls["a"].pk]
        )
        cursor.execute("INSERT INTO rights_lineage (acl_id, ancestor_id) VALUES (%s, %s)", [acls["x"].pk, acls["a"].pk])
    assert sorted(verify()) == [
        f"lineage missing: acl {acls['c'].pk} from {acls['a'].pk}",
        f"lineage too many: acl {acls['x'].pk} from {acls['a'].pk}",
    ]
