"""Which changes are asked for: of all I see, of a space, of a thing; by whom, through which app."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
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
    parts, values, kinds = [], [], []  # type: list[str], list[Any], list[str]
    for kind, objects in seen.items():
        if kind == Space.REF_KIND:
            continue
        inside = objects.filter(**{f"{_space(objects)}__in": found.spaces})
        with contextlib.suppress(EmptyResultSet):
            text, given = inside.order_by().values("pk").query.sql_with_params()
            # marked by the kind's place in `kinds`; no kind is read beyond the limit for all
            parts.append(f"SELECT {len(kinds)}, s.id FROM ({text} LIMIT {MOST_THINGS + 1}) s (id)")
            values += given
            kinds.append(kind)
    ids: dict[str, list[int]] = {kind: [] for kind in kinds}
    if parts:
        with connection.cursor() as cursor:  # planned for these values: which index serves depends on them
            cursor.execute(f"{' UNION ALL '.join(parts)} LIMIT {MOST_THINGS + 1}", values)
            rows = cursor.fetchall()
        if len(rows) > MOST_THINGS:
            return None
        for place, pk in rows:
            ids[kinds[place]].append(pk)
    things = [*found.things, *((kind, tuple(each)) for kind, each in ids.items())]
    if Space.REF_KIND in seen:
        things.append((Space.REF_KIND, found.spaces))
    return replace(found, spaces=(), things=tuple(things))


def _around(actor: Actor, kind: str, pk: int, kinds: Iterable[Verbs]) -> Iterable[tuple[str, tuple[int, ...]]]:
    declared = next((one for one in kinds if one.kind == kind), None)
    inside = declared.inside(actor, pk) if declared is not None and declared.inside is not None else []
    yield kind, (pk, *inside)


def _space(seen: QuerySet[Any]) -> str:
    """Return the path to the space of these things: it stands where their acl does."""
    path: str = seen.model.ACL  # type: ignore[attr-defined]
    return path.removesuffix("acl") + "space"
