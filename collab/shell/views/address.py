"""One's own address: given, confirmed by the link of a mail, given back to whoever reads the one of before."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from collab.accounts.actions import addresses
from collab.accounts.actions.people import checked_email
from collab.accounts.models import User
from collab.accounts.recent import recent_sign_in_required
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import Conflict, NotFound, Refusal
from collab.lib.partials import Toast, done, say
from collab.shell.forms import AddressForm


@login_required
@recent_sign_in_required
def address(request: HttpRequest) -> HttpResponse:
    """Where mail reaches one. It opens the account (a new password goes there), so the password is asked for again."""
    user: User = request.user  # type: ignore[assignment]
    waits = addresses.waiting(user)
    form = AddressForm(request.POST or None, initial={"email": waits.email if waits else user.email or ""})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            waits = _asked(request, user, form.cleaned_data["email"])
        except Refusal as refusal:
            form.add_error("email", str(refusal.message))
            status = refusal.status
        else:
            back = reverse("shell:settings-address") if waits else reverse("shell:settings")
            return done(request, back, Toast(_said(bool(waits))))
    context = {"form": form, "waits": waits, "mails": bool(settings.MAIL_URL), "hours": addresses.HOURS}
    return render(
        request, "shell/settings/address.html", context, status=status if not form.errors else max(status, 400)
    )


def _asked(request: HttpRequest, user: User, email: str) -> addresses.AddressChange | None:
    """Ask for it; each mail counts, for the account it is sent to and for who has it sent."""
    wanted = checked_email(email)
    if wanted and wanted != user.email and settings.MAIL_URL:
        throttle, network = Throttle(), client_address(request.META)
        for whom in (wanted, f"user {user.pk}"):
            throttle.check("address", whom, network)
        for whom in (wanted, f"user {user.pk}"):
            throttle.fail("address", whom, network)
    return addresses.ask(user, email)


def _said(waits: bool) -> str:
    if not waits:
        return _("Saved.")
    return _("A mail is on its way.") if settings.MAIL_URL else _("The address waits for an administrator.")


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Forget the address that waits."""
    addresses.cancel(request.user)  # type: ignore[arg-type]
    return done(request, reverse("shell:settings"), Toast(_("The address stays as it is.")))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address by a button: programs that follow the links of a mail confirm nothing."""
    user: User = request.user  # type: ignore[assignment]
    context = {"change": addresses.find(user, token)}
    if request.method == "POST":
        try:
            addresses.prove(user, token)
        except Conflict as taken:
            return render(request, "shell/settings/address_prove.html", context | {"why": taken.message}, status=409)
        return done(request, reverse("shell:settings"), Toast(_("This address is yours here now.")))
    return _quiet(render(request, "shell/settings/address_prove.html", context))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Give the account its address of before back: for whoever reads that, without signing in. Guessing is slowed."""
    throttle, network = Throttle(), client_address(request.META)
    throttle.check("registration", "", network)
    try:
        change = addresses.find_undo(token)
    except NotFound:
        throttle.fail("registration", "", network)
        raise
    context = {"change": change}
    if request.method == "POST":
        try:
            addresses.undo(token)
        except Conflict as taken:
            return render(request, "account/address_undo.html", context | {"why": taken.message}, status=409)
        say(request, Toast(_("The address is back. Choose a new password now.")))
        return HttpResponseRedirect(reverse("account_reset_password"))
    return _quiet(render(request, "account/address_undo.html", context))


def _quiet(answer: HttpResponse) -> HttpResponse:
    answer._has_been_logged = True  # type: ignore[attr-defined] # Django would write the address, a secret, to the log
    return answer
