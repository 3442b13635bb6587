"""All visitors that a channel had."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import queries
from chat.actions import visiting
from chat.models import Visitor
from chat.views import showing
from chat.views.channel import head
from collab.lib.errors import NotFound

SHOWN = 100


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """All visitors that a channel had lately, for who decides about them."""
    one = queries.mine(request.actor, pk)
    if one.channel.is_between:
        raise NotFound
    visiting.require_letting_in(request.actor, one.channel)
    rows = Visitor.objects.filter(channel=one.channel).select_related("by").order_by("-state_at", "-pk")[:SHOWN]
    context = head(request, one) | showing.column(request, pk) | {"visitors": rows}
    return render(request, "chat/visitors.html", context)
