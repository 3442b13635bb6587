"""Messages that one keeps, with a reminder or not; and those that are to be sent later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import drawing, finding, moments, queries
from chat.actions import bringing, keeping, scheduling
from chat.models import Saved, Scheduled
from chat.queries import Mine
from chat.views import choosing, showing
from chat.views.channel import head
from chat.views.messages import where
from collab.lib import csrf, numerals
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.registry import registry
from collab.shell.answers import changed, numbers

SHOWN = 40


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """What I keep, the last first, as far as I may read it still."""
    before = numerals.whole(request.GET.get("before", ""))
    rows = Saved.objects.filter(user=request.user).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
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
            at = _moment(request.POST) if request.POST.get("at") or request.POST.get("other") else None
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
    store, wanted = registry.files(), [pk for one in mine for pk in one.files]
    cards = {card.id: card for card in store.cards(request.actor, wanted)} if store is not None and wanted else {}
    context = showing.column(request) | {
        "rows": [
            (one, titles.get(one.channel_id, ""), [cards[pk] for pk in one.files if pk in cards]) for one in mine
        ],
        "is_scheduled": True,
    }  # fmt: skip
    return render(request, "chat/scheduled.html", context)


@csrf_exempt  # checked below, where the files of the form have been read under their limits
@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Say later what stands in the form: without a moment, the page asks when. With files it is kept first, and asked
    on the page of what is scheduled."""
    one, store = queries.mine(request.actor, pk), registry.files()
    if store is None or request.content_type != "multipart/form-data":
        csrf.require(request)
        return _schedule(request, one, request.POST, [])
    limits = {"files": bringing.MOST, "each": bringing.EACH, "together": bringing.TOGETHER}
    with store.receive(request, **limits) as form:
        return _schedule(request, one, form.fields, form.files)


def _schedule(request: HttpRequest, one: Mine, fields: QueryDict, files: list[Any]) -> HttpResponse:
    pk, root = one.channel.pk, fields.get("root", "")
    answers = numerals.whole(root)
    refused, status = "", 200
    chosen = choosing.read(fields)
    if files or chosen.all:
        made = scheduling.prepare(request.actor, one.channel, fields.get("text", ""), files, chosen, answers)
        return redirect("chat:scheduled-change", made.pk)
    if fields.get("at") or fields.get("other"):
        try:
            made = scheduling.schedule(request.actor, one.channel, fields.get("text", ""), _moment(fields), answers)
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            undo = reverse("chat:scheduled-act", args=[made.pk, "cancel"])
            return changed(request, reverse("chat:scheduled"), Toast(_("It will be sent then."), undo))
    context = head(request, one) | showing.column(request, pk) | _when() | {
        "text": fields.get("text", ""), "root": answers or "", "refused": refused, "is_new": True,
        "back": reverse("chat:channel", args=[pk]),
    }  # fmt: skip
    return render(request, "chat/schedule.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is to be said, or when."""
    one = _own(request, pk)
    text, refused, status = one.text, "", 200
    keep = {*numbers(request.POST.getlist("keep"), needed=False)} if "files" in request.POST else None
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            scheduling.change(request.actor, one, text, _moment(request.POST), keep)
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            toast = Toast(_("Saved."))
            if one.cancelled_at is not None:  # its moment was chosen only now
                toast = Toast(_("It will be sent then."), reverse("chat:scheduled-act", args=[pk, "cancel"]))
            return changed(request, reverse("chat:scheduled"), toast)
    context = showing.column(request) | _when() | {
        "text": text, "refused": refused, "back": reverse("chat:scheduled"), "is_new": one.cancelled_at is not None,
        "other": "" if one.cancelled_at else moments.written(one.at), "files": _files(request, one), "keep": keep,
        "waiting": one.waiting,
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


def _files(request: HttpRequest, one: Scheduled) -> list[Any]:
    """Return the files of a message that waits, as their author sees them; those that are gone are missing."""
    store = registry.files()
    return store.cards(request.actor, one.files) if store is not None and one.files else []


def _own(request: HttpRequest, pk: int) -> Scheduled:
    return get_object_or_404(Scheduled.objects.filter(author=request.user), pk=pk)


def _moment(fields: QueryDict) -> datetime:
    """Return the moment of one of the buttons, or of the field beside them."""
    return moments.read(fields.get("at") or fields.get("other", ""))


def _when() -> dict[str, Any]:
    return {"moments": moments.offered(), "soonest": moments.written(timezone.now())}
