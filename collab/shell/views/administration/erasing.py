"""The page on which the owner ends the house, and the button that lets it go on."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Forbidden, TooMany
from collab.lib.partials import Toast, done
from collab.shell import erasing


class EndForm(forms.Form):
    """The name of the house and one's password: nobody ends it by a slip."""

    name = forms.CharField(
        label=gettext_lazy("Name of the house"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@login_required
@never_cache
@sensitive_post_parameters("password")
def page(request: HttpRequest) -> HttpResponse:
    """What will be lost, and the form that begins the seven days."""
    if not ranks.may(request.user, "set.delete"):
        raise Forbidden(erasing.OWNER_ONLY)
    form = EndForm(request.POST or None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        typed = form.cleaned_data
        try:
            erasing.ask(request.user, typed["name"], typed["password"], client_address(request.META))
        except (BadInput, TooMany) as refused:
            form.add_error(None, str(refused.message))
            status = refused.status
        else:
            text = _("The house ends in %(days)d days. Until then you can let it go on.") % {"days": erasing.DAYS}
            return done(request, reverse("shell:administration-erase"), Toast(text))
    context = {"form": form, "figures": erasing.figures(), "asked": erasing.asked(), "days": erasing.DAYS}
    return render(request, "shell/administration/erase.html", context, status=status)


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Let the house go on."""
    erasing.cancel(request.user)
    return done(request, reverse("shell:administration"), Toast(_("The house goes on: nothing will be deleted.")))
