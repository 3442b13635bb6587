"""Lists of polls: mine everywhere, or those of one space; open ones first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from collab.rights.right import Right
from collab.spaces.models import Space
from polls import queries, wording

STATES = {
    "open": pgettext_lazy("polls", "Open"),
    "over": pgettext_lazy("polls", "Closed"),
    "archived": pgettext_lazy("polls", "Archived"),
    "trash": _("Trash"),
}


@require_safe
def listing(request: HttpRequest, space: str = "") -> HttpResponse:
    """The polls that I find, in one state, the newest first."""
    here = None
    if space:
        here = get_object_or_404(Space.objects.visible_to(request.actor).select_related("acl"), slug=space)
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    polls, more = queries.listed(request.actor, state, here, request.GET.get("after", ""))
    may_make = here is None or (here.archived_at is None and request.actor.can(here, Right.ADD))
    rows = [(poll, wording.name(poll.decided) if poll.decided else "") for poll in polls]
    context = {
        "rows": rows, "more": more, "state": state, "states": STATES.items(), "here": here,
        "may_make": may_make and bool(here or not request.user.is_guest),
    }  # fmt: skip
    return render(request, "polls/list.html", context)
