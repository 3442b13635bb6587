"""The page of a channel's settings on programs that write in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat import queries
from chat.actions import hooking
from chat.models import Hook
from chat.queries import Mine
from chat.views import showing
from chat.views.channel import head
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Who writes here besides people; a POST lets one more in. Its address is in this answer, and nowhere after."""
    one = managed(request, pk)
    if request.method != "POST":
        return _page(request, one)
    name = request.POST.get("name", "")
    try:
        made, secret = hooking.make(request.actor, one.channel, name)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _page(request, one, status=refusal.status, refused=str(refusal.message), typed=name)
    return _page(request, one, made=made, secret=secret)


@never_cache
@require_POST
def act(request: HttpRequest, pk: int, hook: int, verb: str) -> HttpResponse:
    """Rename it, stop it and take that back, give it a new address, remove what is stopped."""
    one, here = managed(request, pk), reverse("chat:programs", args=[pk])
    if verb == "renew":
        made, secret = hooking.renew(request.actor, one.channel, hook)
        return _page(request, one, made=made, secret=secret)
    if verb == "rename":
        name = request.POST.get("name", "")
        try:
            hooking.rename(request.actor, one.channel, hook, name)
        except Refusal as refusal:
            if refusal.status != 400:
                raise
            return _page(request, one, status=400, wrong=hook, refused=str(refusal.message), renamed=name)
        return changed(request, here, Toast(_("Saved.")))
    if verb in {"stop", "resume"}:
        hooking.stop(request.actor, one.channel, hook, on=verb == "stop")
        text = _("The program is stopped.") if verb == "stop" else _("The program may write again.")
        undo = reverse("chat:program", args=[pk, hook, "resume" if verb == "stop" else "stop"])
        return changed(request, here, Toast(text, undo))
    if verb == "remove":
        hooking.remove(request.actor, one.channel, hook)
        return changed(request, here, Toast(_("The program is removed.")))
    raise NotFound


def managed(request: HttpRequest, pk: int) -> Mine:
    """Return the channel, of which the person decides which programs it has. Raises NotFound, Forbidden."""
    one = queries.mine(request.actor, pk)
    if one.channel.is_between:
        raise NotFound
    request.actor.require(one.channel, Right.MANAGE)
    return one


def _page(request: HttpRequest, one: Mine, *, secret: str = "", status: int = 200, **more: Any) -> HttpResponse:
    address = request.build_absolute_uri(reverse("hooks:hook", args=[secret])) if secret else ""
    hooks = Hook.objects.filter(channel=one.channel).select_related("made_by")
    context = head(request, one) | showing.column(request, one.channel.pk) | more
    return render(request, "chat/programs.html", context | {"hooks": hooks, "address": address}, status=status)
