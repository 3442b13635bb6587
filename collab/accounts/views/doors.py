"""Signing in, the second step, a forgotten password: django-allauth's pages under our growing delay."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.mfa.base import views as codes
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from collab.accounts.forms import EPOCH
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address

View = Callable[..., HttpResponse]


def slowed_down(view: View) -> View:
    """Answer 429 with Retry-After when the form of the page says that one must wait; the page itself stays."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        wait = getattr(form, "retry_after", None)
        if wait:
            response.status_code = 429
            response["Retry-After"] = str(wait)
        return response

    return guarded


class ResetView(account.PasswordResetView):
    """Ask for a link to a new password; each request counts, known address or not."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"mail_works": bool(settings.MAIL_URL)}

    def form_valid(self, form: Any) -> HttpResponse:
        throttle, address = Throttle(), client_address(self.request.META)
        throttle.check("reset", form.cleaned_data["email"], address)
        throttle.fail("reset", form.cleaned_data["email"], address)
        return super().form_valid(form)


@login_not_required
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a password changed since it was typed sends back to the beginning (CVE-2019-15612)."""
    stage = get_pending_stage(request)
    if stage is not None and stage.login.user.epoch != request.session.get(EPOCH):
        clear_login(request)
        return HttpResponseRedirect(reverse("account_login"))
    return _second_step(request)


sign_in = slowed_down(account.login)
reauthenticate = slowed_down(account.reauthenticate)
change_password = slowed_down(account.password_change)
reset_password = ResetView.as_view()
_second_step = slowed_down(codes.authenticate)
reauthenticate_by_code = slowed_down(codes.reauthenticate)
