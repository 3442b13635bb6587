"""Looking for what was said."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import drawing, finding, queries
from chat.views import showing
from collab.lib import numerals


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The last messages that fit, with the way to each in its place."""
    typed = " ".join(request.GET.get("q", "").split())[: finding.LONGEST]
    before = request.GET.get("before", "")
    number = numerals.whole(before) or 0
    asked = finding.read(typed)
    rows = finding.find(request.actor, asked, before=number)
    more = rows[finding.SHOWN - 1].pk if len(rows) > finding.SHOWN else asked.until
    rows = queries.dress(rows[: finding.SHOWN])
    context = showing.column(request) | {
        "far": finding.FAR,
        "typed": typed,
        "asked": asked,
        "rows": [drawing.row(row, row.channel) for row in rows],
        "more": urlencode({"q": typed, "before": more}) if more else "",
    }
    return render(request, "chat/search.html", context)
