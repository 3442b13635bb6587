"""Whose answers are awaited: the list, adding to it, taking off it, and reminding."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast
from collab.rights import letters
from collab.rights.models import Principal
from collab.rights.right import Right
from collab.shell.answers import changed, numbers
from collab.shell.members import principal_named
from polls import queries
from polls.actions import inviting
from polls.models import Poll

SHOWN = 200


def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is invited and who has not answered; a POST invites more."""
    poll = queries.find(request.actor, pk)
    request.actor.require(poll, Right.EDIT)
    request.space = poll.space
    if request.method != "POST":
        return _draw(request, poll)
    names = [*request.POST.getlist("whom"), *request.POST.get("who", "").split(",")]
    try:
        principals = _principals([name.strip() for name in names if name.strip()])
        addresses, word = request.POST.get("addresses", ""), request.POST.get("word", "")
        if not principals and not addresses.strip():
            raise BadInput(_("Write the name of a person or group, or an address."))
        count = inviting.invite(request.actor, poll, principals, addresses, word)
    except Refusal as refusal:
        if refusal.status not in {400, 403, 409}:
            raise
        return _draw(request, poll, refusal)
    text = ngettext("Invited. %(count)d mail leaves.", "Invited. %(count)d mails leave.", count) % {"count": count}
    return changed(request, reverse("polls:invite", args=[pk]), Toast(text if count else _("Invited.")))


def _draw(request: HttpRequest, poll: Poll, refusal: Refusal | None = None) -> HttpResponse:
    waiting = list(queries.awaited_people(poll)[: SHOWN + 1])
    context: dict[str, Any] = {
        "poll": poll,
        "invited": poll.invited.select_related("principal__user", "principal__group").order_by("pk")[:SHOWN],
        "asked": poll.participants.filter(invited=True).exclude(email="").order_by("email")[:SHOWN],
        "waiting": waiting[:SHOWN],
        "mails": letters.can_post(),
        "refused": refusal.message if refusal else "",
        "typed": request.POST,
    }
    return render(request, "polls/invite.html", context, status=refusal.status if refusal else 200)


def _principals(names: list[str]) -> list[Principal]:
    if len(names) > 50 or any(len(name) > 200 or not name.isprintable() for name in names):
        raise BadInput(_("At most %(count)d names at a time: make a group for more.") % {"count": 50})
    return list(dict.fromkeys(principal_named(name) for name in names))


@require_POST
def uninvite(request: HttpRequest, pk: int) -> HttpResponse:
    """Await somebody no more."""
    poll = queries.find(request.actor, pk)
    chosen = {name: numbers([request.POST[name]])[0] for name in ("principal", "voter") if request.POST.get(name)}
    inviting.uninvite(request.actor, poll, **chosen)
    return changed(request, reverse("polls:invite", args=[pk]), Toast(_("Their answer is awaited no more.")))


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind those who have not answered."""
    count = inviting.remind(request.actor, queries.find(request.actor, pk))
    text = ngettext("%(count)d person is reminded.", "%(count)d people are reminded.", count) % {"count": count}
    return changed(request, reverse("polls:invite", args=[pk]), Toast(text))
