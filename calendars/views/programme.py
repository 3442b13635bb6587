"""A programme on paper: chosen calendars, a period and columns, on a page that prints clean or is saved as PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from calendars import drawing, layout, periods, ranges
from calendars.ical import reading
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.ranges import Found
from calendars.views import calendars as pages
from calendars.views import page
from collab.lib.errors import Refusal

LONGEST = 366
"""Days."""
MOST = 1000
"""So many lines are printed."""
COLUMNS = {
    "hours": pgettext_lazy("column", "Hours"),
    "place": pgettext_lazy("column", "Place"),
    "calendar": gettext_lazy("Calendar"),
    "text": gettext_lazy("Description"),
}
USUAL = ("hours", "place")


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The form, and below it the programme as it is printed; the form itself is not."""
    calendars = page.listed(request)
    wanted = set(request.GET.getlist("calendar"))
    chosen = [one for one in calendars if (str(one.calendar.pk) in wanted if wanted else not one.hidden)]
    first, last, wrong = _days(request)
    columns = [
        name for name in COLUMNS if name in (request.GET.getlist("column") if "column" in request.GET else USUAL)
    ]
    offered = [(name, label, name in columns) for name, label in COLUMNS.items()]
    context: dict[str, Any] = {
        "choices": [(one, one in chosen, page.named(one)) for one in calendars], "first": first, "last": last,
        "refused": wrong, "columns": columns, "offered": offered,
        "heading": request.GET.get("title", "").strip()[:200] or ", ".join(one.title for one in chosen),
        "title_typed": request.GET.get("title", "")[:200],
    }  # fmt: skip
    if not wrong:
        context |= _printed(request, chosen, first, last, texts="text" in columns)
    return pages.draw(request, "calendars/print.html", context, 400 if wrong else 200)


def _days(request: HttpRequest) -> tuple[date, date, str]:
    """Return the first and last day, this month unless said, and why they cannot be."""
    today = timezone.localdate()
    first = periods.day_of(request.GET.get("first", ""), today.replace(day=1))
    end = (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    last = periods.day_of(request.GET.get("last", ""), end)
    if last < first:
        return first, last, _("It ends before it begins.")
    if (last - first).days > LONGEST:
        return first, last, _("Print a year at most at a time.")
    return first, last, ""


def _printed(request: HttpRequest, chosen: list[Mine], first: date, last: date, *, texts: bool) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    period = replace(periods.period("list", first), first=first, last=last)
    there = ranges.between(request.actor, chosen, *period.span(zone), zone)
    found = Found(there[:MOST])
    drawn = drawing.draw(found, period, zone, timezone.localdate(), request.path)
    said = _texts({one.id for one in found if not one.is_busy_only}) if texts else {}
    for day in drawn.days:
        day["events"] = [(event, *_when(event, zone), said.get(event.happens.id, "")) for event in day["events"]]
    return {"days": drawn.days, "is_cut": there.cut or len(there) > MOST, "zone": str(zone)}


def _when(event: drawing.Shown, zone: tzinfo) -> tuple[str, date | None]:
    """Return the hours from and to, "" for whole days, and the last day of what takes more than one."""
    local = layout.local(event.happens, zone)
    until = local.last if local.last > local.first else None
    if event.happens.all_day:
        return "", until
    begins, ends = drawing.hour(local.starts), drawing.hour(local.ends)
    return (begins if local.starts == local.ends else f"{begins} – {ends}"), until


def _texts(ids: set[int]) -> dict[int, str]:
    """Return {id: description} of entries that the person sees whole."""
    found = {}
    rows = CalendarObject.objects.filter(pk__in=ids).exclude(text="").values_list("pk", "data")
    for pk, data in rows.iterator(chunk_size=20):
        try:
            item = reading.read(bytes(data))
        except Refusal:
            continue
        found[pk] = (item.master or item.parts[0]).description[:2000]
    return found
