"""Comments on a thing of any kind: reading, writing, changing, taking back, resolving, reacting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.lib import numerals
from collab.lib.errors import Refusal
from collab.lib.partials import Toast, is_fragment
from collab.marks import kinds, labels, reading
from collab.marks.actions import commenting, mentioning
from collab.marks.models import Comment
from collab.marks.words import REACTIONS
from collab.registry import registry
from collab.rights.right import Right
from collab.shell.answers import changed, wants_json
from collab.shell.marking import discussion


def page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What is said about a thing, as a page of its own or the part that a script asks for; a POST says more."""
    thing = discussion.seen(request, kind, pk)
    if request.method == "POST":
        return _write(request, kind, thing)
    context = discussion.context(request, kind, thing)
    if is_fragment(request):
        part = "_earlier" if "before" in request.GET else "_threads"
        return render(request, f"shell/marks/{part}.html", context)
    return render(request, "shell/marks/page.html", context | _around(request, kind, thing))


def _write(request: HttpRequest, kind: str, thing: Any) -> HttpResponse:
    body, parent = request.POST.get("body", ""), _number(request.POST.get("parent", ""))
    try:
        comment = commenting.write(request.actor, thing, body, parent=parent)
    except Refusal as refusal:
        if wants_json(request) or refusal.status not in {400, 409}:
            raise
        # a plain form comes back with what was written, and why it was not taken
        context = discussion.context(request, kind, thing) | {
            "body": body,
            "parent": parent,
            "refused": refusal.message,
        }
        return render(request, "shell/marks/page.html", context | _around(request, kind, thing), status=refusal.status)
    return changed(request, _address(comment), id=comment.pk)


@require_safe
def people(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Whom the letters after an “@” may mean; `note` says who is meant but cannot see the thing."""
    thing = discussion.seen(request, kind, pk)
    request.actor.require(thing, Right.COMMENT)
    found, note = mentioning.offers(request.actor, thing, request.GET.get("q", ""))
    return JsonResponse({"found": found, "note": note})


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment, with the signs to put under it and the form to change one's own; a POST changes it, with Undo."""
    comment, thing = commenting.find(request.actor, pk)
    discussion.seen(request, comment.kind, comment.object_id)
    body, refused = comment.body, ""
    if request.method == "POST":
        body = request.POST.get("body", "")
        try:
            commenting.edit(request.actor, comment, body)
        except Refusal as refusal:
            if wants_json(request) or refusal.status not in {400, 409}:
                raise
            refused = str(refusal.message)
        else:
            undo = Toast(_("Comment changed."), reverse("shell:comment", args=[pk]), {"body": comment.body})
            return changed(request, _address(comment), undo if body.strip() != comment.body else None)
    said = reading.one(request.actor, thing, comment)
    template = "_edit" if is_fragment(request) and said.may_edit else "edit"
    context = {
        "said": said,
        "body": body,
        "refused": refused,
        "back": _address(comment),
        "kind": comment.kind,
        "thing_id": comment.object_id,
        "said_on": kinds.title(comment.kind, thing),
        "signs": REACTIONS.items() if said.may_answer else (),
    }
    return render(request, f"shell/marks/{template}.html", context, status=400 if refused else 200)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a comment back; the toast brings it again."""
    comment, _thing = commenting.find(request.actor, pk)
    commenting.delete(request.actor, comment)
    undo = Toast(_("Comment deleted."), reverse("shell:comment-restore", args=[pk]))
    return changed(request, _address(comment), undo)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back what was taken back a moment ago."""
    commenting.restore(request.actor, pk)
    comment, _thing = commenting.find(request.actor, pk)
    return changed(request, _address(comment))


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a thread aside as settled, or take it up again; each undoes the other."""
    comment, _thing = commenting.find(request.actor, pk)
    resolved = request.POST.get("resolved") == "1"
    commenting.resolve(request.actor, comment, resolved=resolved)
    text = _("Thread resolved.") if resolved else _("Thread reopened.")
    undo = {"resolved": "0" if resolved else "1"}
    return changed(request, _address(comment), Toast(text, reverse("shell:comment-resolve", args=[pk]), undo))


@require_POST
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a sign under a comment, or take one's own away."""
    comment, _thing = commenting.find(request.actor, pk)
    put = "put" in request.POST
    commenting.react(request.actor, comment, request.POST.get("put" if put else "take", ""), on=put)
    return changed(request, _address(comment))


def _around(request: HttpRequest, kind: str, thing: Any) -> dict[str, Any]:
    """What the page of a thing's comments shows besides them."""
    item = registry.shareable(kind)
    return {
        "thing": thing,
        "back": item.url(thing, request.actor) if item else "",
        "starred": labels.is_starred(request.actor, kind, thing.pk),
        "labels": labels.on(kind, [thing.pk]).get(thing.pk, []),
        "may_label": request.actor.can(thing, Right.EDIT) and thing.space.archived_at is None,
    }


def _address(comment: Comment) -> str:
    """Return the page of the thing's comments, at this one."""
    root = comment.parent_id or comment.pk
    return f"{reverse('shell:comments', args=[comment.kind, comment.object_id])}?since={root}#comment-{comment.pk}"


def _number(text: str) -> int | None:
    return numerals.required(text) if text else None
