"""Moving and copying: a folder is picked in a dialog (or page), or the things are dragged there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict, NameTaken, NotFound
from collab.lib.partials import Toast
from collab.shell.answers import changed, numbers, wants_json
from files import browsing, queries
from files.actions import moving
from files.actions.moving import Moved
from files.browsing import Place
from files.models import Node
from files.views import leaving, picking
from files.views.changing import found_nodes
from files.views.picking import COPY, MOVE, Verb

_CLASHES = {"keep", "replace", "skip"}


class LosesAccess(Conflict):
    """409: people would no longer see what is moved; it is done once whoever moves it has read who."""

    code = "loses-access"
    default = gettext_lazy("Some people would lose access. Nothing was moved yet.")


def move(request: HttpRequest) -> HttpResponse:
    """GET picks the folder; POST moves the things `id` into the folder `into`."""
    return _transfer(request, MOVE)


def copy(request: HttpRequest) -> HttpResponse:
    """GET picks the folder; POST copies the things `id` into the folder `into`."""
    return _transfer(request, COPY)


@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Undo: put things that came from several folders (`back`: “thing-folder,…”) each where it was."""
    actor = request.actor  # type: ignore[attr-defined]
    pairs = [pair.partition("-") for pair in request.POST.get("back", "").split(",")]
    nodes = found_nodes(request, [thing for thing, _dash, _folder in pairs])
    homes = {int(thing): numerals.required(folder) for thing, _dash, folder in pairs}
    folders = Node.objects.living().visible_to(actor).in_bulk(set(homes.values()))
    if set(homes.values()) - folders.keys():
        raise NotFound(_("A folder in which some of it lay is gone. Move these things by hand."))
    with transaction.atomic():
        for node in nodes:
            folder = folders[homes[node.pk]]
            moving.move(actor, node, folder, queries.free_name_in(folder.pk, node.name))
    text = ngettext("%(count)d thing is back.", "%(count)d things are back.", len(nodes)) % {"count": len(nodes)}
    return changed(request, reverse("files:home"), Toast(text))


def _transfer(request: HttpRequest, verb: Verb) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    nodes = found_nodes(request, sent.getlist("id"))
    if any(node.parent_id is None for node in nodes):
        raise BadInput(_("The folder of a space stays where it is."))
    into = _into(request, sent.get("into", str(nodes[0].parent_id)))
    if request.method == "POST" and into is not None and "into" in request.POST:
        return _do(request, verb, nodes, into)
    clash = _taken(nodes, into) if into is not None and "ask" in request.GET else []
    return picking.draw(request, verb, nodes, into, clash)


def _into(request: HttpRequest, wanted: str) -> Place | None:
    """Return the folder of this number, or at the top of “@space” or of one's own files (“mine”); None for none yet."""
    actor = request.actor  # type: ignore[attr-defined]
    if wanted == "places":
        return None
    if wanted == "mine":
        return browsing.at(actor, f"~{request.user.username}", [])  # type: ignore[union-attr]
    if wanted.startswith("@"):
        return browsing.at(actor, wanted[1:], [])
    return browsing.of(actor, numbers([wanted])[0])


def _do(request: HttpRequest, verb: Verb, nodes: list[Node], into: Place) -> HttpResponse:
    """Do it, once it is said what becomes of names that are there already, and of people who lose access (`known`)."""
    clash = request.POST.get("clash", "")
    taken = _taken(nodes, into)
    told = leaving.Told()
    if not verb.copies and "known" not in request.POST:
        told = leaving.told(request.actor, nodes, into)  # type: ignore[attr-defined]
    if told.loses and picking.reason_against(request.actor, verb, nodes, into):  # type: ignore[attr-defined]
        told = leaving.Told()  # it is refused anyway, with whom to ask
    unsaid = bool(taken) and clash not in _CLASHES
    if unsaid or told.loses:
        if wants_json(request):
            raise LosesAccess if told.loses else NameTaken
        return picking.draw(request, verb, nodes, into, taken if unsaid else [], status=409)
    if clash == "skip":
        nodes = [node for node in nodes if node.name not in taken]
    act = _copy_all if verb.copies else _move_all
    with transaction.atomic():
        made = act(request.actor, nodes, into, clash == "replace")  # type: ignore[attr-defined]
    toast = _toast(verb, nodes, into, made) if made else None
    return changed(request, into.url, toast, ids=[one.entry.id for one in made])


def _move_all(actor: Any, nodes: list[Node], into: Place, replace: bool) -> list[Moved]:
    moved = []
    for node in nodes:
        if node.parent_id == into.here.id:
            continue
        name = node.name if replace else queries.free_name_in(into.here.id, node.name)
        moved.append(moving.move(actor, node, into.here, name, overwrite=replace))
    return moved


def _copy_all(actor: Any, nodes: list[Node], into: Place, replace: bool) -> list[Moved]:
    made = []
    for node in nodes:
        over = replace and node.parent_id != into.here.id
        name = node.name if over else queries.free_name_in(into.here.id, node.name)
        made.append(moving.copy(actor, node, into.here, name, overwrite=over))
    return made


def _taken(nodes: list[Node], into: Place) -> list[str]:
    """Return the names that something else in the folder bears. A copy beside its original gets a free one."""
    coming = [node.name for node in nodes if node.parent_id != into.here.id]
    there = set(Node.objects.inside(into.here.id).filter(name__in=coming).values_list("name", flat=True))
    return [name for name in coming if name in there]


def _toast(verb: Verb, nodes: list[Node], into: Place, made: list[Moved]) -> Toast:
    if verb.copies:
        text = ngettext("%(count)d thing copied to %(place)s.", "%(count)d things copied to %(place)s.", len(made))
        ids = ",".join(str(one.entry.id) for one in made)
        return Toast(text % {"count": len(made), "place": into.name}, reverse("files:trash-things"), {"id": ids})
    text = ngettext("%(count)d thing moved to %(place)s.", "%(count)d things moved to %(place)s.", len(made))
    origins = {node.pk: node.parent_id for node in nodes}
    if len(set(origins.values())) == 1:
        undo, fields = reverse("files:move"), {
            "id": ",".join(map(str, (one.entry.id for one in made))), "into": nodes[0].parent_id, "clash": "keep",
            "known": "1",
        }  # fmt: skip
    else:
        undo = reverse("files:move-back")
        fields = {"back": ",".join(f"{one.entry.id}-{origins[one.entry.id]}" for one in made)}
    said = text % {"count": len(made), "place": into.name}
    if left := dict.fromkeys(name for one in made for name in one.left):
        said += " " + _("Labels that are not known there came off: %(names)s.") % {"names": ", ".join(left)}
    return Toast(said, undo, fields)
