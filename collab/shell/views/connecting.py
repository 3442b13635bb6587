"""“Connect a device”: choose it, follow the steps; the password it asks for is made here and shown once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.accounts.actions import devices
from collab.accounts.recent import recent_sign_in_required
from collab.lib.errors import NotFound
from collab.shell import guides


@login_required
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The kinds of device."""
    return render(request, "shell/settings/connect.html", {"guides": guides.GUIDES})


@login_required
@never_cache
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps for one kind of device."""
    return render(request, "shell/settings/guide.html", _steps(request, _guide(slug)))


@login_required
@never_cache
@require_POST
@recent_sign_in_required
def password(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a password for this device, for what it is about alone, and show it in the steps, the only time."""
    chosen = _guide(slug)
    if not chosen.password:
        raise NotFound
    _row, secret = devices.create(request.user, str(chosen.title), scopes=chosen.scopes)
    return render(request, "shell/settings/guide.html", _steps(request, chosen, secret))


def _guide(slug: str) -> guides.Guide:
    found = guides.BY_SLUG.get(slug)
    if found is None:
        raise NotFound(_("There are no steps for this kind of device."))
    return found


def _steps(request: HttpRequest, chosen: guides.Guide, secret: str = "") -> dict[str, Any]:
    server = request.build_absolute_uri("/").rstrip("/")
    values = guides.addresses(server, request.user, secret)
    return {
        "guide": chosen,
        "steps": guides.steps(chosen, values),
        "secret": secret,
        "picture": guides.code_to_scan(server, request.user, secret) if secret and chosen.scan else "",
    }
