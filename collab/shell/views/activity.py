"""Activity: of all that I see, and of a space; each can be narrowed, and goes on from where it was read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collab.activity.scope import Scope
from collab.lib.partials import is_fragment
from collab.shell import streams
from collab.shell.views.spaces.frame import find, frame
from collab.spaces.models import Space


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What happened to all that I see."""
    if (count := streams.above(request, Scope())) is not None:
        return JsonResponse({"count": count})
    found = streams.context(request, Scope(), base=reverse("shell:activity"))
    spaces = Space.objects.visible_to(request.actor).team().living().order_by("name", "pk")
    return _draw(request, "shell/activity/mine.html", found | {"spaces": spaces})


@login_required
@require_safe
def in_space(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened in the space, to what I may see."""
    space = find(request, pk)
    of = Scope(space=space.pk)
    if (count := streams.above(request, of)) is not None:
        return JsonResponse({"count": count})
    found = streams.context(request, of, base=reverse("shell:space-activity", args=[space.pk]))
    return _draw(request, "shell/space/activity.html", frame(request, space) | found | {"own": (Space.REF_KIND, pk)})


def _draw(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer the whole page, or the stream alone to a script that draws it again."""
    if is_fragment(request) and request.headers.get("HX-Target") == "stream":
        return render(request, "shell/activity/_stream.html", context)
    return render(request, template, context)
