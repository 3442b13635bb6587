"""What files show on the home page, and on the front page of a space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from collab.marks.models import Favourite
from files import browsing
from files.models import Node
from files.views.rows import icon_of

SHOWN = 8
IN_SPACE = 5


@dataclass(frozen=True)
class Item:
    """A file or folder, and where it lies."""

    node: Node
    icon: str
    place: str


def recent(request: HttpRequest) -> str:
    """Return the files changed last among those I may see; nothing while there are none."""
    found = browsing.latest(request.actor).filter(space__archived_at=None)  # type: ignore[attr-defined]
    return _drawn(request, "files/_recent.html", found[:SHOWN])


def recent_in_space(request: HttpRequest) -> str:
    """Return the files changed last in the space of this page, among those I may see."""
    found = browsing.latest(request.actor).filter(space=request.space)  # type: ignore[attr-defined]
    return _drawn(request, "files/_items.html", found[:IN_SPACE])


def starred_in_space(request: HttpRequest) -> str:
    """Return what I starred in the space of this page."""
    actor, space = request.actor, request.space  # type: ignore[attr-defined]
    mine = Favourite.objects.filter(user=request.user, kind=Node.REF_KIND).values("object_id")  # type: ignore[misc]
    found = Node.objects.living().visible_to(actor).filter(space=space, pk__in=mine).select_related("modified_by")
    return _drawn(request, "files/_items.html", found.order_by("kind", "sort", "pk")[:IN_SPACE])


def _drawn(request: HttpRequest, template: str, found: Any) -> str:
    nodes = list(found)
    if not nodes:
        return ""
    paths = browsing.paths([node.pk for node in nodes])
    items = [
        Item(node, icon_of(node), paths[node.pk].folder(request.actor))  # type: ignore[attr-defined]
        for node in nodes
        if node.pk in paths
    ]
    return render_to_string(template, {"items": items}, request)
