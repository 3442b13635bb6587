"""Quoting what was said, and saying it to others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chat import drawing, queries
from chat.actions import channels, passing
from chat.models import Channel
from chat.queries import Mine
from chat.views import showing
from chat.views.channel import head
from chat.views.messages import where
from collab.accounts.models import User
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast
from collab.lib.text import fold
from collab.rights import whom
from collab.shell.answers import changed

SHOWN = 40


@require_safe
def quotation(request: HttpRequest, pk: int) -> HttpResponse:
    """A message as it is quoted in an answer: Markdown, to be written on."""
    found, _one = queries.found(request.actor, pk)
    if found.deleted_at is not None:
        raise NotFound
    queries.dress([found])
    return HttpResponse(passing.quotation(found), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Say a message in another channel, or to somebody: choose where among those in which one may speak."""
    found, one = queries.found(request.actor, pk)
    if found.deleted_at is not None:
        raise NotFound
    queries.dress([found])
    refused, status = "", 200
    if request.method == "POST":
        try:
            channel = _wanted(request)
            said = passing.forward(
                request.actor, found, channel, request.POST.get("text", ""), key=request.POST.get("key", "")
            )
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            undo = reverse("chat:act", args=[said.message.pk, "take-back"])
            return changed(request, where(said.message), Toast(_("Forwarded."), undo))
    typed = " ".join(request.GET.get("q", "").split())[:60]
    context = head(request, one) | showing.column(request, one.channel.pk) | {
        "row": drawing.row(found, one.channel), "message": found, "refused": refused, "typed": typed,
        "rooms": _places(request, one, typed), "people": _people(request, typed), "text": request.POST.get("text", ""),
        "is_narrow": one.channel.form != Channel.Form.OPEN,
    }  # fmt: skip
    return render(request, "chat/forward.html", context, status=status)


def _wanted(request: HttpRequest) -> Channel:
    """Return where it shall be said: a channel that the person has, or the conversation with somebody."""
    kind, _colon, said = request.POST.get("to", "").partition(":")
    number = numerals.whole(said)
    if kind not in {"channel", "person"} or number is None:
        raise BadInput(_("Choose to whom."))
    if kind == "channel":
        return queries.mine(request.actor, number).channel
    person = whom.people(request.actor).filter(pk=number).select_related("principal").first()
    if person is None:
        raise NotFound
    return channels.direct(request.actor, person)


def _places(request: HttpRequest, here: Mine, typed: str) -> list[tuple[Mine, str]]:
    found = [one for one in queries.column(request.actor) if one.may_say and one.channel.pk != here.channel.pk]
    fits = [one for one in found if not typed or fold(typed) in fold(one.title)]
    return [(one, showing.icon(one.channel)) for one in fits[:SHOWN]]


def _people(request: HttpRequest, typed: str) -> list[User]:
    """Return the people whose name fits; nobody is listed before something is typed: the last ones are above."""
    if not typed:
        return []
    found = whom.people(request.actor).filter(display_name__unaccent__icontains=typed)
    return list(found.order_by("display_name", "pk")[:SHOWN])
