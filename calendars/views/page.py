"""What takes place in a day, a week, a month or a year, in my calendars or those of a space."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars import drawing, invited, paged, periods, queries, ranges
from calendars.actions import making
from calendars.models import Component
from calendars.queries import Mine
from calendars.tasklists import dated
from collab.spaces.models import Space

COOKIE = "calendar-view"
TASKS = "calendar-tasks"
YEAR = 365 * 24 * 3600
MOST_HEARD = 50


@require_safe
def page(request: HttpRequest, space: str = "") -> HttpResponse:
    """One page of the calendar, in the view that is asked for or was looked at last."""
    here = space_of(request, space) if space else None
    every = found_by(request, here)
    calendars = of_events(every, here)
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    period = periods.period(_view(request), periods.day_of(request.GET.get("day", ""), today))
    shown = [one for one in calendars if not one.hidden]
    has_tasks = _shows_tasks(request)
    lists = [one for one in every if not one.hidden and (here is None or one.calendar.space_id == here.pk)]

    def between(since: datetime, until: datetime) -> ranges.Found:
        first = drawing.FIRST.get(period.view)
        found = invited.marked(request.actor, ranges.between(request.actor, shown, since, until, zone, first=first))
        return dated.with_tasks(request.actor, found, lists, since, until, zone) if has_tasks else found

    base, more = request.path, ""
    if period.view == "list":
        found, more = paged.read(between, *period.span(zone), request.GET.get("after", ""))
    else:
        found = between(*period.span(zone))
    drawn = drawing.draw(found, period, zone, today, address(base, period.view, period.day))
    drawn.rules += drawing.hue_rules(every if has_tasks else calendars)
    after = address(base, period.view, period.after)
    context = column(request, calendars, here, today, period) | {
        "page": drawn,
        "period": period,
        "title": period.title(),
        "base": base,
        "here": here,
        "today": today,
        "views": [(name, label, address(base, name, period.day)) for name, label in periods.VIEWS.items()],
        "before": address(base, period.view, period.before),
        "after": f"{address(base, 'list', period.day)}&after={more}" if more else after,
        "is_cut": found.cut,
        "now": timezone.localtime(),
        "weekdays": drawing.weekdays(period.days[:7]),
        "hours": [f"{number}:00" for number in range(24)],
        "zone": str(zone),
        "topics": topics(request, every if has_tasks else calendars),
        "has_tasks": has_tasks,
        "tasks_url": f"{address(base, period.view, period.day)}&tasks={0 if has_tasks else 1}",
    }
    context |= beginning(calendars, period, today, address(base, period.view, period.day))
    answer = render(request, f"calendars/{TEMPLATES.get(period.view, 'hours')}.html", context)
    if request.GET.get("view") == period.view != request.COOKIES.get(COOKIE):
        _remember(request, answer, COOKIE, period.view)
    if request.GET.get("tasks") in {"0", "1"}:
        _remember(request, answer, TASKS, request.GET["tasks"])
    return answer


def _remember(request: HttpRequest, answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())


def _shows_tasks(request: HttpRequest) -> bool:
    """Whether tasks stand in the calendar on the days on which they are due: yes, unless switched off."""
    return request.GET.get("tasks", request.COOKIES.get(TASKS)) != "0"


def beginning(calendars: list[Mine], period: periods.Period, today: date, back: str) -> dict[str, Any]:
    """Return what the small form of a new event begins with: the day of the page, hours, where it may be kept."""
    day = today if period.holds(today) and period.view != "day" else period.day
    hour = min(timezone.localtime().hour + 1, 22)
    query = urlencode({"day": day.isoformat(), "next": back})
    return {
        "into": [(one.calendar.pk, named(one)) for one in calendars if one.may_add],
        "new_day": day,
        "new_begins": f"{hour:02d}:00",
        "new_ends": f"{hour + 1:02d}:00",
        "new_url": f"{reverse('calendars:event-new')}?{query}",
    }


def named(one: Mine) -> str:
    """Return what a choice of calendars calls this one: with its space where it is not one's own."""
    return one.title if one.is_own else f"{one.title} · {one.calendar.space.name}"


TEMPLATES = {"month": "month", "list": "list", "year": "year"}


def space_of(request: HttpRequest, slug: str) -> Space:
    """Return the space whose calendars are asked for, and say that the page lies there. Raises Http404."""
    found = get_object_or_404(Space.objects.visible_to(request.actor).select_related("acl"), slug=slug)
    request.space = found
    return found


def listed(request: HttpRequest, here: Space | None = None) -> list[Mine]:
    """Return the calendars for events that the person finds, everywhere or in one space."""
    return of_events(found_by(request, here), here)


def found_by(request: HttpRequest, here: Space | None = None) -> list[Mine]:
    """Return all calendars that the person finds; who has none gets some, but for the page of a space."""
    found = queries.home(request.actor)
    if here is None and not any(one.is_own for one in found):
        making.furnish(request.actor)
        found = queries.home(request.actor)
    return found


def of_events(found: list[Mine], here: Space | None = None) -> list[Mine]:
    """Return those of the calendars that hold events, of all or of one space."""
    events = [one for one in found if Component.EVENT in one.calendar.components]
    return [one for one in events if here is None or one.calendar.space_id == here.pk]


def column(
    request: HttpRequest, calendars: list[Mine], here: Space | None, today: date, period: periods.Period | None = None
) -> dict[str, Any]:
    """Return what stands beside every page: a small month, and the calendars in their places."""
    mine = [one for one in calendars if one.is_own]
    others = sorted(
        (one for one in calendars if not one.is_own),
        key=lambda one: (one.calendar.space.name.casefold(), one.calendar.space_id),
    )
    places = [
        (rows[0].calendar.space, rows)
        for _pk, each in groupby(others, lambda one: one.calendar.space_id)
        if (rows := list(each))
    ]
    base = reverse("calendars:space", args=[here.slug]) if here is not None else reverse("calendars:home")
    return {
        "mine": mine,
        "may_write": any(one.may_add for one in calendars),
        "books": any(one.calendar.books for one in calendars),
        "places": places,
        "calendars": calendars,
        "base": base,
        "full_path": request.get_full_path(),
        "mini": drawing.mini(period.day if period else today, today, period),
        "mini_view": "day" if period is None else {"month": "day", "year": "day"}.get(period.view, period.view),
    }


def topics(request: HttpRequest, calendars: list[Mine]) -> str:
    """Return what the page listens to: the spaces in which its calendars lie, as of their clocks when it was drawn."""
    clocks = {one.calendar.space_id: one.calendar.space.seq for one in calendars if not one.is_busy_only}
    return " ".join(f"space:{pk}@{seq}" for pk, seq in list(clocks.items())[:MOST_HEARD])


def address(base: str, view: str, day: date) -> str:
    return f"{base}?view={view}&day={day.isoformat()}"


def _view(request: HttpRequest) -> str:
    """Return the view asked for, or the last one looked at; at first the week, on a phone a list."""
    for wanted in (request.GET.get("view", ""), request.COOKIES.get(COOKIE, "")):
        if wanted in periods.VIEWS:
            return wanted
    agent = request.headers.get("User-Agent", "")
    return "list" if "Mobi" in agent else "week"
