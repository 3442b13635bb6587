"""One's devices: the app passwords, made, shown once, revoked with Undo."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.accounts.actions import devices
from collab.accounts.forms import DeviceForm
from collab.accounts.models import AppPassword
from collab.accounts.recent import recent_sign_in_required
from collab.lib.partials import Toast, done


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show my devices, most recently used first, and the form for a new one."""
    return _page(request, DeviceForm())


@login_required
@never_cache
@require_POST
@recent_sign_in_required
def create(request: HttpRequest) -> HttpResponse:
    """Make an app password and show it in this answer, the only time (the password was typed in the last minutes)."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    wanted = form.cleaned_data
    row, secret = devices.create(request.user, wanted["name"], scopes=wanted["scopes"], days=wanted["days"])
    return _page(request, DeviceForm(), made=row, secret=secret)


@login_required
@require_POST
def revoke(request: HttpRequest, device: int) -> HttpResponse:
    """Refuse a device from now on, with Undo."""
    row, undo = devices.revoke(request.user, device)
    toast = Toast(
        _("“%(name)s” can no longer connect.") % {"name": row.name},
        undo=reverse("accounts:device-restore"),
        fields={"token": undo},
    )
    return done(request, reverse("accounts:devices"), toast)


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Undo the last revocation."""
    row = devices.restore(request.user, request.POST.get("token", ""))
    return done(request, reverse("accounts:devices"), Toast(_("“%(name)s” can connect again.") % {"name": row.name}))


def _page(
    request: HttpRequest, form: DeviceForm, *, made: AppPassword | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    rows = AppPassword.objects.filter(user=request.user).order_by("-last_used_at", "-created_at")
    context = {
        "form": form,
        "devices": [(row, [devices.SCOPES[scope] for scope in row.scopes]) for row in rows],
        "made": made,
        "secret": secret,
        "server": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "shell/settings/devices.html", context, status=status)
