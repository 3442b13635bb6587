"""What was said to one person alone, on their pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from chat import drawing
from chat.actions import ephemerals
from chat.models import Ephemeral, Message


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away; a script asks."""
    ephemerals.dismiss(request.actor, pk)
    return HttpResponse(status=204)


def between(request: HttpRequest, channel: int, rows: list[Message], *, newer: bool) -> dict[int, list[SafeString]]:
    """Return {id of a message: what stands after it for this person alone}; under 0 what stands where nothing does."""
    found = _drawn(request, Ephemeral.objects.filter(channel=channel, root=None))
    after: dict[int, list[SafeString]] = {}
    for one, article in found:
        before = [row.pk for row in rows if row.pk <= one.after]
        if not rows:
            after.setdefault(0, []).append(article)
        elif before and (before[-1] != rows[-1].pk or not newer):
            after.setdefault(before[-1], []).append(article)
    return after


def in_thread(request: HttpRequest, root: int) -> list[SafeString]:
    """Return what was said in a thread to this person alone."""
    return [article for _one, article in _drawn(request, Ephemeral.objects.filter(root=root))]


def _drawn(request: HttpRequest, rows: Any) -> list[tuple[Ephemeral, SafeString]]:
    mine = rows.filter(user=request.user.pk).select_related("author").order_by("pk")
    return [(one, drawing.ephemeral(one)) for one in mine]
