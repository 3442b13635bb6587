"""Writing what a folder says of itself: its README, in a field."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.lib import markdown
from collab.lib.errors import BadInput, Forbidden, Refusal, Stale
from collab.lib.partials import Toast
from collab.rights.actor import Actor
from collab.rights.explain import reason
from collab.rights.right import Right
from collab.shell.answers import changed
from files import browsing, describing, storage
from files.actions import writing
from files.browsing import Place
from files.entry import Entry
from files.models import Node, Version


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the field; POST keeps what was typed as a version of the folder's README."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    if not place.here.is_folder:
        raise BadInput
    found = describing.of(actor, pk)
    _require(actor, place, found)
    if found is not None and not found.whole:
        raise BadInput(_("This description is too long to be edited here. Download the file, then put it back."))
    before, seen = (found.read(), found.etag) if found else ("", "")
    text, error, status = before, "", 200
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if seen == request.POST.get("seen", "") and found is not None and text == before:
            return changed(request, place.url)
        try:
            _keep(actor, place, found, text, request.POST.get("seen", ""))
            return changed(request, place.url, _toast(place, found))
        except Stale:
            error = _(
                "Somebody saved another text meanwhile. Yours is below; saving it again keeps theirs as a version."
            )
            status = 412
        except Refusal as refusal:
            error, status = str(refusal.message), refusal.status
    context = {"place": place, "text": text, "seen": seen, "error": error, "most": markdown.MOST}
    return render(request, "files/describe.html", context, status=status)


def _require(actor: Actor, place: Place, found: describing.Description | None) -> None:
    """Raise Forbidden, with whom to ask, unless the description may be changed, or a first one added."""
    if found is not None and not found.may_edit:
        raise Forbidden(reason(Node.objects.select_related("acl").get(pk=found.id), Right.EDIT))
    if found is None and not place.can(Right.ADD):
        raise Forbidden(reason(Node.objects.living().select_related("acl").get(pk=place.here.id), Right.ADD))


def _keep(actor: Actor, place: Place, found: describing.Description | None, text: str, seen: str) -> None:
    """Write it, unless somebody wrote since it was read (`seen`: the etag of then). Raises Stale and as `write`."""
    if len(text) > markdown.MOST:
        raise BadInput(_("This is too long: %(most)s characters at most.") % {"most": markdown.MOST})

    def guard(current: Entry | None) -> None:
        if (current.etag if current else "") != seen:
            raise Stale

    with storage.stage() as staged:
        staged.write(text.encode(errors="replace"))
        staged.seal()
        writing.write(actor, place.here, found.name if found else describing.NAME, staged, guard=guard)


def _toast(place: Place, found: describing.Description | None) -> Toast:
    """Say that it is saved; what was there before is among its versions, a first one can be thrown away."""
    text = _("The description of “%(name)s” is saved.") % {"name": place.name}
    if found is not None:
        latest = Version.objects.filter(node=found.id).first()
        return Toast(text, reverse("files:version-restore", args=[latest.pk]) if latest else "")
    made = Node.objects.inside(place.here.id).filter(name=describing.NAME).first()
    return Toast(text, reverse("files:trash-things"), {"id": made.pk}) if made else Toast(text)
