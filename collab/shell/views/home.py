"""The home page, and switching the language, which works signed out too."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.accounts import languages
from collab.lib.errors import NotFound
from collab.lib.partials import Toast, done, is_fragment
from collab.registry import registry
from collab.rights import switches
from collab.rights.right import Right
from collab.shell import logo
from collab.shell.actions import prefer
from collab.shell.home import announcing, checklist, page, remembering


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is new, my spaces, and what each app has to show."""
    return render(request, "shell/home.html", page.context(request))


@login_required
@require_safe
def block(request: HttpRequest, slug: str) -> HttpResponse:
    """One block of the home page, tried again; whoever has no script tries the whole page."""
    widget = page.widget(request, slug)
    if widget is None:
        raise NotFound
    if not is_fragment(request):
        return HttpResponseRedirect(reverse("shell:home"))
    return render(request, "shell/home/_block.html", {"block": page.draw(request, widget)})


@login_required
@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    """Show the first steps, or an announcement, no more; or again (`back`)."""
    name = request.POST.get("name", "")
    present = announcing.present()
    if name not in {checklist.NAME, present.name if present else checklist.NAME}:
        raise NotFound
    home_page = reverse("shell:home")
    if "back" in request.POST:
        remembering.bring_back(request.user, name)
        return done(request, home_page)
    remembering.put_away(request.user, name)
    undo = Toast(_("It is put away."), request.path, {"name": name, "back": "1"})
    return done(request, home_page, undo)


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
