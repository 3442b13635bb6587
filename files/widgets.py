"""What files show on the home page, and on the front page of a space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

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
    found = Node.objects.living().visible_to(actor).filter(space=space, pk__in=mine)
    return _drawn(request, "files/_items.html", found.order_by("kind", "sort", "pk")[:IN_SPACE])


def _drawn(request: HttpRequest, template: str, found: Any) -> str:
    nodes = list(found.select_related("modified_by", "space", "parent"))
    if not nodes:
        return ""
    me = request.user.pk
    items = [Item(node, icon_of(node), _place(node, mine=node.space.owner_id == me)) for node in nodes]
    return render_to_string(template, {"items": items}, request)


def _place(node: Node, *, mine: bool) -> str:
    """Return the space and the folder it lies in: no question more, however deep that is."""
    names = [_("My files") if mine else node.space.name, node.parent.name if node.parent else ""]
    return " › ".join(name for name in names if name)
