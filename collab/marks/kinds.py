"""Which kinds of thing take marks, and finding one: to find is to be allowed."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from collab.lib.errors import NotFound
from collab.registry import registry
from collab.registry.plugin import Marks, Shareable
from collab.rights import switches
from collab.rights.actor import Actor
from collab.rights.right import Right


def declared(actor: Actor) -> list[Shareable]:
    """Return the kinds that take marks, of apps that are on for the actor."""
    return [item for item in registry.shareables() if item.marks is not None and switches.is_kind_on(item.kind, actor)]


def find(actor: Actor, kind: str, pk: int) -> Any:
    """Return the living thing, if it takes marks and the person sees it. Raises NotFound.

    Visitors with a link see no marks.
    """
    item = registry.shareable(kind)
    if item is None or item.marks is None or actor.user is None or not switches.is_kind_on(kind, actor):
        raise NotFound
    thing = item.get(pk)
    if thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    return thing


def find_all(actor: Actor, kind: str, ids: list[int]) -> list[Any]:
    """Return these living things in the order of their ids, all of which the person sees. Raises NotFound."""
    item = registry.shareable(kind)
    if item is None or item.marks is None or not switches.is_kind_on(kind, actor):
        raise NotFound
    seen = set(visible(item.marks, actor).filter(pk__in=ids).values_list("pk", flat=True))
    things = registry.many((kind, pk) for pk in ids if pk in seen)
    if len(things) != len(ids):
        raise NotFound
    return [things[kind, pk] for pk in ids]


def visible(marks: Marks, actor: Actor) -> QuerySet[Any]:
    """Return the living things of a kind that the actor sees."""
    found: QuerySet[Any] = marks.model.objects.visible_to(actor).filter(**marks.living)
    return found


def seen_by(actor: Actor) -> Q:
    """Return the condition on (kind, object_id): it is a living thing that the actor sees.

    One look-up per row by the number of the thing: rows are few, things many.
    """
    condition = Q(pk__in=())
    for item in declared(actor):
        assert item.marks is not None
        there = visible(item.marks, actor).filter(pk=OuterRef("object_id"))
        condition |= Q(Exists(there), kind=item.kind)
    return condition


def title(kind: str, thing: Any) -> str:
    """Return what the thing is called."""
    item = registry.shareable(kind)
    return str(item.title(thing)) if item else ""
