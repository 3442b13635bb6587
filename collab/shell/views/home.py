"""The home page, and switching the language, which works signed out too."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from collab.accounts import languages
from collab.lib.errors import NotFound
from collab.registry import registry
from collab.registry.plugin import Widget
from collab.rights import switches
from collab.rights.right import Right
from collab.shell import logo
from collab.shell.actions import prefer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Block:
    """A widget as drawn; `html` None says that it failed, while the others stay."""

    title: str | Promise
    html: SafeString | None


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, my spaces, and what each app has to show."""
    widgets = sorted(
        (widget for plugin in switches.plugins(request.actor) for widget in plugin.widgets), key=lambda w: w.order
    )
    blocks = [block for block in (_block(request, widget) for widget in widgets) if block.html != ""]
    return render(request, "shell/home.html", {"blocks": blocks})


def _block(request: HttpRequest, widget: Widget) -> Block:
    try:
        return Block(widget.title, SafeString(widget.fragment(request)))
    except Exception:
        # One app's mistake must not take the whole page away; it is logged with its trace.
        log.exception("home block %s failed", widget.slug)
        return Block(widget.title, None)


@login_required
def destinations(request: HttpRequest) -> HttpResponse:
    """All places as a page, where no script opens the box of Ctrl K."""
    return render(request, "shell/go.html")


@require_safe
def by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """Send “/f/<id>”, as sync clients write it, on to where the person sees the file or folder."""
    declared = registry.shareable("node")
    thing = declared.get(pk) if declared else None
    switches.require(switches.by_kind("node"), request.actor)
    if declared is None or thing is None or not request.actor.can(thing, Right.SEE):  # type: ignore[attr-defined]
        raise NotFound
    return HttpResponseRedirect(declared.url(thing, request.actor))  # type: ignore[attr-defined]


@login_not_required
@require_safe
def house_logo(request: HttpRequest, mark: str) -> FileResponse:
    """The logo of the house; its address changes with it, so that browsers may keep it."""
    file = logo.open_file(mark)
    if file is None:
        raise NotFound
    answer = FileResponse(file, content_type="image/png")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: kept with the person, or in a cookie for a visitor."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(languages.offered()):
        if request.user.is_authenticated:
            prefer(request.user, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 86400,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
