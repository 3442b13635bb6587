"""What surrounds every page: the person's language and time, refusals made readable, outages made honest."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from collab.accounts import languages
from collab.lib.errors import Refusal, Unavailable
from collab.rights import switches
from collab.shell import errors

Answer = Callable[[HttpRequest], HttpResponse]


class OutageMiddleware:
    """Answers 503 while the database is away: whole, with Retry-After, never half a page."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost database into the page that says so; anything else is Django's."""
        if isinstance(exception, errors.OUTAGES):
            return errors.answer(request, Unavailable(retry_after=errors.RETRY_AFTER))
        return None


class LocaleMiddleware:
    """Speaks the language and keeps the time of the person: their choice, else the cookie, else the browser."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":  # says that the process lives: it waits for no database
            return self.get_response(request)
        chosen, zone = self._choices(request)
        language = chosen or languages.of_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        timezone.activate(zone)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not chosen:
            patch_vary_headers(response, ("Accept-Language",))
        return response

    @staticmethod
    def _choices(request: HttpRequest) -> tuple[str, zoneinfo.ZoneInfo]:
        default = zoneinfo.ZoneInfo(settings.TIME_ZONE)
        try:
            user = request.user
            if not user.is_authenticated:
                return "", default
        except (OperationalError, InterfaceError):
            # The page itself will say that the database is away; here only its language is at stake.
            return "", default
        return languages.fit(user.language) if user.language else "", languages.zone_of(user)


class AppsMiddleware:
    """An app that is switched off for the person is not there for them: its pages, and sharing what is in it."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, where: dict[str, Any]) -> HttpResponse | None:
        """Answer 404 in the form that was asked for, or let the view answer."""
        slug = request.path_info.split("/", 2)[1]
        plugin = switches.by_slug(slug) if slug != "share" else switches.by_kind(str(where.get("kind", "")))
        try:
            switches.require(plugin, request.actor)  # type: ignore[attr-defined]
        except Refusal as refusal:
            return errors.answer(request, refusal)
        return None


class RefusalMiddleware:
    """Turns a `Refusal` raised by an action into the page, fragment or JSON that the asker can read."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A script cannot use the sign-in page that a redirect would bring it.
        if response.status_code == 302 and urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL):
            return errors.signed_out(request) or response
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal in the form that was asked for."""
        return errors.answer(request, exception) if isinstance(exception, Refusal) else None
