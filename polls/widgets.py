"""What polls show on the home page: those that wait for me; and on the front page of a space."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from collab.registry.plugin import Shown
from polls import queries
from polls.models import Poll

SHOWN = 5


def awaiting(request: HttpRequest) -> str | Shown:
    """Return the polls that wait for my answer, the next to end first."""
    found = queries.awaiting(request.actor)  # type: ignore[attr-defined]
    polls = list(found[: SHOWN + 1])
    if not polls:
        return ""
    html = render_to_string("polls/_awaiting.html", {"polls": polls[:SHOWN], "more": len(polls) > SHOWN}, request)
    if len(polls) > SHOWN:
        return Shown(html)
    text = ngettext("%(count)d poll waits for your answer.", "%(count)d polls wait for your answer.", len(polls))
    return Shown(html, text % {"count": len(polls)})


def in_space(request: HttpRequest) -> str:
    """Return the open polls of the space of this page."""
    found = Poll.objects.open().found_by(request.actor).filter(space=request.space)  # type: ignore[attr-defined]
    polls = list(found.select_related("space").order_by("deadline", "-pk")[:SHOWN])
    return render_to_string("polls/_awaiting.html", {"polls": polls, "here": True}, request) if polls else ""
