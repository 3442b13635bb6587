"""A list of things of every kind: what each is called, what it is, where it is seen."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from collab.lib import paging
from collab.marks import labels
from collab.registry import registry
from collab.spaces.models import Space


class Row(NamedTuple):
    """One thing: its sign, what it is, its place."""

    kind: str
    pk: int
    title: str
    url: str
    icon: str
    what: str | Promise
    space: Space | None
    labels: list[Any]


def context(request: HttpRequest, found: list[tuple[labels.Ref, int]]) -> dict[str, Any]:
    """Return a page of rows of things that the person sees, and the address of the next page."""
    page = found[: paging.PAGE]
    more = f"?after={paging.seal([page[-1][1]])}" if len(found) > paging.PAGE else ""
    return {"rows": rows(request, [ref for ref, _cursor in page]), "more": more}


def rows(request: HttpRequest, refs: list[labels.Ref]) -> list[Row]:
    """Return the rows of these things, in their order; two queries for each kind."""
    things = registry.many(refs)
    named = {kind: labels.on(kind, [pk for one, pk in refs if one == kind]) for kind in {kind for kind, _pk in refs}}
    found = []
    for kind, pk in refs:
        item, thing = registry.shareable(kind), things.get((kind, pk))
        if item is None or thing is None:
            continue
        icon, what = item.sort(thing) if item.sort else ("file", "")
        # where it is seen costs a query for some kinds: the page of its number sends on to there
        url = reverse("shell:thing", args=[kind, pk])
        found.append(
            Row(kind, pk, str(item.title(thing)), url, icon, what, thing.space, named[kind].get(pk, []))
        )  # fmt: skip
    return found
