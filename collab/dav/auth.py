"""Who asks: Basic credentials, or a browser's session with its CSRF token."""

from __future__ import annotations

import base64
import binascii
from http.cookies import SimpleCookie
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from collab.dav.response import Unauthorized
from collab.lib.addresses import client_address
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.dav.request import Request


def credentials(request: Request) -> tuple[str, str] | None:
    """Return (user name, password) of `Authorization: Basic` (RFC 7617), None when there is none."""
    scheme, _space, encoded = request.header("Authorization").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon and "\0" not in name + password else None


def person(request: Request) -> Actor:
    """Return the person who asks. Raise Unauthorized, TooMany."""
    found = credentials(request)
    if found is not None:
        try:
            return Actor.of_basic(*found, client_address(request.environ))
        except Forbidden as refusal:
            raise Unauthorized(refusal.message) from None
    if settings.SESSION_COOKIE_NAME in request.header("Cookie"):
        return _of_session(request)
    raise Unauthorized


def _of_session(request: Request) -> Actor:
    """Return the signed-in person, only with a valid CSRF token: a foreign page can send the cookie, not the header."""
    cookies = SimpleCookie(request.header("Cookie"))
    if settings.SESSION_COOKIE_NAME not in cookies:
        raise Unauthorized
    page = WSGIRequest({**request.environ, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "0"})
    page.session = import_module(settings.SESSION_ENGINE).SessionStore(cookies[settings.SESSION_COOKIE_NAME].value)
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(page)
    if guard.process_view(page, lambda _request: HttpResponse(), (), {}) is not None:
        raise Unauthorized(_("This request lacks the token of the page it comes from. Reload the page."))
    actor = Actor.of(get_user(page), session=page.session)
    if actor.user is None:
        raise Unauthorized
    return actor
