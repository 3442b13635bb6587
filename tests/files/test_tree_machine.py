"""Whatever is done to the tree, through whichever door, it stays what the plain model says, byte for byte."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from collab.rights import actions as rights
from collab.rights.right import EDITOR, READER
from collab.spaces.models import Space
from files.models import Node, Trash, Version
from tests import town as make
from tests.files.doors import Actions, Dav, Web
from tests.files.model import Refused, Thing, Tree

NAMES = ["a", "b", "c.txt", "\u00e9", "e\u0301"]
QUOTAS = {"Plans": 400, "Other": 300}
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate, Phase.shrink],
}
number = st.integers(0, 10**6)
door = st.sampled_from(["actions", "dav", "web"])
who = st.sampled_from(["alice", "alice", "bob"])
name = st.sampled_from(NAMES)
content = st.binary(max_size=60)


class House:
    """The people, the two spaces, and the doors; made once, then every example begins from here."""

    def __init__(self, town: Any):
        self.people = {"alice": town.alice, "bob": town.bob, "eve": town.eve}
        other = make.make_space(town.alice, "Other")
        make.share(town.alice, other, town.team, EDITOR.mask)
        self.spaces = {"Plans": town.space, "Other": other}
        for space, quota in QUOTAS.items():
            make.change(self.spaces[space], quota=quota)
        for user in self.people.values():
            make.at_root(user)
        self.doors = {"actions": Actions(), "dav": Dav(*self.people.values()), "web": Web()}


class Play:
    """One example: each change is asked of the model and of a door; then both are compared, wholly."""

    def __init__(self, house: House):
        self.house, self.tree = house, Tree(dict(QUOTAS))
        self.agrees = True
        self.eves = house.people["eve"].principal
        for space, root in self.tree.roots.items():
            root.pk = make.root_of(house.spaces[space]).pk

    def node(self, thing: Thing) -> Node:
        return Node.objects.get(pk=thing.pk)

    def pick(self, choice: int, *, roots: bool = True, files: bool = True, folders: bool = True) -> Thing | None:
        found = [
            thing for thing in self.tree.living()
            if (folders if thing.is_folder else files) and (roots or thing.above is not None)
        ]  # fmt: skip
        return found[choice % len(found)] if found else None

    def do(self, story: str, expect: Any, act: Any) -> None:
        before = self.etags()
        try:
            moved = {thing.pk for thing in expect()}
            allowed = True
        except Refused:
            moved, allowed = set(), False
        self.agrees = False
        assert act() == allowed, (story, [door.why for door in self.house.doors.values()])
        self.follow()
        after = self.etags()
        assert {pk for pk in before.keys() & after.keys() if before[pk] != after[pk]} == moved & after.keys()
        self.compare()
        self.agrees = True

    def etags(self) -> dict[int, str]:
        spaces = [space.pk for space in self.house.spaces.values()]
        return dict(Node.objects.filter(space__in=spaces, trash=None).values_list("pk", "etag"))

    def follow(self) -> None:
        """Learn the numbers of what is new."""
        for thing in self.tree.things:
            if not thing.pk and thing.above:
                thing.pk = Node.objects.get(parent=thing.above.pk, name=thing.name, trash=None).pk
        for thrown in self.tree.thrown:
            if not thrown.pk:
                thrown.pk = Trash.objects.get(node=thrown.thing.pk).pk

    def compare(self) -> None:
        tree, spaces = self.tree, {space.pk: name for name, space in self.house.spaces.items()}
        rows = Node.objects.filter(space__in=spaces).select_related("blob")
        assert {
            row.pk: (row.parent_id, row.name, spaces[row.space_id], row.trash_id, row.size, _digest(row.blob))
            for row in rows
        } == {thing.pk: _row(tree, thing) for thing in tree.things}
        kept = Version.objects.filter(node__space__in=spaces).values_list("node_id", "blob__sha256")
        assert Counter((node, bytes(digest)) for node, digest in kept) == Counter(
            (thing.pk, hashlib.sha256(content).digest()) for thing in tree.things for content in thing.past
        )
        for space in Space.objects.filter(pk__in=spaces):
            assert space.used == tree.used(spaces[space.pk]) <= QUOTAS[spaces[space.pk]]
        for person, user in self.house.people.items():
            seen = Node.objects.visible_to(make.act(user)).filter(space__in=spaces).values_list("pk", flat=True)
            assert set(seen) == {thing.pk for thing in tree.things if thing.seen_by(person)}, person

    def finish(self) -> None:
        assert make.is_clean(deep=True)
        device = self.house.doors["dav"].device(self.house.people["bob"])  # type: ignore[attr-defined]
        for space, root in self.tree.roots.items():
            for folder in self.tree.below(root):
                seen = {thing.name for thing in self.tree.inside(folder) if thing.seen_by("bob")}
                if folder.is_folder and all(above.seen_by("bob") for above in folder.up):
                    path = "/".join([space, *(thing.name for thing in reversed(folder.up[:-1]))])
                    answer = device.propfind(path, ["d:displayname"], depth="1")
                    assert {_last(href) for href in answer.hrefs[1:]} == seen
                    assert set(make.names(self.house.people["bob"], folder)) == seen
                elif not folder.is_folder and all(above.seen_by("bob") for above in folder.up):
                    path = "/".join([space, *(thing.name for thing in reversed(folder.up[:-1]))])
                    assert device("GET", path).body == folder.content

    def put(self, door: str, who: str, place: int, name: str, content: bytes) -> None:
        folder = self.pick(place, files=False)
        assert folder is not None
        user, node = self.house.people[who], self.node(folder)
        self.do(
            f"{door}: {who} puts {_path(folder)}/{name}",
            lambda: self.tree.put(who, folder, name, content),
            lambda: self.house.doors[door].put(user, node, name, content),
        )

    def make(self, door: str, who: str, place: int, name: str) -> None:
        folder = self.pick(place, files=False)
        assert folder is not None
        user, node = self.house.people[who], self.node(folder)
        story = f"{door}: {who} makes {_path(folder)}/{name}"
        self.do(story, lambda: self.tree.make(who, folder, name), lambda: self.house.doors[door].make(user, node, name))

    def transfer(self, verb: str, door: str, who: str, what: int, place: int, name: str, replace: bool) -> None:
        thing, folder = self.pick(what, roots=False), self.pick(place)
        if thing is None or folder is None:
            return
        user, node, into = self.house.people[who], self.node(thing), self.node(folder)
        name = name or thing.name
        self.do(
            f"{door}: {who} {verb} {_path(thing)} to {_path(folder)}/{name} {replace=}",
            lambda: getattr(self.tree, verb)(who, thing, folder, name, replace=replace),
            lambda: getattr(self.house.doors[door], verb)(user, node, into, name, replace),
        )

    def throw(self, door: str, who: str, what: int) -> None:
        thing = self.pick(what, roots=False)
        if thing is not None:
            user, node = self.house.people[who], self.node(thing)
            story = f"{door}: {who} throws {_path(thing)}"
            self.do(story, lambda: self.tree.throw(who, thing), lambda: self.house.doors[door].throw(user, node))

    def from_trash(self, verb: str, door: str, which: int) -> None:
        if self.tree.thrown:
            thrown = self.tree.thrown[which % len(self.tree.thrown)]
            row = Trash.objects.get(pk=thrown.pk)
            act = getattr(self.house.doors[door], verb)
            story = f"{door}: {verb} {_path(thrown.thing)}"
            self.do(story, lambda: getattr(self.tree, verb)(thrown), lambda: act(self.house.people["alice"], row))

    def revert(self, door: str, who: str, which: int) -> None:
        files = [thing for thing in self.tree.living() if thing.past]
        if files:
            thing = files[which % len(files)]
            version = Version.objects.filter(node=thing.pk).order_by("pk")[which % len(thing.past)]
            content = next(past for past in thing.past if hashlib.sha256(past).digest() == bytes(version.blob.sha256))
            act = self.house.doors[door].revert
            story = f"{door}: {who} reverts {_path(thing)}"
            self.do(story, lambda: self.tree.revert(who, thing, content), lambda: act(self.house.people[who], version))

    def change_rights(self, verb: str, what: int) -> None:
        thing = self.pick(what, roots=False)
        if thing is None:
            return
        node, actor = self.node(thing), make.act(self.house.people["alice"])
        acts = {
            "share": lambda: rights.share(actor, node, self.eves, READER.mask),
            "unshare": lambda: rights.unshare(actor, node, self.eves),
            "close": lambda: rights.stop_inheriting(actor, node),
            "open": lambda: rights.inherit(actor, node),
        }
        self.do(f"{verb} {_path(thing)}", lambda: getattr(self.tree, verb)(thing), lambda: (acts[verb](), True)[1])


def _path(thing: Thing) -> str:
    marks = ["!" * above.closed + "@" * ("eve" in above.given) + "+" * ("bob" in above.given) for above in thing.up]
    return "/".join(mark + above.name for mark, above in reversed(list(zip(marks, thing.up, strict=True))))


def _row(tree: Tree, thing: Thing) -> tuple[Any, ...]:
    digest = None if thing.content is None else hashlib.sha256(thing.content).digest()
    name = thing.name if thing.above else ""
    above = thing.above.pk if thing.above else None
    return above, name, thing.space, thing.trash.pk if thing.trash else None, tree.size(thing), digest


def _digest(blob: Any) -> bytes | None:
    return None if blob is None else bytes(blob.sha256)


def _last(href: str) -> str:
    from urllib.parse import unquote

    return unquote(href).rstrip("/").rpartition("/")[2]


class Machine(RuleBasedStateMachine):
    """Hypothesis chooses what is done next, and finds the shortest story that goes wrong."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.play = Play(self.house)

    def teardown(self) -> None:
        try:
            if self.play.agrees:
                self.play.finish()
                connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(door=door, who=who, place=number, name=name, content=content)
    def put(self, **choices: Any) -> None:
        self.play.put(**choices)

    @rule(door=door, who=who, place=number, name=name)
    def make(self, **choices: Any) -> None:
        self.play.make(**choices)

    @rule(door=door, who=who, what=number, place=number, name=st.sampled_from(["", *NAMES]), replace=st.booleans())
    def move(self, **choices: Any) -> None:
        self.play.transfer("move", **choices)

    @rule(door=door, who=who, what=number, place=number, name=st.sampled_from(["", *NAMES]), replace=st.booleans())
    def copy(self, **choices: Any) -> None:
        self.play.transfer("copy", **choices)

    @rule(door=door, who=who, what=number)
    def throw(self, **choices: Any) -> None:
        self.play.throw(**choices)

    @precondition(lambda self: self.play.tree.thrown)
    @rule(verb=st.sampled_from(["restore", "purge"]), door=door, which=number)
    def from_trash(self, **choices: Any) -> None:
        self.play.from_trash(**choices)

    @precondition(lambda self: any(thing.past for thing in self.play.tree.living()))
    @rule(door=door, who=who, which=number)
    def revert(self, **choices: Any) -> None:
        self.play.revert(**choices)

    @rule(verb=st.sampled_from(["share", "unshare", "close", "open"]), what=number)
    def change_rights(self, **choices: Any) -> None:
        self.play.change_rights(**choices)


