"""What the pages of a space have in common: finding it, its tabs, the panel of information."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from collab.accounts import ranks
from collab.activity import stream
from collab.activity.scope import Scope
from collab.lib.errors import NotFound
from collab.profiles import statuses
from collab.registry import registry
from collab.rights import explain
from collab.rights.right import Right
from collab.shell import participants
from collab.shell.guides import FILES
from collab.spaces.models import Space

_NOT_HERE = gettext_lazy("This space is not here, or is not shared with you.")
TABS = (
    ("people", gettext_lazy("Participants")),
    ("history", gettext_lazy("History")),
    ("details", gettext_lazy("Details")),
)


def find(request: HttpRequest, pk: int) -> Space:
    """Return the team space if I may see it; it then is the place of this page."""
    space = Space.objects.visible_to(request.actor).team().select_related("acl", "created_by").filter(pk=pk).first()
    if space is None:
        raise NotFound(_NOT_HERE)
    request.space = space
    return space


def find_listed(request: HttpRequest, pk: int) -> tuple[Space, bool]:
    """Return a team space that I see, or that administrators list without entering; and whether I see it."""
    if visible := Space.objects.visible_to(request.actor).team().select_related("acl").filter(pk=pk).first():
        return visible, True
    listed = Space.objects.team().select_related("acl").filter(pk=pk).first()
    if listed is None or not ranks.may(request.user, "rooms.view_all"):
        raise NotFound(_NOT_HERE)
    return listed, False


def frame(request: HttpRequest, space: Space) -> dict[str, Any]:
    """What every tab of a space shows."""
    actor = request.actor
    context = {
        "space": space,
        "manages": actor.can(space, Right.MANAGE),
        "may_copy": actor.can(space, Right.MANAGE) and ranks.may(request.user, "rooms.create"),
        "pinned": space.pins.filter(user=request.user).exists(),
    }
    return context | (_info(request, space) if request.GET.get("open") == "info" else {})


def _info(request: HttpRequest, space: Space) -> dict[str, Any]:
    """What the panel shows: who is in the space and through what, what happened, facts."""
    tab = next((slug for slug, _label in TABS if slug == request.GET.get("tab")), TABS[0][0])
    cursor = request.GET.get("after", "")
    found: dict[str, Any] = {"info": True, "tabs": TABS, "tab": tab, "back": request.path}
    if tab == "people":
        found["people"], found["more"], found["count"] = participants.page(space, cursor)
        statuses.attach(request.actor, [one.user for one in found["people"]])  # type: ignore[attr-defined]
    elif tab == "history":
        happened = stream.page(request.actor, Scope(space=space.pk), cursor)
        found["lines"], found["more"] = happened.lines, happened.more
        found["own"] = (Space.REF_KIND, space.pk)
    else:
        found |= _details(request, space)
    return found


def _details(request: HttpRequest, space: Space) -> dict[str, Any]:
    hooks = registry.spaces()
    path = next((path for one in hooks if one.address and (path := one.address(request.actor, space))), "")
    server = request.build_absolute_uri("/").rstrip("/")
    return {
        "holdings": [text for one in hooks if one.holdings is not None for text in one.holdings(space, request.actor)],
        "folder": path,
        "address": f"{server}{FILES}{quote(request.user.username)}/{quote(path)}/" if path else "",
        "seeing": len(explain.people_with(space.acl_id, Right.SEE)),
    }
