"""The page of one event, which is a dialog over the calendar where there is script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars import addresses, attaching, drawing, finding, invited, resources, roles, shifts, wording
from calendars.models import CalendarObject, Component
from calendars.views import editing, page
from collab.lib.markdown import render as markdown
from collab.lib.partials import is_fragment
from collab.shell.answers import came_from


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event at one of its times, as far as the person may see it."""
    found = finding.event(request.actor, pk, request.GET.get("at", ""))
    if found.row.component == Component.TASK and not found.is_busy_only:
        return redirect("calendars:task", pk)
    context = facts(request, found)
    if is_fragment(request):
        return render(request, "calendars/_event.html", context)
    context["topics"] = page.topics(request, [found.mine])
    context |= page.column(request, page.listed(request), None, timezone.localdate())
    context["style"] = drawing.style(drawing.hue_rules(context["calendars"]))
    return render(request, "calendars/event.html", context)


def facts(request: HttpRequest, found: finding.Event) -> dict[str, Any]:
    """Return what is said of an event."""
    part, local = found.part, finding.local(found)
    back = came_from(request, reverse("calendars:home") + f"?day={local.first.isoformat()}")
    context: dict[str, Any] = {
        "event": found,
        "when": drawing.when(local),
        "back": back,
        "hue": drawing.hue(found.mine),
        "src": request.get_full_path(),
    }
    context["why_not"] = "" if found.allows(roles.may_change) else editing.why_not(found)
    if found.is_busy_only:
        return context
    klass = found.row.secrecy
    return context | {
        "title": part.summary,
        "location": part.location,
        "repeats": wording.repeats(found.item.parts[0]),
        "description": markdown(part.description) if part.description else "",
        "reminders": [wording.reminder(one) for one in part.alarms],
        "categories": part.categories,
        "conference": link(part.conference) or link(part.url),
        "attached": attaching.attached(request, part.attachments),
        "row": found.row,
        "zone": _zone(found),
        "is_private": klass == CalendarObject.Secrecy.PRIVATE,
        "is_confidential": klass == CalendarObject.Secrecy.CONFIDENTIAL,
        "is_free": part.transp == "TRANSPARENT",
        "status": part.status,
        "recurring": found.item.recurring,
        "etag": found.row.etag,
        "may_copy": True,
        "may_change": found.allows(roles.may_change),
        "may_delete": found.allows(roles.may_delete),
        "shifts": shifts.board(found) if found.row.component == Component.EVENT else None,
        "booking": resources.state_of(found.mine, found.row) if found.mine.calendar.books else None,
        **_invited(request, found, back),
    }


def _invited(request: HttpRequest, found: finding.Event, back: str) -> dict[str, Any]:
    """Return who is invited and what they said; and that one may answer oneself."""
    part, row = found.part, found.row
    if not row.organizer:
        return {}
    mine = addresses.mine(request.actor)
    table = invited.table(row, found.at, mine, hears=roles.hears(found.mine.mask, found.user, row.created_by_id))
    over = row.last is not None and row.last < timezone.now()
    return {
        "table": table,
        "invited_by": part.organizer.name if part.organizer is not None else "",
        "may_answer": table.mine is not None and row.organizer not in mine and part.status != "CANCELLED" and not over,
        "answer_back": back if is_fragment(request) else request.get_full_path(),
    }


def link(text: str) -> str:
    """Return the address if it is one of the web, "" for any other."""
    return text if text.lower().startswith(("https://", "http://")) else ""


def _zone(found: finding.Event) -> str:
    """Say in which zone it was meant, where its hours differ from those of who looks."""
    starts = found.time.starts
    if starts.zone is None or starts.is_utc or found.time.all_day:
        return ""
    here = found.time.starts_utc.astimezone(timezone.get_current_timezone())
    if found.time.starts_utc.astimezone(starts.zone).utcoffset() == here.utcoffset():
        return ""
    there = found.time.starts_utc.astimezone(starts.zone)
    return f"{drawing.hour(there)} {starts.tzid or starts.zone}".replace("_", " ")
