"""The page of a channel's settings on programs that are told what is said in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import calling
from chat.models import Call, Channel, Outgoing
from chat.queries import Mine
from chat.views import showing
from chat.views.channel import head
from chat.views.hooks import managed
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed

SHOWN = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is told, and what did not arrive; a POST adds one. Its token is in this answer, and nowhere after."""
    one = managed(request, pk)
    if request.method != "POST":
        return _page(request, one)
    typed = {name: request.POST.get(name, "") for name in ("name", "address", "words")}
    try:
        made, token = calling.make(request.actor, one.channel, **typed)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _page(request, one, status=refusal.status, refused=str(refusal.message), typed=typed)
    return _page(request, one, made=made, token=token)


@require_POST
def act(request: HttpRequest, pk: int, outgoing: int, verb: str) -> HttpResponse:
    """Stop one, let it be told again, remove what is stopped."""
    one, here = managed(request, pk), reverse("chat:told", args=[pk])
    if verb in {"stop", "resume"}:
        calling.stop(request.actor, one.channel, outgoing, on=verb == "stop")
        text = _("It is told nothing more.") if verb == "stop" else _("It is told again.")
        undo = reverse("chat:told-act", args=[pk, outgoing, "resume" if verb == "stop" else "stop"])
        return changed(request, here, Toast(text, undo))
    if verb == "remove":
        calling.remove(request.actor, one.channel, outgoing)
        return changed(request, here, Toast(_("The program is removed.")))
    raise NotFound


def _page(request: HttpRequest, one: Mine, *, status: int = 200, **more: Any) -> HttpResponse:
    failures = Call.objects.exclude(error="").order_by("-tried_at")
    rows = Outgoing.objects.filter(channel=one.channel).prefetch_related(Prefetch("calls", failures, "failures"))
    found = [(row, row.failures[:SHOWN]) for row in rows]  # type: ignore[attr-defined]
    is_open = one.channel.form == Channel.Form.OPEN
    context = head(request, one) | showing.column(request, one.channel.pk) | {"rows": found, "is_open": is_open}
    return render(request, "chat/told.html", context | more, status=status)
