"""The trash: calendars and single entries that were thrown away, for thirty days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import queries, thrown
from calendars.actions import making, storing
from calendars.models import Component
from calendars.views import calendars as pages
from collab.lib.errors import NotFound
from collab.lib.partials import Toast
from collab.shell.answers import changed


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """What the person may bring back."""
    after = request.GET.get("after", "")
    calendars = [one for one in queries.thrown(request.actor) if one.calendar.space.archived_at is None]
    page = thrown.entries(request.actor, after)
    context = {"rows": [] if after else calendars, "entries": page.rows, "more": page.more, "kept": making.KEPT.days}
    return pages.draw(request, "calendars/trash.html", context)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring one entry back into its calendar."""
    found = thrown.entry(request.actor, pk)
    if found is None:
        raise NotFound
    back = storing.bring_back(request.actor, found)
    address = ""
    if back.component == Component.EVENT:
        address = reverse("calendars:event", args=[back.pk])
    text = _("“%(name)s” is back in %(calendar)s.") % {
        "name": back.summary or _("(no title)"),
        "calendar": back.calendar.title,
    }
    return changed(request, address or reverse("calendars:trash"), Toast(text))
