"""The first page of a new house: who owns it."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from collab.accounts.actions import setup
from collab.accounts.forms import SetupForm
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Conflict, NotFound


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    """Make the owner by the one-time link; a wrong or used link is a 404, and guessing is slowed down."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("setup", "", address)
    try:
        setup.require_link(token)
    except NotFound:
        throttle.fail("setup", "", address)
        raise
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = setup.make_owner(token, language=get_language() or "", **form.cleaned_data)
        except (BadInput, Conflict) as refused:
            form.add_error("username", str(refused.message))
        else:
            # the password was typed just now: connecting a device next must not ask for it again
            record_authentication(request, owner, method="password", username=owner.username)
            return perform_login(request, owner, email_verification="none")
    return render(request, "account/setup.html", {"form": form}, status=400 if form.errors else 200)
