"""Follow, normal, mute: what a person chose for a container, or for one it lies in. The nearest choice counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from collab.notifications.models import Follow, Level
from collab.registry import registry
from collab.spaces.models import Space

Ref = tuple[str, int]


class Standing(NamedTuple):
    """What counts for a thing: the level, the container that gives it (None: nobody chose any), and what would count
    if nothing were chosen on the thing itself."""

    level: str
    through: Ref | None
    above: str


def of(person_id: int, thing: Any) -> Standing:
    """Return what counts for the person on this thing."""
    return at(person_id, (thing.REF_KIND, thing.pk), None, thing)


def at(person_id: int, here: Ref, containers: Sequence[Ref] | None, thing: Any = None) -> Standing:
    """The same; `containers`: what it lies in, as `around` says, where a page knows it."""
    line = list(containers) if containers is not None else around([here], {here: space_of(thing)})[here]
    chosen = {
        (kind, pk): level
        for kind, pk, level in Follow.objects.filter(_among(line), person_id=person_id).values_list(
            "kind", "object_id", "level"
        )
    }
    level, through = nearest(line, chosen)
    return Standing(level, through, nearest(line[1:], chosen)[0])


def nearest(line: Iterable[Ref], chosen: dict[Ref, str]) -> tuple[str, Ref | None]:
    """Return the level that counts for what lies in these containers, nearest first, and which of them gives it."""
    for container in line:
        if container in chosen:
            return chosen[container], container
    return Level.NORMAL, None


def around(refs: Iterable[Ref], spaces: dict[Ref, int]) -> dict[Ref, list[Ref]]:
    """Return for each thing what it lies in: itself first, its space last. One query for each kind of thing.

    `spaces`: the space of each. What is gone lies in its space alone.
    """
    wanted: dict[str, list[int]] = {}
    for kind, pk in refs:
        wanted.setdefault(kind, []).append(pk)
    found: dict[Ref, list[Ref]] = {}
    for kind, ids in wanted.items():
        verbs = registry.verbs(kind)
        above = verbs.above(ids) if verbs is not None and verbs.above is not None else {}
        for pk in ids:
            line = [(kind, pk), *above.get(pk, []), (Space.REF_KIND, spaces[(kind, pk)])]
            found[(kind, pk)] = list(dict.fromkeys(line))
    return found


def choices(containers: Iterable[Ref]) -> dict[int, dict[Ref, str]]:
    """Return {person: {container: level}} of all who chose something for one of these. One query."""
    containers = list(containers)
    found: dict[int, dict[Ref, str]] = {}
    if containers:
        rows = Follow.objects.filter(_among(containers)).values_list("person_id", "kind", "object_id", "level")
        for person, kind, pk, level in rows:
            found.setdefault(person, {})[(kind, pk)] = level
    return found


def whole(thing: Any) -> Any:
    """Return the thing, and for all that lies in a space (its own folder) the space."""
    return thing if isinstance(thing, Space) or thing.inherited_acl_id() is not None else thing.space


def space_of(thing: Any) -> int:
    """Return the id of the space a thing lies in; a space's own."""
    found: int = thing.pk if isinstance(thing, Space) else thing.space_id
    return found


def _among(containers: Iterable[Ref]) -> Q:
    wanted: dict[str, list[int]] = {}
    for kind, pk in containers:
        wanted.setdefault(kind, []).append(pk)
    found = Q(pk__in=())
    for kind, ids in wanted.items():
        found |= Q(kind=kind, object_id__in=ids)
    return found
