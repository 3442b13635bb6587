"""The pages of who does what at an event: one click takes a place or gives it up; who changes the event plans."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import drawing, finding, roles, shifts
from calendars.actions import shifting
from calendars.actions.shifting import Wanted
from calendars.models import Component
from calendars.views import page as pages
from collab.accounts.models import User
from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights import explain
from collab.rights.right import Right
from collab.shell.answers import changed

MOST_PEOPLE = 500


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who does what at the times to come."""
    return _draw(request, _find(request, pk))


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place, or wait for one; `person` for another, by whoever plans."""
    found, shift, person = _asked(request, pk)
    made = shifting.take(request.actor, found.row, shift, found.at, person)
    toast = Toast(_said(made, person), *_other("shift-leave", found, shift, person))
    return changed(request, reverse("calendars:shifts", args=[pk]), toast)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place up, or stop waiting."""
    found, shift, person = _asked(request, pk, over=True)
    shifting.leave(request.actor, found.row, shift, found.at, person)
    text = _("%(name)s has no place there any more.") % {"name": person} if person else _("You gave the place up.")
    return changed(
        request, reverse("calendars:shifts", args=[pk]), Toast(text, *_other("shift-take", found, shift, person))
    )


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which roles there are, and how many places each has."""
    found = _find(request, pk)
    data = request.POST
    names, places, ids = data.getlist("name"), data.getlist("places"), data.getlist("shift")
    if not len(names) == len(places) == len(ids):
        raise BadInput
    rows = list(zip(ids, names, places, strict=True))
    try:
        wanted = [
            Wanted(numerals.required(one), name, numerals.required(many)) for one, name, many in rows if name.strip()
        ]
        shifting.plan(request.actor, found.row, wanted)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _draw(request, found, {"refused": refusal.message, "typed": rows}, refusal.status)
    return changed(request, reverse("calendars:shifts", args=[pk]), Toast(_("The plan is kept.")))


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it as a table, for who plans."""
    found = _find(request, pk)
    if not found.allows(roles.may_change):
        raise Forbidden(_("Only who can change this event says who does what."))
    headers = {"Content-Disposition": 'attachment; filename="shifts.csv"'}
    return HttpResponse(shifts.as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def _find(request: HttpRequest, pk: int) -> finding.Event:
    """Return the event at the time that is meant, seen whole. Raises NotFound, Forbidden."""
    found = finding.event(request.actor, pk, request.POST.get("at", "") or request.GET.get("at", ""))
    if found.row.component != Component.EVENT:
        raise NotFound
    if found.is_busy_only:
        raise Forbidden(_("You see only when this time is taken. Ask a person who manages the calendar for more."))
    return found


def _asked(request: HttpRequest, pk: int, *, over: bool = False) -> tuple[finding.Event, int, User | None]:
    found = _find(request, pk)
    if found.item.recurring and not request.POST.get("at"):
        raise BadInput
    if found.time.ends_utc <= timezone.now() and not (over and found.allows(roles.may_change)):
        raise Conflict(_("This is over already."))
    person = None
    if who := request.POST.get("person", ""):
        person = User.objects.filter(pk=numerals.required(who), is_active=True).first()
        if person is None or not found.allows(roles.may_change):
            raise NotFound
    return found, numerals.required(request.POST.get("shift", "")), person


def _said(made: Any, person: User | None) -> str:
    if made.place is None:
        text = (
            _("%(name)s waits for a place: %(role)s.")
            if person
            else _("All places are taken. You wait for one: %(role)s.")
        )
    else:
        text = _("%(name)s has a place: %(role)s.") if person else _("You have a place: %(role)s.")
    return text % {"name": person, "role": made.shift.name}


def _other(name: str, found: finding.Event, shift: int, person: User | None) -> tuple[str, dict[str, Any]]:
    """Return what undoes it."""
    data = {"shift": shift, "at": found.at, **({"person": person.pk} if person else {})}
    return reverse(f"calendars:{name}", args=[found.row.pk]), data


def _draw(
    request: HttpRequest, found: finding.Event, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    boards, after = shifts.boards(found, request.GET.get("after", ""))
    plans = found.allows(roles.may_change)
    people = (
        explain.audience(found.mine.calendar, Right.SEE).order_by("display_name", "pk")[:MOST_PEOPLE] if plans else []
    )
    rows = [(str(one.pk), one.name, str(one.places)) for one in found.row.shifts.all()]
    context = {
        "event": found, "title": found.item.parts[0].summary, "boards": boards, "after": after, "may_plan": plans,
        "people": list(people), "rows": [*rows, *[("0", "", "1")] * (2 if rows else 3)],
        "lost": shifts.lost(found) if plans else [], "full_path": request.get_full_path(),
    } | (more or {})  # fmt: skip
    if "typed" in context:
        context["rows"] = context["typed"]
    context |= pages.column(request, pages.listed(request), None, timezone.localdate())
    context["style"] = drawing.style(drawing.hue_rules(context["calendars"]))
    return render(request, "calendars/shifts.html", context, status=status)
