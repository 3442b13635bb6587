"""A calendar by its public link: a page of what comes next, a feed for other programs, a piece for other sites."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from calendars import drawing, exporting, paged, periods, queries, ranges
from calendars.models import Calendar
from calendars.queries import Mine
from calendars.ranges import Found
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import NotFound, TooMany
from collab.rights.actor import Actor
from collab.rights.links import Gone, open_link
from collab.shell import qr
from collab.shell.opened import Opened

FEED = "calendar.ics"
PIECE = "next/"
"""What other sites may show in a frame of theirs."""
SHOWN = 20
"""So many events stand in that piece."""
CODE = "subscribe.svg"
MOST = 10
"""So many calendars stand on one page."""


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
    if rest == CODE:
        return _code(request, opened)
    if rest not in ("", PIECE):
        raise NotFound
    context = _context(request, opened, _beside(request, found), whole_year=bool(rest))
    if not rest:
        return render(request, "calendars/public.html", context)
    context["page"].days = _first(context["page"].days, SHOWN)
    answer = render(request, "calendars/public_piece.html", context)
    answer.xframe_options_exempt = True  # type: ignore[attr-defined]
    answer._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
    return answer


def _beside(request: HttpRequest, found: Mine) -> list[tuple[Actor, Mine]]:
    """Return the calendar and those of further links (`with=token.token`), each seen as its own link allows.

    Only of links that ask for nothing; one that is not open (any more) is left out. Guessing has a pace of its own: a
    page that still names a closed link keeps nobody out of other links.
    """
    wanted = [token for token in dict.fromkeys(request.GET.get("with", "").split(".")) if token][: MOST - 1]
    together = [(Actor.nobody(), found)]
    throttle, address = Throttle(), client_address(request.META)
    for token in wanted:
        try:
            throttle.check("link-beside", "", address)
            link, _unlocked = open_link(token, kind=Calendar.REF_KIND)
        except TooMany:
            break
        except NotFound:
            throttle.fail("link-beside", "", address, secret=token)
            continue
        if link.password or link.ask_visitor or link.uses_left is not None:
            continue
        actor = Actor.nobody().with_links([link])
        with contextlib.suppress(NotFound):
            one = queries.mine(actor, link.object_id)
            if one.calendar.space.archived_at is None and all(
                one.calendar.pk != each.calendar.pk for _a, each in together
            ):
                together.append((actor, one))
    return together


def _code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Answer with the address to subscribe to, as a code that a phone reads from a screen or a poster."""
    feed = request.build_absolute_uri(opened.url(FEED))
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(qr.svg("webcal" + feed[feed.index(":") :]), content_type="image/svg+xml", headers=headers)


def _feed(request: HttpRequest, opened: Opened, found: Mine) -> HttpResponseBase:
    """Answer with the whole calendar, 304 when nothing has changed (RFC 9110, 13.1.2)."""
    etag = f'"{found.calendar.pk}-{found.calendar.seq}-{found.mask}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": etag})
    headers = {"ETag": etag, "Content-Disposition": 'inline; filename="calendar.ics"'}
    body = [b""] if request.method == "HEAD" else exporting.stream(opened.actor, found)
    return StreamingHttpResponse(body, content_type=exporting.MEDIA_TYPE, headers=headers)


def _context(
    request: HttpRequest, opened: Opened, together: list[tuple[Actor, Mine]], *, whole_year: bool
) -> dict[str, Any]:
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    day = periods.day_of(request.GET.get("day", ""), today)
    period = periods.period("list", day)
    if whole_year:
        period = replace(period, last=period.first + timedelta(days=365))
    there = Found()
    for number, (actor, one) in enumerate(together):
        part = ranges.between(actor if number else opened.actor, [one], *period.span(zone), zone)
        there += part
        there.cut |= part.cut
    there.sort(key=paged.key)
    found, more = paged.page_of(there, request.GET.get("after", ""))
    drawn = drawing.draw(found, period, zone, today, opened.url())
    calendars = [one for _actor, one in together]
    drawn.rules += drawing.hue_rules(calendars)
    feed = request.build_absolute_uri(opened.url(FEED))
    beside = request.GET.get("with", "") if len(calendars) > 1 else ""
    return {
        "calendar": calendars[0], "page": drawn, "title": ", ".join(one.title for one in calendars),
        "description": calendars[0].calendar.description if len(calendars) == 1 else "", "several": len(calendars) > 1,
        "feed": feed, "webcal": "webcal" + feed[feed.index(":") :], "code": opened.url(CODE), "is_cut": found.cut,
        "whole": request.build_absolute_uri(_at(opened, beside=beside)),
        "before": _at(opened, period.before, beside=beside) if period.first > today else "",
        "after": _at(opened, period.day, more, beside) if more else _at(opened, period.after, beside=beside),
        "zone": str(zone),
    }  # fmt: skip


def _at(opened: Opened, day: date | None = None, after: str = "", beside: str = "") -> str:
    said = {"day": day.isoformat() if day else "", "after": after, "with": beside}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{opened.url()}?{query}" if query else opened.url()


def _first(days: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the first days, with so many events in all."""
    found = []
    for day in days:
        if most <= 0:
            break
        found.append(day | {"events": day["events"][:most]})
        most -= len(day["events"])
    return found
