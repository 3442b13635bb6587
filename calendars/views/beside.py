"""Who is invited, as the form of an event asks it; and the panel beside it that says who is free when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import addresses, beside, finding, guests, queries
from calendars.forms import EventForm
from calendars.guests import Guest
from calendars.ical import attending
from calendars.ical.attending import Invitation, Wanted
from calendars.models import Calendar, CalendarObject
from collab.lib import numerals
from collab.lib.errors import BadInput, Refusal
from collab.shell.sharing import suggesting
from collab.spaces.models import Space

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=7)
"""Of what takes longer no free time is looked for."""
MOST_ROWS = 60
"""So many people are drawn at most."""


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Names that what was typed may mean, to be invited."""
    return JsonResponse({"found": suggesting.suggestions(request.GET.get("q", ""), request.actor)})


@dataclass
class Asked:
    """What the form says of who is invited; `guests`: whom the names mean, None where `wrong` says why not.

    `unfold`: the members of groups are invited, not these as one; `all_of`: whoever sees the space of the calendar is.
    `quiet`: nobody is told of the change; `shown`: who has no account sees who else comes.
    """

    needed: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    unfold: bool = True
    all_of: bool = False
    quiet: bool = False
    shown: bool = False
    guests: list[Guest] | None = None
    wrong: str = ""


def asked(request: HttpRequest, data: Any, space: Space | None) -> Asked:
    """Return whom a filled form means to invite."""
    found = Asked(
        guests.typed(data, "needed"), guests.typed(data, "optional"), data.get("unfold") != "as-one",
        "all_of" in data, "quiet" in data, "guests_shown" in data,
    )  # fmt: skip
    try:
        found.guests = guests.read(
            request.actor, found.needed, found.optional, unfold=found.unfold, space=space if found.all_of else None
        )
    except Refusal as refusal:
        found.wrong = refusal.message
    return found


def invitation(
    request: HttpRequest, said: Asked, calendar: Calendar, found: finding.Event | None = None
) -> Invitation | None:
    """Return whom a filled form invites to an event in this calendar, None where that stays as it is."""
    chosen = said.guests or []
    if found is None and not chosen:
        return None
    if found is not None:
        shown = attending.are_shown(found.part.tree)
        if guests.same(chosen, guests.of_event(found.row, found.at)) and (not chosen or shown == said.shown):
            return None
    address, name = addresses.organizer_of(calendar)
    user = request.actor.user
    by = "" if user is None or calendar.space.owner_id == user.pk else addresses.address_of(user)
    return Invitation(guests.wanted(chosen), Wanted(address, name), by, said.shown)


def known(invited: list[Guest], *, shown: bool = False) -> Asked:
    """Return what the form shows of those who are invited already."""
    return Asked(
        [one.typed for one in invited if not one.optional],
        [one.typed for one in invited if one.optional],
        not any(one.group is not None for one in invited),
        shown=shown,
        guests=invited,
    )


@require_POST
def panel(request: HttpRequest) -> HttpResponse:
    """The panel anew, while the form is filled."""
    return render(request, "calendars/_beside.html", invited(request, request.POST))


def space_of(request: HttpRequest, data: Any) -> Space | None:
    """Return the space of the calendar that the form names, None for one's own and for none."""
    chosen = numerals.whole(str(data.get("calendar", "")))
    if chosen is None:
        return None
    found = next((one for one in queries.home(request.actor) if one.calendar.pk == chosen), None)
    return found.calendar.space if found is not None and found.calendar.space.owner_id is None else None


