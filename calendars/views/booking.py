"""The pages of booking: what is free, the week of a room, one's own bookings, what waits for an answer, the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import drawing, finding, free, opening, periods, queries, ranges, resources
from calendars.actions import offering
from calendars.actions.booking import span_text
from calendars.booking_forms import BookableForm, FreeForm, initial
from calendars.models import Bookable
from calendars.resources import Resource
from calendars.views import editing, page
from collab.lib import numerals
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """What can be booked, side by side on a day; with hours, what of it is free then."""
    found = resources.all_of(request.actor)
    now = timezone.localtime()
    begins = time(min(now.hour + 1, 22))
    start = {"day": now.date(), "begins": begins, "ends": time(begins.hour + 1), "people": None, "kind": ""}
    form = FreeForm(request.GET if "day" in request.GET else None, initial=start)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        span = form.span()
    else:
        asked = start
        zone = timezone.get_current_timezone()
        span = opening.Span(*(datetime.combine(now.date(), start[name], zone) for name in ("begins", "ends")))
    kinds = {one.how.kind for one in found}
    found = [one for one in found if not asked["kind"] or one.how.kind == asked["kind"]]
    rows, rules = free.rows(found, asked["day"], span, asked["people"])
    context = {
        "form": form, "rows": rows, "hours": free.TICKS, "day": asked["day"], "span": span_text(span),
        "any": bool(kinds),
        "before": _day_address(request, asked["day"] - timedelta(days=1)),
        "after": _day_address(request, asked["day"] + timedelta(days=1)),
        "waiting": resources.waiting_for(request.actor).count(),
        "is_asked": form.is_bound and form.is_valid(),
    }  # fmt: skip
    return _draw(request, "calendars/book.html", context, rules, 400 if form.errors else 200)


@require_safe
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of one thing that can be booked: when it is open, what is taken; drag over hours to book."""
    one = _find(request, pk)
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    view = "day" if request.GET.get("view") == "day" or _on_phone(request) else "week"
    period = periods.period(view, periods.day_of(request.GET.get("day", ""), today))
    found = ranges.between(request.actor, [one.mine], *period.span(zone), zone)
    base = request.path
    here = page.address(base, view, period.day)
    drawn = drawing.draw(found, period, zone, today, here)
    free.shade(drawn, one)
    calendars = page.listed(request)
    drawn.rules += drawing.hue_rules([*calendars, one.mine])
    context = page.column(request, calendars, None, today, period) | {
        "page": drawn, "period": period, "title": period.title(), "base": base, "today": today, "resource": one,
        "views": [(name, label, page.address(base, name, period.day)) for name, label in periods.VIEWS.items()
                  if name in {"day", "week"}],
        "before": page.address(base, view, period.before), "after": page.address(base, view, period.after),
        "now": timezone.localtime(), "weekdays": drawing.weekdays(period.days[:7]),
        "hours": [f"{number}:00" for number in range(24)], "zone": str(zone),
        "topics": page.topics(request, [one.mine]),
        "says": free.says(one.how), "may_manage": one.mine.mask & offering.Right.MANAGE,
    }  # fmt: skip
    context |= page.beginning([one.mine], period, today, here)
    context["new_url"] += f"&calendar={pk}"
    return render(request, "calendars/resource.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I booked, what of it was refused, and what waits for my answer."""
    found, more = resources.booked_by(request.actor, _cursor(request.GET.get("after", "")))
    waiting = resources.waiting_for(request.actor)[:50] if "after" not in request.GET else []
    context = {
        "rows": [(one, span_text(opening.Span(one.starts, one.ends))) for one in found],
        "more": more,
        "waiting": [(one, _span(one)) for one in waiting],
        "refused": [(one, _span(one)) for one in resources.refused_to(request.actor)] if not more else [],
        "full_path": request.get_full_path(),
    }
    return _draw(request, "calendars/bookings.html", context, [])


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a booking pass or refuse it, with a word if one likes; Undo takes it back."""
    found = finding.event(request.actor, pk)
    yes = request.POST.get("answer") == "yes"
    done = offering.answer(
        request.actor, found.row, request.POST.get("etag", ""), yes=yes, word=request.POST.get("word", "")
    )
    title = found.part.summary or _("(no title)")
    text = _("“%(name)s” is booked.") if yes else _("“%(name)s” is refused. Its time is free again.")
    toast = Toast(text % {"name": title}, *editing.undo_of(done.event))
    return changed(request, reverse("calendars:bookings"), toast)


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """How a calendar is booked, for its managers: a switch, and all that goes with it."""
    mine = queries.mine(request.actor, pk)
    if not mine.mask & offering.Right.MANAGE or mine.calendar.space.archived_at is not None:
        raise Forbidden(_("Only who manages this calendar says how it is booked."))
    calendar = mine.calendar
    how = Bookable.objects.filter(calendar=calendar).first() or Bookable(calendar=calendar)
    data = request.POST if request.method == "POST" else None
    here = reverse("calendars:rules", args=[pk])
    if data is not None and data.get("do") == "stop":
        offering.withdraw(request.actor, calendar)
        text = _("“%(name)s” is not booked any more. What is in it stays.") % {"name": calendar.title}
        return changed(request, here, Toast(text))
    form = BookableForm(data, initial=initial(how, calendar.books))
    refused = ""
    if data is not None and form.is_valid():
        fields = form.fields_of()
        try:
            offering.offer(request.actor, calendar, fields.pop("books"), **fields)
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            refused = str(refusal.message)
        else:
            text = _("“%(name)s” can be booked.") % {"name": calendar.title}
            return changed(request, reverse("calendars:resource", args=[pk]), Toast(text))
    context = {"form": form, "one": mine, "calendar": calendar, "refused": refused}
    return _draw(request, "calendars/rules.html", context, [], 400 if form.errors or refused else 200)


def _find(request: HttpRequest, pk: int) -> Resource:
    """Return the bookable calendar. Raises NotFound for what cannot be booked, or is not this person's to see."""
    found = queries.mine(request.actor, pk)
    how = Bookable.objects.filter(calendar=pk).first()
    if not found.calendar.books or how is None or found.is_busy_only:
        raise NotFound
    return Resource(found, how)


def _span(one: Any) -> str:
    return span_text(opening.Span(one.starts, one.ends)) if one.starts and one.ends else ""


def _day_address(request: HttpRequest, day: date) -> str:
    query = request.GET.copy()
    query["day"] = day.isoformat()
    return f"?{query.urlencode()}"


def _on_phone(request: HttpRequest) -> bool:
    return "Mobi" in request.headers.get("User-Agent", "") and request.GET.get("view") != "week"


def _cursor(text: str) -> tuple[datetime, int] | None:
    at, _dash, pk = text.partition("-")
    moment, number = numerals.whole(at, 11), numerals.whole(pk)
    if moment is None or number is None:
        return None
    return datetime.fromtimestamp(moment, UTC), number


def _draw(
    request: HttpRequest, template: str, context: dict[str, Any], rules: list[str], status: int = 200
) -> HttpResponse:
    context = page.column(request, page.listed(request), None, timezone.localdate()) | context
    shown = [*context["calendars"], *([context["one"]] if "one" in context else [])]
    context["style"] = drawing.style([*drawing.hue_rules(shown), *rules])
    return render(request, template, context, status=status)
