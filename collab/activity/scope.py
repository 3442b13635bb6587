"""Which changes are asked for: of all I see, of a space, of a thing; by whom, through which app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from collab.registry.plugin import Verbs
from collab.rights import switches
from collab.rights.actor import Actor
from collab.spaces.models import Space

MOST_THINGS = 12_000
"""Whoever sees no more than these is answered through the things themselves, wherever in the log they stand."""


@dataclass(frozen=True)
class Scope:
    """`space`: of this one alone; `thing`: (kind, id), of it and of what lies in it; neither: of all that one sees.

    `app`: slug of the app it happened in; `person`: who did it; `but`: who did not; `since`: what came after.
    `spaces`: all spaces that the actor sees, where the page knows them already.
    """

    space: int | None = None
    thing: tuple[str, int] | None = None
    app: str = ""
    person: int | None = None
    but: int | None = None
    since: datetime | None = None
    spaces: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Reach:
    """Where in the log to look: in all that these spaces wrote, at these things, (kind, ids), and at what was
    shared with the actor on its own in other spaces than `elsewhere`, with all that is in it.
    """

    spaces: tuple[int, ...] = ()
    things: tuple[tuple[str, tuple[int, ...]], ...] = ()
    elsewhere: tuple[int, ...] | None = None


def verbs(actor: Actor, app: str = "") -> list[Verbs]:
    """Return what the actor's apps tell of, or one of them."""
    return [one for plugin in switches.plugins(actor) if app in {"", plugin.slug} for one in plugin.verbs]


def apps(actor: Actor) -> list[tuple[str, object]]:
    """Return (slug, name) of the actor's apps that tell of something."""
    return [(plugin.slug, plugin.name) for plugin in switches.plugins(actor) if plugin.verbs]


def reach(actor: Actor, scope: Scope, kinds: Iterable[Verbs]) -> Reach:
    """Return where the changes of this scope stand. The rights to each are asked by whoever reads there."""
    if scope.thing is not None:
        return Reach((), tuple(_around(actor, *scope.thing, kinds)))
    if scope.space is not None:
        return Reach((scope.space,))
    spaces = scope.spaces
    if spaces is None:
        spaces = tuple(Space.objects.visible_to(actor).values_list("pk", flat=True))
    return Reach(spaces, elsewhere=spaces)


def through_things(found: Reach, seen: Mapping[str, QuerySet[Any]]) -> Reach | None:
    """Return the same, through the things that are `seen`, by kind, in the spaces; None when they are too many.

    For whoever sees little of a busy space: what others did there need not be read over.
    """
    things: list[tuple[str, tuple[int, ...]]] = list(found.things)
    left = MOST_THINGS
    for kind, objects in seen.items():
        if kind == Space.REF_KIND:
            things.append((kind, found.spaces))
            continue
        inside = objects.filter(**{f"{_space(objects)}__in": found.spaces})
        ids = tuple(inside.order_by().values_list("pk", flat=True)[: left + 1])
        left -= len(ids)
        if left < 0:
            return None
        things.append((kind, ids))
    return replace(found, spaces=(), things=tuple(things))


def _around(actor: Actor, kind: str, pk: int, kinds: Iterable[Verbs]) -> Iterable[tuple[str, tuple[int, ...]]]:
    declared = next((one for one in kinds if one.kind == kind), None)
    inside = declared.inside(actor, pk) if declared is not None and declared.inside is not None else []
    yield kind, (pk, *inside)


def _space(seen: QuerySet[Any]) -> str:
    """Return the path to the space of these things: it stands where their acl does."""
    path: str = seen.model.ACL  # type: ignore[attr-defined]
    return path.removesuffix("acl") + "space"
