"""The answer to “Why?”, as a page or the piece of it that a dialog shows; and the way to the thing itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collab.lib.errors import NotFound
from collab.lib.partials import is_fragment
from collab.rights.models import Principal
from collab.shell import links
from collab.shell import why as answers


@login_required
@require_safe
def go(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Sent on to where I see the thing: lists of many name it without asking where each lies."""
    declared, thing = links.seen(request.actor, kind, pk)  # type: ignore[attr-defined]
    if declared is None or thing is None:
        raise NotFound
    return HttpResponseRedirect(declared.url(thing, request.actor))  # type: ignore[attr-defined]


@login_required
@require_safe
def why(request: HttpRequest, kind: str, pk: int, principal: int | None = None) -> HttpResponse:
    """Why a person or group may do what they may on this thing; oneself where nobody is named."""
    who = None
    if principal is not None:
        who = Principal.objects.select_related("user", "group").filter(pk=principal).first()
        if who is None:
            raise NotFound
    context = {"why": answers.why(request.actor, kind, pk, who)}  # type: ignore[attr-defined]
    return render(request, "shell/board/_why_dialog.html" if is_fragment(request) else "shell/board/why.html", context)
