"""The dialog (or page) that asks where to: folders to walk through or to search, and what the choice would mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.lib.partials import is_fragment
from collab.lib.text import fold
from collab.rights.actor import Actor
from collab.rights.explain import reason
from collab.rights.right import Right
from collab.shell.answers import came_from
from files import browsing, queries
from files.actions.tree import no_room
from files.browsing import Place
from files.entry import FOLDER
from files.models import Node
from files.views import leaving
from files.views.received import starts

MOST_FOLDERS = 500
MOST_FOUND = 30
LONGEST = 100


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


class Folder(NamedTuple):
    """A folder that can be gone into; `place` says where it lies, for those that were searched."""

    id: int
    name: str
    place: str = ""


def draw(
    request: HttpRequest, verb: Verb, nodes: list[Node], into: Place | None, clash: list[str], *, status: int = 200
) -> HttpResponse:
    """Draw the folders inside `into`, those whose name was searched, or the places where one may begin."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("q", "").strip()[:LONGEST]
    told = leaving.told(actor, nodes, into) if into is not None and not verb.copies else leaving.Told()
    context = {
        "verb": verb,
        "nodes": nodes,
        "title": verb.title(nodes),
        "into": into,
        "above": _above(into),
        "folders": _found(actor, wanted) if wanted else _inside(actor, verb, nodes, into),
        "starts": starts(actor) if into is None and not wanted else [],
        "reason": reason_against(actor, verb, nodes, into),
        "told": told,
        "may_add": into is not None and into.can(Right.ADD),
        "clash": clash,
        "q": wanted,
        "most": MOST_FOUND,
        "action": reverse("files:copy" if verb.copies else "files:move"),
        "back": came_from(request, reverse("files:home")),
        "query": "&".join(f"id={node.pk}" for node in nodes),
    }
    template = "files/_picker.html" if is_fragment(request) else "files/picker.html"
    return render(request, template, context, status=status)


def _inside(actor: Actor, verb: Verb, nodes: list[Node], into: Place | None) -> list[Folder]:
    """Return the folders of the place; what is being moved cannot be gone into."""
    if into is None:
        return []
    moving = set() if verb.copies else {node.pk for node in nodes}
    inside = queries.children(actor, into.here.id, limit=MOST_FOLDERS, sort="name")
    return [Folder(one.id, one.name) for one in inside if one.kind == FOLDER and one.id not in moving]


def _found(actor: Actor, wanted: str) -> list[Folder]:
    """Return the folders and spaces of this name to which the person may add, wherever they lie."""
    places = [(root, space) for space, root in starts(actor) if fold(wanted) in fold(space.name)]
    tops = [Folder(root, _("My files") if space.is_personal else space.name, _("Space")) for root, space in places]
    named = Node.objects.living().allowing(actor, Right.SEE | Right.ADD).filter(kind=Node.Kind.FOLDER)
    named = named.filter(sort__contains=fold(wanted), space__archived_at=None).exclude(parent=None)
    rows = list(named.order_by("sort", "pk").values_list("pk", "name")[:MOST_FOUND])
    paths = browsing.paths([pk for pk, _name in rows])
    return [*tops, *(Folder(pk, name, paths[pk].folder(actor)) for pk, name in rows)]


def _above(into: Place | None) -> str:
    """Return the value of `into` that leads one folder up: "places" from a space's root, or from an entrance."""
    if into is None or into.parent is None or not into.parent.mask & Right.SEE:
        return "places"
    return str(into.parent.id)


def reason_against(actor: Actor, verb: Verb, nodes: list[Node], into: Place | None) -> str:
    """Return why the things cannot be put here, and whom to ask; "" when they can."""
    if into is None:
        return _("Choose a place first.")
    if not into.here.is_folder:
        return _("This is a file: nothing can be put inside.")
    if not verb.copies and all(node.parent_id == into.here.id for node in nodes):
        return _("They are here already. Choose another folder.")
    if any(node.pk in {entry.id for entry in into.chain} for node in nodes):
        return _("A folder cannot be put into itself.")
    if not into.can(Right.ADD):
        return _("You may look at this folder, not add to it.")
    coming = sum(node.size for node in nodes if verb.copies or node.space_id != into.space.pk)
    if coming and into.space.quota is not None and into.space.used + coming > into.space.quota:
        return str(no_room(into.space.pk).message)
    return "" if verb.copies else _held_back(actor, nodes, into)


def _held_back(actor: Actor, nodes: list[Node], into: Place) -> str:
    """Return why something is not the person's to take away from where it is; "" when all of it is."""
    actor.look(nodes)
    for node in nodes:
        needed = Right.EDIT if node.parent.acl_id == into.here.acl_id else Right.DELETE
        if not actor.can(node, needed):
            stays = _("“%(name)s” stays where it is.") % {"name": node.name}
            return f"{stays} {reason(node, needed)}"
    return ""
