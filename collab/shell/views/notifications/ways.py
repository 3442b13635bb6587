"""“How shall we reach you?”: mail, devices, and what comes by each; saved field by field."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts.models import User
from collab.lib.errors import BadInput
from collab.lib.partials import Toast, done, say
from collab.notifications import actions, webpush
from collab.notifications.models import Device, Reach
from collab.notifications.ways import of
from collab.shell.reach_form import ReachForm, asked

_LONGEST = 4096
_PLAIN = ("mail", "hour", "weekday", "discreet", "ring_days", "ring_from", "ring_until")


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Ask by which ways, how often, and of what one is told."""
    reach = Reach.objects.filter(person=request.user).first() or Reach(person=request.user)
    if request.method != "POST":
        return _draw(request, ReachForm(request.user, initial=_kept(request.user, reach)))
    form = ReachForm(request.user, request.POST)
    only = request.POST.get("only")
    if only in form.fields:
        form.fields = {only: form.fields[only]}
    if form.is_valid():
        actions.prefer(request.user, **form.cleaned_data)
    if only is not None:
        if form.errors:
            fields = {name: str(errors[0]) for name, errors in form.errors.items()}
            return JsonResponse({"detail": next(iter(fields.values())), "fields": fields}, status=400)
        return JsonResponse({"saved": True})
    if form.errors:
        return _draw(request, form, 400)
    say(request, Toast(_("Saved.")))
    return HttpResponseRedirect(request.path)


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Let this browser be rung: a script brings what its push service gave it."""
    if len(request.body) > _LONGEST:
        raise BadInput
    try:
        given = json.loads(request.body)
        endpoint, keys = str(given["endpoint"]), given["keys"]
        key, auth = str(keys["p256dh"]), str(keys["auth"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput from None
    agent = request.headers.get("User-Agent", "")
    session = request.session.session_key or ""
    device = actions.add_device(request.actor, endpoint, key, auth, session=session, agent=agent)  # type: ignore[attr-defined]
    say(request, Toast(_("This device rings from now on.")))
    return JsonResponse({"id": device.pk}, status=201)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ring a device no more, with Undo."""
    device = actions.find_device(request.actor, pk)  # type: ignore[attr-defined]
    actions.revoke_device(device)
    undo = reverse("shell:notifications-device-restore", args=[pk])
    return done(request, reverse("shell:settings-notifications"), Toast(_("This device rings no more."), undo))


@login_required
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take that back."""
    actions.restore_device(actions.find_device(request.actor, pk))  # type: ignore[attr-defined]
    return done(request, reverse("shell:settings-notifications"), Toast(_("The device rings again.")))


def _kept(user: User, reach: Reach) -> dict[str, Any]:
    """What the fields show: of kinds that were never chosen, those that come by themselves."""
    found: dict[str, Any] = {name: getattr(reach, name) for name in _PLAIN}
    mails = [one.kind for one in asked(user, mail=True) if reach.mail_kinds.get(one.kind, one.mail)]
    return found | {"mail_kinds": mails, "push_kinds": list(of(reach).push_kinds)}


def _draw(request: HttpRequest, form: ReachForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "mails": bool(settings.MAIL_URL),
        "devices": Device.objects.filter(person=request.user, revoked_at=None).order_by("-created_at"),
        "push_key": webpush.public_key(),
    }
    return render(request, "shell/notifications/ways.html", context, status=status)
