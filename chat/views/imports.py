"""Pages on which administrators bring talk over from Mattermost or Slack: upload, look at what it is, let it come."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import arriving, importing
from chat.models import Import, ImportPerson, ImportPlace
from chat.views import showing
from collab.lib import csrf
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done, is_fragment
from collab.registry import registry

SHOWN = 100


@csrf_exempt  # checked where the file of the form has been read under its limits
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Upload an export; and the imports before."""
    importing.require_may(request.actor)
    refused, status = "", 200
    if request.method == "POST":
        try:
            return done(request, reverse("chat:import", args=[_ask(request).pk]))
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            refused, status = str(refusal.message), refusal.status
    rows = Paginator(Import.objects.select_related("person", "job"), 20).get_page(request.GET.get("page"))
    context = showing.column(request) | {"rows": rows, "refused": refused, "can": registry.files() is not None}
    return render(request, "chat/imports.html", context, status=status)


def _ask(request: HttpRequest) -> Import:
    store = registry.files()
    if store is None or request.content_type != "multipart/form-data":
        csrf.require(request)
        return importing.ask(request.actor, [])
    with store.receive(request, files=1, each=importing.EACH, together=importing.EACH) as form:
        return importing.ask(request.actor, form.files, by_username=bool(form.fields.get("by_username")))


@never_cache
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What an export holds and would make here; how far it is; at the end what came, and what did not and why."""
    found = importing.find(request.actor, pk)
    if is_fragment(request) and "far" in request.GET:
        return render(request, "chat/_import_far.html", {"import": found})
    page = Paginator(found.skips.order_by("pk"), SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = showing.column(request) | {
        "import": found,
        "skips": [(skip, importing.REASONS[skip.why]) for skip in page],
        "page": page,
        "why": sorted((count, importing.REASONS[why]) for why, count in found.why.items())[::-1],
    }
    if found.read_at is not None and found.begun_at is None:
        context |= _plan(request, found)
    return render(request, "chat/import.html", context)


def _plan(request: HttpRequest, found: Import) -> dict[str, Any]:
    people = ImportPerson.objects.filter(owner=found)
    places = ImportPlace.objects.filter(owner=found)
    strangers = people.filter(user=None)
    teams = [
        (team, arriving.space_of(request.actor, found, team), places.filter(team=team["key"]).count())
        for team in found.teams
    ]
    return {
        "teams": teams,
        "open": places.filter(form="open").count(), "closed": places.filter(form="closed").count(),
        "conversations": places.filter(form="between").count(),
        "known": people.exclude(user=None).count(), "strangers": strangers.count(),
        "known_some": people.exclude(user=None).select_related("user").order_by("pk")[:SHOWN],
        "strangers_some": strangers.order_by("pk")[:SHOWN],
        "channels": places.exclude(form="between").order_by("team", "title", "pk")[:SHOWN],
    }  # fmt: skip


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Let it come (`begin`), or forget what was read (`discard`)."""
    found = importing.find(request.actor, pk)
    if verb == "begin":
        importing.begin(request.actor, found)
        return done(request, reverse("chat:import", args=[pk]))
    if verb != "discard":
        raise NotFound
    importing.discard(request.actor, found)
    return done(request, reverse("chat:imports"), Toast(_("Forgotten. What came is still there.")))
