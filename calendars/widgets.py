"""What calendars show elsewhere: today on the home page, what comes next on the front page of a space."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext

from calendars import colours, drawing, finding, invited, layout, periods, queries, ranges, resources
from collab.registry.plugin import Shown

MOST = 6
AHEAD = timedelta(days=60)


def waiting(request: Any) -> str:
    """Return the place on the home page into which `today` comes a moment later: the page itself asks nothing more."""
    return render_to_string("calendars/_today.html", {}, request)


def today(request: Any) -> str:
    """Return what takes place today and is not over yet, in all calendars that the person looks at."""
    zone, day, now = timezone.get_current_timezone(), timezone.localdate(), timezone.now()
    shown = [one for one in queries.home(request.actor) if not one.hidden]
    since, until = periods.period("day", day).span(zone)
    there = invited.marked(request.actor, ranges.between(request.actor, shown, since, until, zone))
    found = [one for one in there if (one.ends > now or one.all_day) and one.status != "CANCELLED" and not one.declined]
    return _draw(request, found, dated=False)


def invitations(request: Any) -> str | Shown:
    """Return the invitations that wait for an answer of this person, the next first, each with yes, perhaps and no."""
    found = list(invited.awaiting(request.actor)[: MOST + 1])
    if not found:
        return ""
    rows = []
    for one in found[:MOST]:
        event = one.event
        local = layout.local(finding.When(event.starts, event.ends or event.starts, event.all_day),
                             timezone.get_current_timezone()) if event.starts else None  # fmt: skip
        rows.append({"event": event, "at": one.recurrence_id, "when": drawing.when(local) if local else ""})
    html = render_to_string("calendars/_invitations.html", {"rows": rows, "more": len(found) > MOST}, request)
    if len(found) > MOST:
        return Shown(html)
    text = ngettext("%(count)d invitation waits for you.", "%(count)d invitations wait for you.", len(found))
    return Shown(html, text % {"count": len(found)})


def in_space(request: Any) -> str:
    """Return what takes place next in the calendars of the space of this page."""
    zone, now = timezone.get_current_timezone(), timezone.now()
    shown = [one for one in queries.home(request.actor) if one.calendar.space_id == request.space.pk]
    found = ranges.between(request.actor, shown, now, now + AHEAD, zone)
    return _draw(request, found, dated=True) if found else ""


def _draw(request: Any, found: list[ranges.Happens], *, dated: bool) -> str:
    rows = []
    for number, what in enumerate(found[:MOST]):
        one = layout.local(what, timezone.get_current_timezone())
        hue = colours.nearest(what.calendar.color)  # this page has no rules of the calendars' own
        rows.append((one, replace(drawing.shown(one, f"w{number}", "/"), hue=hue)))
    context = {"rows": rows, "dated": dated, "more": max(0, len(found) - MOST)}
    return render_to_string("calendars/_next.html", context | {"space": request.space if dated else None}, request)


def to_answer(request: Any) -> str | Shown:
    """Return the bookings that wait for the answer of this person."""
    found = list(resources.waiting_for(request.actor)[: MOST + 1])
    if not found:
        return ""
    context = {"rows": found[:MOST], "more": len(found) > MOST}
    html = render_to_string("calendars/_to_answer.html", context, request)
    if len(found) > MOST:
        return Shown(html)
    text = ngettext("%(count)d booking waits for your answer.", "%(count)d bookings wait for your answer.", len(found))
    return Shown(html, text % {"count": len(found)})
