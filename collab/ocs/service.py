"""What surrounds every OCS call: who asks, the header that keeps other sites out, refusals in the envelope."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from collab.lib.addresses import client_address
from collab.lib.errors import Forbidden, Refusal
from collab.lib.speaking import speak_to
from collab.ocs.envelope import envelope
from collab.rights import switches
from collab.rights.actor import Actor

Call = Callable[..., Any]
READING = frozenset({"GET", "HEAD"})
NOT_MADE_FOR_THIS = _("The password of this device was not made for this. Make another in your settings.")


class SignInNeeded(Refusal):
    """401: no credentials, or wrong ones."""

    status = 401
    code = "sign-in-needed"


class HeaderNeeded(Refusal):
    """412: a browser's session without `OCS-APIRequest: true`; a page of another site cannot set that header."""

    status = 412
    code = "header-needed"


class NotAllowed(Refusal):
    """405: the address is right, the method is not."""

    status = 405
    code = "method-not-allowed"


def service(*methods: str, public: bool = False, scope: str = "") -> Callable[[Call], Callable[..., HttpResponse]]:
    """Make a view of `call(request, actor, …) -> data` (or a whole response); `public` also answers nobody.

    `scope`: the part of the house that a device's password must have been made for.
    """

    def wrap(call: Call) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(call)
        def view(request: HttpRequest, version: int, **where: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise NotAllowed("Method not allowed")
                actor = actor_of(request)
                if actor.is_nobody and not public:
                    raise SignInNeeded("Current user is not logged in")
                speak_to(actor.user)
                if scope and not actor.allows_scope(scope, write=request.method not in READING):
                    raise Forbidden(NOT_MADE_FOR_THIS)
                switches.require(switches.by_slug(scope) if scope else None, actor)
                answer = call(request, actor, **where)
            except Refusal as refusal:
                return _refused(request, version, refusal)
            if isinstance(answer, HttpResponse):
                return answer
            return _fresh(request, envelope(request, version, answer))

        view.login_required = False  # type: ignore[attr-defined]
        return view

    return wrap


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks: by `Authorization: Basic`, else by session and header, else nobody.

    Raises SignInNeeded for wrong credentials, HeaderNeeded, TooMany.
    """
    if "HTTP_AUTHORIZATION" in request.META:
        name, password = _basic(request.META["HTTP_AUTHORIZATION"])
        try:
            return Actor.of_basic(name, password, client_address(request.META))
        except Forbidden as wrong:
            raise SignInNeeded(wrong.message) from None
    if not request.user.is_authenticated:
        return Actor.nobody()
    if request.headers.get("OCS-APIRequest", "").lower() != "true":
        raise HeaderNeeded("CSRF check failed")
    return Actor.of(request.user, session=request.session)


def basic_password(request: HttpRequest) -> str:
    """Return the password of the request's credentials, already found right."""
    return _basic(request.META["HTTP_AUTHORIZATION"])[1]


def _basic(header: str) -> tuple[str, str]:
    """Return name and password (RFC 7617); older clients send Latin-1."""
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise SignInNeeded("Only Basic is understood here")
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SignInNeeded("The credentials cannot be read") from None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    name, _colon, password = text.partition(":")
    return name, password


def _refused(request: HttpRequest, version: int, refusal: Refusal) -> HttpResponse:
    response = envelope(request, version, [], refusal.status, str(refusal.message))
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="Collab", charset="UTF-8"'
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return response


def _fresh(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give an answer its ETag, and say 304 to one who has it (RFC 9110, 13.1.2): phones ask often."""
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie, Accept"
    if request.method != "GET":
        return response
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if etag in known or "*" in known:
        response = HttpResponse(status=304, headers={"Cache-Control": "private, no-cache"})
    response["ETag"] = etag
    return response
