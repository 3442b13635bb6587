"""One page of what is meant for me, the words to which I listen, and whether others see how far I read."""

from __future__ import annotations

import secrets

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import drawing, inbox, queries
from chat.actions import listening, preferring, sitting
from chat.models import Discreet, Keyword
from chat.views import showing
from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict
from collab.lib.partials import Toast
from collab.shell.answers import changed

UNDO_FOR = 3600
"""Seconds for which “all read” can be taken back."""
TABS = (
    ("mentions", gettext_lazy("Mentions")),
    ("threads", gettext_lazy("Threads")),
    ("signs", gettext_lazy("Reactions")),
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What names me, threads with answers that are new to me, signs under what I said: `show` says which."""
    asked = request.GET.get("before", "")
    before = numerals.whole(asked) or 0
    show = request.GET.get("show", "")
    show = show if show in dict(TABS) else "mentions"
    found = inbox.mentions(request.actor, before) if show == "mentions" else getattr(inbox, show)(request.actor)
    rows = found[: inbox.SHOWN]
    names = queries.titles(request.actor, {row.channel_id for row in rows})
    context = showing.column(request) | {
        "tabs": TABS, "show": show, "is_inbox": True,
        "rows": [drawing.row(row, row.channel) | {"where": names.get(row.channel_id, "")} for row in rows],
        "more": rows[-1].pk if len(found) > inbox.SHOWN and show == "mentions" else 0,
    }  # fmt: skip
    return render(request, "chat/inbox.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Have seen all of it; for an hour, the way back (`undo`)."""
    back, user = reverse("chat:inbox"), request.user.pk
    if undo := request.POST.get("undo", "")[:64]:
        before = cache.get(kept := f"collab:chat-before:{user}:{undo}")
        if before is None:
            raise Conflict(_("This was too long ago to be taken back."))
        cache.delete(kept)
        sitting.unread_for_me(request.actor, before)
        return changed(request, back, Toast(_("It counts as unread again.")))
    before, token = sitting.read_for_me(request.actor), secrets.token_urlsafe(12)
    cache.set(f"collab:chat-before:{user}:{token}", before, UNDO_FOR)
    toast = Toast(_("All that was meant for you is read."), reverse("chat:inbox-read"), {"undo": token})
    return changed(request, back, toast)


def words(request: HttpRequest) -> HttpResponse:
    """The words to which I listen, one on each line."""
    typed = "\n".join(Keyword.objects.filter(user=request.user).values_list("typed", flat=True))
    refused = ""
    if request.method == "POST":
        typed = request.POST.get("words", "")[:2_000]
        try:
            listening.listen_to(request.actor, typed.splitlines())
        except BadInput as refusal:
            refused = str(refusal.message)
        else:
            return changed(request, reverse("chat:words"), Toast(_("Saved.")))
    context = showing.column(request) | {"typed": typed, "refused": refused}
    return render(request, "chat/words.html", context, status=400 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """Among my settings: whether I take part in receipts, where a channel shows them."""
    if request.method == "POST":
        preferring.show_reading(request.actor, on="on" in request.POST)
        return changed(request, reverse("chat:receipts"), Toast(_("Saved.")))
    taking_part = not Discreet.objects.filter(user=request.user).exists()
    return render(request, "chat/receipts.html", {"taking_part": taking_part})
