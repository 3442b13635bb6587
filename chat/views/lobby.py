"""Visitors of a channel, for its members: who is in, who waits, and what becomes of each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import queries
from chat.actions import visiting
from chat.models import Channel, Visitor
from chat.queries import Mine
from collab.events import notices
from collab.lib.errors import NotFound
from collab.lib.partials import Toast
from collab.shell.answers import changed

SHOWN = 100
VERBS = {
    "let-in": Visitor.State.IN, "refuse": Visitor.State.REFUSED, "wait": Visitor.State.WAITING,
    "remove": Visitor.State.REMOVED,
}  # fmt: skip


def at_door(one: Mine) -> dict[str, Any]:
    """Return who came by links: all who read here see who reads along, who may let in also who waits. One query."""
    decides = bool(one.mask & visiting.LET_IN) and one.channel.is_open
    if one.channel.is_between:
        return {"waiting": [], "inside": [], "decides": False}
    states = [Visitor.State.IN, *([Visitor.State.WAITING] if decides else [])]
    rows = Visitor.objects.at_doors().filter(channel=one.channel, state__in=states).order_by("state_at", "pk")
    found = list(rows[:SHOWN])
    return {
        "waiting": [row for row in found if row.state == Visitor.State.WAITING],
        "inside": [row for row in found if row.state == Visitor.State.IN],
        "decides": decides,
    }


@require_safe
def bar(request: HttpRequest, pk: int) -> HttpResponse:
    """The line above a channel, drawn anew when somebody came or went; whoever sees it has heard of it."""
    one = queries.mine(request.actor, pk)
    context = at_door(one) | {"one": one}
    if context["decides"]:
        notices.have_read(request.user.pk, (visiting.KNOCK,), (Channel.REF_KIND, pk))
    return render(request, "chat/_lobby.html", context)


@require_POST
def act(request: HttpRequest, pk: int, visitor: int, verb: str) -> HttpResponse:
    """Let in, refuse, show out for good, let wait again; take out what somebody said."""
    one = queries.mine(request.actor, pk)
    found = Visitor.objects.filter(channel=one.channel, pk=visitor).first()
    if found is None:
        raise NotFound
    here = reverse("chat:channel", args=[pk])
    if verb == "erase":
        visiting.erase(request.actor, one.channel, found)
        return changed(request, here, Toast(_("The messages of %(name)s are deleted.") % {"name": found.name}))
    state = VERBS.get(verb)
    if state is None:
        raise NotFound
    before = found.state
    visiting.decide(request.actor, one.channel, found, state)
    return changed(request, here, _toast(one, found, before, verb))


def _toast(one: Mine, visitor: Visitor, before: str, verb: str) -> Toast:
    said = {
        "let-in": _("%(name)s is in."), "refuse": _("%(name)s was not let in."),
        "wait": _("%(name)s is waiting again."), "remove": _("%(name)s was removed."),
    }[verb] % {"name": visitor.name}  # fmt: skip
    undo = {"let-in": "wait", "refuse": "wait", "remove": "let-in"}.get(verb, "")
    if verb == "let-in" and before == Visitor.State.REMOVED:
        undo = "remove"
    if not undo or (verb == "remove" and before != Visitor.State.IN):
        return Toast(said)
    return Toast(said, reverse("chat:visitor", args=[one.channel.pk, visitor.pk, undo]))
