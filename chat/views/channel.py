"""The page of one channel: what was said, and a place to say something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import drawing, emoji, queries, reading, wording
from chat.actions import channels, moderating, preferring, sitting
from chat.models import Seat
from chat.queries import Mine
from chat.views import choosing, commands, ephemeral, lobby, showing
from collab.lib import markdown, numerals
from collab.lib.errors import BadInput, NotFound
from collab.lib.partials import Toast, is_fragment
from collab.marks.actions import mentioning
from collab.rights.right import Right
from collab.shell.answers import changed


@require_safe
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """One channel: its last messages, or those before or around one; with `thread` one conversation beside them.

    A fragment is asked for what came before (`before`) or after (`after`) what a page has, or for the thread alone.
    """
    mine = [] if is_fragment(request) else queries.column(request.actor)
    one = next((each for each in mine if each.channel.pk == pk), None) or queries.mine(request.actor, pk)
    if is_fragment(request) and request.GET.get("thread"):
        return render(request, "chat/_thread.html", thread_context(request, one))
    before, after, at = (_number(request, name) for name in ("before", "after", "at"))
    found = reading.page(one, before=before, after=after, around=at)
    rows, context = found.rows, _rows(request, one, found) | {"before": before, "after": after}
    if is_fragment(request):
        answer = render(request, "chat/_rows.html", context)
        answer["Chat-Clock"] = str(one.channel.clock)  # of before: what is drawn is as new, or newer
        return answer
    if request.actor.can(one.channel.space, Right.SEE):
        request.space = None if one.channel.is_between else one.channel.space
    context |= head(request, one) | showing.column(request, pk, mine) | {
        "first_unread": showing.first_unread(one, rows) if not at else 0,
        "at": at,
        "draft": one.seat.draft if one.seat else "",
        "clock": one.channel.clock,
        "signs": emoji.quick(preferring.tone(request.actor)),
        "above": markdown.render_remark(one.channel.header, {}) if one.channel.header else "",
        "beginnings": commands.beginnings(request.actor),
        "in_here": f'in:"{one.title}" ' if not one.channel.is_between else "",
        "unread": one.unread,
        "readers": showing.readers(one, request.user.pk),
        "jump": 0 if at or before else showing.jump(one, rows),
        "read_number": one.seat.read if one.seat else one.channel.number,
    }  # fmt: skip
    context |= lobby.at_door(one)
    context["partner"] = showing.partner(context, pk)
    if request.GET.get("thread"):
        context |= thread_context(request, one)
    if not at and not before:
        sitting.read(request.actor, one.channel, one.channel.number, seat=one.seat)
    return render(request, "chat/channel.html", context)


def head(request: HttpRequest, one: Mine) -> dict[str, Any]:
    """Return what stands above a channel, and what may be done in it."""
    speakers = showing.speakers(one)
    return {
        "one": one,
        "icon": showing.icon(one.channel),
        "speakers": speakers,
        "chooser": choosing.door(request.actor) if one.may_attach else "",
        "kept_days": moderating.kept(one.channel).days,
        "slow": wording.lasting(one.channel.pace) if one.channel.pace else "",
        "pinned_count": queries.messages(one).exclude(pinned_at=None).count(),
        "levels": [(level.value, level.label) for level in Seat.Level],
        "level": one.seat.level if one.seat else (Seat.Level.ALL if one.channel.is_between else Seat.Level.MENTIONS),
        "url": reverse("chat:channel", args=[one.channel.pk]),
    }


def thread_context(request: HttpRequest, one: Mine) -> dict[str, Any]:
    """Return what the panel of a thread needs, its last answers or those before `upto`, and note that they are read."""
    upto = _number(request, "upto")
    beginning, answers = queries.thread(one, _number(request, "thread"), before=upto)
    more = len(answers) == queries.ANSWERS and beginning.answers.filter(pk__lt=answers[0].pk).exists()
    user = request.user.pk
    following = beginning.followers.filter(user=user, stopped=False).exists()
    if following and answers:
        sitting.read_thread(request.actor, beginning, answers[-1].pk)
    return {
        "one": one,
        "root": drawing.row(beginning, one.channel),
        "answers": [drawing.row(row, one.channel) for row in answers],
        "own_answers": ephemeral.in_thread(request, beginning.pk),
        "following": following,
        "chooser": choosing.door(request.actor) if one.may_attach else "",
        "earlier": answers[0].pk if more else 0,
        "upto": upto,
        "url": reverse("chat:channel", args=[one.channel.pk]),
    }


def _rows(request: HttpRequest, one: Mine, found: reading.Stretch) -> dict[str, Any]:
    rows = found.rows
    own = ephemeral.between(request, one.channel.pk, rows, newer=found.newer)
    drawn = drawing.all_of(rows, one.channel)
    for row in drawn:
        row["own"] = own.get(row["message"].pk, ())
    one.channel.first_at = rows[0].at if rows else None  # type: ignore[attr-defined]
    return {
        "one": one,
        "channel": one.channel,
        "rows": drawn,
        "own": own.get(0, ()),
        "older": rows[0].pk if rows and found.older else 0,
        "begun": None if found.older or one.channel.is_between else one.channel.began,
        "newer": rows[-1].pk if rows and found.newer else 0,
        "url": reverse("chat:channel", args=[one.channel.pk]),
    }


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Have read as far as a number; a page says so while somebody looks at it."""
    one = queries.mine(request.actor, pk, named=False)
    sitting.read(request.actor, one.channel, _posted(request, "number"), seat=one.seat)
    return HttpResponse(status=204)


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the letters after an “@” may mean."""
    one = queries.mine(request.actor, pk)
    found, note = mentioning.offers(request.actor, one.channel, request.GET.get("q", ""))
    return JsonResponse({"found": found, "note": note})


@require_safe
def pinned(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept at hand in the channel."""
    one = queries.mine(request.actor, pk)
    rows = queries.messages(one).exclude(pinned_at=None).order_by("-pinned_at")[: queries.PAGE]
    context = head(request, one) | showing.column(request, pk)
    context["rows"] = [drawing.row(row, one.channel) for row in queries.dress(list(rows))]
    return render(request, "chat/pinned.html", context)


