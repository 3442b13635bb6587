"""Unified search, as phones and desktops ask it: files by name and text, through the one index and its rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from collab.lib.errors import NotFound
from collab.ocs import parameters
from collab.ocs.service import service
from collab.registry import registry
from collab.registry.places import Placed
from collab.rights import switches
from collab.rights.actor import Actor
from collab.search import finding
from collab.search.finding import Hit

FILES = "files"
USUAL, LONGEST = 5, 200


@service("GET", scope=FILES)
def providers(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """List what can be searched apart: the files of the person's devices."""
    places = registry.places()
    plugin = switches.by_kind(places.kind) if places is not None else None
    if plugin is None:
        return []
    return [{"id": FILES, "appId": FILES, "name": str(plugin.name), "icon": "", "order": 0, "inAppSearch": False}]


@service("GET", scope=FILES)
def search(request: HttpRequest, actor: Actor, provider: str) -> dict[str, Any]:
    """Answer a page of what is found; `cursor` names the next one, and is nothing at the end."""
    places = registry.places()
    if provider != FILES or places is None:
        raise NotFound
    told = parameters.read(request)
    size = parameters.number(told, "limit")
    term = told.get("term", "").strip()[:LONGEST]
    size = min(max(1, USUAL if size is None else size), finding.MOST)
    found = finding.find(actor, term, after=told.get("cursor", ""), limit=size)
    hits = [hit for hit in found.hits if hit.kind == places.kind]
    placed = places.describe(actor, [hit.id for hit in hits])
    plugin = switches.by_kind(places.kind)
    return {
        "name": str(plugin.name) if plugin is not None else "",
        "isPaginated": True,
        "entries": [_entry(request, hit, placed[hit.id]) for hit in hits if hit.id in placed],
        "cursor": found.next or None,
    }


def _entry(request: HttpRequest, hit: Hit, placed: Placed) -> dict[str, Any]:
    picture = f"/index.php/core/preview?x=32&y=32&fileId={hit.id}"
    return {
        "thumbnailUrl": "" if placed.is_folder else request.build_absolute_uri(picture),
        "title": hit.shown.title,
        "subline": hit.shown.place,
        "resourceUrl": request.build_absolute_uri(f"/f/{hit.id}"),
        "icon": "icon-folder" if placed.is_folder else "icon-file",
        "rounded": False,
        # texts, as clients expect of attributes
        "attributes": {"fileId": str(hit.id), "path": placed.path},
    }
