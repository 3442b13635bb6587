"""Small pictures of files, at the addresses that phones and the desktop know."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.speaking import speak_to
from collab.ocs import parameters
from collab.ocs.service import NOT_MADE_FOR_THIS, SignInNeeded, actor_of
from collab.registry import registry
from collab.registry.places import Asked
from collab.rights import switches
from collab.rights.actor import Actor

LARGEST = 2048
_MOMENT = re.compile(r"[0-9]{1,11}")
USUAL = 32
"""Points of a side of which nothing is said, as clients expect."""


@csrf_exempt
@login_not_required
@require_safe
def preview(request: HttpRequest, shelf: str = "") -> HttpResponse:
    """Answer a picture of the file named by `fileId`, or by its path `file`: about `x` by `y` points, uncut.

    `a` keeps what the picture shows whole, as ours always are; `mode` is “fill” (both sides within) or “cover” (both at
    least). With `forceIcon` (or `mimeFallback`) the sign of its kind is answered where there is no picture. `shelf`:
    "trash" for what was thrown away, "versions" for the content of a file at `version` (unix seconds).

    400 for a side of none, 404 where there is no picture or nothing that the person may see.
    """
    try:
        actor = actor_of(request)
        if actor.user is None:
            raise SignInNeeded("Current user is not logged in")
        speak_to(actor.user)
        answer = _picture(request, actor, shelf)
    except Refusal as refusal:
        answer = HttpResponse(status=refusal.status)
        if refusal.status == HTTPStatus.UNAUTHORIZED:
            answer["WWW-Authenticate"] = 'Basic realm="Collab", charset="UTF-8"'
        if refusal.retry_after is not None:
            answer["Retry-After"] = str(refusal.retry_after)
        answer["Cache-Control"] = "no-store"
        return answer
    # the address does not name the content: kept by the device, asked about by its ETag
    answer["Cache-Control"] = "private, no-cache" if answer.status_code < 400 else "no-store"
    answer["Vary"] = "Authorization, Cookie"
    return answer


def _picture(request: HttpRequest, actor: Actor, shelf: str) -> HttpResponse:
    places = registry.places()
    if places is None:
        raise NotFound
    plugin = switches.by_kind(places.kind)
    if plugin is not None and not actor.allows_scope(plugin.slug):
        raise Forbidden(NOT_MADE_FOR_THIS)
    switches.require(plugin, actor)
    told = parameters.read(request)
    sides = [USUAL if side is None else side for side in (parameters.number(told, name) for name in ("x", "y"))]
    if min(sides) < 1:
        raise BadInput
    version = None
    if shelf == "versions":
        if not _MOMENT.fullmatch(told.get("version", "")):
            raise BadInput
        version = int(told["version"])
    if told.get("fileId"):
        found = parameters.number(told, "fileId")
    else:
        found = places.find(actor, [name for name in told.get("file", "").split("/") if name])
    if found is None:
        raise NotFound
    x, y = (min(side, LARGEST) for side in sides)
    icon = bool(parameters.flag(told, "forceIcon")) or bool(parameters.flag(told, "mimeFallback"))
    # whoever wants it cut (a=0) cuts it: it then has to cover both sides
    covers = told.get("mode", "fill") == "cover" or parameters.flag(told, "a") is False
    asked = Asked(x, y, covers=covers, icon=icon, gone=shelf == "trash", version=version)
    answer: HttpResponse = places.picture(request, actor, found, asked)
    return answer
