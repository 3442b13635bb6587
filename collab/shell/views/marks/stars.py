"""Stars on things of every kind, and what one keeps by them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.lib import paging
from collab.lib.partials import Toast
from collab.marks import kinds, labels
from collab.marks.actions import starring
from collab.registry import registry
from collab.shell.answers import changed
from collab.shell.marking import things


@require_POST
def star(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep the thing among one's favourites, or let it go; each undoes the other."""
    thing = kinds.find(request.actor, kind, pk)
    starred = request.POST.get("starred") == "1"
    starring.star(request.actor, kind, thing, starred=starred)
    text = _("“%(name)s” is in your favourites.") if starred else _("“%(name)s” is no longer in your favourites.")
    undo = Toast(
        text % {"name": kinds.title(kind, thing)},
        reverse("shell:star", args=[kind, pk]),
        {"starred": "0" if starred else "1"},
    )
    item = registry.shareable(kind)
    return changed(request, item.url(thing, request.actor) if item else "/", undo)


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What I starred in all applications, the latest first."""
    before = labels.cursor_of(paging.unseal(request.GET.get("after", ""), 1))
    found = labels.favourites(request.actor, paging.PAGE + 1, before)
    return render(request, "shell/marks/favourites.html", things.context(request, found))
