"""The threads that one follows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import drawing, queries
from chat.views import showing

SHOWN = 30


@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """The threads that I follow, the last answered first."""
    rows = list(queries.following(request.actor).select_related("channel__space")[:SHOWN])
    queries.dress(rows)
    context = showing.column(request) | {
        "rows": [drawing.row(row, row.channel) | {"has_news": row.has_news} for row in rows],
        "is_threads": True,
    }
    return render(request, "chat/threads.html", context)
