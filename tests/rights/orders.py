"""The association of section 2, set up in any order that can be: what needs something comes after it, no more."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from collab.rights.right import DROP_BOX, EDITOR, READER
from tests import town as make
from tests.rights.test_association import GROUPS, PEOPLE, TABLE, House

Step = tuple[str, ...]
PASSWORD = "four paper kites"


class Builder:
    """Does the steps; `links` by name. A step is a name of one of its methods, and what it is about."""

    def __init__(self) -> None:
        self.people: dict[str, Any] = {}
        self.groups: dict[str, Any] = {"Everyone": make.everyone()}
        self.spaces: dict[str, Any] = {}
        self.nodes: dict[str, Any] = {}
        self.links: dict[str, Any] = {}

    def leader(self, space: str) -> Any:
        return self.people[leader_of(space)]

    def person(self, name: str) -> None:
        self.people[name] = make.make_user(name, "guest" if name == "gus" else "member")

    def group(self, name: str) -> None:
        self.groups[name] = make.make_group(name)

    def member(self, group: str, name: str) -> None:
        self.groups[group].memberships.create(user=self.people[name])

    def space(self, name: str) -> None:
        self.spaces[name] = make.make_space(self.people[leader_of(name)], name)

    def grant(self, space: str, group: str, role: str) -> None:
        mask = EDITOR.mask if role == "editor" else READER.mask
        make.share(self.leader(space), self.spaces[space], self.groups[group], mask)

    def paper(self, space: str) -> None:
        make.make_file(self.leader(space), make.root_of(self.spaces[space]), f"papier-{space.lower()}.txt")

    def folder(self, space: str, above: str, name: str) -> None:
        parent = self.nodes[above] if above else make.root_of(self.spaces[space])
        self.nodes[name] = make.make_folder(self.leader(space), parent, name)

    def file(self, space: str, above: str, name: str) -> None:
        self.nodes[name] = make.make_file(self.leader(space), self.nodes[above], name)

    def restrict(self, space: str, name: str) -> None:
        make.restrict(self.leader(space), self.nodes[name])

    def inside(self, space: str, name: str, group: str, role: str) -> None:
        mask = EDITOR.mask if role == "editor" else READER.mask
        make.share(self.leader(space), self.nodes[name], self.groups[group], mask)

    def link(self, space: str, name: str, kind: str) -> None:
        options = {"password": PASSWORD} if kind == "locked" else {}
        mask = DROP_BOX.mask if kind == "drop" else READER.mask
        self.links[kind] = make.make_link(self.leader(space), self.nodes[name], mask, **options)

    def house(self) -> House:
        return House(self.people, self.groups, self.spaces)


def leader_of(space: str) -> str:
    return GROUPS[TABLE[space][0]][0]


def steps() -> dict[Step, set[Step]]:
    """Return every step, and the steps that must come before it."""
    found: dict[Step, set[Step]] = {("person", name): set() for name in PEOPLE}
    for group, names in GROUPS.items():
        found[("group", group)] = set()
        for name in names:
            found[("member", group, name)] = {("group", group), ("person", name)}
    for space, (owners, readers) in TABLE.items():
        found[("space", space)] = {("person", leader_of(space))}
        for group, role in [(owners, "editor"), *((reader, "reader") for reader in readers)]:
            found[("grant", space, group, role)] = {("space", space), *_group(group)}
        found[("paper", space)] = {("space", space)}
    summer, photos = ("folder", "Sport", "", "Été"), ("folder", "Sport", "Été", "Photos")
    found[summer] = {("space", "Sport")}
    found[photos] = found[("folder", "Sport", "Été", "Inscriptions")] = {summer}
    found[("file", "Sport", "Photos", "tournoi.txt")] = {photos}
    # beyond the table: a closed folder with a wider one inside, and three links
    closed = ("folder", "AdministratifGestion", "", "Contrats")
    wider = ("folder", "AdministratifGestion", "Contrats", "Modèles")
    found[closed] = {("space", "AdministratifGestion")}
    found[wider] = {closed}
    found[("file", "AdministratifGestion", "Contrats", "salaire.txt")] = {closed}
    found[("file", "AdministratifGestion", "Modèles", "lettre.txt")] = {wider}
    found[("restrict", "AdministratifGestion", "Contrats")] = {closed}
    found[("inside", "AdministratifGestion", "Contrats", "Bureau", "reader")] = {closed, *_group("Bureau")}
    found[("inside", "AdministratifGestion", "Modèles", "Bénévoles", "editor")] = {wider, *_group("Bénévoles")}
    poster = ("folder", "CommExterne", "", "Affiches")
    found[poster] = {("space", "CommExterne")}
    found[("file", "CommExterne", "Affiches", "affiche.txt")] = {poster}
    for kind in ("open", "locked", "drop"):
        found[("link", "CommExterne", "Affiches", kind)] = {poster}
    return found


def _group(name: str) -> set[Step]:
    return set() if name == "Everyone" else {("group", name)}


def build(seed: int) -> Builder:
    """Set the association up in the order of this seed."""
    chance, waiting, done = random.Random(seed), steps(), set()
    builder = Builder()
    while waiting:
        ready = sorted(step for step, needed in waiting.items() if needed <= done)
        step = chance.choice(ready)
        act: Callable[..., None] = getattr(builder, step[0])
        act(*step[1:])
        done.add(step)
        del waiting[step]
    return builder
