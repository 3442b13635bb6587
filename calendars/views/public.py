"""A calendar by its public link: a page of what comes next, a feed for other programs, a piece for other sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from calendars import drawing, exporting, periods, queries, ranges
from calendars.models import Calendar
from calendars.queries import Mine
from collab.lib.errors import NotFound
from collab.rights.links import Gone
from collab.shell.opened import Opened

FEED = "calendar.ics"
PIECE = "next/"
"""What other sites may show in a frame of theirs."""
SHOWN = 20
"""So many events stand in that piece."""


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponseBase:
    """Answer below a link. Raises Gone where it shows nothing (any more), NotFound for what is not below it."""
    calendar: Calendar = opened.thing
    try:
        found = queries.mine(opened.actor, calendar.pk)
    except NotFound:
        raise Gone from None
    if found.calendar.space.archived_at is not None:
        raise Gone
    if rest == FEED:
        return _feed(request, opened, found)
    if rest not in ("", PIECE):
        raise NotFound
    context = _context(request, opened, found, whole_year=bool(rest))
    if not rest:
        return render(request, "calendars/public.html", context)
    context["page"].days = _first(context["page"].days, SHOWN)
    answer = render(request, "calendars/public_piece.html", context)
    answer.xframe_options_exempt = True  # type: ignore[attr-defined]
    answer._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
    return answer


def _feed(request: HttpRequest, opened: Opened, found: Mine) -> HttpResponseBase:
    """Answer with the whole calendar, 304 when nothing has changed (RFC 9110, 13.1.2)."""
    etag = f'"{found.calendar.pk}-{found.calendar.seq}-{found.mask}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": etag})
    headers = {"ETag": etag, "Content-Disposition": 'inline; filename="calendar.ics"'}
    body = [b""] if request.method == "HEAD" else exporting.stream(opened.actor, found)
    return StreamingHttpResponse(body, content_type=exporting.MEDIA_TYPE, headers=headers)


def _context(request: HttpRequest, opened: Opened, found: Mine, *, whole_year: bool) -> dict[str, Any]:
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    day = periods.day_of(request.GET.get("day", ""), today)
    period = periods.period("list", day)
    if whole_year:
        period = replace(period, last=period.first + timedelta(days=365))
    drawn = drawing.draw(
        ranges.between(opened.actor, [found], *period.span(zone), zone), period, zone, today, opened.url()
    )
    drawn.rules += drawing.hue_rules([found])
    feed = request.build_absolute_uri(opened.url(FEED))
    return {
        "calendar": found, "page": drawn, "title": found.title, "description": found.calendar.description,
        "feed": feed, "webcal": "webcal" + feed[feed.index(":") :], "whole": request.build_absolute_uri(opened.url()),
        "before": _at(opened, period.before) if period.first > today else "", "after": _at(opened, period.after),
        "zone": str(zone),
    }  # fmt: skip


def _at(opened: Opened, day: date) -> str:
    return f"{opened.url()}?day={day.isoformat()}"


def _first(days: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the first days, with so many events in all."""
    found = []
    for day in days:
        if most <= 0:
            break
        found.append(day | {"events": day["events"][:most]})
        most -= len(day["events"])
    return found
