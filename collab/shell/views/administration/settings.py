"""The settings of the house, page by page: saved field by field by a script, whole without it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts import mails
from collab.accounts.actions import house as actions
from collab.lib.errors import BadInput, NotFound, TooLarge
from collab.lib.partials import Toast, done, say, toast_json
from collab.registry import house
from collab.shell import house_pages, logo
from collab.shell.views.administration.gate import administrators


@administrators
def page(request: HttpRequest, section: str = "general") -> HttpResponse:
    """One page of questions."""
    if section not in house_pages.SECTIONS:
        raise NotFound
    if request.method == "POST":
        return _save(request, section)
    return _draw(request, section, house_pages.SettingsForm(section))


@administrators
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Set again what was there before."""
    key = actions.undo(request.user, request.POST.get("token", ""))
    section = house_pages.section_of(house.declared()[key]) or "general"
    return done(request, _address(section), Toast(_("It is as before.")))


@administrators
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Take a new logo, or go back to the letters (`remove`)."""
    sent = request.FILES.get("picture")
    try:
        if sent is None and "remove" not in request.POST:
            raise BadInput(_("Choose a picture first."))
        token = logo.remove(request.user) if sent is None else logo.put(request.user, sent)
    except (BadInput, TooLarge) as refused:
        form = house_pages.LogoForm({}, {})
        form.is_valid()
        form.add_error("picture", str(refused.message))
        return _draw(request, "general", house_pages.SettingsForm("general"), refused.status, logo_form=form)
    undo_it = (reverse("shell:administration-settings-undo"), {"token": token}) if token else ()
    return done(request, _address("general"), Toast(_("Saved."), *undo_it))


def _save(request: HttpRequest, section: str) -> HttpResponse:
    only = request.POST.get("only")
    if only is not None and only not in {setting.key for setting in house_pages.settings_of(section)}:
        raise NotFound
    form = house_pages.SettingsForm(section, request.POST, only=only or "")
    if form.is_valid():
        tokens = [actions.change(request.user, key, value) for key, value in form.cleaned_data.items()]
        changed = [token for token in tokens if token]
        return _saved(request, section, only, changed)
    if only is None:
        return _draw(request, section, form, 400)
    fields = {name: str(errors[0]) for name, errors in form.errors.items()}
    return JsonResponse({"detail": next(iter(fields.values())), "fields": fields}, status=400)


def _saved(request: HttpRequest, section: str, only: str | None, tokens: list[str]) -> HttpResponse:
    """One change can be undone by its toast; several, as a page without script sends them, are changed back there."""
    toast = Toast(_("Saved."))
    if len(tokens) == 1:
        toast = Toast(_("Saved."), reverse("shell:administration-settings-undo"), {"token": tokens[0]})
    if only is None:
        return done(request, _address(section), toast)
    again = bool(tokens) and house_pages.redraws(only)
    if again:
        say(request, toast)
    answer: dict[str, Any] = {"saved": True, "reload": again}
    if tokens and not again:
        answer["toast"] = toast_json(toast)
    return JsonResponse(answer)


def _draw(
    request: HttpRequest, section: str, form: house_pages.SettingsForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "section": house_pages.SECTIONS[section],
        "sections": [(slug, one.label, slug == section) for slug, one in house_pages.SECTIONS.items()],
        "is_mail": section == "mail",
        "mails": bool(settings.MAIL_URL),
        "mail_host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "sender": mails.sender(),
        "is_general": section == "general",
        "logo_form": house_pages.LogoForm(),
    } | more
    return render(request, "shell/administration/settings.html", context, status=status)


def _address(section: str) -> str:
    return reverse("shell:administration-settings-page", args=[section])


@administrators
def index(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return HttpResponseRedirect(_address("general"))
