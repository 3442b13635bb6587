"""A poll by its key: the page of whoever made it without an account; how it stands, changing it, ending it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput
from collab.lib.partials import Toast, done
from collab.marks.actions import commenting
from collab.rights import links
from collab.rights.links import Gone
from collab.shell.answers import numbers
from collab.shell.opened import Opened
from polls import queries
from polls.actions import answering, deciding, ending
from polls.models import Poll
from polls.views import making, showing
from polls.views.asking import TRASHED
from polls.views.deciding import decided, download

LAYOUT = "polls/visitors.html"


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponse:
    """Answer below a key: its page, or the form, the choice, a file."""
    poll, back, part = opened.thing, opened.url(), rest.strip("/")
    if request.content_type == "multipart/form-data":
        raise BadInput
    if part == "edit":
        return making.edited(request, opened.actor, poll, back, LAYOUT)
    if part == "decide":
        return decided(request, opened.actor, poll, back, Toast("", back, {"do": "undecide"}), LAYOUT)
    if part.startswith("poll."):
        return download(poll, part.removeprefix("poll."))
    if part:
        raise Gone
    if request.method == "POST":
        return _act(request, opened, poll)
    return _draw(request, opened, poll)


def _act(request: HttpRequest, opened: Opened, poll: Poll) -> HttpResponse:
    actor, do, back = opened.actor, request.POST.get("do", ""), opened.url()
    if do == "remove":
        (who,) = numbers([request.POST.get("who", "")])
        removed = request.POST.get("back") != "1"
        answering.remove(actor, poll, who, removed=removed)
        undo = Toast(_("These answers are taken out."), back, {"do": "remove", "who": who, "back": "1"})
        return done(request, back, undo if removed else None)
    if do == "uncomment":
        commenting.take_out(actor, poll, numbers([request.POST.get("comment", "")])[0])
        return done(request, back, Toast(_("This comment is taken out.")))
    if do == "trash":
        ending.throw_away(actor, poll)
        request.session[TRASHED] = poll.pk
        return done(request, reverse("polls:key", args=[opened.token]))
    if do not in _VERBS:
        raise BadInput
    act, text, undo_by = _VERBS[do]
    act(actor, poll)
    return done(request, back, Toast(text() % {"name": poll.title}, back if undo_by else "", {"do": undo_by}))


_VERBS: dict[str, tuple[Any, Any, str]] = {
    "close": (ending.close, lambda: _("“%(name)s” is closed."), "reopen"),
    "reopen": (ending.reopen, lambda: _("“%(name)s” takes answers again."), ""),
    "undecide": (deciding.undecide, lambda: _("The choice is taken back."), ""),
}


def _draw(request: HttpRequest, opened: Opened, poll: Poll) -> HttpResponse:
    answering_link = queries.answering_link(poll)
    url = reverse("shell:link", args=[links.token_for_mail(answering_link)]) if answering_link is not None else ""
    context = showing.context(request, opened.actor, poll, None) | {
        "opened": opened, "url": opened.url(), "end": opened.end, "no_answer": "", "takes_out": opened.url(),
        "answer_url": url, "link": request.build_absolute_uri(url) if url else "", "layout": LAYOUT,
        "threads": showing.threads(request, opened.actor, poll),
    }  # fmt: skip
    return render(request, "polls/key.html", context)
