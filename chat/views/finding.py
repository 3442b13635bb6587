"""Where one comes in, the channels of a space, and the column by itself."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import ordering, queries
from chat.actions import channels, reserving
from chat.views import showing
from collab.accounts import ranks
from collab.lib import numerals
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed
from collab.spaces.models import Space

COOKIE = "chat-channel"
PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the channel in which something waits, else to that of the last talk; on a phone, show them all."""
    found = queries.column(request.actor)
    waiting = [one for one in found if one.badge] or [one for one in found if one.unread and not one.is_muted]
    if found and "Mobi" not in request.headers.get("User-Agent", ""):
        return redirect("chat:channel", pk=(waiting or found)[0].channel.pk)
    spaces = Space.objects.visible_to(request.actor).team().living().order_by("name")
    context = showing.column(request) | {"found": found, "spaces": list(spaces[:50])}
    return render(request, "chat/home.html", context)


@require_safe
def column(request: HttpRequest) -> HttpResponse:
    """The column by itself, for a page in which it has changed."""
    current = request.GET.get("current", "")
    number = numerals.whole(current) or 0
    return render(request, "chat/_column.html", showing.column(request, number))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Choose the order of the column; back to the channel that the page shows."""
    ordering.choose(request.actor, request.POST.get("order", ""))
    current = numerals.whole(request.POST.get("current", "")) or 0
    back = reverse("chat:channel", args=[current]) if current else reverse("chat:inbox")
    return changed(request, back, Toast(_("Saved.")))


@require_safe
def space(request: HttpRequest, space: str) -> HttpResponse:
    """The channels of a space that I find: those that I have in my column, and those to join."""
    here = get_object_or_404(Space.objects.visible_to(request.actor).select_related("acl"), slug=space)
    request.space = here
    state = request.GET.get("state")
    archived, manages = state == "archived", request.actor.can(here, Right.MANAGE)
    if state == "trash":
        return _trash(request, here)
    rows = queries.browse(request.actor, here, archived=archived)
    context = showing.column(request) | {
        "here": here,
        "rows": [(one, showing.icon(one.channel)) for one in rows],
        "archived": archived,
        "manages": manages,
        "has_trash": queries.thrown_in(request.actor, here).exists(),
        "may_import": ranks.may(request.user, "set.docspace"),
        "may_make": here.archived_at is None and request.actor.can(here, reserving.needed(here)),
    }
    return render(request, "chat/space.html", context)


def _trash(request: HttpRequest, here: Space) -> HttpResponse:
    """What was thrown away there, by those who may bring it back: for thirty days, with all that was said."""
    page = Paginator(queries.thrown_in(request.actor, here), PAGE).get_page(request.GET.get("page"))
    rows = [(one, showing.icon(one), one.deleted_at + channels.KEPT) for one in page]
    context = showing.column(request) | {"here": here, "rows": rows, "page": page, "days": channels.KEPT.days}
    return render(request, "chat/trash.html", context)
