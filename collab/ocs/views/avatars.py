"""The picture of a person, at the addresses that phones and the desktop know, and at ours for pages."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput, NotFound, Refusal
from collab.ocs.service import SignInNeeded, actor_of
from collab.profiles import portraits
from collab.rights.actor import Actor

LARGEST = 2048
_FOR_GOOD = "private, max-age=31536000, immutable"
_ASK = "private, no-cache"


@csrf_exempt
@login_not_required
@require_safe
def avatar(request: HttpRequest, user: str, size: int) -> HttpResponse:
    """Answer the person's picture, or their initials drawn; 404 for whom one may not find, 401 to a stranger.

    Without credentials of a device it is the session that asks: to look at a picture changes nothing, so no header is
    needed against other sites. `v` names the picture: the same address never shows another.
    """
    try:
        actor: Actor = actor_of(request) if "HTTP_AUTHORIZATION" in request.META else request.actor  # type: ignore[attr-defined]
        if actor.user is None:
            raise SignInNeeded("Current user is not logged in")
        answer = _face(request, actor, user, size)
    except Refusal as refusal:
        answer = HttpResponse(status=refusal.status)
        if refusal.status == HTTPStatus.UNAUTHORIZED and "HTTP_AUTHORIZATION" in request.META:
            answer["WWW-Authenticate"] = 'Basic realm="Collab", charset="UTF-8"'
        if refusal.retry_after is not None:
            answer["Retry-After"] = str(refusal.retry_after)
        answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Authorization, Cookie"
    return answer


def _face(request: HttpRequest, actor: Actor, user: str, size: int) -> HttpResponse:
    if not 0 < size <= LARGEST:
        raise BadInput
    person = portraits.find(actor, user)
    if person is None:
        raise NotFound
    etag = portraits.tag(person, size)
    if request.headers.get("If-None-Match") == etag:
        answer = HttpResponse(status=304)
    else:
        face = portraits.face(person, size)
        answer = HttpResponse(face.content, content_type=face.media_type)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["ETag"] = etag
    # some clients ask it to know whether the picture is theirs to offer a change of
    answer["X-NC-IsCustomAvatar"] = "1" if person.portrait else "0"
    named = person.portrait and request.GET.get("v") == person.portrait
    answer["Cache-Control"] = _FOR_GOOD if named else _ASK
    return answer
