"""What the chat shows on the home page: what is said to me; and on the front page of a space."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from chat import drawing, finding, queries
from collab.registry.plugin import Shown

SHOWN = 5
LAST = 3


def unread(request: HttpRequest) -> str | Shown:
    """Return the channels in which something is said to me by name, and the people who wrote to me."""
    found = [one for one in queries.column(request.actor) if one.badge]  # type: ignore[attr-defined]
    if not found:
        return ""
    html = render_to_string("chat/_unread.html", {"rows": found[:SHOWN], "more": len(found) > SHOWN}, request)
    count = sum(one.badge for one in found)
    text = ngettext("%(count)d message waits for you.", "%(count)d messages wait for you.", count)
    return Shown(html, text % {"count": count})


def in_space(request: HttpRequest) -> str:
    """Return the last things said in the open channels of the space of this page."""
    rows = finding.readable(request.actor).in_channel()  # type: ignore[attr-defined]
    rows = rows.filter(channel__space=request.space, channel__form="open")  # type: ignore[attr-defined]
    found = queries.dress(list(rows.select_related("channel").order_by("-pk")[:LAST]))
    if not found:
        return ""
    rows = [{"message": one, "channel": one.channel, "who": drawing.who(one)} for one in found]
    context = {"rows": rows}
    return render_to_string("chat/_last.html", context, request)