@pytest.fixture
def house(town: Any) -> House:
    return House(town)


def run(house: House, **options: Any) -> None:
    machine = type("TreeMachine", (Machine,), {"house": house})
    run_state_machine_as_test(machine, settings=settings(**SETTINGS, **options))


def test_the_tree_is_what_the_model_says(house: House) -> None:
    run(house, max_examples=25, stateful_step_count=16, derandomize=True, database=None)


@pytest.mark.full
def test_the_tree_is_what_the_model_says_for_long(house: House) -> None:
    run(house, max_examples=400, stateful_step_count=50)


@pytest.mark.full
def test_hours_of_random_work_on_one_tree(house: House) -> None:
    """One tree that grows old: COLLAB_TREE_MINUTES minutes of it (two hours before a release); every step compared."""
    minutes = float(os.environ.get("COLLAB_TREE_MINUTES", "3"))
    seed = int(os.environ.get("COLLAB_TREE_SEED", time.time()))
    print(f"seed {seed}")  # a run that fails can be had again
    dice, play, steps = random.Random(seed), Play(house), 0
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        step(dice, play)
        steps += 1
        if steps % 200 == 0:
            play.finish()
    play.finish()
    print(f"{steps} steps, {len(play.tree.things)} things, {len(play.tree.thrown)} in the trash")


def step(dice: random.Random, play: Play) -> None:
    """Do one thing that people do, more often what they do more often."""
    what, place = dice.randrange(10**6), dice.randrange(10**6)
    door, who, name = dice.choice(["actions", "dav", "web"]), dice.choice(["alice", "bob"]), dice.choice(NAMES)
    acts = {
        "put": lambda: play.put(door, who, place, name, dice.randbytes(dice.randrange(60))),
        "make": lambda: play.make(door, who, place, name),
        "move": lambda: play.transfer("move", door, who, what, place, name, dice.random() < 0.3),
        "copy": lambda: play.transfer("copy", door, who, what, place, name, dice.random() < 0.3),
        "throw": lambda: play.throw(door, who, what),
        "restore": lambda: play.from_trash("restore", door, what),
        "purge": lambda: play.from_trash("purge", door, what),
        "revert": lambda: play.revert(door, who, what),
        "rights": lambda: play.change_rights(dice.choice(["share", "unshare", "close", "open"]), what),
    }
    acts[dice.choices(list(acts), [5, 4, 4, 2, 3, 2, 2, 1, 1])[0]]()
