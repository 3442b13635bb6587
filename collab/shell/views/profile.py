"""How one shows oneself: what one is at, and the picture that stands for one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from collab.accounts.models import User
from collab.lib.errors import Refusal
from collab.lib.partials import Toast, done, is_fragment
from collab.profiles import actions, statuses
from collab.profiles.actions import MOST_BYTES
from collab.profiles.predefined import PREDEFINED
from collab.rights import whom
from collab.shell import bell
from collab.shell.forms import ProfileForm
from collab.shell.status_form import StatusForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Say what one is at: as a page of its own, or the small form of the account's menu."""
    user: User = request.user  # type: ignore[assignment]
    shown = statuses.own(user)
    if request.method != "POST":
        return _draw(request, StatusForm(initial=StatusForm.of(shown)), 200)
    if "clear" in request.POST:
        actions.clear(_actor(request))
        return done(request, _back(request), Toast(_("You say nothing any more.")))
    if (ready := request.POST.get("ready", "")) in PREDEFINED:
        actions.say_predefined(_actor(request), ready, actions.usual_end(ready))
        return done(request, _back(request), Toast(_("Said: the others read it beside your name.")))
    form = StatusForm(request.POST)
    if form.is_valid():
        try:
            form.say(_actor(request), shown)
        except Refusal as refusal:
            form.add_error("message", str(refusal.message))
        else:
            return done(request, _back(request), Toast(_("Said: the others read it beside your name.")))
    return _draw(request, form, 400)


@login_required
@require_POST
def portrait(request: HttpRequest) -> HttpResponse:
    """Take a picture for oneself, take it away, or bring it back."""
    user: User = request.user  # type: ignore[assignment]
    before, actor, back = user.portrait, _actor(request), reverse("shell:settings")
    if "remove" in request.POST or "restore" in request.POST:
        return _change(request, user, back)
    sent = request.FILES.get("picture")
    if sent is None:
        return _profile(request, _("Choose a picture first."), 400)
    try:
        actions.put_portrait(actor, sent)
    except Refusal as refusal:
        return _profile(request, str(refusal.message), refusal.status)
    fields = {"restore": before} if before else {"remove": "1"}
    return done(request, back, Toast(_("This is how the others see you now."), reverse("shell:portrait"), fields))


@login_required
@require_POST
def portrait_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's picture away, as who administers people may; or bring it back."""
    person = get_object_or_404(whom.people(_actor(request)), pk=pk)
    return _change(request, person, reverse("shell:administration-person", args=[pk]))


def _change(request: HttpRequest, person: User, back: str) -> HttpResponse:
    if mark := request.POST.get("restore", ""):
        actions.restore_portrait(_actor(request), person, mark)
        return done(request, back, Toast(_("The picture is back.")))
    before = actions.remove_portrait(_actor(request), person)
    toast = Toast(_("The picture is taken away: initials stand there."), request.path, {"restore": before})
    return done(request, back, toast)


def _draw(request: HttpRequest, form: StatusForm, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "ready": PREDEFINED.values(),
        "says": statuses.own(request.user),  # type: ignore[arg-type] # signed in
        "next": _here(request),
    }
    template = "shell/_status_form.html" if is_fragment(request) else "shell/settings/status.html"
    return render(request, template, context, status=status)


def _profile(request: HttpRequest, error: str, status: int) -> HttpResponse:
    form = ProfileForm(initial={"display_name": str(request.user)})
    context = {"form": form, "picture_error": error, "most": MOST_BYTES // 10**6}
    return render(request, "shell/settings/profile.html", context, status=status)


def _here(request: HttpRequest) -> str:
    """Return the page on which the form stands."""
    if is_fragment(request):
        return urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return request.POST.get("next") or reverse("shell:settings-status")


def _back(request: HttpRequest) -> str:
    return bell.back(request) if request.POST.get("next") else reverse("shell:settings-status")


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