def context(request: HttpRequest, data: Any, said: Asked) -> dict[str, Any]:
    """Return what the panel is drawn from; `data`: what the form says of when."""
    invited = said.guests or []
    needed, optional = guests.people(invited)
    outside = [one for one in invited if one.email]
    told = {one.pk for one in (*needed, *optional)} - {request.user.pk}
    shown: dict[str, Any] = {"asked": said, "outside": outside, "grid": None, "inside": len(told)}
    shown["is_known"] = bool(data.get("event"))
    shown["behalf"] = space_of(request, data) if invited else None
    when = _when(data)
    if when is None or not (needed or optional):
        return shown
    me = request.actor.user
    if me is not None and me.pk not in {one.pk for one in (*needed, *optional)}:
        needed = [me, *needed]
    starts, ends, zone = when
    whole = _is_whole(data)
    rows = [*needed, *optional]
    grid = beside.draw(
        request.actor, needed[:MOST_ROWS], optional[: max(0, MOST_ROWS - len(needed))], starts, ends, zone,
        now=timezone.now(), days=7 if str(data.get("span")) == "7" else 1,
        offered=not whole and ends - starts <= LONGEST, without=_uid(request, data),
    )  # fmt: skip
    return shown | {"grid": grid, "more": max(0, len(rows) - MOST_ROWS), "whole": whole, "size": len(grid.days)}


def _uid(request: HttpRequest, data: Any) -> str:
    """Return the UID of the event that is changed, which stands in the calendars of those who are invited."""
    pk = numerals.whole(str(data.get("event", "")))
    row = queries.seen(request.actor).filter(pk=pk).only("uid").first() if pk is not None else None
    return row.uid if isinstance(row, CalendarObject) else ""


def _when(data: Any) -> tuple[datetime, datetime, ZoneInfo] | None:
    """Return the time that a form says, which may be half filled in yet."""
    try:
        zone = ZoneInfo(str(data.get("zone") or timezone.get_current_timezone()))
        first = _day(data.get("first"))
        last = _day(data.get("last")) if data.get("last") else first
        if _is_whole(data):
            return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone), zone
        begins, ends = _hour(data.get("begins")), _hour(data.get("ends")) if data.get("ends") else None
    except (ValueError, KeyError, OSError, OverflowError):
        return None
    starts = datetime.combine(first, begins, zone)
    until = datetime.combine(last, ends, zone) if ends is not None else starts + HOUR
    if ends is not None and until <= starts and last == first:
        until += timedelta(days=1)
    return (starts, until, zone) if starts < until <= starts + timedelta(days=366) else None


def _is_whole(data: Any) -> bool:
    return data.get("all_day") not in {None, "", False}


def _day(said: Any) -> date:
    found = said if isinstance(said, date) else date.fromisoformat(str(said))
    if not 1970 <= found.year <= 9000:
        raise ValueError
    return found


def _hour(said: Any) -> time:
    return said if isinstance(said, time) else time.fromisoformat(str(said))


def only_looks(data: Any) -> bool:
    """Whether a form that was sent only asks to be drawn again: with more fields, who is free, another time."""
    do = data.get("do", "")
    return do in {"more", "times"} or do.startswith("at:")


def typed(data: Any) -> dict[str, Any]:
    """Return all that was typed into the form, to be shown again; at the time that was taken of those offered."""
    found = {
        name: one.widget.value_from_datadict(data, {}, name)
        for name, one in EventForm.base_fields.items()
        if name in data or name in {"all_day", "days", "reminders"}
    }
    when = _when(data)
    if data.get("do", "").startswith("at:") and when is not None:
        try:
            at = datetime.fromisoformat(data["do"].removeprefix("at:")).replace(tzinfo=None)
        except ValueError:
            raise BadInput(_("Choose one of the times.")) from None
        end = at + (when[1] - when[0])
        found |= {"first": at.date(), "begins": at.time(), "last": end.date(), "ends": end.time()}
    return found


def invited(request: HttpRequest, shown: Any, found: finding.Event | None = None) -> dict[str, Any]:
    """Return what the form says of who is invited, and the panel; `shown`: when, as its fields say it.

    Of a form that was not sent yet: who is invited to the event already.
    """
    if found is not None and found.row.stance == CalendarObject.Stance.ATTENDEE:
        return {"asked": Asked(), "is_guest": True}
    if request.method == "POST":
        said = asked(request, request.POST, space_of(request, request.POST) if "all_of" in request.POST else None)
    else:
        already = guests.of_event(found.row, found.at) if found is not None else []
        said = known(already, shown=found is not None and attending.are_shown(found.part.tree))
    return context(request, shown, said)
