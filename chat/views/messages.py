"""Saying something, and what one does with what was said."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from chat import drawing, emoji, queries
from chat.actions import bringing, commanding, posting, preferring, previewing, sitting
from chat.models import Message
from chat.queries import Mine
from chat.views import choosing, showing
from chat.views.channel import head
from collab.lib import csrf, numerals
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done, is_fragment
from collab.registry import registry
from collab.shell.answers import changed, wants_json


@csrf_exempt  # checked below, where the files of the form have been read under their limits
@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something, or answer; a script is told the number it has, and hears of it by its socket as all others do."""
    one = queries.mine(request.actor, pk)
    store = registry.files()
    if store is None or request.content_type != "multipart/form-data":
        csrf.require(request)
        return _say(request, one, request.POST, [])
    limits = {"files": bringing.MOST, "each": bringing.EACH, "together": bringing.TOGETHER}
    with store.receive(request, **limits) as form:
        return _say(request, one, form.fields, form.files)


def _say(request: HttpRequest, one: Mine, fields: QueryDict, files: list[Any]) -> HttpResponse:
    root = fields.get("root", "")
    beginning = numerals.whole(root)
    how: dict[str, Any] = {"key": fields.get("key", ""), "root": beginning, "also": bool(fields.get("also"))}
    chosen, text = choosing.read(fields), fields.get("text", "")
    bare = not files and not chosen.all
    answer = commanding.run(request.actor, one.channel, text, **how) if bare else None
    if answer is not None and answer.said is None:
        return _answered(request, one, answer.text)
    if answer is not None and answer.said is not None:
        said = answer.said
    else:
        said = bringing.send(request.actor, one.channel, text, files, chosen, **how)
    if one.seat is not None and one.seat.draft and not root:
        sitting.prefer(request.actor, one.channel, draft="")
    if wants_json(request):
        return JsonResponse(_told(said.message, one), status=201 if said.new else 200)
    return redirect(where(said.message))


def _answered(request: HttpRequest, one: Mine, text: str) -> HttpResponse:
    """Tell whoever typed a command what came of it; nothing was said to others."""
    if one.seat is not None and one.seat.draft:
        sitting.prefer(request.actor, one.channel, draft="")
    if wants_json(request):
        return JsonResponse({"told": text})
    return done(request, reverse("chat:channel", args=[one.channel.pk]), Toast(text))


def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message by itself (`edit`), with all that can be done with it; a POST says it anew. Else: to its place."""
    found, one = queries.found(request.actor, pk)
    body, refused, status = found.text, "", 200
    if request.method == "POST":
        body = request.POST.get("text", "")
        try:
            posting.edit(request.actor, found, body)
        except Refusal as refusal:
            if wants_json(request) or refusal.status not in {400, 409}:
                raise
            refused, status = str(refusal.message), refusal.status
        else:
            return changed(request, where(found), Toast(_("Changed.")))
    elif "edit" not in request.GET:
        return redirect(where(found))
    queries.dress([found])
    context = head(request, one) | showing.column(request, one.channel.pk) | {
        "row": drawing.row(found, one.channel), "message": found, "body": body, "refused": refused,
        "signs": emoji.quick(preferring.tone(request.actor)), "mine": found.author_id == request.user.pk,
        "revisions": found.revisions.order_by("-pk")[:50],
    }  # fmt: skip
    return render(request, "chat/message.html", context, status=status)


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """What was typed, to be changed."""
    found, _one = queries.found(request.actor, pk)
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8")


@require_safe
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a message as this person finds them: a message is drawn for all, these are not."""
    found, one = queries.found(request.actor, pk)
    ids, store = found.facts.get("files", []), registry.files()
    cards = store.cards(request.actor, ids) if store is not None else []
    context = {"message": found, "cards": cards, "hidden": len(ids) - len(cards)}
    if is_fragment(request):
        return render(request, "chat/_files.html", context)
    return render(request, "chat/files.html", context | head(request, one) | showing.column(request, one.channel.pk))


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Put a sign under it, pin it, take it back, begin to read there again."""
    found, _one = queries.found(request.actor, pk)
    toast: Toast | None = None
    if verb == "react":
        emoji = request.POST.get("emoji", "")
        sitting.react(request.actor, found, emoji, on=not request.POST.get("off"))
    elif verb in {"pin", "unpin"}:
        posting.pin(request.actor, found, on=verb == "pin")
        undo = reverse("chat:act", args=[pk, "unpin" if verb == "pin" else "pin"])
        toast = Toast(_("Pinned.") if verb == "pin" else _("Unpinned."), undo)
    elif verb == "take-back":
        posting.take_back(request.actor, found)
        toast = Toast(_("Taken back."))
    elif verb == "bare":
        previewing.hide(request.actor, found)
        toast = Toast(_("The preview is gone."))
    elif verb == "unread":
        sitting.unread_from(request.actor, found)
        return changed(request, reverse("chat:home"), Toast(_("It counts as unread from here.")))
    elif verb in {"follow", "unfollow"}:
        sitting.follow(request.actor, found.root or found, on=verb == "follow")
    else:
        raise NotFound
    return changed(request, where(found), toast)


def where(message: Message) -> str:
    """Return the address at which the message is read in its place."""
    channel = reverse("chat:channel", args=[message.channel_id])
    if message.root_id is not None and not message.number:
        later = Message.objects.filter(root=message.root_id, pk__gt=message.pk).order_by("pk")
        upto = f"&upto={message.pk + 1}" if later[queries.ANSWERS - 1 : queries.ANSWERS].exists() else ""
        return f"{channel}?thread={message.root_id}{upto}#m{message.pk}"
    return f"{channel}?at={message.pk}#m{message.pk}"


def _told(message: Message, one: Mine) -> dict[str, Any]:
    queries.dress([message])
    return {
        "id": message.pk, "root": message.root_id or 0, "number": message.number, "clock": message.clock,
        "key": message.key, "by": message.author_id, "html": drawing.draw(message),
    }  # fmt: skip
