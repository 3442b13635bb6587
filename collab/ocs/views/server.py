"""What every client asks first: is this a server, what can it do, who am I."""

from __future__ import annotations

import shutil
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from collab.accounts import languages
from collab.lib.errors import NotFound
from collab.ocs import capabilities
from collab.ocs.envelope import compact
from collab.ocs.service import service
from collab.rights.actor import Actor
from collab.spaces.models import Space

UNLIMITED = -3


@login_not_required
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Answer /status.php: compact JSON, to everyone."""
    return HttpResponse(compact(capabilities.status()), content_type="application/json")


@service("GET", "HEAD", public=True)
def capability_list(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer cloud/capabilities; without it owncloudcmd aborts."""
    return capabilities.capabilities(request, user=actor.user)


@service("GET")
def me(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer cloud/user: its `id` is the user's name in DAV addresses, whatever they signed in with."""
    user = actor.user
    language = languages.fit(user.language)
    return {
        "id": user.username,
        "enabled": True,
        "display-name": str(user),
        "displayname": str(user),
        "email": user.email or "",
        "groups": list(user.collab_groups.values_list("name", flat=True)),
        "language": language,
        "locale": language,
        "quota": _quota(Space.objects.filter(owner=user).values_list("used", "quota").first()),
        "backendCapabilities": {"setDisplayName": False, "setPassword": False},
    }


def _quota(row: tuple[int, int | None] | None) -> dict[str, float]:
    """Return numbers, never strings; -3 says unlimited, and then what the disk has left counts."""
    used, quota = row or (0, None)
    if quota is None:
        free = shutil.disk_usage(settings.DATA).free
        return {"free": free, "used": used, "total": free + used, "relative": 0, "quota": UNLIMITED}
    relative = round(100 * used / quota, 2) if quota else 100
    return {"free": max(0, quota - used), "used": used, "total": quota, "relative": relative, "quota": quota}


@service("GET", "POST", "PUT", "DELETE", public=True)
def unknown(request: HttpRequest, actor: Actor, rest: str = "") -> None:
    """Say inside the envelope that there is no such call."""
    raise NotFound("Invalid query, please check the syntax.")


@csrf_exempt
@login_not_required
def not_here(request: HttpRequest, **where: Any) -> HttpResponse:
    """404 for what clients ask in passing and live without: remote wipe."""
    raise Http404
