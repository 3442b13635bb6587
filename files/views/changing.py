"""New things, names, and throwing away with its Undo."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, NameTaken, NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed, numbers, wants_json
from files import browsing, storage
from files.actions import creating, moving, trashing, writing
from files.browsing import Place
from files.entry import Entry
from files.forms import NameForm
from files.models import Node
from files.views import folder

_ENDINGS = {"text": ".txt", "note": ".md"}
"""Kinds of new files, and how a name without an ending ends."""


@require_POST
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new folder, or an empty text file or note that opens at once; a bad name comes back beside its field."""
    place = browsing.of(request.actor, pk)  # type: ignore[attr-defined]
    kind = request.POST.get("kind") if request.POST.get("kind") in _ENDINGS else "folder"
    name = request.POST.get("name", "").strip()
    try:
        made = _make(request, place, kind, name)
    except Refusal as refusal:
        return _refused(request, pk, NameForm(kind, pk, name, str(refusal.message)), refusal)
    if kind in _ENDINGS:
        opened = reverse("files:edit", args=[made.id])
        return changed(request, opened, id=made.id, open=opened)
    return changed(request, f"{place.url}#node-{made.id}", id=made.id)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for the thing; the toast gives the old one back."""
    place = browsing.of(request.actor, pk)  # type: ignore[attr-defined]
    name = request.POST.get("name", "")
    if "exact" not in request.POST:  # an undo gives back what a device named, blanks included
        name = name.strip()
    before = place.here.name
    try:
        if place.parent is None:
            raise BadInput(_("The folder of a space bears the space's name. Change it in the space's settings."))
        moving.move(request.actor, place.here, place.parent, name)  # type: ignore[attr-defined]
    except Refusal as refusal:
        above = place.parent.id if place.parent else pk
        return _refused(request, above, NameForm("rename", pk, name, str(refusal.message)), refusal)
    toast = None
    if name != before:
        text = _("“%(before)s” is now called “%(name)s”.") % {"before": before, "name": name}
        toast = Toast(text, reverse("files:rename", args=[pk]), {"name": before, "exact": "1"})
    return changed(request, place.folder_url or reverse("files:home"), toast, id=pk)


@require_POST
def trash(request: HttpRequest) -> HttpResponse:
    """Throw the things `id` away, all or none; the toast brings them back."""
    actor = request.actor  # type: ignore[attr-defined]
    nodes = found_nodes(request, request.POST.getlist("id"))
    with transaction.atomic():
        thrown = [trashing.trash(actor, node) for node in nodes]
    if len(nodes) == 1:
        text = _("“%(name)s” is in the trash.") % {"name": nodes[0].name}
    else:
        text = ngettext("%(count)d thing is in the trash.", "%(count)d things are in the trash.", len(nodes))
        text %= {"count": len(nodes)}
    undo = Toast(text, reverse("files:restore"), {"trash": ",".join(str(row.pk) for row in thrown)})
    return changed(request, _folder_of(actor, nodes[0]), undo, gone=[node.pk for node in nodes])


def found_nodes(request: HttpRequest, values: list[str]) -> list[Node]:
    """Return the living nodes that a form names, in its order; what may not be seen is not there."""
    ids = numbers(values)
    seen = Node.objects.living().visible_to(request.actor).select_related("acl", "space", "parent").in_bulk(ids)  # type: ignore[attr-defined]
    if len(seen) != len(ids):
        raise NotFound(_("Some of it is not here any more. Reload the page to see what is."))
    return [seen[pk] for pk in ids]


def _make(request: HttpRequest, place: Place, kind: str, name: str) -> Entry:
    actor = request.actor  # type: ignore[attr-defined]
    if kind == "folder":
        return creating.make_folder(actor, place.here, name)
    if name and "." not in name:
        name += _ENDINGS[kind]
    with storage.stage() as staged:
        staged.seal()
        return writing.write(actor, place.here, name, staged, guard=refuse_taken).entry


def refuse_taken(current: Entry | None) -> None:
    """A guard: nothing there may be replaced."""
    if current is not None:
        raise NameTaken


def _refused(request: HttpRequest, folder_id: int, form: NameForm, refusal: Refusal) -> HttpResponse:
    """Show the sentence beside the field, on the folder's page; a script puts it there itself."""
    if wants_json(request) or refusal.status not in {400, 409}:
        raise refusal
    try:
        place = browsing.of(request.actor, folder_id)  # type: ignore[attr-defined]
    except NotFound:
        raise refusal from None
    return folder.show(request, place, form=form, status=refusal.status)


def _folder_of(actor: Any, node: Any) -> str:
    """Return the address of the folder in which the node lies, as far as the person sees it."""
    try:
        return browsing.of(actor, node.parent_id).url
    except NotFound:
        return reverse("files:shared")
