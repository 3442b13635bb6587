"""Addresses of this house as what they lead to: for whoever may see it, a card instead of a link."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from collab.registry.searching import Search, Shown
from collab.rights import switches
from collab.rights.actor import Actor

MOST = 60
"""Addresses of one question."""


def path_of(address: str) -> str:
    """Return the path of an address of this house, "" of any other."""
    try:
        parts, ours = urlsplit(address), urlsplit(settings.URL)
    except ValueError:
        return ""
    if parts.netloc and (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
        return ""
    path = unquote(parts.path) if parts.path.startswith("/") and (parts.netloc or not parts.scheme) else ""
    return path if path.isprintable() else ""


def find(actor: Actor, addresses: Iterable[str]) -> dict[str, Shown]:
    """Return {address: how what it leads to is shown} of those that the actor may see; silent on all others.

    Each kind of thing is asked once, however many addresses lead to it.
    """
    kinds = {search.kind: search for plugin in switches.plugins(actor) for search in plugin.searches if search.at}
    places: dict[tuple[str, int], list[str]] = {}
    for address in list(dict.fromkeys(addresses))[:MOST]:
        if (ref := _ref(actor, path_of(address), kinds.values())) is not None:
            places.setdefault(ref, []).append(address)
    found: dict[str, Shown] = {}
    for kind, search in kinds.items():
        ids = [pk for one, pk in places if one == kind]
        seen = list(search.objects(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else []
        for pk, shown in (search.show(actor, seen) if seen else {}).items():
            found |= dict.fromkeys(places[(kind, pk)], shown)
    return found


def _ref(actor: Actor, path: str, searches: Iterable[Search]) -> tuple[str, int] | None:
    try:
        match = resolve(path) if path else None
    except Resolver404:
        return None
    for search in searches if match is not None else ():
        pk = search.at(actor, match) if search.at is not None else None
        if pk is not None and pk < 2**63:
            return search.kind, pk
    return None