@require_POST
def state(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Join, leave, star, mute, archive, throw away, and the way back of each."""
    here = reverse("chat:channel", args=[pk])
    undo = reverse("chat:state", args=[pk, UNDO.get(verb, "join")])
    if verb == "restore":
        found = queries.thrown(request.actor, pk)
        channels.bring_back(request.actor, found)
        return changed(request, here, Toast(_("The channel is back.")))
    one = queries.mine(request.actor, pk, named=False)
    if verb == "join":
        sitting.join(request.actor, one.channel)
        return changed(request, here)
    if verb == "leave":
        sitting.leave(request.actor, one.channel)
        return changed(request, reverse("chat:home"), Toast(_("It is out of your list."), undo))
    if verb in {"star", "unstar"}:
        sitting.prefer(request.actor, one.channel, is_favourite=verb == "star")
        return changed(request, here)
    if verb == "level":
        sitting.prefer(request.actor, one.channel, level=request.POST.get("level", ""))
        return changed(request, here, Toast(_("Saved.")))
    if verb == "draft":
        sitting.prefer(request.actor, one.channel, draft=request.POST.get("text", ""))
        return HttpResponse(status=204)
    if verb in {"archive", "unarchive"}:
        channels.archive(request.actor, one.channel, on=verb == "archive")
        text = _("The channel is archived.") if verb == "archive" else _("The channel is open again.")
        return changed(request, here, Toast(text, undo))
    if verb == "trash":
        channels.throw_away(request.actor, one.channel)
        return changed(request, reverse("chat:home"), Toast(_("The channel is in the trash."), undo))
    raise NotFound


UNDO = {"leave": "join", "archive": "unarchive", "unarchive": "archive", "trash": "restore"}


def _number(request: HttpRequest, name: str) -> int:
    return numerals.whole(request.GET.get(name, "")) or 0


def _posted(request: HttpRequest, name: str) -> int:
    value = numerals.whole(request.POST.get(name, ""))
    if value is None:
        raise BadInput
    return value


def back_to(request: HttpRequest, one: Mine) -> HttpResponse:
    """Go back to the channel, from a plain form."""
    return redirect("chat:channel", pk=one.channel.pk)
