"""What rights cost: the one shape of their SQL, and the number of statements of every question and change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.rights.actor import Actor
from collab.rights.right import EDITOR, READER, Right
from collab.spaces.models import Space
from files import queries, storage
from files.actions import creating, moving, trashing, writing
from files.models import Node, Trash, Version
from tests import town as make


def statements(act: Callable[[], Any]) -> list[str]:
    """What was asked of the database; a savepoint stands for BEGIN and COMMIT, which every write has."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] or "" for query in captured if "SAVEPOINT" not in (query["sql"] or "")]


@pytest.fixture
def folder(town):
    """Where bob edits, with something given on it, so that it has a circle of its own."""
    folder = make.make_folder(town.alice, town.root, "Folder")
    make.share(town.alice, folder, town.eve, READER.mask)
    return make.fresh(folder)


@pytest.mark.parametrize("right", [Right.SEE, Right.SEE | Right.ADD, EDITOR.mask])
@pytest.mark.parametrize("model", [Space, Node, Trash, Version])
def test_each_right_asked_is_one_flat_semi_join(bob, model, right):
    sql = str(model.objects.allowing(make.act(bob), right).query)
    asked = re.findall(r"\bIN \(SELECT l\.acl_id FROM rights_lineage l JOIN rights_grant g ON [^()]* = ANY\(", sql)
    assert len(asked) == len(list(right)) == sql.count("IN (SELECT")
    assert "DISTINCT" not in sql


def test_a_list_is_a_join_for_the_planner_and_not_a_test_per_row(bob, folder):
    plan = Node.objects.visible_to(make.act(bob)).explain()
    assert "SubPlan" not in plan, plan
    assert "rights_grant" in plan
    assert "rights_principal" not in plan


def test_narrowing_a_list_adds_no_second_semi_join(bob, folder):
    found = Node.objects.living().visible_to(make.act(bob)).filter(parent=folder).order_by("-mtime")[:50]
    assert str(found.query).count("IN (SELECT") == 1
    assert len(statements(lambda: list(found))) == 1


def test_an_unknown_visitor_costs_no_query_at_all(folder):
    nobody = Actor.nobody()
    assert statements(lambda: nobody.rights_on(folder)) == []
    assert statements(lambda: list(Node.objects.visible_to(nobody))) == []


def test_being_somebody_costs_one_query_however_many_groups(bob):
    for number in range(5):
        make.make_group(f"Group {number}", bob)
    assert len(statements(lambda: Actor.of(bob))) == 1


def test_what_one_may_do_is_one_query_and_then_remembered(bob, folder):
    actor = make.act(bob)
    assert len(statements(lambda: actor.rights_on(folder))) == 1
    assert statements(lambda: actor.can(folder, Right.EDIT)) == []
    actor.forget()
    assert len(statements(lambda: actor.can(folder, Right.EDIT))) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda actor, town, folder: queries.find(actor, actor.user.pk, ["Plans", "Folder", "a"]),
        lambda actor, town, folder: queries.find(actor, actor.user.pk, ["Plans", "Folder"], members=True),
        lambda actor, town, folder: queries.find(actor, None, ["Folder", "a"], root=town.root.pk),
        lambda actor, town, folder: queries.children(actor, folder.pk),
        lambda actor, town, folder: queries.children(actor, folder.pk, sort="name", limit=10),
        lambda actor, town, folder: queries.root_rows(actor),
        lambda actor, town, folder: queries.entry(actor, folder.pk),
        lambda actor, town, folder: queries.entries(actor, [folder.pk, town.root.pk]),
        lambda actor, town, folder: list(Node.objects.with_rights(actor)),
        lambda actor, town, folder: list(Space.objects.visible_to(actor).with_rights(actor)),
    ],
    ids=["find", "find-members", "find-below", "children", "page", "root", "entry", "entries", "rights", "spaces"],
)  # fmt: skip
def test_every_question_is_one_query(town, folder, ask):
    make.make_file(town.alice, folder, "a")
    make.at_root(town.bob)
    actor = make.act(town.bob)
    assert len(statements(lambda: ask(actor, town, folder))) == 1


def _write(actor: Actor, parent: Any, name: str) -> None:
    with storage.stage() as staged:
        staged.write(b"hello")
        staged.seal()
        writing.write(actor, parent, name, staged)


WRITES = {
    "make a folder": lambda actor, it: creating.make_folder(actor, it["folder"], "New"),
    "write a new file": lambda actor, it: _write(actor, it["folder"], "new.txt"),
    "write over a file": lambda actor, it: _write(actor, it["folder"], "a.txt"),
    "rename": lambda actor, it: moving.move(actor, it["file"], it["folder"], "b.txt"),
    "move a file to another circle": lambda actor, it: moving.move(actor, it["file"], it["root"], "a.txt"),
    "move a folder within its circle": lambda actor, it: moving.move(actor, it["sub"], it["folder"], "Renamed"),
    "copy a file": lambda actor, it: moving.copy(actor, it["file"], it["folder"], "copy.txt"),
    "throw a file away": lambda actor, it: trashing.trash(actor, it["file"]),
    "throw a folder away": lambda actor, it: trashing.trash(actor, it["sub"]),
}
LONGER = {
    "move a folder to another circle": (10, lambda actor, it: moving.move(actor, it["sub"], it["root"], "Sub")),
    "copy a folder": (10, lambda actor, it: moving.copy(actor, it["sub"], it["root"], "Copy")),
    "restore": (18, lambda actor, it: trashing.restore(actor, it["trash"])),
}


@pytest.fixture
def things(town, folder):
    sub = make.make_folder(town.alice, folder, "Sub")
    make.make_file(town.alice, sub, "deep.txt")
    thrown = make.make_file(town.alice, folder, "thrown.txt")
    return {
        "root": make.fresh(town.root), "folder": folder, "sub": sub, "trash": make.throw_away(town.alice, thrown),
        "file": make.make_file(town.alice, folder, "a.txt"),
    }  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_a_change_takes_at_most_eight_statements(town, things, what):
    actor = make.act(town.bob)
    found = statements(lambda: WRITES[what](actor, things))
    assert len(found) <= 8, "\n".join(found)


@pytest.mark.parametrize("what", LONGER)
def test_a_change_of_many_things_has_its_own_bound(town, things, what):
    most, act = LONGER[what]
    actor = make.act(town.bob)
    found = statements(lambda: act(actor, things))
    assert len(found) <= most, f"{len(found)}\n" + "\n".join(found)


@pytest.mark.parametrize("size", [1, 20])
def test_a_change_costs_the_same_however_much_lies_below(town, things, size):
    for number in range(size):
        make.make_file(town.alice, things["sub"], f"{number}.txt")
    actor = make.act(town.bob)
    assert len(statements(lambda: moving.copy(actor, things["sub"], things["root"], "Copy"))) <= 10
    assert len(statements(lambda: trashing.trash(actor, things["sub"]))) <= 8
