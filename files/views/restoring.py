"""Bringing back from the trash: to its place, or, where that is gone, to one that is asked for."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.lib.partials import Toast
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import came_from, changed, numbers, wants_json
from files import browsing
from files.actions import trashing
from files.models import Node, Trash
from files.views.trash import trash_url

MOST_FOLDERS = 300
TOP, AGAIN = "top", "again"


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring the things of these trash entries back to where they were; `into`: where what has no place left goes.

    A form is asked for that place; a script that undoes is not, and finds it at the top of the space.
    """
    actor = request.actor  # type: ignore[attr-defined]
    ids = numbers(request.POST.getlist("trash"))
    # what was thrown away last comes first: a folder is there before what lay in it
    rows = list(Trash.objects.visible_to(actor).select_related("node", "space").filter(pk__in=ids).order_by("-pk"))
    if not rows:
        raise NotFound
    homeless = [row for row in rows if not trashing.has_place(row, rows)]
    into = request.POST.get("into", "")
    if homeless and not into and not wants_json(request):
        return _ask(request, rows, homeless)
    with transaction.atomic():
        back = [_bring(actor, row, into if row in homeless else "") for row in rows]
    return changed(request, _folder_of(actor, back[0]), Toast(_words(back)), ids=[one.id for one in back])


def _ask(request: HttpRequest, rows: list[Trash], homeless: list[Trash]) -> HttpResponse:
    """Ask where what has no place left shall go."""
    space = homeless[0].space
    if any(row.space_id != space.pk for row in homeless):
        raise Conflict(_("The folders these lay in are gone, in several spaces. Restore them space by space."))
    context = {
        "rows": rows,
        "homeless": homeless,
        "space": space,
        "mine": space.owner_id == request.user.pk,
        "gone": sorted({row.path.rpartition("/")[0] for row in homeless} - {""}),
        "folders": _folders(request.actor, space.pk),  # type: ignore[attr-defined]
        "back": came_from(request, trash_url(space, request)),
        "current": "trash",
    }
    return render(request, "files/restoring.html", context)


def _folders(actor: Actor, space_id: int) -> list[tuple[int, str]]:
    """Return the folders of the space to which the actor may add, (id, path), by path."""
    found = Node.objects.living().allowing(actor, Right.ADD).filter(space=space_id, kind=Node.Kind.FOLDER)
    ids = list(found.exclude(parent=None).order_by("sort", "pk").values_list("pk", flat=True)[:MOST_FOLDERS])
    paths = browsing.paths(ids) if ids else {}
    return sorted(((pk, " › ".join(path.names[1:])) for pk, path in paths.items()), key=lambda one: one[1].casefold())


def _bring(actor: Actor, row: Trash, into: str) -> Any:
    if into in {"", TOP}:
        return trashing.restore(actor, row)
    if into == AGAIN:
        return trashing.restore(actor, row, parent=trashing.make_place(actor, row))
    folder = Node.objects.living().visible_to(actor).filter(pk=numbers([into])[0], kind=Node.Kind.FOLDER).first()
    if folder is None:
        raise BadInput(_("Choose a folder in the list."))
    if folder.space_id != row.space_id:
        raise Forbidden(_("Restore it in its own space first, then move it."))
    return trashing.restore(actor, row, parent=folder)


def _words(back: list[Any]) -> str:
    if len(back) == 1:
        return _("“%(name)s” is back in its place.") % {"name": back[0].name}
    return ngettext("%(count)d thing is back.", "%(count)d things are back.", len(back)) % {"count": len(back)}


def _folder_of(actor: Actor, node: Any) -> str:
    """Return the address of the folder in which the node lies, as far as the person sees it."""
    try:
        return browsing.of(actor, node.parent_id).url
    except NotFound:
        return reverse("files:shared")
