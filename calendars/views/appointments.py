"""The pages of appointments that one keeps: all of them, one with what was taken, its form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import appointment_forms, appointment_shares, drawing, guests, queries
from calendars.actions import appointing, hosting
from calendars.appointment_forms import PageForm
from calendars.models import Appointment, AppointmentPage
from calendars.queries import Mine
from calendars.tasklists import people
from calendars.views import page as calendar_page
from collab.accounts.models import User
from collab.lib import paging
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights.letters import can_post
from collab.rights.right import Right
from collab.shell import links
from collab.shell.answers import changed

SHOWN = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All pages that one changes or is host of, and where a new one can go."""
    found = appointment_shares.kept(request.actor).select_related("calendar", "space").order_by("title", "pk")
    into = [(one.calendar.pk, calendar_page.named(one)) for one in _calendars(request)]
    return _draw(request, "calendars/appointments.html", {"pages": found[: hosting.MOST_PAGES * 4], "into": into})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was taken on a page and is to come, the next first."""
    found = _find(request, pk)
    coming = found.appointments.filter(cancelled_at=None, ends__gt=timezone.now()).order_by("starts", "pk")
    coming = coming.exclude(expires_at__lte=timezone.now())
    if (last := _read(request.GET.get("after", ""))) is not None:
        coming = coming.filter(Q(starts__gt=last[0]) | Q(starts=last[0], pk__gt=last[1]))
    rows = list(coming.select_related("event", "host")[: SHOWN + 1])
    end = rows[SHOWN - 1] if len(rows) > SHOWN else None
    context = {
        "page_of": found, "rows": rows[:SHOWN], "hosts": found.hosts.order_by("display_name", "pk"),
        "more": paging.seal([end.starts.isoformat(), end.pk]) if end is not None else "",
        "may_change": request.actor.can(found, Right.EDIT), "may_share": request.actor.can(found, Right.SHARE),
        "may_remove": request.actor.can(found, Right.MANAGE),
        "url": next((row.url for row in links.of_thing(request, found).rows if not row.over and not row.suspended), ""),
    }  # fmt: skip
    return _draw(request, "calendars/appointment_page.html", context)


def _read(after: str) -> tuple[datetime, int] | None:
    """Return when the last one shown begins, and its id; None to begin. Raises BadInput for a foreign cursor."""
    last = paging.unseal(after, 2)
    if last is None:
        return None
    try:
        return datetime.fromisoformat(last[0]), int(last[1])
    except (TypeError, ValueError):
        raise BadInput from None


def new(request: HttpRequest) -> HttpResponse:
    """Make a page whose times go into one of one's calendars."""
    calendars = {str(one.calendar.pk): one for one in _calendars(request)}
    into = calendars.get(request.GET.get("calendar", "")) or next(iter(calendars.values()), None)
    if into is None:
        raise NotFound
    return _form(request, into, None)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a page."""
    found = _find(request, pk)
    request.actor.require(found, Right.EDIT)
    return _form(request, queries.mine(request.actor, found.calendar_id), found)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a page away; Undo brings it back."""
    found = get_object_or_404(appointment_shares.seen(request.actor).select_related("space", "acl"), pk=pk)
    back = "back" in request.POST
    hosting.throw_away(request.actor, found, back=back)
    again = None if back else {"back": "1"}
    text = _("The page is back.") if back else _("The page is thrown away.")
    toast = Toast(text, "" if back else request.path, again)
    return changed(request, reverse("calendars:appointments"), toast)


@require_POST
def give_back(request: HttpRequest, pk: int, appointment: int) -> HttpResponse:
    """Cancel what somebody took; they are told."""
    found = _find(request, pk)
    request.actor.require(found, Right.EDIT)
    row = get_object_or_404(Appointment.objects.select_related("page__calendar__space"), pk=appointment, page=found)
    appointing.cancel(row)
    toast = Toast(_("%(name)s is told that it does not take place.") % {"name": row.name})
    return changed(request, reverse("calendars:appointment-page", args=[pk]), toast)


def _form(request: HttpRequest, into: Mine, found: AppointmentPage | None) -> HttpResponse:
    form = PageForm(request.POST or None, initial=appointment_forms.initial(found))
    names = guests.typed(request.POST, "hosts") if request.method == "POST" else _names(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            done = _kept(request, into, found, form, names)
        except Refusal as refusal:
            if refusal.status not in {400, 403, 413}:
                raise
            form.add_error(None, str(refusal.message))
        else:
            return changed(request, reverse("calendars:appointment-page", args=[done.pk]), Toast(_("Saved.")))
    context = {"form": form, "into": into, "page_of": found, "names": names, "mails": can_post()}
    return _draw(request, "calendars/appointment_form.html", context, 400 if form.errors else 200)


def _kept(
    request: HttpRequest, into: Mine, found: AppointmentPage | None, form: PageForm, names: list[str]
) -> AppointmentPage:
    hosts = people.named(request.actor, into.calendar, names)
    if wrong := [*map(str, hosts.blind), *hosts.unknown]:
        raise BadInput(_("Nobody who sees this calendar is called “%(name)s”.") % {"name": wrong[0][:80]})
    if found is None:
        return hosting.make(request.actor, into.calendar, hosts.people, form.fields_of())
    hosting.change(request.actor, found, hosts.people, form.fields_of())
    return found


def _names(request: HttpRequest, found: AppointmentPage | None) -> list[str]:
    hosts: list[User] = list(found.hosts.order_by("display_name")) if found is not None else [request.user]  # type: ignore[list-item]
    return [people.value(one) for one in hosts]


def _find(request: HttpRequest, pk: int) -> AppointmentPage:
    rows = appointment_shares.kept(request.actor).select_related("calendar__space", "space", "acl", "created_by")
    found: AppointmentPage = get_object_or_404(rows, pk=pk)
    return found


def _calendars(request: HttpRequest) -> list[Mine]:
    return [one for one in calendar_page.listed(request) if one.may_add and not one.calendar.books]


def _draw(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shown = calendar_page.listed(request)
    column = calendar_page.column(request, shown, None, timezone.localdate())
    column["style"] = drawing.style(drawing.hue_rules(shown))
    return render(request, template, column | context, status=status)
