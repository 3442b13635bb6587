"""A folder's page: its list, and one thing of it in the panel; the address says all of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.lib.partials import is_fragment
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import browsing
from files.browsing import Place
from files.forms import NameForm
from files.models import Node
from files.views import listing, panel

_KINDS = {"folder", "text", "note", "upload"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The person's own files; a guest has none, and sees what is shared with them."""
    try:
        place = browsing.at(request.actor, f"~{request.user.username}", [])  # type: ignore[attr-defined,union-attr]
    except NotFound:
        return HttpResponseRedirect(reverse("files:shared"))
    return show(request, place)


@require_safe
def space(request: HttpRequest, space: str, path: str = "") -> HttpResponse:
    """A folder of a space by its path; a file's path leads to its folder, with the file in the panel."""
    place = browsing.at(request.actor, space, path.rstrip("/").split("/") if path else [])  # type: ignore[attr-defined]
    if place.here.is_folder:
        return show(request, place)
    return HttpResponseRedirect(_opened(place))


@require_safe
def by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """A thing by its number, sent on to where it lies now."""
    return HttpResponseRedirect(address_of(request.actor, pk))  # type: ignore[attr-defined]


def address_of(actor: Actor, pk: int) -> str:
    """Return where the actor sees the thing: a folder's own page, a file open in its folder. Raises NotFound."""
    place = browsing.of(actor, pk)
    return place.url if place.here.is_folder else _opened(place)


def show(request: HttpRequest, place: Place, *, form: NameForm | None = None, status: int = 200) -> HttpResponse:
    """Draw the folder, or the part of it that a script asks for. `form`: a name that was refused, with why."""
    if place.in_space:
        request.space = place.space  # type: ignore[attr-defined]
    part = request.headers.get("HX-Target", "") if is_fragment(request) else ""
    if part == "panel":
        return render(request, "files/_panel.html", panel.context(request, place))
    context = listing.context(request, place)
    if part == "listing":
        return render(request, "files/_redrawn.html", context)
    if is_fragment(request) and "after" in request.GET:
        return render(request, "files/_rows.html", context)
    context |= {"current": _current(place), "form": form or _asked(request, place), "why_not_add": why_not_add(place)}
    if "open" in request.GET:
        context |= panel.context(request, place)
    return render(request, "files/folder.html", context, status=status)


def _current(place: Place) -> str:
    """Which entry of the column the page belongs to."""
    return "mine" if place.mine else "space" if place.in_space and not place.space.is_personal else "shared"


def why_not_add(place: Place) -> str:
    """Return why nothing can be added here, and whom to ask; an archived space says so by its banner."""
    if place.can(Right.ADD) or place.space.archived_at:
        return ""
    node = Node.objects.living().filter(pk=place.here.id).first()
    return explain.reason(node, Right.ADD) if node else ""


def _asked(request: HttpRequest, place: Place) -> NameForm | None:
    """Return the name form that the address asks for, for pages without script."""
    if (kind := request.GET.get("new", "")) in _KINDS:
        return NameForm(kind, place.here.id)
    wanted = request.GET.get("rename", "")
    if numerals.whole(wanted) is not None:
        entry = panel.entry_in(request, wanted)
        return NameForm("rename", entry.id, name=entry.name)
    return None


def _opened(place: Place) -> str:
    folder: Any = place.folder_url or reverse("files:shared")
    return f"{folder}?open={place.here.id}"
