"""Login flow v2: the client asks, a person agrees in the browser, the client fetches its app password once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from collab.accounts.actions import flows
from collab.accounts.recent import recent_sign_in_required
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import NotFound, TooMany
from collab.ocs.envelope import compact


@csrf_exempt
@login_not_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin: the address to open in a browser, and where to ask for the outcome. The body may be empty."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("login-flow", "", address)
    throttle.fail("login-flow", "", address)
    started = flows.start(request.headers.get("User-Agent", ""))
    return _json(
        {
            "poll": {"token": started.poll, "endpoint": request.build_absolute_uri(reverse("ocs:login-poll"))},
            "login": request.build_absolute_uri(reverse("ocs:login-grant", args=[started.flow])),
        }
    )


@csrf_exempt
@login_not_required
@require_POST
def poll(request: HttpRequest) -> HttpResponse:
    """404 until granted (the one status that clients wait through in silence), then the app password, once."""
    token, address = request.POST.get("token", ""), client_address(request.META)
    throttle = Throttle()
    try:
        throttle.check("login-flow-poll", "", address)
        fetched = flows.fetch(token)
    except TooMany as slow:
        return _json([], 429, {"Retry-After": str(slow.retry_after)})
    except NotFound:
        if not flows.is_known(token):
            throttle.fail("login-flow-poll", "", address)
        return _waiting()
    server = request.build_absolute_uri("/").rstrip("/")
    return _json({"server": server, "loginName": fetched.user.username, "appPassword": fetched.secret})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the signed-in person whether this device may act for them (CSRF-guarded; the password typed lately)."""
    if request.method == "POST":
        return _decide(request, token)
    return render(request, "account/login_flow.html", {"flow": flows.waiting(token), "state": "ask"})


@recent_sign_in_required
def _decide(request: HttpRequest, token: str) -> HttpResponse:
    if request.POST.get("answer") == "no":
        flow, state = flows.waiting(token), "refused"
        flows.refuse(token)
    else:
        flow, state = flows.grant(request.user, token), "granted"
    return render(request, "account/login_flow.html", {"flow": flow, "state": state})


def _waiting() -> HttpResponse:
    """404, unlogged: a client asks every second for minutes, and nothing is wrong."""
    answer = _json([], 404)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return answer


def _json(data: object, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(compact(data), status=status, content_type="application/json; charset=utf-8", headers=headers)
