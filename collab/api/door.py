"""What surrounds every call: who asks, what their password was made for, refusals as problem documents."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from collab.lib.addresses import client_address
from collab.lib.csrf import OldPage
from collab.lib.errors import Forbidden, Refusal, TooLarge
from collab.lib.problems import problem_response
from collab.lib.speaking import speak_to
from collab.rights import switches
from collab.rights.actor import Actor

View = Callable[..., HttpResponse]
READING = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BYTES = 64 * 2**10
WRONG_SCOPE = _("The password of this device was not made for this. Make another in your settings.")
HOUSE = "house"
"""The scope of what belongs to no app: only a password without limits was made for it."""


class SignInNeeded(Refusal):
    """401: no credentials, or wrong ones."""

    status = 401
    code = "sign-in-needed"
    default = _("Sign in, or send an app password: “Authorization: Bearer …”.")


class NotAllowed(Refusal):
    """405: the address is right, the method is not."""

    status = 405
    code = "method-not-allowed"
    default = _("This address does not know this method.")


def authenticate(request: HttpRequest) -> Actor:
    """Return who asks: an app password as Bearer, else the session, which needs the CSRF token to change anything.

    Raises SignInNeeded, OldPage, TooMany.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _space, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise SignInNeeded
        try:
            actor = Actor.of_bearer(token.strip(), client_address(request.META))
        except Forbidden as wrong:
            raise SignInNeeded(wrong.message) from None
        speak_to(actor.user)
    else:
        actor = Actor.of_page(request)
        if actor.is_nobody:
            raise SignInNeeded
        if request.method not in READING and _from_elsewhere(request):
            raise OldPage
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def asking(request: HttpRequest, scope: str = HOUSE) -> Actor:
    """Return the actor, if their password was made for this part of the house, and it is switched on for them.

    Raises Forbidden, NotFound.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.allows_scope(scope, write=request.method not in READING):
        raise Forbidden(WRONG_SCOPE)
    switches.require(switches.by_slug(scope), actor)
    return actor


def scope_of(kind: str) -> str:
    """Return the scope that opens things of this kind: the app that declares it, or the house."""
    plugin = switches.by_kind(kind)
    return plugin.slug if plugin is not None and plugin.urls else HOUSE


def open_door(view: View) -> View:
    """Let the call decide itself who may come in, and answer in problem documents whatever happens."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, **where: Any) -> HttpResponse:
        response = refused(request, TooLarge()) if _too_long(request) else view(request, **where)
        if response.status_code == 405:
            allow = response.get("Allow", "")
            response = refused(request, NotAllowed())
            response["Allow"] = allow
        response.setdefault("Cache-Control", "private, no-cache")
        response["Content-Language"] = translation.get_language() or "en"
        patch_vary_headers(response, ("Authorization", "Cookie", "Accept-Language"))
        return response

    return answer


def refused(request: HttpRequest, refusal: Refusal | type[Refusal], **more: Any) -> HttpResponse:
    """Return the refusal as a problem document."""
    told = refusal() if isinstance(refusal, type) else refusal
    response = problem_response(told, **more)
    if told.status == 401:
        wrong = ', error="invalid_token"' if "Authorization" in request.headers else ""
        response["WWW-Authenticate"] = f'Bearer realm="Collab"{wrong}'
    return response


def _from_elsewhere(request: HttpRequest) -> bool:
    """Whether Django's own check of the CSRF token fails."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    return check.process_view(request, lambda *_: HttpResponse(), (), {}) is not None


def _too_long(request: HttpRequest) -> bool:
    size = request.headers.get("Content-Length") or "0"
    return not size.isascii() or not size.isdigit() or int(size[:12]) > MOST_BYTES
