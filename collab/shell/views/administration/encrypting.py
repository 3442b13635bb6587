"""The encryption of stored files: what it protects from, the recovery key, turning it on and off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from collab.accounts import mails
from collab.accounts.recent import recent_sign_in_required
from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast, done, is_fragment
from collab.shell.views.administration.gate import administrators
from collab.vault import actions, keys, state

_PAGE, _KEY = "shell:administration-encryption", "shell:administration-encryption-key"


class KeptForm(forms.Form):
    """A part of the recovery key, typed from what was kept."""

    groups = forms.CharField(
        label=gettext_lazy("These groups"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )


@administrators
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How it is; for htmx, how far the work is."""
    return _draw(request)


@administrators
@never_cache
@recent_sign_in_required
@require_POST
def act(request: HttpRequest, what: str) -> HttpResponse:
    """Prepare, turn on or off, change a key: what is not allowed now comes back as a sentence on the page."""
    user: Any = request.user
    does = {
        "prepare": actions.begin, "on": actions.turn_on, "off": actions.turn_off, "rotate": actions.rotate,
        "renew": actions.renew, "stay": actions.stay,
    }  # fmt: skip
    said = {
        "on": _("Encryption is on. The files that are here are encrypted one after another."),
        "off": _("Encryption is off. The files that are here are decrypted one after another."),
        "rotate": _("The key is changed. The files that are here are encrypted anew, one after another."),
        "stay": _("The key of before stays."),
    }
    try:
        does[what](user)
    except Refusal as refused:
        return _draw(request, str(refused.message), refused.status)
    if what in {"prepare", "renew"}:
        return redirect(_KEY)
    return done(request, reverse(_PAGE), Toast(said[what]))


@administrators
@never_cache
@recent_sign_in_required
@sensitive_post_parameters("groups")
@sensitive_variables()
def key(request: HttpRequest) -> HttpResponse:
    """The recovery key that is to be kept; a POST with a part of it proves that it was, and lets it count."""
    user: Any = request.user
    recovery, first = actions.waiting(user), not keys.vault().fingerprint
    if recovery is None:
        return redirect(_PAGE)
    form = KeptForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.prove(user, form.cleaned_data["groups"])
            if first:
                actions.turn_on(user)
        except BadInput as refused:
            form.add_error("groups", str(refused.message))
        except Refusal as refused:
            return _draw(request, str(refused.message), refused.status)
        else:
            text = _("Encryption is on. The files that are here are encrypted one after another.")
            return done(request, reverse(_PAGE), Toast(text if first else _("The new key counts from now on.")))
    numbers = actions.asked(recovery)
    form.fields["groups"].label = _("Groups %(one)d and %(other)d") % {"one": numbers[0], "other": numbers[-1]}
    context = {"form": form, "groups": recovery.split("-"), "numbers": numbers, "first": first}
    return render(request, "shell/administration/encryption_key.html", context, status=status)


@administrators
@never_cache
@recent_sign_in_required
@require_safe
@sensitive_variables()
def download(request: HttpRequest) -> HttpResponse:
    """The recovery key as a file to keep, with what it is for."""
    recovery = actions.waiting(request.user)  # type: ignore[arg-type]
    if recovery is None:
        return redirect(_PAGE)
    context = {"recovery": recovery, "house": mails.house(), "now": timezone.now(), "print": actions.told(recovery)}
    answer = render(request, "shell/administration/recovery_key.txt", context, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="collab-recovery-key.txt"'
    return answer


def _draw(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponse:
    now = state.read()
    context = {
        "now": now, "refused": refused, "new_key": actions.waiting(request.user) is not None,  # type: ignore[arg-type]
        "left": ngettext("%(count)d file is left.", "%(count)d files are left.", now.done.waiting)
        % {"count": now.done.waiting},
    }  # fmt: skip
    part = is_fragment(request) and not refused
    template = "shell/administration/_encryption_work.html" if part else "shell/administration/encryption.html"
    return render(request, template, context, status=status)
