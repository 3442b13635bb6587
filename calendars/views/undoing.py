"""Taking back what was done to one or several tasks at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from calendars import queries, roles
from calendars.actions import doing
from calendars.models import CalendarObject
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.shell.answers import came_from, changed


def of(request: HttpRequest, done: Iterable[CalendarObject]) -> tuple[str, dict[str, Any]]:
    """Return the form that takes back what was done to these; on a page, it leads back to where one is."""
    here = came_from(request, reverse("calendars:tasks"))
    return reverse("calendars:tasks-undo"), {"done": " ".join(f"{one.pk}:{one.etag}" for one in done), "next": here}


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was done to the tasks named with what they are since: `pk:etag` each."""
    wanted = keys(request.POST.get("done", "").split())
    rows = CalendarObject.objects.select_related("calendar__space", "calendar__acl").in_bulk(
        [pk for pk, _etag in wanted]
    )
    seen = set(queries.seen(request.actor).filter(pk__in=list(rows)).values_list("pk", flat=True))
    if len(seen) < len(wanted):
        raise NotFound
    for one in rows.values():
        mask = request.actor.rights_on(one.calendar)
        if roles.sight(mask, request.user, one.secrecy, one.created_by_id) is not roles.Sight.WHOLE:
            raise NotFound
    doing.undo_all(request.actor, [(rows[pk], etag) for pk, etag in wanted])
    return changed(request, reverse("calendars:tasks"))


def keys(values: Iterable[str]) -> list[tuple[int, str]]:
    """Return (id, etag) of tasks as forms name them. Raises BadInput."""
    found: dict[int, str] = {}
    for one in values:
        number, _colon, etag = one.partition(":")
        if not etag.isalnum():
            raise BadInput
        found[numerals.required(number)] = etag
    if not found or len(found) > doing.MOST:
        raise BadInput
    return list(found.items())
