"""Moving and copying: a folder is picked in a dialog (or page), or the things are dragged there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.lib.errors import BadInput, NameTaken
from collab.lib.partials import Toast, is_fragment
from collab.rights.right import Right
from collab.shell.answers import came_from, changed, numbers, wants_json
from files import browsing, queries
from files.actions import moving
from files.actions.moving import Moved
from files.browsing import Place
from files.entry import FOLDER, Entry
from files.models import Node
from files.views.changing import found_nodes
from files.views.received import starts

MOST_FOLDERS = 500
_CLASHES = {"keep", "replace", "skip"}


@dataclass(frozen=True)
class Verb:
    """Moving or copying, in words and in deed."""

    slug: str
    one: str | Promise
    button: str | Promise
    copies: bool

    def title(self, nodes: list[Node]) -> str:
        """“Move “Plan.pdf””, “Copy 3 things”."""
        if len(nodes) == 1:
            return str(self.one) % {"name": nodes[0].name}
        if self.copies:
            text = ngettext("Copy %(count)d thing", "Copy %(count)d things", len(nodes))
        else:
            text = ngettext("Move %(count)d thing", "Move %(count)d things", len(nodes))
        return text % {"count": len(nodes)}


MOVE = Verb("move", gettext_lazy("Move “%(name)s”"), gettext_lazy("Move here"), False)
COPY = Verb("copy", gettext_lazy("Copy “%(name)s”"), gettext_lazy("Copy here"), True)


def move(request: HttpRequest) -> HttpResponse:
    """GET picks the folder; POST moves the things `id` into the folder `into`."""
    return _transfer(request, MOVE)


def copy(request: HttpRequest) -> HttpResponse:
    """GET picks the folder; POST copies the things `id` into the folder `into`."""
    return _transfer(request, COPY)


def _transfer(request: HttpRequest, verb: Verb) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    nodes = found_nodes(request, sent.getlist("id"))
    if any(node.parent_id is None for node in nodes):
        raise BadInput(_("The folder of a space stays where it is."))
    wanted = sent.get("into", str(nodes[0].parent_id))
    places = wanted == "places"
    into = None if places else browsing.of(request.actor, numbers([wanted])[0])  # type: ignore[attr-defined]
    if request.method == "POST" and into is not None and "into" in request.POST:
        return _do(request, verb, nodes, into)
    clash = _taken(nodes, into, verb) if into is not None and "ask" in request.GET else []
    return _pick(request, verb, nodes, into, clash)


def _pick(
    request: HttpRequest, verb: Verb, nodes: list[Node], into: Place | None, clash: list[str], status: int = 200
) -> HttpResponse:
    """Draw the folders inside `into`, or the places where one may begin."""
    actor = request.actor  # type: ignore[attr-defined]
    moving_ids = {node.pk for node in nodes}
    folders: list[Entry] = []
    if into is not None:
        inside = queries.children(actor, into.here.id, limit=MOST_FOLDERS, sort="name")
        folders = [entry for entry in inside if entry.kind == FOLDER and (verb.copies or entry.id not in moving_ids)]
    context = {
        "verb": verb,
        "nodes": nodes,
        "title": verb.title(nodes),
        "into": into,
        "above": _above(into, actor),
        "folders": folders,
        "starts": starts(actor) if into is None else [],
        "reason": _reason(verb, nodes, into),
        "clash": clash,
        "back": came_from(request, reverse("files:home")),
        "query": "&".join(f"id={node.pk}" for node in nodes),
    }
    template = "files/_picker.html" if is_fragment(request) else "files/picker.html"
    return render(request, template, context, status=status)


def _do(request: HttpRequest, verb: Verb, nodes: list[Node], into: Place) -> HttpResponse:
    clash = request.POST.get("clash", "")
    taken = _taken(nodes, into, verb)
    if taken and clash not in _CLASHES:
        if wants_json(request):
            raise NameTaken
        return _pick(request, verb, nodes, into, taken, status=409)
    if clash == "skip":
        nodes = [node for node in nodes if node.name not in taken]
    act = _copy_all if verb.copies else _move_all
    with transaction.atomic():
        made = act(request.actor, nodes, into, clash == "replace")  # type: ignore[attr-defined]
    toast = _toast(verb, nodes, into, made, request) if made else None
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


def _taken(nodes: list[Node], into: Place, verb: Verb) -> list[str]:
    """Return the names that something else in the folder bears. A copy beside its original gets a free one."""
    coming = [node.name for node in nodes if node.parent_id != into.here.id]
    there = set(Node.objects.inside(into.here.id).filter(name__in=coming).values_list("name", flat=True))
    return [name for name in coming if name in there]


def _toast(verb: Verb, nodes: list[Node], into: Place, made: list[Moved], request: HttpRequest) -> Toast:
    if verb.copies:
        text = ngettext("%(count)d thing copied to %(place)s.", "%(count)d things copied to %(place)s.", len(made))
        ids = ",".join(str(one.entry.id) for one in made)
        return Toast(text % {"count": len(made), "place": into.name}, reverse("files:trash-things"), {"id": ids})
    text = ngettext("%(count)d thing moved to %(place)s.", "%(count)d things moved to %(place)s.", len(made))
    origins = {node.parent_id for node in nodes}
    undo = reverse("files:move") if len(origins) == 1 else ""
    fields = {"id": ",".join(str(one.entry.id) for one in made), "into": origins.pop(), "clash": "keep"}
    said = text % {"count": len(made), "place": into.name}
    if left := dict.fromkeys(name for one in made for name in one.left):
        said += " " + _("Labels that are not known there came off: %(names)s.") % {"names": ", ".join(left)}
    return Toast(said, undo, fields if undo else {})


def _above(into: Place | None, actor: Any) -> str:
    """Return the value of `into` that leads one folder up: "places" from a space's root, or from an entrance."""
    if into is None or into.parent is None or not into.parent.mask & Right.SEE:
        return "places"
    return str(into.parent.id)


def _reason(verb: Verb, nodes: list[Node], into: Place | None) -> str:
    """Return why the things cannot be put here, "" when they can."""
    if into is None:
        return _("Choose a place first.")
    if not verb.copies and all(node.parent_id == into.here.id for node in nodes):
        return _("They are here already. Choose another folder.")
    if any(node.pk in {entry.id for entry in into.chain} for node in nodes):
        return _("A folder cannot be put into itself.")
    if not into.can(Right.ADD):
        return _("You may look at this folder, not add to it.")
    return ""
