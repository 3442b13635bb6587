"""Any sequence of sharing, closing, moving and regrouping leaves exactly the rights that the model says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from collab.groups import actions as groups
from collab.rights import actions as rights
from collab.rights import lineage
from collab.rights.actor import Actor
from collab.rights.explain import audience, explain
from collab.rights.right import CONTRIBUTOR, DROP_BOX, EDITOR, LINK_MAX, MANAGER, READER, RESPONDENT, WRITER, Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space
from files import queries
from files.actions import moving
from files.models import Node
from tests import town as make
from tests.rights.model import EVERYONE, NOBODY, Model

PEOPLE = {"ann": "member", "ben": "member", "gus": "guest", "ida": "member"}
GROUPS = ["north", "south"]
TREE = {
    "plans": None, "plans/": "plans", "p1": "plans/", "p2": "p1", "p3": "p2", "p2.txt": "p2", "p.txt": "plans/",
    "money": None, "money/": "money", "m1": "money/", "m2": "m1", "m1.txt": "m1",
}  # fmt: skip
SPACES = ["plans", "money"]
NODES = [thing for thing in TREE if thing not in SPACES]
LOOSE = [thing for thing in NODES if not thing.endswith("/")]
FOLDERS = [thing for thing in NODES if not thing.endswith(".txt")]
ROLES = (READER, CONTRIBUTOR, WRITER, EDITOR, DROP_BOX, RESPONDENT)
MASKS = [*(int(role.mask) for role in ROLES), 2, 9, 17, 31]
ASKED = [Right.SEE, Right.EDIT, Right.ADD | Right.DELETE, Right.SEE | Right.SHARE, Right.MANAGE]

person = st.sampled_from(list(PEOPLE))
principal = st.sampled_from([*PEOPLE, *GROUPS, EVERYONE])
hours = st.sampled_from([None, None, 1, -1])
step = st.one_of(
    st.tuples(st.just("join"), person, st.sampled_from(GROUPS)),
    st.tuples(st.just("leave"), person, st.sampled_from(GROUPS)),
    st.tuples(st.just("role"), st.sampled_from(SPACES), principal, st.sampled_from([*MASKS, int(MANAGER.mask)]), hours),
    st.tuples(st.just("share"), st.sampled_from(NODES), principal, st.sampled_from([*MASKS, 255]), hours),
    st.tuples(st.just("unshare"), st.sampled_from([*NODES, *SPACES]), principal),
    st.tuples(st.just("restrict"), st.sampled_from(LOOSE)),
    st.tuples(st.just("inherit"), st.sampled_from(LOOSE)),
    st.tuples(st.just("link"), st.sampled_from(NODES), st.integers(1, int(LINK_MAX)), hours),
    st.tuples(st.just("move"), st.sampled_from(LOOSE), st.sampled_from(FOLDERS)),
    st.tuples(st.just("rank"), person, st.sampled_from(["guest", "member"])),
    st.tuples(st.just("active"), st.just("ida"), st.booleans()),
)
programs = st.lists(step, min_size=3, max_size=16)
SETTINGS = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "phases": [Phase.explicit, Phase.generate, Phase.shrink],
}


class House:
    """The real things by their names; each step is done here and in the model."""

    def __init__(self) -> None:
        self.boss = make.make_user("boss", rank="admin")
        self.people = {name: make.make_user(name, rank) for name, rank in PEOPLE.items()}
        self.groups = {name: make.make_group(name) for name in GROUPS}
        self.spaces = {name: make.make_space(self.boss, name.title()) for name in SPACES}
        self.ids: dict[str, int] = {}
        for name in NODES:
            self.ids[name] = self._make(name).pk
        self.names = {pk: name for name, pk in self.ids.items()}

    def _make(self, name: str) -> Node:
        above = TREE[name]
        if above in SPACES:
            return make.root_of(self.spaces[above])
        parent = Node.objects.get(pk=self.ids[above or ""])
        return (make.make_file if name.endswith(".txt") else make.make_folder)(self.boss, parent, name)

    def play(self, program: list[tuple[Any, ...]]) -> Model:
        """Do all the steps, here and there; return the model as it is then."""
        self.model = Model({**PEOPLE, "boss": "admin"}, GROUPS, TREE)
        self.links: dict[str, Any] = {}
        for space in SPACES:
            self.model.share(space, "boss", 255)
        for name, *arguments in program:
            getattr(self, name)(*arguments)
        return self.model

    def thing(self, name: str) -> Any:
        return Space.objects.get(pk=self.spaces[name].pk) if name in SPACES else Node.objects.get(pk=self.ids[name])

    def principal(self, name: str) -> Any:
        if name == EVERYONE:
            return make.everyone().principal
        return (self.people.get(name) or self.groups[name]).principal

    def join(self, who: str, group: str) -> None:
        groups.add(self.boss, self.groups[group], self.people[who], outside=True)
        self.model.groups[group].add(who)

    def leave(self, who: str, group: str) -> None:
        groups.remove(self.boss, self.groups[group], self.people[who])
        self.model.groups[group].discard(who)

    def role(self, space: str, whom: str, mask: int, hours: int | None) -> None:
        spaces.set_member(make.act(self.boss), self.thing(space), self.principal(whom), mask, expires_at=_end(hours))
        self.model.share(space, whom, mask, hours != -1)

    def share(self, thing: str, whom: str, mask: int, hours: int | None) -> None:
        rights.share(make.act(self.boss), self.thing(thing), self.principal(whom), mask, expires_at=_end(hours))
        self.model.share(thing, whom, mask, hours != -1)

    def unshare(self, thing: str, whom: str) -> None:
        rights.unshare(make.act(self.boss), self.thing(thing), self.principal(whom))
        self.model.unshare(thing, whom)

    def restrict(self, thing: str) -> None:
        make.restrict(self.boss, self.thing(thing))
        self.model.restrict(thing)

    def inherit(self, thing: str) -> None:
        rights.inherit(make.act(self.boss), self.thing(thing))
        self.model.inherit(thing)

    def link(self, thing: str, mask: int, hours: int | None) -> None:
        mask = mask & LINK_MAX or 1
        name = f"link {len(self.links)}"
        self.links[name] = make.make_link(self.boss, self.thing(thing), mask, expires_at=_end(hours))
        self.model.links.add(name)
        self.model.share(thing, name, mask, hours != -1)

    def move(self, thing: str, into: str) -> None:
        if self.model.lies_in(into, thing):
            return
        moving.move(make.act(self.boss), self.thing(thing), self.thing(into), thing)
        self.model.move(thing, into)

    def rank(self, who: str, rank: str) -> None:
        make.change(self.people[who], rank=rank)
        self.model.ranks[who] = rank

    def active(self, who: str, active: bool) -> None:
        make.change(self.people[who], is_active=active)
        (self.model.active.add if active else self.model.active.discard)(who)

    def actors(self) -> dict[str, Actor]:
        found = {name: make.act(user) for name, user in [*self.people.items(), ("boss", self.boss)]}
        found |= {name: make.visitor(link) for name, link in self.links.items()}
        return found | {NOBODY: Actor.nobody()}


def _end(hours: int | None) -> Any:
    return None if hours is None else make.in_hours(hours)


@pytest.fixture
def house(db: Any, store: Any) -> House:
    return House()


@settings(max_examples=40, derandomize=True, database=None, **SETTINGS)
@given(program=programs)
def test_the_house_and_the_model_agree(house: House, program: list[tuple[Any, ...]]) -> None:
    with make.rolled_back():
        agree(house, house.play(program))


@pytest.mark.full
@settings(max_examples=1000, **SETTINGS)
@given(program=programs)
def test_the_house_and_the_model_agree_for_long(house: House, program: list[tuple[Any, ...]]) -> None:
    with make.rolled_back():
        agree(house, house.play(program))


def agree(house: House, model: Model) -> None:
    """Ask the house every question it answers about rights, for everybody."""
    things = {name: house.thing(name) for name in TREE}
    circles = {thing.acl_id: thing for thing in things.values()}  # what shares a circle gets one answer: asked once
    for who, actor in house.actors().items():
        masks = {name: model.mask(who, name) for name in TREE}
        assert {name: actor.rights_on(thing) for name, thing in things.items()} == masks, who
        told = {acl: _or(reason.grant.rights for reason in explain(actor, thing)) for acl, thing in circles.items()}
        assert {name: told[thing.acl_id] for name, thing in things.items()} == masks, who
        _lists_agree(house, model, who, actor, {name: masks[name] for name in NODES})
        found = Space.objects.visible_to(actor).filter(pk__in=[space.pk for space in house.spaces.values()])
        assert {space.pk for space in found} == {house.spaces[name].pk for name in SPACES if masks[name] & 1}, who
    ours = {user.pk: name for name, user in [*house.people.items(), ("boss", house.boss)]}
    for right in ASKED:
        may = {acl: {ours[user.pk] for user in audience(thing, right)} for acl, thing in circles.items()}
        for name, thing in things.items():
            assert may[thing.acl_id] == model.audience(name, right), (name, right)
    assert lineage.verify() == []


def _lists_agree(house: House, model: Model, who: str, actor: Actor, masks: dict[str, int]) -> None:
    nodes = Node.objects.filter(pk__in=house.names)

    def named(rows: Any) -> set[str]:
        return {house.names[row.pk] for row in rows}

    def masked(rows: Any) -> dict[str, int]:
        return {house.names[row.id]: row.mask for row in rows}

    seen = {name: mask for name, mask in masks.items() if mask & 1}
    assert named(nodes.visible_to(actor)) == set(seen), who
    for right in ASKED:
        assert named(nodes.allowing(actor, right)) == {name for name in masks if masks[name] & right == right}, who
    assert masked(nodes.with_rights(actor)) == masks, who
    assert masked(queries.entries(actor, list(house.names)).values()) == seen, who
    assert all(bool(queries.entry(actor, house.ids[name])) == (name in seen) for name in ("p1", "p2", "m1.txt")), who
    for folder in FOLDERS:
        inside = {name: seen[name] for name in model.inside(folder) if name in seen}
        assert masked(queries.children(actor, house.ids[folder])) == inside, (who, folder)
    if actor.user is not None:
        _home, _kids, entrances = queries.root_rows(actor)
        assert {house.names[row.id] for row, *_more in entrances} == model.entrances(who, NODES), who


def _or(masks: Any) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total
