"""Making an account by oneself, where the house allows it: the form, then the link of the mail."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from collab.accounts import opening
from collab.accounts.actions import registrations as actions
from collab.accounts.actions.people import checked_email
from collab.accounts.forms import ProveForm, RegisterForm
from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Conflict, NotFound, TooMany
from collab.lib.partials import Toast, say
from collab.registry import house


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an account. Closed: a page that says by whom one comes in. Each request counts, to slow floods down."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("shell:home"))
    if not opening.is_open():
        return render(request, "account/signup_closed.html", status=403)
    if request.method == "POST":  # judging a password is work: floods of forms are slowed down like the meter
        throttle, network = Throttle(), client_address(request.META)
        throttle.check("strength", "", network)
        throttle.fail("strength", "", network)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, form)
        except TooMany as slow:
            form.add_error(None, str(slow.message))
            return _form(request, form, 429, slow.retry_after)
        except (BadInput, Conflict) as refused:
            form.add_error("email" if isinstance(refused, BadInput) else None, str(refused.message))
    return _form(request, form, 400 if form.errors else 200)


def _asked(request: HttpRequest, form: RegisterForm) -> HttpResponse:
    typed = form.cleaned_data
    address = opening.allowed_email(checked_email(typed["email"]) or "")
    throttle, network = Throttle(), client_address(request.META)
    throttle.check("register", address, network)
    throttle.fail("register", address, network)
    actions.ask(typed["display_name"], typed["email"], typed["password"], language=translation.get_language() or "")
    context = {"email": address, "mails": bool(settings.MAIL_URL), "approval": opening.needs_approval()}
    return render(request, "account/registered.html", context)


def _form(request: HttpRequest, form: RegisterForm, status: int, wait: int | None = None) -> HttpResponse:
    context = {"form": form, "domains": house.get(opening.DOMAINS), "approval": opening.needs_approval()}
    answer = render(request, "account/register.html", context, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Type the password once more: the address is proved. An unknown link is a 404, and guessing is slowed down."""
    throttle, network = Throttle(), client_address(request.META)
    account = actions.digest_of(token).hex()
    throttle.check("registration", account, network)
    try:
        found = actions.find(token)
    except NotFound:
        throttle.fail("registration", account, network)
        raise
    form = ProveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.prove(token, form.cleaned_data["password"])
        except BadInput as wrong:
            throttle.fail("registration", account, network)
            form.add_error("password", str(wrong.message))
        except Conflict as taken:
            form.add_error(None, str(taken.message))
        else:
            return _let_in(request, person) if person else render(request, "account/registered.html", {"proved": found})
    context: dict[str, Any] = {"form": form, "registration": found, "approval": opening.needs_approval()}
    answer = render(request, "account/register_prove.html", context, status=400 if form.errors else 200)
    answer._has_been_logged = True  # type: ignore[attr-defined] # Django would write the address, a secret, to the log
    return answer


def _let_in(request: HttpRequest, person: User) -> HttpResponse:
    # the password was typed just now: connecting a device next must not ask for it again
    record_authentication(request, person, method="password", username=person.username)
    answer = perform_login(request, person, email_verification="none")
    with translation.override(person.language):
        text = _("Welcome, %(name)s. Your user name is “%(username)s”.")
    say(request, Toast(text % {"name": person, "username": person.username}))
    return answer
