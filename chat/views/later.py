"""Messages that one keeps, with a reminder or not; and those that are to be sent later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import drawing, finding, moments, queries
from chat.actions import keeping, scheduling
from chat.models import Saved, Scheduled
from chat.views import showing
from chat.views.channel import head
from chat.views.messages import where
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed

SHOWN = 40


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """What I keep, the last first, as far as I may read it still."""
    before = request.GET.get("before", "")
    rows = Saved.objects.filter(user=request.user).order_by("-pk")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    kept = list(rows[: SHOWN + 1])
    visible = finding.readable(request.actor).select_related("channel__space")
    found = visible.in_bulk([one.message_id for one in kept[:SHOWN]])
    queries.dress(list(found.values()))
    context = showing.column(request) | {
        "rows": [
            (one, drawing.row(message, message.channel))
            for one in kept[:SHOWN] if (message := found.get(one.message_id)) is not None
        ],
        "more": kept[SHOWN - 1].pk if len(kept) > SHOWN else 0, "is_saved": True,
    }  # fmt: skip
    return render(request, "chat/saved.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a message, with a reminder or not, or no longer; the page asks when to be reminded."""
    found, one = queries.found(request.actor, pk)
    refused, status = "", 200
    if request.method == "POST":
        if request.POST.get("off"):
            keeping.let_go(request.actor, found)
            undo = reverse("chat:save", args=[pk])
            return changed(request, where(found), Toast(_("No longer saved."), undo))
        try:
            at = _moment(request) if request.POST.get("at") or request.POST.get("other") else None
            keeping.keep(request.actor, found, at)
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            text = _("Saved: you will be reminded.") if at else _("Saved.")
            return changed(request, where(found), Toast(text, reverse("chat:save", args=[pk]), {"off": "1"}))
    queries.dress([found])
    kept = Saved.objects.filter(user=request.user, message=found).first()
    context = head(request, one) | showing.column(request, one.channel.pk) | _when() | {
        "row": drawing.row(found, one.channel), "message": found, "kept": kept, "refused": refused,
    }  # fmt: skip
    return render(request, "chat/save.html", context, status=status)


@require_safe
def scheduled(request: HttpRequest) -> HttpResponse:
    """What I am to say later, the next first."""
    rows = Scheduled.objects.filter(author=request.user, cancelled_at=None).select_related("channel__space")
    mine = list(rows.order_by("at", "pk")[: scheduling.MOST])
    titles = queries.titles(request.actor, {one.channel_id for one in mine})
    context = showing.column(request) | {
        "rows": [(one, titles.get(one.channel_id, "")) for one in mine], "is_scheduled": True,
    }  # fmt: skip
    return render(request, "chat/scheduled.html", context)


@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Say later what stands in the form: without a moment, the page asks when."""
    one = queries.mine(request.actor, pk)
    root = request.POST.get("root", "")
    answers = int(root) if root.isascii() and root.isdigit() and len(root) < 19 else None
    refused, status = "", 200
    if request.POST.get("at") or request.POST.get("other"):
        try:
            made = scheduling.schedule(
                request.actor, one.channel, request.POST.get("text", ""), _moment(request), answers
            )
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            undo = reverse("chat:scheduled-act", args=[made.pk, "cancel"])
            return changed(request, reverse("chat:scheduled"), Toast(_("It will be sent then."), undo))
    context = head(request, one) | showing.column(request, pk) | _when() | {
        "text": request.POST.get("text", ""), "root": answers or "", "refused": refused, "is_new": True,
        "back": reverse("chat:channel", args=[pk]),
    }  # fmt: skip
    return render(request, "chat/schedule.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is to be said, or when."""
    one = _own(request, pk)
    text, refused, status = one.text, "", 200
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            scheduling.change(request.actor, one, text, _moment(request))
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            return changed(request, reverse("chat:scheduled"), Toast(_("Saved.")))
    context = showing.column(request) | _when() | {
        "text": text, "refused": refused, "other": moments.written(one.at), "back": reverse("chat:scheduled"),
    }  # fmt: skip
    return render(request, "chat/schedule.html", context, status=status)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Say it now, or not at all; and the way back of that."""
    one, here = _own(request, pk), reverse("chat:scheduled")
    if verb == "now":
        return changed(request, where(scheduling.send_now(request.actor, one)), Toast(_("Sent.")))
    if verb == "cancel":
        scheduling.cancel(request.actor, one)
        undo = reverse("chat:scheduled-act", args=[pk, "restore"])
        return changed(request, here, Toast(_("It will not be sent."), undo))
    if verb == "restore":
        scheduling.cancel(request.actor, one, on=False)
        return changed(request, here, Toast(_("It will be sent then.")))
    raise NotFound


def _own(request: HttpRequest, pk: int) -> Scheduled:
    return get_object_or_404(Scheduled.objects.filter(author=request.user), pk=pk)


def _moment(request: HttpRequest) -> datetime:
    """Return the moment of one of the buttons, or of the field beside them."""
    return moments.read(request.POST.get("at") or request.POST.get("other", ""))


def _when() -> dict[str, Any]:
    return {"moments": moments.offered(), "soonest": moments.written(timezone.now())}
