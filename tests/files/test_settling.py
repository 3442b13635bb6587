"""A large folder's first share: prepared in steps that nobody notices, whatever happens between them."""

from __future__ import annotations

from typing import Any

import pytest

from collab.rights import actions as rights
from collab.rights import lineage
from collab.rights.models import Acl
from collab.rights.right import EDITOR, READER
from files.actions import moving, settling
from files.models import Node
from tests import town as make


@pytest.fixture
def steps(monkeypatch: Any) -> list[Any]:
    """Five things a step; an act put in this list happens after the next one."""
    acts: list[Any] = []
    monkeypatch.setattr(settling, "LARGE", 10)
    monkeypatch.setattr(settling, "STEP", 5)
    monkeypatch.setattr(settling, "PAUSE", 0)
    return acts


@pytest.fixture
def big(living_town: Any) -> Any:
    """Four folders of six files, one of them closed, in “Big”; “Other” lies beside it."""
    town = living_town
    top = make.make_folder(town.alice, town.root, "Big")
    for number in range(4):
        folder = make.make_folder(town.alice, top, f"F{number}")
        for file in range(6):
            make.make_file(town.alice, folder, f"f{number}-{file}.txt")
    make.restrict(town.alice, Node.objects.get(name="F3"))
    make.make_folder(town.alice, town.root, "Other")
    return top


def node(name: str) -> Node:
    return Node.objects.get(name=name)


def masks(who: Any) -> dict[str, int]:
    return {one.name: int(make.mask_on(who, one)) for one in Node.objects.exclude(parent=None)}


def settle(top: Node, acts: list[Any]) -> list[tuple[int, int]]:
    told = []

    def tell(done: int, of: int) -> None:
        told.append((done, of))
        if acts:
            acts.pop(0)()

    settling.settle(make.fresh(top), tell)
    return told


def test_the_steps_change_nobodys_rights_and_the_share_is_whole(living_town, big, steps):
    town, seen = living_town, []
    people = (town.alice, town.bob, town.eve)
    before = [masks(who) for who in people]
    steps.extend([lambda: seen.append([masks(who) for who in people])] * 9)
    told = settle(big, steps)
    assert told[-1] == (told[-1][1], told[-1][1])
    assert len(told) >= 4
    assert all(now == before for now in seen)
    assert make.fresh(big).acl.kind == "space"
    assert make.is_clean()
    make.share(town.alice, big, town.eve, READER.mask)
    expected = {"Big", "F0", "F1", "F2"} | {f"f{folder}-{file}.txt" for folder in range(3) for file in range(6)}
    assert {name for name, mask in masks(town.eve).items() if mask} == expected
    assert make.is_clean()
    assert lineage.verify() == []


def test_what_moves_out_meanwhile_is_not_shared_and_what_moves_in_is(living_town, big, steps):
    town = living_town
    alice = make.act(town.alice)
    steps.extend([
        lambda: moving.move(make.act(town.alice), node("F2"), node("Other"), "F2"),
        lambda: moving.move(alice, make.make_file(town.alice, node("Other"), "in.txt"), node("F1"), "in.txt"),
        lambda: make.make_file(town.alice, node("F0"), "new.txt"),
    ])  # fmt: skip
    settle(big, steps)
    make.share(town.alice, big, town.eve, READER.mask)
    seen = {name for name, mask in masks(town.eve).items() if mask}
    assert {"in.txt", "new.txt", "F0", "f1-5.txt"} <= seen
    assert not {name for name in seen if name.startswith(("F2", "f2", "Other", "F3", "f3"))}
    assert masks(town.bob)["f2-0.txt"] == EDITOR.mask
    assert make.is_clean()
    assert lineage.verify() == []


def test_a_place_with_other_rights_takes_half_of_it_whole(living_town, big, steps):
    """A folder of which a part has moved to the new circle goes to a closed place: all of it is closed there."""
    town = living_town
    make.restrict(town.alice, node("Other"))
    steps.append(lambda: moving.move(make.act(town.alice), node("F0"), node("Other"), "F0"))
    settle(big, steps)
    assert not any(mask for name, mask in masks(town.bob).items() if name.startswith(("F0", "f0")))
    make.share(town.alice, big, town.eve, READER.mask)
    assert not any(mask for name, mask in masks(town.eve).items() if name.startswith(("F0", "f0")))
    assert make.is_clean()


def test_the_folder_itself_moves_and_something_above_is_shared(living_town, big, steps):
    town = living_town
    make.make_folder(town.alice, town.root, "Above")
    steps.extend([
        lambda: moving.move(make.act(town.alice), node("Big"), node("Above"), "Big"),
        lambda: make.share(town.alice, node("Above"), town.eve, READER.mask),
    ])  # fmt: skip
    settle(big, steps)
    assert masks(town.eve)["f0-0.txt"] == READER.mask
    make.share(town.alice, node("Big"), town.eve, EDITOR.mask)
    assert masks(town.eve)["f0-0.txt"] == EDITOR.mask
    assert masks(town.eve)["Above"] == READER.mask
    assert make.is_clean()
    assert lineage.verify() == []


def test_a_share_through_a_door_uses_the_steps(living_town, big, steps, monkeypatch):
    from collab.events import jobs
    from collab.events.models import Job
    from tests.api.program import Program

    told: list[Any] = []
    settled = settling.settle
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(settling, "settle", lambda node: settled(node, lambda *at: told.append(at)))
    status, _told = Program(living_town.alice)("POST", f"shares/node/{big.pk}", {"username": "eve", "role": "reader"})
    assert status == 202
    assert told == []
    jobs.run(str(Job.objects.get().pk))
    assert len(told) >= 4
    assert masks(living_town.eve)["f0-0.txt"] == READER.mask
    assert rights.owns_acl(make.fresh(big))
    assert Acl.objects.filter(kind="node", object_id=big.pk).count() == 1
