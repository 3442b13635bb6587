"""New things from models: what lies in the “Templates” folder of the space, or of one's own files, is copied."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast, is_fragment
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import changed, wants_json
from files import browsing, kinds, queries, stencils
from files.actions import furnishing, moving
from files.browsing import Place
from files.entry import Entry
from files.views import rows
from files.views.changing import found_nodes


class Shelf(NamedTuple):
    """A folder of models, with whom it belongs to; `make`: the folder in which one could be begun, where none is."""

    title: str
    models: list[tuple[Entry, str]]
    url: str
    make: int | None = None


def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """GET offers the models; POST copies the one chosen into the folder, under the name that was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    actor.require(place.here, Right.ADD)
    if request.method != "POST":
        return _offer(request, place)
    chosen = request.POST.get("model", "")
    if not chosen:
        return _refused(request, place, BadInput(_("Choose a template first.")))
    model = found_nodes(request, [chosen])[0]
    name = named(model.name, request.POST.get("name", "").strip()) or queries.free_name_in(pk, model.name)
    try:
        made = moving.copy(actor, model, place.here, name).entry
    except Refusal as refusal:
        return _refused(request, place, refusal)
    toast = Toast(_("“%(name)s” is made.") % {"name": name}, reverse("files:trash-things"), {"id": str(made.id)})
    return changed(request, f"{place.url}#node-{made.id}", toast, id=made.id)


@require_POST
def starters(request: HttpRequest) -> HttpResponse:
    """Begin one's own files with a few folders; those that are there already stay as they are."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = browsing.at(actor, f"~{request.user.username}", [])  # type: ignore[union-attr]
    made = furnishing.begin(actor, place.here)
    text = _("Your first folders are made.") if made else _("These folders are there already.")
    ids = ",".join(str(entry.id) for entry in made)
    return changed(request, place.url, Toast(text, reverse("files:trash-things") if made else "", {"id": ids}))


def named(model: str, typed: str) -> str:
    """Return the typed name with the model's ending, if it was left out."""
    ending = kinds.ending_of(model)
    if not typed or not ending or kinds.ending_of(typed):
        return typed
    return f"{typed}.{ending}"


def _offer(request: HttpRequest, place: Place, *, error: str = "", status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shelves = []
    for found in stencils.shelves(actor, place.space):
        title = _("My templates") if found.mine else _("Templates of %(name)s") % {"name": found.name}
        models = [(one, rows.icon_of(one)) for one in found.models]
        shelves.append(Shelf(title, models, found.url, found.root if found.may_begin else None))
    context = {
        "place": place,
        "shelves": shelves,
        "any": any(shelf.models for shelf in shelves),
        "folder": stencils.name(),
        "typed": request.POST.get("name", ""),
        "chosen": request.POST.get("model", ""),
        "error": error,
    }
    template = "files/_from_template.html" if is_fragment(request) else "files/from_template.html"
    return render(request, template, context, status=status)


def _refused(request: HttpRequest, place: Place, refusal: Refusal) -> HttpResponse:
    if wants_json(request) or refusal.status not in {400, 409, 507}:
        raise refusal
    return _offer(request, place, error=str(refusal.message), status=refusal.status)
