"""The pages on commands that ask a program: of a channel, and of a space for all of its channels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import asking, commanding
from chat.actions.programs import Place
from chat.models import Channel, SlashCommand
from chat.views import showing
from chat.views.hooks import managed
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed
from collab.spaces.models import Space

FIELDS = ("word", "name", "address", "usage", "help")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """The commands of one channel; a POST adds one. Its token is in this answer, and nowhere after."""
    return _listing(request, managed(request, pk).channel)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def space(request: HttpRequest, space: str) -> HttpResponse:
    """The commands of all channels of a space, as those of one."""
    return _listing(request, _space(request, space))


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, command: int, pk: int = 0, space: str = "") -> HttpResponse:
    """One command, to be changed; its token stays."""
    place = managed(request, pk).channel if pk else _space(request, space)
    found = get_object_or_404(asking.of_place(place), pk=command)
    if request.method != "POST":
        return _form(request, place, found, {name: getattr(found, name) for name in FIELDS})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        asking.change(request.actor, place, command, **typed, taken=commanding.WORDS)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _form(request, place, found, typed, status=refusal.status, refused=str(refusal.message))
    return changed(request, _address(place), Toast(_("Saved.")))


@never_cache
@require_POST
def act(request: HttpRequest, command: int, verb: str, pk: int = 0, space: str = "") -> HttpResponse:
    """Stop one, let it be asked again, give it a new token, remove what is stopped."""
    place = managed(request, pk).channel if pk else _space(request, space)
    here = _address(place)
    if verb == "renew":
        made, token = asking.renew(request.actor, place, command)
        return _page(request, place, made=made, token=token)
    if verb in {"stop", "resume"}:
        asking.stop(request.actor, place, command, on=verb == "stop")
        text = _("The command is stopped.") if verb == "stop" else _("The command may be used again.")
        return changed(request, here, Toast(text, f"{here}{command}/{'resume' if verb == 'stop' else 'stop'}/"))
    if verb == "remove":
        asking.remove(request.actor, place, command)
        return changed(request, here, Toast(_("The command is removed.")))
    raise NotFound


def _listing(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return _page(request, place)
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        made, token = asking.make(request.actor, place, **typed, taken=commanding.WORDS)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _page(request, place, status=refusal.status, refused=str(refusal.message), typed=typed)
    return _page(request, place, made=made, token=token)


def _page(request: HttpRequest, place: Place, *, status: int = 200, **more: Any) -> HttpResponse:
    is_channel = isinstance(place, Channel)
    space = place.space if isinstance(place, Channel) else place
    if request.actor.can(space, Right.SEE):
        request.space = space
    rows = asking.of_place(place).select_related("made_by")
    beside = asking.of_place(space).filter(stopped_at=None) if is_channel else []
    context = showing.column(request, place.pk if is_channel else 0) | {
        "place": place, "here": _address(place), "rows": rows, "beside": beside, "is_channel": is_channel,
        "space": space, "may_space": is_channel and request.actor.can(space, Right.MANAGE),
        "back": reverse("chat:programs", args=[place.pk]) if is_channel else reverse("chat:space", args=[space.slug]),
    }  # fmt: skip
    return render(request, "chat/slashes.html", context | more, status=status)


def _form(
    request: HttpRequest, place: Place, found: SlashCommand, typed: dict[str, str], *, status: int = 200,
    refused: str = "",
) -> HttpResponse:  # fmt: skip
    here = _address(place)
    context = showing.column(request, place.pk if isinstance(place, Channel) else 0) | {
        "place": place, "here": here, "one": f"{here}{found.pk}/", "row": found, "typed": typed, "refused": refused,
    }  # fmt: skip
    return render(request, "chat/slash.html", context, status=status)


def _address(place: Place) -> str:
    if isinstance(place, Channel):
        return reverse("chat:slashes", args=[place.pk])
    return reverse("chat:space-slashes", args=[place.slug])


def _space(request: HttpRequest, slug: str) -> Space:
    found: Space = get_object_or_404(Space.objects.team().living().visible_to(request.actor), slug=slug)
    request.actor.require(found, Right.MANAGE)
    return found
