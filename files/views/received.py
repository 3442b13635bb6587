"""Where to put what a device shared: its person walks to a folder, whose page then takes the files from the device."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import numbers
from collab.spaces.models import Space
from files import browsing, queries
from files.browsing import Place
from files.entry import FOLDER
from files.models import Node

MOST_FOLDERS = 500


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Draw the folders inside `into`, or the places where one may begin."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("into", "")
    place = browsing.of(actor, numbers([wanted])[0]) if wanted else None
    folders = queries.children(actor, place.here.id, limit=MOST_FOLDERS, sort="name") if place else []
    context = {
        "place": place,
        "may": place is not None and place.here.is_folder and place.can(Right.ADD),
        "above": _above(place),
        "folders": [entry for entry in folders if entry.kind == FOLDER],
        "starts": starts(actor) if place is None else [],
    }
    return render(request, "files/received.html", context)


def starts(actor: Actor) -> list[tuple[Space, int]]:
    """Return the spaces that the person sees with the ids of their roots, their own first."""
    roots = Node.objects.visible_to(actor).filter(parent=None, space__archived_at=None).select_related("space")
    me = actor.user.pk if actor.user else None
    mine = [root for root in roots if root.space.owner_id == me]
    teams = sorted((root for root in roots if not root.space.is_personal), key=lambda root: root.space.name.casefold())
    return [(root.space, root.pk) for root in [*mine, *teams]]


def _above(place: Place | None) -> str:
    """Return the query that leads one folder up: to the places from a space's root, or from an entrance."""
    if place is None or place.parent is None or not place.parent.mask & Right.SEE:
        return ""
    return f"into={place.parent.id}"
