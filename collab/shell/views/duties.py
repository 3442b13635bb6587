"""The page of what is mine to do, wherever it lies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collab.lib.errors import NotFound
from collab.lib.partials import is_fragment
from collab.shell import duties


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All that I am to do, the most urgent first; to the home page, the first of it."""
    actor = request.actor  # type: ignore[attr-defined]
    if not duties.sources(actor):
        raise NotFound
    if is_fragment(request):
        return HttpResponse(duties.block(request))
    found, more = duties.page(actor, request.GET.get("after", ""))
    context = {"spans": duties.spans(found), "more": more, "full_path": request.get_full_path()}
    return render(request, "shell/duties.html", context)
