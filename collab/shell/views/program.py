"""The house as a program on a device: manifest, service worker, the page for no connection, what it receives."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from collab.accounts import mails
from collab.lib.hues import hex_of
from collab.registry import house
from collab.rights import switches
from collab.shell import assets

_DESK = "#f4f2ee"
_ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@login_not_required
@never_cache
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device needs to install the house as a program, in the person's language."""
    actor = request.actor  # type: ignore[attr-defined]
    entries = [] if actor.user is None else switches.nav(actor)[:3]
    shortcuts = [{"name": str(entry.label), "url": reverse(entry.url)} for entry in entries]
    shortcuts.append({"name": _("Notifications"), "url": reverse("shell:notifications")})
    fields = [{"name": "files", "accept": ["*/*"]}]
    answer = JsonResponse(
        {
            "id": "/",
            "name": mails.house(),
            "short_name": mails.house()[:12].strip(),
            "lang": translation.get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": _DESK,
            "theme_color": hex_of(house.get("house.hue")),
            "icons": [
                {"src": static(_icon(size, use)), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
                for size, use in _ICONS
            ],
            "shortcuts": shortcuts,
            "share_target": {
                "action": reverse("shell:receive"),
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {"title": "title", "text": "text", "url": "url", "files": fields},
            },
        }
    )
    answer["Content-Type"] = "application/manifest+json"
    return answer


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the top so that it may look after the whole site; its version is that of the files."""
    answer = HttpResponse(_worker(_frame()), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_not_required
@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a device shows while it has no connection; nothing of anybody stands in it."""
    return render(request, "shell/offline.html")


@csrf_exempt  # a device shares without a page of ours: the service worker keeps it back, and nothing is read here
@login_required
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Where what a device shares is taken to: to the one app that receives, or to a choice of them.

    A POST comes only where the service worker is not there yet: it is not read.
    """
    actor = request.actor  # type: ignore[attr-defined]
    receivers = [one for plugin in switches.plugins(actor) for one in plugin.receivers]
    lost = request.method == "POST"
    if len(receivers) == 1 and not lost:
        return HttpResponseRedirect(reverse(receivers[0].url))
    found = [(one, reverse(one.url)) for one in receivers]
    return render(request, "shell/receive.html", {"receivers": found, "lost": lost}, status=400 if lost else 200)


def _frame() -> dict[str, Any]:
    """What the worker keeps: the stylesheets, icons and scripts of the frame, under their present names."""
    names = [
        "shell/collab.css", "shell/css/tokens-dark.css", "shell/icons.svg", "shell/icon.svg", "shell/start.js",
        "vendor/htmx.js", "notifications/start.js", "pwa/offline.js",
    ]  # fmt: skip
    modules = json.loads(assets.importmap())["imports"]
    files = [static(name) for name in names] + [url for name, url in modules.items() if name.startswith("shell/")]
    return {
        "files": sorted(set(files)),
        "offline": reverse("shell:offline"),
        "receive": reverse("shell:receive"),
        "icon": static(_icon(192, "any")),
        "name": mails.house(),
    }


def _worker(frame: dict[str, Any]) -> str:
    found = finders.find("pwa/worker.js") or settings.STATIC_ROOT / "pwa" / "worker.js"
    with open(found, encoding="utf-8") as file:
        script = file.read()
    version = hashlib.sha256((json.dumps(frame, sort_keys=True) + script).encode()).hexdigest()[:12]
    return f"const SHELL = {json.dumps(frame | {'version': version})};\n{script}"


def _icon(size: int, use: str) -> str:
    return f"pwa/icon-{size}{'-maskable' if use == 'maskable' else ''}.png"
