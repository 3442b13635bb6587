"""One's own settings: plain forms, saved field by field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from collab.accounts.actions import addresses, people
from collab.accounts.models import User
from collab.lib.partials import Toast, say
from collab.profiles.actions import MOST_BYTES
from collab.shell.actions import prefer
from collab.shell.forms import AppearanceForm, LanguageForm, ProfileForm

_REDRAWN = {"theme", "density", "language", "time_zone", "hue", "single_keys"}
"""What shows on the page itself: after saving it, a script loads the page again."""


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The name one bears."""
    return _page(request, ProfileForm, "shell/settings/profile.html")


@login_required
def appearance(request: HttpRequest) -> HttpResponse:
    """Theme, density, colour, keys."""
    return _page(request, AppearanceForm, "shell/settings/appearance.html")


@login_required
def language(request: HttpRequest) -> HttpResponse:
    """Language and time zone."""
    return _page(request, LanguageForm, "shell/settings/language.html")


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Where the password, the second step and the sessions are."""
    return render(request, "shell/settings/security.html")


def _page(request: HttpRequest, form_class: type[forms.Form], template: str) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    kept = {name: getattr(user, name) or "" for name in form_class.base_fields}
    if request.method != "POST":
        context: dict[str, Any] = {"form": form_class(initial=kept), "most": MOST_BYTES // 10**6}
        if form_class is ProfileForm:
            context["waits"] = addresses.waiting(user)
        return render(request, template, context)
    form = form_class(request.POST)
    only = request.POST.get("only")
    if only in form.fields:
        form.fields = {only: form.fields[only]}
    if form.is_valid():
        _save(user, form.cleaned_data)
    return _answer(request, form, template, only)


def _save(user: User, choices: dict[str, Any]) -> None:
    if "display_name" in choices:
        people.edit(user, user, display_name=choices.pop("display_name"))
    if choices:
        prefer(user, **choices)


def _answer(request: HttpRequest, form: forms.Form, template: str, only: str | None) -> HttpResponse:
    """JSON to the script that saves one field; a page, or the page again with its errors, to a plain form."""
    if only is not None:
        if form.errors:
            fields = {name: str(errors[0]) for name, errors in form.errors.items()}
            return JsonResponse({"detail": next(iter(fields.values())), "fields": fields}, status=400)
        return JsonResponse({"saved": True, "reload": only in _REDRAWN})
    if form.errors:
        return render(request, template, {"form": form}, status=400)
    say(request, Toast(_("Saved.")))
    return HttpResponseRedirect(request.path)
