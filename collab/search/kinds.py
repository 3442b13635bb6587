"""Which kinds of thing an actor searches, and what the filters of a query leave of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any

from django.db.models import F, Func, QuerySet, TextField
from django.utils import timezone

from collab.registry.plugin import Plugin
from collab.registry.searching import Search
from collab.rights import switches, whom
from collab.rights.actor import Actor
from collab.search import words
from collab.search.language import BUILT_IN, Query, day
from collab.spaces.models import Space

HOUSE = "house"
"""The scope of what belongs to no app of its own: a password that is limited to one app was not made for it."""
_MOST_PLACES = 100
_MOST_PEOPLE = 200
_ME = frozenset({"me", "moi"})
_MINE = frozenset({"mine", "home", "mesfichiers", "myfiles", "moi", "me"})


@dataclass(frozen=True)
class Narrowed:
    """A kind, its guarded queryset with the filters of the query in it, and whether there are none (`is_whole`)."""

    search: Search
    objects: QuerySet[Any]
    actor: Actor
    is_whole: bool

    @cached_property
    def ids(self) -> tuple[str, list[Any]]:
        """A SELECT of the ids, and its values. Raises EmptyResultSet where the actor sees nothing of the kind."""
        text, values = self.objects.order_by().values_list("pk").query.sql_with_params()
        return text, list(values)

    @cached_property
    def names(self) -> tuple[str, list[Any]]:
        """A SELECT of (id, plain): names without accents and capitals, of a kind of which there are few. As `ids`."""
        plain = Func(F(self.search.name), function="search_plain", output_field=TextField())
        text, values = self.objects.order_by().values_list("pk", plain).query.sql_with_params()
        return f"SELECT k.id, k.plain FROM ({text}) k (id, plain)", list(values)


def of(actor: Actor) -> list[tuple[Plugin, Search]]:
    """Return what the actor searches: the kinds of apps that are on for them and that their password opens."""
    if actor.user is None:
        return []
    return [
        (plugin, search)
        for plugin in switches.plugins(actor)
        if plugin.searches and actor.allows_scope(plugin.slug if plugin.urls else HOUSE)
        for search in plugin.searches
    ]


def operators(actor: Actor) -> frozenset[str]:
    """Return the operators that something here understands."""
    return BUILT_IN.union(*(search.filters for _plugin, search in of(actor)))


def narrowed(actor: Actor, query: Query) -> list[Narrowed]:
    """Return each kind that can fulfil all filters, with its queryset narrowed; others are left out."""
    found = []
    for plugin, search in of(actor):
        objects: Any = search.objects(actor)
        for one in query.filters:
            objects = _narrow(plugin, search, objects, actor, one.operator, one.value)
            if objects is None:
                break
        if objects is not None:
            found.append(Narrowed(search, objects, actor, not query.filters))
    return found


def dates(query: Query) -> tuple[datetime | None, datetime | None] | None:
    """Return (from when on, until before when); None when a date cannot be read, which finds nothing."""
    bounds: dict[str, datetime | None] = {"after": None, "before": None}
    for one in query.filters:
        if one.operator in bounds:
            first = day(one.value)
            if first is None:
                return None
            bounds[one.operator] = timezone.make_aware(datetime.combine(first, time.min))
    return bounds["after"], bounds["before"]


def _narrow(plugin: Plugin, search: Search, objects: Any, actor: Actor, operator: str, value: str) -> Any:
    if operator in search.filters:
        return search.filters[operator](objects, actor, value)
    if operator == "type":
        return objects if words.clean(value) in {search.kind, words.clean(str(search.label)), *search.words} else None
    if operator == "app":
        named = {plugin.slug, words.clean(str(plugin.name)), search.kind, words.clean(str(search.label)), *search.words}
        return objects if words.clean(value) in named else None
    if operator in {"after", "before"}:
        return objects if search.everything is not None else None  # people and spaces have no date that counts
    if operator == "by":
        return objects.filter(**{f"{search.by}__in": people(actor, value)}) if search.by else None
    if operator == "in":
        return _inside(search, objects, actor, value)
    return None


def people(actor: Actor, value: str) -> list[int]:
    """Return the ids of those whom the actor may find and whose user name is this, or whose name has these words."""
    if "".join(words.tokens(value)) in _ME and actor.user is not None:
        return [actor.user.pk]
    if actor.user is None:
        return []
    exact, found = value.strip().lower(), whom.people(actor)
    if named := list(found.filter(username=exact).values_list("pk", flat=True)[:1]):
        return named
    for token in words.tokens(value)[:5]:
        found = found.filter(display_name__unaccent__icontains=token)
    return list(found.values_list("pk", flat=True)[:_MOST_PEOPLE]) if words.tokens(value) else []


def _inside(search: Search, objects: Any, actor: Actor, value: str) -> Any:
    """A space by its name, or the folder at the end of “Space/folder/…”."""
    first, *names = [part.strip() for part in value.split("/") if part.strip()] or [""]
    spaces = _spaces(actor, first)
    if not search.space:
        return None
    if spaces and not names:
        return objects.filter(**{f"{search.space}__in": spaces})
    if search.inside is None:
        return None
    return search.inside(objects, actor, spaces, names if spaces else [first, *names])


def _spaces(actor: Actor, value: str) -> list[int]:
    wanted = words.clean(value)
    if actor.user is None or not wanted:
        return []
    if wanted.replace(" ", "") in _MINE:
        return list(Space.objects.filter(owner=actor.user).values_list("pk", flat=True))
    # by its short name whoever asks: what lies there is found in the guarded queryset, and nothing tells of the rest
    if exact := list(Space.objects.filter(slug=value.strip().lower().lstrip("@")).values_list("pk", flat=True)):
        return exact
    named = Space.objects.visible_to(actor).team().values_list("pk", "name")[:5000]
    return [pk for pk, name in named if words.clean(name) == wanted][:_MOST_PLACES]
