"""Errors that help: what happened, what is safe, what to do; as a page, a fragment, or a problem (RFC 9457)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from psycopg_pool import PoolClosed, PoolTimeout

from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal, Unavailable
from collab.lib.partials import is_fragment
from collab.lib.problems import problem_response

OUTAGES = (OperationalError, InterfaceError, PoolTimeout, PoolClosed)
RETRY_AFTER = 30

Sentence = str | Promise


@dataclass(frozen=True)
class Words:
    """The heading of an error, and what to do about it; the refusal itself says what happened."""

    title: Sentence
    advice: Sentence
    icon: str = "warn"


_WORDS = {
    400: Words(_("This could not be read"), _("Nothing was changed. Go back, check what you entered, and try again.")),
    403: Words(
        _("This is not open to you"), _("Nothing was changed. Go back, or ask a person who manages it."), "lock"
    ),
    404: Words(
        _("Nothing at this address"),
        _("It may have been moved, put in the trash, or is no longer shared with you. Ask the person who sent it."),
        "search",
    ),
    409: Words(
        _("This does not fit any more"), _("Nothing is lost. Go back, reload the page, and try again."), "refresh"
    ),
    412: Words(
        _("Somebody saved before you"), _("Both versions are kept. Go back and reload to see theirs."), "refresh"
    ),
    413: Words(
        _("This is too large"), _("Nothing was stored. Choose something lighter, or ask for a higher limit."), "disk"
    ),
    423: Words(_("Somebody is working on it"), _("Nothing was changed. Try again when they have finished."), "lock"),
    429: Words(_("A moment, please"), _("Nothing was changed. Wait a little, then try again."), "clock"),
    500: Words(
        _("Something failed on our side"),
        _("Your data is intact. Try again in a minute; if it comes back, tell the person who runs this server."),
    ),
    503: Words(
        _("The server is catching its breath"),
        _("Your data is intact. This page will be there again in a moment: reload it."),
        "clock",
    ),
    507: Words(_("There is no room left"), _("Nothing is lost. Empty the trash, or ask for more space."), "disk"),
}


class _Failed(Refusal):
    status = 500
    code = "failed"
    default = _("The page could not be made.")


class _SignedOut(Refusal):
    status = 401
    code = "signed-out"
    default = _("You are signed out. Nothing was changed. Sign in in another tab, then try again.")


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """Answer a script whose person is signed out: 401, or the whole page to sign-in for htmx; None for a page."""
    if is_fragment(request):
        here = urlsplit(request.headers.get("HX-Current-URL", "/"))
        back = urlencode({"next": f"{here.path}?{here.query}" if here.query else here.path})
        return HttpResponse(status=401, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?{back}"})
    return answer(request, _SignedOut()) if _wants_json(request) else None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Render the refusal as its asker reads: problem+json, htmx fragment, or page."""
    if _wants_json(request):
        return problem_response(refusal)
    if is_fragment(request):
        response: HttpResponse = _fragment(request, refusal)
    else:
        response = _page(request, refusal)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def words(status: int) -> Words:
    """Return the words of a status, those of its family for a rare one."""
    return _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that Django itself refused (wrong host, too many fields…)."""
    return answer(request, BadInput(_("What was sent cannot be read.")))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: `PermissionDenied` from Django or a library."""
    return answer(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such address, or nothing there for this person; the two are never told apart."""
    return answer(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 when what failed is the database being away (also from within a middleware)."""
    away = isinstance(sys.exc_info()[1], OUTAGES)
    return answer(request, Unavailable(retry_after=RETRY_AFTER) if away else _Failed())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was older than the session, or cookies are refused."""
    return answer(
        request,
        Forbidden(
            _("This page was too old, or your browser refuses cookies. Go back, reload the page, and send again.")
        ),
    )


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith(("/api/", "/ocs/")):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def _fragment(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The banner that the page shows above what it holds; htmx is told where in the page's settings."""
    text = render_to_string("shell/_refusal.html", {"refusal": refusal, "words": words(refusal.status)})
    return HttpResponse(text, status=refusal.status)


def _page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal, "words": words(refusal.status), "status": refusal.status}
    if refusal.status < 500:
        try:
            return render(request, "shell/error.html", context, status=refusal.status)
        except DatabaseError:
            pass  # the person's theme is not worth a second failure: the plain page follows
    # No request here: its context processors would ask the database that may be away.
    return HttpResponse(render_to_string("shell/error.html", context), status=refusal.status)
