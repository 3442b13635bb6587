"""Who is in a channel: letting people in, and turning it from open to private or back, with what that means."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import queries, reach, tokens
from chat.actions import inviting, turning
from chat.models import Channel
from chat.views import showing
from chat.views.channel import head
from collab.accounts.models import AppPassword, User
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights import explain, whom
from collab.rights.right import Right
from collab.shell.answers import changed, numbers

SHOWN = 100


def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Let people and groups in, and say from when on they read; `q` narrows the list."""
    one = queries.mine(request.actor, pk)
    if not one.may_invite:
        raise NotFound
    refused, status, chosen = "", 200, request.POST
    if request.method == "POST":
        people = list(whom.people(request.actor).filter(pk__in=_chosen(request, "person")).select_related("principal"))
        groups = list(whom.groups(request.actor).filter(pk__in=_chosen(request, "group")).select_related("principal"))
        ending = _ending(request, one, people)
        try:
            new = inviting.invite(
                request.actor, one.channel, people, groups, role=request.POST.get("role", "contributor"),
                history=request.POST.get("history", "all"),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status not in {400, 403} or not refusal.message:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            count = len(new) + len(groups)
            said = ngettext("%(count)d let in.", "%(count)d let in.", count) % {"count": count}
            said = said if count else _("All of them were here already.")
            return changed(request, reverse("chat:channel", args=[pk]), Toast(f"{said} {tokens.ended(ending)}".strip()))
    typed = " ".join(request.GET.get("q", "").split())[:60]
    there = explain.people_with(one.channel.acl_id, Right.ADD)
    found, groups_found = (
        whom.people(request.actor).exclude(pk__in=there).order_by("display_name", "pk"),
        whom.groups(request.actor),
    )
    if typed:
        found = found.filter(display_name__unaccent__icontains=typed)
        groups_found = groups_found.filter(name__unaccent__icontains=typed)
    shown = list(found[:SHOWN])
    context = head(request, one) | showing.column(request, pk) | {
        "people": shown, "ending": tokens.names(_ending(request, one, shown)),
        "typed": typed, "refused": refused, "roles": inviting.ROLES.values(),
        "groups": [] if one.channel.is_between else list(groups_found.order_by("name")[:SHOWN]),
        "history": _history(), "chosen": chosen.get("history", "all"), "role": chosen.get("role", "contributor"),
        "picked": set(chosen.getlist("person")), "picked_groups": set(chosen.getlist("group")),
    }  # fmt: skip
    return render(request, "chat/invite.html", context, status=status)


def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an open channel private or a private one open; first who would lose or gain it."""
    one = queries.mine(request.actor, pk)
    request.actor.require(one.channel, Right.MANAGE)
    if one.channel.is_between:
        raise NotFound
    closing = one.channel.form == Channel.Form.OPEN
    if request.method == "POST":
        act = turning.make_private if request.POST.get("to") == "private" else turning.make_open
        bots = {row.user_id: row for row in tokens.held(one.channel)} if act is turning.make_private else {}
        act(request.actor, one.channel)
        said = _("The channel is private now.") if act is turning.make_private else _("The channel is open now.")
        out = {row.user_id for row in tokens.held(one.channel)}
        if gone := [str(row.user) for pk, row in bots.items() if pk not in out]:
            told = _("Others than its people hold tokens of these bots, which are out of it: %(bots)s.")
            said = f"{said} {told % {'bots': ', '.join(gone)}}"
        return changed(request, reverse("chat:channel", args=[pk]), Toast(said))
    told = turning.preview(one.channel)
    context = head(request, one) | showing.column(request, pk) | {
        "closing": closing, "loses": _people(told.loses), "gains": _people(told.gains),
        "count": len(told.loses or told.gains), "seeing": told.seeing, "shown": SHOWN,
        "obstacle": "" if closing else reach.obstacle(request.actor, one.channel),
    }  # fmt: skip
    return render(request, "chat/turn.html", context)


def _ending(request: HttpRequest, one: queries.Mine, people: list[User]) -> list[AppPassword]:
    """Return the tokens of the bots among these that would end, were they let in."""
    bots = [each.pk for each in people if each.is_bot]
    return tokens.foreign(one.channel, dict.fromkeys(bots, reach.of(request.actor, one.channel))) if bots else []


def _history() -> list[tuple[str, str]]:
    return [
        ("all", _("All that was said")),
        ("month", _("What was said in the last 30 days")),
        ("week", _("What was said in the last 7 days")),
        ("none", _("Only what is said from now on")),
    ]


def _people(ids: set[int]) -> list[User]:
    return list(User.objects.filter(pk__in=ids).order_by("display_name", "pk")[:SHOWN])


def _chosen(request: HttpRequest, name: str) -> list[int]:
    return numbers(request.POST.getlist(name), needed=False)
