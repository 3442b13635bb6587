"""Lists find exactly what may be seen, by one semi-join whose shape is measured."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.rights.actor import Actor
from collab.rights.right import DROP_BOX, EDITOR, READER, Right
from collab.spaces.models import Space
from files.models import Node, Trash, Version
from tests import town as make


def plan_of(queryset):
    sql, values = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    return found if isinstance(found, list) else json.loads(found)


def nodes_of(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes_of(inner)


@pytest.mark.parametrize("model", [Space, Node, Trash, Version])
def test_a_list_is_one_semi_join_of_lineage_and_grant(alice, model):
    queryset = model.objects.visible_to(make.act(alice))
    sql = str(queryset.query)
    assert len(re.findall(r"\bIN \(SELECT\b", sql)) == 1, "nested IN … IN costs 20 to 200 times as much"
    assert sql.count("JOIN rights_grant") == 1
    assert "DISTINCT" not in sql
    inner = sql[sql.index("IN (SELECT") :]
    assert "rights_lineage" in inner
    assert "rights_principal" not in sql
    assert "groups_membership" not in sql


def test_the_plan_has_no_step_per_row(alice):
    """A correlated sub-plan would be run for every node of the house."""
    plan = plan_of(Node.objects.visible_to(make.act(alice)).order_by("-mtime")[:50])[0]["Plan"]
    assert not [step for step in nodes_of(plan) if step.get("Subplan Name", "").startswith("SubPlan")]
    tables = [step["Relation Name"] for step in nodes_of(plan) if "Relation Name" in step]
    assert sorted(tables) == ["files_node", "rights_grant", "rights_lineage"]


def test_visible_to_needs_one_query_and_gives_no_duplicates(alice, bob, space, root):
    group = make.make_group("Second", bob)
    make.share(alice, space, group, READER.mask)
    make.share(alice, space, bob, READER.mask)
    make.make_folder(alice, root, "A")
    actor = make.act(bob)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = list(Node.objects.visible_to(actor).filter(space=space))
    assert len(queries) == 1
    assert len(found) == len(set(found)) == 2


def test_allowing_means_that_bit(alice, eve, root):
    box = make.make_folder(alice, root, "Box")
    make.share(alice, box, eve, DROP_BOX.mask)
    actor = make.act(eve)
    assert not Node.objects.visible_to(actor).filter(pk=box.pk).exists()
    assert Node.objects.allowing(actor, Right.ADD).filter(pk=box.pk).exists()


def test_two_bits_may_come_from_two_grants(alice, eve, root):
    folder = make.make_folder(alice, root, "Folder")
    make.share(alice, folder, eve, Right.SEE)
    make.share(alice, folder, make.make_group("Droppers", eve), Right.ADD)
    actor = make.act(eve)
    assert actor.can(make.fresh(folder), Right.SEE | Right.ADD)
    assert Node.objects.allowing(actor, Right.SEE | Right.ADD).filter(pk=folder.pk).exists()
    assert not Node.objects.allowing(actor, Right.SEE | Right.EDIT).filter(pk=folder.pk).exists()


def test_with_rights_carries_the_mask_of_each_row(alice, bob, eve, root):
    folder = make.make_folder(alice, root, "Folder")
    make.share(alice, folder, eve, READER.mask)
    masks = {
        who.username: dict(Node.objects.with_rights(make.act(who)).values_list("pk", "mask"))[folder.pk]
        for who in (alice, bob, eve)
    }
    assert masks == {"alice": 255, "bob": EDITOR.mask, "eve": READER.mask}
    assert set(Node.objects.with_rights(Actor.nobody()).values_list("mask", flat=True)) == {0}


def test_nobody_finds_nothing_without_asking(alice, root):
    with CaptureQueriesContext(connection) as queries:
        assert list(Node.objects.visible_to(Actor.nobody())) == []
    assert len(queries) == 0


def test_children_follow_the_rights_of_their_thing(alice, bob, eve, root):
    file = make.make_file(alice, root, "a.txt", b"one")
    make.make_file(alice, root, "a.txt", b"two")
    trash = make.throw_away(alice, make.make_file(alice, root, "b.txt"))
    assert file.versions.count() == 1
    assert list(Version.objects.visible_to(make.act(bob))) == list(file.versions.all())
    assert list(Trash.objects.visible_to(make.act(bob))) == [trash]
    assert not Version.objects.visible_to(make.act(eve)).exists()
    assert not Trash.objects.visible_to(make.act(eve)).exists()
