"""Making an event and changing it: the form as a page, a smaller one over the calendar, and what is dragged there."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calendars import drawing, filling, finding, periods, queries, roles
from calendars import quick as quick_lines
from calendars import timing as timings
from calendars.actions import arranging, inviting
from calendars.actions.arranging import Scope
from calendars.forms import EventForm
from calendars.ical.writing import Changes
from calendars.models import CalendarObject, Component
from calendars.queries import Mine
from calendars.refusals import FED, BookingRefused
from calendars.views import beside, page
from collab.lib import numerals
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import came_from, changed

MOST_MINUTES = 366 * 24 * 60


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new event; a POST makes it, or draws the whole form with what was typed in the small one."""
    calendars = may_add(request)
    data = request.POST if request.method == "POST" else None
    day = periods.day_of(request.GET.get("day", ""), timezone.localdate())
    wanted = request.GET.get("calendar", "")
    first = next((one for one in calendars if str(one.calendar.pk) == wanted), calendars[0])
    initial = filling.empty(
        day,
        _time(request.GET.get("begins", "")),
        _time(request.GET.get("ends", "")),
        _day(request.GET.get("last", "")),
        first,
    )
    initial |= {"all_day": "all" in request.GET, "title": request.GET.get("title", "")[:200]}
    if said := request.GET.get("text", "").replace("\0", ""):
        initial["text"] = said[:4000]
    options: dict[str, Any] = {"calendars": named(calendars), "initial": initial} | _like(request, initial, calendars)
    initial = options["initial"]
    if data is None or beside.only_looks(data):
        shown = initial | (beside.typed(data) if data is not None else {})
        invited = beside.invited(request, shown)
        return _draw(request, EventForm(**options | {"initial": shown}), {"is_new": True} | invited)
    form = EventForm(data, **options)
    invited = beside.invited(request, data)
    if not form.is_valid() or invited["asked"].wrong:
        return _draw(request, form, {"is_new": True} | invited, 400)
    into = next(one for one in calendars if one.calendar.pk == form.cleaned_data["calendar"])
    invitation = beside.invitation(request, invited["asked"], into.calendar)
    try:
        made = arranging.make(request.actor, into.calendar, filling.new(form), invitation=invitation)
    except BookingRefused as refusal:  # what was typed stays, and another time can be chosen
        return _draw(request, form, {"is_new": True, "refused": refusal.message} | invited, refusal.status)
    toast = Toast(_("“%(name)s” is in %(calendar)s.") % {"name": made.summary, "calendar": into.title}, *gone(made))
    return changed(request, shown_at(form.timing.first_day), toast)


def _like(request: HttpRequest, initial: dict[str, Any], calendars: list[Mine]) -> dict[str, Any]:
    """Return the form filled like the event that the address names (`from`), to make another of its kind."""
    number = numerals.whole(request.GET.get("from", ""))
    if number is None:
        return {}
    found = finding.event(request.actor, number, request.GET.get("at", ""))
    if found.is_busy_only:
        raise Forbidden(why_not(found))
    filled = filling.of(found)
    said = {name: value for name, value in filled.initial.items() if not (name == "repeat" and value == filling.KEEP)}
    if all(one.calendar.pk != said["calendar"] for one in calendars):
        said["calendar"] = initial["calendar"]
    zones = [] if filled.timing.is_whole else [filled.timing.zone, found.mine.calendar.zone]
    return {"initial": initial | said, "minutes": filled.minutes, "zones": zones}


