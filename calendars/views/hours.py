"""My working hours, when I am away, and who learns when I am busy: a page among a person's settings."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calendars import periods, wording
from calendars.actions import meeting
from calendars.forms import zones_offered
from calendars.models import Away, WorkingHours
from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed

PARTS = (1, 2)
"""A day has two spans at most: one may rest between."""
USUAL = ("09:00", "18:00")


def hours(request: HttpRequest) -> HttpResponse:
    """What I say of meetings; a POST keeps it."""
    if request.method != "POST":
        return _draw(request)
    data = request.POST
    try:
        meeting.say_hours(
            request.actor, _spans(data), zone=data.get("zone", ""), told_to=data.get("told_to", ""),
            declined_shown="declined_shown" in data,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        return _draw(request, refusal)
    return changed(request, reverse("calendars:working-hours"), Toast(_("Your hours are kept.")))


@require_POST
def away(request: HttpRequest) -> HttpResponse:
    """Add days on which I am away, or bring back a line that I took out."""
    data = request.POST
    try:
        first = date.fromisoformat(data.get("first", ""))
        last = date.fromisoformat(data.get("last") or data.get("first", ""))
    except ValueError:
        raise BadInput(_("Choose the first day, and the last.")) from None
    made = meeting.be_away(request.actor, first, last, data.get("word", ""))
    toast = Toast(_("You are away on these days."), reverse("calendars:back", args=[made.pk]))
    return changed(request, reverse("calendars:working-hours"), toast)


@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take days on which I am away out again."""
    was = meeting.be_back(request.actor, pk)
    again = {"first": was.first.isoformat(), "last": was.last.isoformat(), "word": was.word}
    toast = Toast(_("You are there on these days."), reverse("calendars:away"), again)
    return changed(request, reverse("calendars:working-hours"), toast)


def _spans(data: Any) -> list[tuple[int, int, int]]:
    """Return the hours that the form says. Raises BadInput for one that is chosen and not said."""
    found = []
    for day in range(7):
        if f"d{day}" not in data:
            continue
        for part in PARTS:
            begins, ends = data.get(f"d{day}-from{part}", ""), data.get(f"d{day}-to{part}", "")
            if part == PARTS[0] or begins or ends:
                found.append((day, _minutes(begins), _minutes(ends) or meeting.DAY))
    return found


def _minutes(text: str) -> int:
    try:
        said = time.fromisoformat(text)
    except ValueError:
        raise BadInput(_("Say from when to when, as 9:00.")) from None
    return said.hour * 60 + said.minute


def _draw(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    known = WorkingHours.objects.filter(user=request.user.pk).first() or WorkingHours(zone="")
    here = str(timezone.get_current_timezone())
    today = timezone.localdate()
    context = {
        "days": [_day(known, (periods.first_weekday() + number) % 7, request.POST) for number in range(7)],
        "known": known,
        "told_to": request.POST.get("told_to", known.told_to),
        "kinds": WorkingHours.ToldTo.choices,
        "zone": request.POST.get("zone") or known.zone or here,
        "zones": zones_offered(known.zone, here),
        "away": Away.objects.filter(user=request.user.pk, last__gte=today),
        "today": today,
        "refused": refusal.message if refusal else "",
    }
    return render(request, "calendars/working_hours.html", context, status=refusal.status if refusal else 200)


def _day(known: WorkingHours, day: int, data: Any) -> dict[str, Any]:
    """Return one line of the form: as it was typed, else as it is kept."""
    spans = [(begins, ends) for weekday, begins, ends in known.spans if weekday == day]
    values = [(_clock(begins), _clock(ends)) for begins, ends in spans[: len(PARTS)]]
    values += [("", "")] * (len(PARTS) - len(values))
    if data:
        values = [(data.get(f"d{day}-from{part}", ""), data.get(f"d{day}-to{part}", "")) for part in PARTS]
    elif not spans:
        values[0] = USUAL
    return {
        "number": day,
        "name": capfirst(wording.weekday(day)),
        "chosen": f"d{day}" in data if data else bool(spans),
        "spans": [(part, *value) for part, value in zip(PARTS, values, strict=True)],
    }


def _clock(minutes: int) -> str:
    return "{:02d}:{:02d}".format(*divmod(minutes % meeting.DAY, 60))
