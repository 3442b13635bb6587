"""How many statements each change of the tree costs: a number here is a promise of speed."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.marks.actions import starring
from collab.rights import actions as rights
from collab.rights.links import make_link, revoke_link
from collab.rights.right import READER
from files.actions import creating, moving, naming, touching, trashing, uploading, versions
from files.models import Node, Trash, Version
from tests import town as make

MOST = 8


@pytest.fixture
def tree(alice, root):
    """F/a.txt of two versions, F/G/b.txt, T beside them, and something in the trash."""
    folder = make.make_folder(alice, root, "F")
    make.make_file(alice, folder, "a.txt", b"one")
    make.write(alice, folder, "a.txt", b"two")
    make.make_file(alice, make.make_folder(alice, folder, "G"), "b.txt")
    make.make_folder(alice, root, "T")
    make.throw_away(alice, make.make_file(alice, root, "gone.txt"))
    return {node.name: node for node in Node.objects.select_related("acl", "parent", "space").filter(space=root.space)}


def statements(act):
    """What was asked of the database; savepoints stand for BEGIN and COMMIT, which every change has."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured if "SAVEPOINT" not in (query["sql"] or "")]


CHANGES = {
    "make folder": (5, lambda actor, tree: creating.make_folder(actor, tree["F"], "new")),
    "make folder at home": (6, lambda actor, tree: creating.make_folder(actor, make.home(actor.user), "new")),
    "write": (4, lambda actor, tree: make.write(actor, tree["F"], "new.txt")),
    "overwrite": (4, lambda actor, tree: make.write(actor, tree["F"], "a.txt")),
    "rename": (6, lambda actor, tree: naming.rename(actor, tree["a.txt"], "b.txt")),
    "move": (5, lambda actor, tree: moving.move(actor, tree["a.txt"], tree["T"], "a.txt")),
    "move a folder": (6, lambda actor, tree: moving.move(actor, tree["F"], tree["T"], "F")),
    "move over": (8, lambda actor, tree: moving.move(actor, tree["b.txt"], tree["F"], "a.txt", overwrite=True)),
    "copy": (5, lambda actor, tree: moving.copy(actor, tree["a.txt"], tree["T"], "a.txt")),
    "copy a folder": (8, lambda actor, tree: moving.copy(actor, tree["F"], tree["T"], "F")),
    "throw away": (5, lambda actor, tree: trashing.trash(actor, tree["a.txt"])),
    "throw a folder away": (6, lambda actor, tree: trashing.trash(actor, tree["F"])),
    "restore a version": (8, lambda actor, tree: versions.restore(actor, Version.objects.select_related("node").get())),
    "set the time": (6, lambda actor, tree: touching.set_mtime(actor, tree["a.txt"], 1)),
    "star": (3, lambda actor, tree: starring.star(actor, "node", tree["a.txt"], starred=True)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_costs_few_statements(alice, tree, name):
    most, act = CHANGES[name]
    assert most <= MOST
    actor = make.act(alice)
    asked = statements(lambda: act(actor, tree))
    assert len(asked) <= most, asked


def test_the_number_does_not_grow_with_what_lies_below(alice, root, tree):
    def costs():
        actor = make.act(alice)
        found = [
            len(statements(lambda: moving.copy(actor, tree["F"], tree["T"], make.unique("copy")))),
            len(statements(lambda: naming.rename(actor, make.fresh(tree["F"]), make.unique("name")))),
        ]
        trash = []
        found.append(len(statements(lambda: trash.append(trashing.trash(actor, make.fresh(tree["F"]))))))
        found.append(len(statements(lambda: trashing.restore(actor, trash[0]))))
        return found

    few = costs()
    for number in range(20):
        make.make_file(alice, make.make_folder(alice, tree["G"], f"f{number}"), "x.txt")
    assert costs() == few


def test_the_way_back_and_out_costs_a_bounded_number(alice, tree):
    actor = make.act(alice)
    trash = Trash.objects.get()
    assert len(statements(lambda: trashing.restore(actor, trash))) <= 16
    trash = make.throw_away(alice, tree["F"])
    assert len(statements(lambda: trashing.purge(actor, trash))) <= 32


def test_an_upload_is_put_together_with_the_writes_of_one_file(alice, tree):
    actor = make.act(alice)
    upload = uploading.begin(actor, "u")
    for number in range(1, 6):
        uploading.put_chunk(upload, str(number), io.BytesIO(b"part"))
    assert len(statements(lambda: uploading.assemble(actor, upload, tree["F"], "big.bin"))) <= MOST


def test_sharing_costs_a_bounded_number(alice, eve, tree):
    actor, folder = make.act(alice), make.fresh(tree["F"])
    costs = {
        "first": len(statements(lambda: rights.share(actor, folder, eve.principal, READER.mask))),
        "again": len(statements(lambda: rights.share(actor, folder, eve.principal, 47))),
        "take": len(statements(lambda: rights.unshare(actor, folder, eve.principal))),
        "close": len(statements(lambda: rights.stop_inheriting(actor, folder))),
        "open": len(statements(lambda: rights.inherit(actor, folder))),
    }
    link = []
    costs["link"] = len(statements(lambda: link.append(make_link(actor, folder))))
    costs["unlink"] = len(statements(lambda: revoke_link(actor, folder, link[0])))
    assert max(costs.values()) <= 30, costs
    for name in ("again", "take", "open"):
        assert costs[name] <= 18, costs