@require_POST
def quick(request: HttpRequest) -> HttpResponse:
    """Make an event of one line: “réunion CA jeudi 18h salle 2”; it is put into the first of one's calendars."""
    line = request.POST.get("line", "").replace("\0", "").strip()
    said = quick_lines.read(line, timezone.localtime().replace(tzinfo=None))
    if not said.title:
        raise BadInput(_("Write what takes place, and when."))
    into = may_add(request)[0]
    zone = str(timezone.get_current_timezone())
    if said.begins is None or said.ends is None:
        timing = timings.Timing(said.day, said.day, None, None, "")
    else:
        last = said.day + timedelta(days=said.ends <= said.begins)
        timing = timings.Timing(said.day, last, said.begins, said.ends, zone)
    says = {"SUMMARY": said.title, **({"LOCATION": said.place} if said.place else {})}
    made = arranging.make(request.actor, into.calendar, Changes(says=says, times=timing.moments()))
    toast = Toast(_("“%(name)s”: %(when)s") % {"name": said.title, "when": drawing.span_of(timing)}, *gone(made))
    return changed(request, shown_at(said.day), toast)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an event; a POST changes this time of it, this and those that follow, or all."""
    found = editable(request, pk)
    filled = filling.of(found)
    elsewhere = [one for one in may_add(request, or_none=True) if one.calendar.pk != found.mine.calendar.pk]
    if not found.allows(roles.may_delete):
        elsewhere = []
    options: dict[str, Any] = {
        "calendars": named([found.mine, *elsewhere]),
        "initial": filled.initial,
        "known": filled.known,
        "minutes": filled.minutes,
        "zones": [filled.timing.zone, found.mine.calendar.zone] if not filled.timing.is_whole else [],
    }
    context = {"event": found, "etag": found.row.etag, "repeats": found.item.recurring}
    scope = _scope(request, found)
    context["scope"] = scope
    if request.method != "POST" or beside.only_looks(request.POST):
        shown = filled.initial | (beside.typed(request.POST) if request.method == "POST" else {})
        context |= beside.invited(request, shown | {"event": pk}, found)
        return _draw(request, EventForm(**options | {"initial": shown}), context)
    form = EventForm(request.POST, **options)
    context |= beside.invited(request, request.POST, found)
    if not form.is_valid() or context["asked"].wrong:
        return _draw(request, form, context | {"etag": request.POST.get("etag", "")}, 400)
    into = next(one.calendar for one in [found.mine, *elsewhere] if one.calendar.pk == form.cleaned_data["calendar"])
    if into.pk != found.mine.calendar.pk and found.item.recurring:
        scope = Scope.ALL
    try:
        done = arranging.change(
            request.actor,
            found.row,
            request.POST.get("etag", ""),
            filling.changes(form, found, filled, scope),
            scope=scope,
            at=found.at,
            into=into,
            invitation=None if "is_guest" in context else beside.invitation(request, context["asked"], into, found),
            how=inviting.How(quiet=context["asked"].quiet),
        )
    except Refusal as refusal:
        if refusal.status not in {400, 409, 412} and not isinstance(refusal, BookingRefused):
            raise
        stale = refusal.status == 412
        return _draw(
            request, form, context | {"stale": stale, "refused": "" if stale else refusal.message}, refusal.status
        )
    toast = Toast(_("“%(name)s” is changed.") % {"name": form.cleaned_data["title"]}, *undo_of(done.event))
    return changed(request, shown_at(form.timing.first_day), toast)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one time of an event, or a series, by days and minutes of the clock, or make it longer: what a drag says."""
    found = editable(request, pk)
    days, minutes, longer = (_number(request.POST.get(name, "0")) for name in ("days", "minutes", "longer"))
    scope = _scope(request, found)
    here = timezone.get_current_timezone()
    was = timings.of(found.time, here)
    away = timedelta(days=days) if was.is_whole else timedelta(days=days, minutes=minutes)
    wanted = was.moved(away, timedelta(days=round(longer / 1440)) if was.is_whole else timedelta(minutes=longer))
    whole = timings.for_all(found.item, was, wanted, here) if scope is Scope.ALL and found.item.recurring else wanted
    done = arranging.change(
        request.actor, found.row, request.POST.get("etag", ""), Changes(times=whole.moments()), scope=scope, at=found.at
    )
    local = drawing.span_of(wanted)
    toast = Toast(_("“%(name)s”: %(when)s") % {"name": found.part.summary, "when": local}, *undo_of(done.event))
    return changed(request, shown_at(wanted.first_day), toast)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an event into the trash, or take some times out of its series."""
    found = finding.event(request.actor, pk, request.POST.get("at", ""))
    if not found.allows(roles.may_delete):
        raise Forbidden(why_not(found))
    scope = _scope(request, found)
    etag = request.POST.get("etag", "")
    done = arranging.remove(request.actor, found.row, etag, scope=scope, at=found.at)
    if done.event.deleted_at is not None:
        text = _("“%(name)s” is in the trash.") % {"name": found.part.summary}
    else:
        text = _("“%(name)s” is taken out.") % {"name": found.part.summary}
    return changed(request, shown_at(finding.local(found).first), Toast(text, *undo_of(done.event)))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the last change that was made on a page."""
    row = CalendarObject.objects.select_related("calendar", "calendar__space").filter(pk=pk).first()
    if row is None:
        raise NotFound
    mine = queries.mine(request.actor, row.calendar_id)
    if roles.sight(mine.mask, request.actor.user, row.secrecy, row.created_by_id) is not roles.Sight.WHOLE:
        raise NotFound
    back = arranging.undo(request.actor, row, request.POST.get("etag", ""))
    return changed(request, shown_at(timezone.localdate(back.starts) if back.starts else timezone.localdate()))


