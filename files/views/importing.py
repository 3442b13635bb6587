"""Bringing one's files over from a Nextcloud: what is asked, and what came of it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.rights.right import Right
from files import browsing
from files.actions import importing
from files.models import Import
from files.views.folder import why_not_add

SHOWN = 500


class ImportForm(forms.Form):
    """What it takes to fetch somebody's files."""

    base = forms.CharField(
        label=_("Address of the Nextcloud"), max_length=500,
        help_text=_("As in the browser: https://cloud.example.org"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
    )  # fmt: skip
    account = forms.CharField(
        label=_("Your name there"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("App password"), max_length=200, strip=True,
        help_text=_("Made there under Settings → Security. It is kept encrypted until the import ends."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
    )  # fmt: skip
    with_shared = forms.BooleanField(
        label=_("Bring what others share with me, too"), required=False,
        help_text=_("A copy of it then lies among your files."),
    )  # fmt: skip


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for address and app password; once the other house knows them, begin."""
    actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    if not place.here.is_folder:
        raise NotFound
    if not place.can(Right.ADD):
        raise Forbidden(why_not_add(place) or None)
    form = ImportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return HttpResponseRedirect(reverse("shell:job", args=[_begin(request, place, form).pk]))
            except Refusal as refusal:
                if refusal.status == 404:
                    raise
                status = refusal.status
                form.add_error("password" if isinstance(refusal, Forbidden) else None, str(refusal.message))
    context = {"place": place, "form": form, "current": "mine" if place.mine else ""}
    return render(request, "files/import.html", context, status=status)


def _begin(request: HttpRequest, place: browsing.Place, form: ImportForm) -> importing.Job:
    """Begin the import; wrong passwords are counted: this house is nobody's tool for guessing at another."""
    address, account = client_address(request.META), str(request.user.pk)
    data, throttle = form.cleaned_data, Throttle()
    throttle.check("import", account, address)
    try:
        return importing.begin(
            request.actor, place.here, data["base"], data["account"], data["password"],  # type: ignore[attr-defined]
            with_shared=data["with_shared"],
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in {400, 403}:
            throttle.fail("import", account, address, secret=data["password"])
        raise


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came, and what did not and why; one's own imports only."""
    one = Import.objects.filter(pk=pk, user=request.user).first()  # type: ignore[misc]
    if one is None:
        raise NotFound
    skips = [(skip.path, importing.REASONS[skip.why]) for skip in one.skips.order_by("pk")[:SHOWN]]
    host = one.base.partition("://")[2]
    context = {"one": one, "host": host, "skips": skips, "more": max(0, one.skipped - len(skips))}
    return render(request, "files/import_report.html", context)
