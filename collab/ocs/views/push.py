"""The ticket with which a client opens the websocket of changes, instead of sending its password there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collab.accounts import passes
from collab.lib.errors import Refusal
from collab.ocs.service import SignInNeeded, actor_of

DEVICES = ("app-password", "password")


@csrf_exempt
@login_not_required
@require_POST
def pre_auth(request: HttpRequest) -> HttpResponse:
    """Answer a ticket, good once and for seconds, to a device that sends its password; 401 to anybody else."""
    try:
        actor = actor_of(request)
        if actor.user is None or actor.strength not in DEVICES:
            raise SignInNeeded("Only devices listen here")
    except Refusal as refusal:
        headers = {"Cache-Control": "no-store"}
        if refusal.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Collab", charset="UTF-8"'
        if refusal.retry_after is not None:
            headers["Retry-After"] = str(refusal.retry_after)
        return HttpResponse("", status=refusal.status, headers=headers)
    ticket = passes.issue(actor.user.pk, actor.device)
    return HttpResponse(ticket, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