def editable(request: HttpRequest, pk: int) -> finding.Event:
    """Return an event that the person may change. Raises NotFound, Forbidden with the reason."""
    found = finding.event(request.actor, pk, request.POST.get("at", "") or request.GET.get("at", ""))
    if not found.allows(roles.may_change):
        raise Forbidden(why_not(found))
    return found


def why_not(found: finding.Event) -> str:
    """Say why an event cannot be changed by this person."""
    if found.is_archived:
        return _("The space of this calendar is archived: nothing is changed in it.")
    if found.mine.calendar.fed:
        return str(FED)
    if found.is_busy_only:
        return _("You see only when this time is taken. Ask a person who manages the calendar for more.")
    if found.mine.may_add:
        return _("You may change only what you put into this calendar yourself.")
    return _("You may look at this calendar, not change it. Ask a person who manages it.")


def may_add(request: HttpRequest, *, or_none: bool = False) -> list[Mine]:
    """Return the calendars into which the person may put events. Raises Forbidden for none."""
    found = [one for one in page.listed(request) if one.may_add and Component.EVENT in one.calendar.components]
    if not found and not or_none:
        raise Forbidden(_("There is no calendar into which you may put anything. Ask a person who manages one."))
    return found


def named(calendars: list[Mine]) -> list[tuple[int, str]]:
    """Return the choices of a form: each calendar, with its space where it is not one's own."""
    return [(one.calendar.pk, page.named(one)) for one in calendars]


def undo_of(row: CalendarObject) -> tuple[str, dict[str, Any]]:
    """Return what takes the last change back, while nobody made another."""
    return reverse("calendars:undo", args=[row.pk]), {"etag": row.etag}


def gone(row: CalendarObject) -> tuple[str, dict[str, Any]]:
    """Return what takes a new event away again."""
    return reverse("calendars:remove", args=[row.pk]), {"etag": row.etag, "scope": Scope.ALL.value}


def shown_at(day: date) -> str:
    return f"{reverse('calendars:home')}?day={day.isoformat()}"


def _draw(request: HttpRequest, form: EventForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    back = came_from(request, reverse("calendars:home"))
    context |= {"form": form, "back": back, "at": context["event"].at if "event" in context else ""}
    context |= page.column(request, page.listed(request), None, timezone.localdate())
    context["style"] = drawing.style(drawing.hue_rules(context["calendars"]))
    return render(request, "calendars/edit.html", context, status=status)


def _scope(request: HttpRequest, found: finding.Event) -> Scope:
    """Return what a form means to change; of what does not repeat all, of a series this one unless said."""
    if not found.item.recurring:
        return Scope.ALL
    wanted = request.POST.get("scope") or request.GET.get("scope", "")
    return Scope(wanted) if wanted in set(Scope) else Scope.ONE


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    """Return a number of a drag. Raises BadInput."""
    minutes = numerals.required(text.removeprefix("-"))
    if minutes > MOST_MINUTES:
        raise BadInput
    return -minutes if text.startswith("-") else minutes
