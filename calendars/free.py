"""What is free of what can be booked, as pages draw it: a line of a day for each, closed hours of a week, its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendars import drawing, opening, periods, resources
from calendars.models import Bookable
from calendars.models.booking import DAY
from calendars.opening import Span
from calendars.resources import Resource

FIRST, LAST = 6 * 60, 24 * 60
"""The hours of a day that a line shows, in minutes; what lies before is drawn at its beginning."""
TICKS = (6, 9, 12, 15, 18, 21, 24)
_PLACE = "#{id}{{inset-inline-start:{start}%;inline-size:{width}%}}"
_ASKED = ".free__asked{{inset-inline-start:{start}%;inline-size:{width}%}}"
_SHUT = "#{id}{{inset-block-start:{start}%;block-size:{width}%}}"


@dataclass(frozen=True)
class Row:
    """One thing on the page of what is free: `state` is free, taken, closed or small, and `why` says it in words."""

    one: Resource
    state: str
    why: str
    url: str
    taken: list[str]
    shut: list[str]
    said: str

    @property
    def is_free(self) -> bool:
        return self.state == "free"


def rows(found: Sequence[Resource], day: date, span: Span, people: int | None) -> tuple[list[Row], list[str]]:
    """Return a line for each thing, what fits first and best, and the rules of style for what stands in the lines."""
    zone = timezone.get_current_timezone()
    since, until = periods.midnight(day, zone), periods.midnight(day + timedelta(days=1), zone)
    taken = resources.taken(
        found, min(since, span.starts) - timedelta(hours=2), max(until, span.ends) + timedelta(hours=2)
    )
    rules = [_ASKED.format(**_place(span, since, zone))]
    made = []
    for one in found:
        pk = one.mine.calendar.pk
        others = taken.get(pk, [])
        here = [other for other in others if other.ends > since and other.starts < until]
        names = [f"t{pk}-{number}" for number in range(len(here))]
        rules += [_PLACE.format(id=name, **_place(other, since, zone)) for name, other in zip(names, here, strict=True)]
        closed = _closed(one, day)
        shut = [f"s{pk}-{number}" for number in range(len(closed))]
        rules += [_PLACE.format(id=name, **_part(a, b)) for name, (a, b) in zip(shut, closed, strict=True)]
        state, why = _state(one, span, others, people)
        said = ", ".join(_hours(other) for other in here) or _("nothing")
        made.append(Row(one, state, why, _url(one, span), names, shut, said))
    made.sort(key=lambda row: (not row.is_free, row.one.how.capacity or 10**6 if people else 0))
    return made, rules


def shade(page: drawing.Page, one: Resource) -> None:
    """Put the hours at which it is closed into the columns of a page of hours."""
    for column, day in enumerate(page.days):
        day["closed"] = []
        for number, (begins, ends) in enumerate(_closed(one, day["day"])):
            name = f"x{column}-{number}"
            place = {"start": _number(100 * begins / DAY), "width": _number(100 * (ends - begins) / DAY)}
            page.rules.append(_SHUT.format(id=name, **place))
            day["closed"].append(name)


def says(how: Bookable) -> list[str]:
    """Return the rules in a few words each, for who wants to book."""
    found = []
    if how.capacity:
        found.append(ngettext("for %(count)d person", "for %(count)d people", how.capacity) % {"count": how.capacity})
    if how.equipment:
        found.append(how.equipment)
    if how.approval:
        found.append(_("each booking is answered by who manages it"))
    if how.longest:
        found.append(_("%(time)s at most") % {"time": opening.length(how.longest)})
    if how.notice:
        found.append(_("at least %(time)s ahead") % {"time": opening.length(how.notice)})
    return found


def _state(one: Resource, span: Span, others: Sequence[Span], people: int | None) -> tuple[str, str]:
    if people and one.how.capacity and one.how.capacity < people:
        return "small", _("Too small")
    why = resources.why_not(one, span, others)
    if isinstance(why, Span):
        return "taken", _("Taken %(hours)s") % {"hours": _hours(why)}
    if why:
        return "closed", why
    if not one.mine.may_add:
        return "closed", _("You may not book it. Ask a person who manages it.")
    return "free", _("Free")


def _url(one: Resource, span: Span) -> str:
    starts, ends = timezone.localtime(span.starts), timezone.localtime(span.ends)
    week = reverse("calendars:resource", args=[one.mine.calendar.pk])
    query = {
        "calendar": one.mine.calendar.pk, "day": starts.date().isoformat(), "begins": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}", "next": f"{week}?day={starts:%F}",
    }  # fmt: skip
    if ends.date() != starts.date():
        query["last"] = ends.date().isoformat()
    return f"{reverse('calendars:event-new')}?{urlencode(query)}"


def _closed(one: Resource, day: date) -> list[tuple[int, int]]:
    """Return when it is closed on a day of who looks, in their minutes; its hours are meant in its own zone."""
    zone, own = timezone.get_current_timezone(), one.zone
    since = periods.midnight(day, zone)
    until = periods.midnight(day + timedelta(days=1), zone)
    closed, at = [], 0
    there = since.astimezone(own).date()
    while there <= until.astimezone(own).date():
        hours = opening.of_day(one.how, there)
        midnight = datetime(there.year, there.month, there.day)
        there += timedelta(days=1)
        if hours is None:
            continue
        opens, closes = ((midnight + timedelta(minutes=at_wall)).replace(tzinfo=own) for at_wall in hours)
        if closes <= since or opens >= until:
            continue
        begins = opening.minute(opens.astimezone(zone)) if opens > since else 0
        ends = opening.minute(closes.astimezone(zone)) if closes < until else DAY
        if begins > at:
            closed.append((at, begins))
        at = max(at, ends)
    if at < DAY:
        closed.append((at, DAY))
    return closed


def _hours(span: Span) -> str:
    """“18:00 – 20:00”, with the day where it ends on another."""
    starts, ends = timezone.localtime(span.starts), timezone.localtime(span.ends)
    last = f"{ends.day}.{ends.month}. " if ends.date() != starts.date() else ""
    return f"{drawing.hour(starts)} – {last}{drawing.hour(ends)}"


def _place(span: Span, since: datetime, zone: Any) -> dict[str, str]:
    """Return where a span stands in the line of the day that begins at `since`, on the wall clock."""
    until = periods.midnight(since.astimezone(zone).date() + timedelta(days=1), zone)
    begins = opening.minute(span.starts.astimezone(zone)) if span.starts > since else 0
    ends = opening.minute(span.ends.astimezone(zone)) if span.ends < until else DAY
    return _part(begins, max(begins, ends))


def _part(begins: int, ends: int) -> dict[str, str]:
    begins, ends = (min(max(one, FIRST), LAST) for one in (begins, ends))
    whole = LAST - FIRST
    return {"start": _number(100 * (begins - FIRST) / whole), "width": _number(100 * (ends - begins) / whole)}


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
