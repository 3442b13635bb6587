"""A page of appointments by its public link: times are taken, moved, given back; no account, no script needed."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import pgettext

from calendars import appointing, appointment_letters, drawing, exporting, opening, periods
from calendars.actions import appointing as actions
from calendars.forms import zones_offered
from calendars.ical.zones import is_zone
from calendars.models import Appointment, AppointmentPage
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.rights import links
from collab.rights.letters import can_post
from collab.rights.links import Gone
from collab.rights.right import Right
from collab.shell.opened import Opened

FILE = "event.ics"


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponse:
    """Answer below a link: the page of times, or the personal one of an appointment, `rest` being its token."""
    found: AppointmentPage = opened.thing
    if not opened.actor.rights_on(found) & Right.RESPOND or found.space.archived_at is not None:
        raise Gone
    token, _slash, below = rest.partition("/")
    mine = _by_token(request, found, opened, token) if token else None
    if below == FILE and mine is not None:
        headers = {"Content-Disposition": f'attachment; filename="{FILE}"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(appointment_letters.file(mine), content_type=exporting.MEDIA_TYPE, headers=headers)
    if below:
        raise NotFound
    if request.method != "POST":
        return _draw(request, opened, found, mine)
    if request.content_type == "multipart/form-data":  # no file is taken here
        raise BadInput
    acts = {"take": _take, "prove": _prove, "move": _move, "cancel": _cancel}
    act = acts.get(request.POST.get("do", ""))
    if act is None or (mine is None) != (act is _take):
        raise BadInput
    try:
        return HttpResponseRedirect(act(request, opened, found, mine))
    except Refusal as refusal:
        if refusal.status not in {400, 403, 409}:
            raise
        return _draw(request, opened, found, mine, str(refusal.message), refusal.status)


def _pace(request: HttpRequest) -> None:
    """Let nobody take or move times faster than people do: each writes a mail, and into a calendar."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("answer", "", address)
    throttle.fail("answer", "", address)


def _take(request: HttpRequest, opened: Opened, found: AppointmentPage, _mine: Any) -> str:
    _pace(request)
    data = request.POST
    starts, minutes = _moment(data.get("at", "")), _minutes(found, data)
    if starts is None or opened.link is None:
        raise BadInput
    made = actions.take(
        opened.actor, found, starts, minutes, name=data.get("name", ""), email=data.get("email", ""),
        answers=[data.get(f"q{number}", "") for number in range(len(found.questions))],
        zone=_zone(request, found).key, link=opened.link, once=data.get("once", ""),
    )  # fmt: skip
    if made.expires_at is not None:  # whoever reads the mail gets the address of the page, nobody else
        return f"{opened.url('')}?asked={found.proves}"
    return f"{opened.url(actions.token_of(made))}?kept=1"


def _prove(request: HttpRequest, opened: Opened, found: AppointmentPage, mine: Appointment) -> str:
    actions.prove(opened.actor, mine)
    return f"{opened.url(actions.token_of(mine))}?kept=1"


def _move(request: HttpRequest, opened: Opened, found: AppointmentPage, mine: Appointment) -> str:
    _pace(request)
    if (starts := _moment(request.POST.get("at", ""))) is None:
        raise BadInput
    actions.move(opened.actor, mine, starts)
    return f"{opened.url(actions.token_of(mine))}?kept=1"


def _cancel(request: HttpRequest, opened: Opened, found: AppointmentPage, mine: Appointment) -> str:
    actions.cancel(mine)
    return opened.url(actions.token_of(mine) if mine.expires_at is None else "")


def _by_token(request: HttpRequest, found: AppointmentPage, opened: Opened, token: str) -> Appointment:
    """Return whose personal link this is, at the pace of the throttle for those who try tokens."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("link-token", "", address)
    row = (
        found.appointments.filter(digest=links.digest_of(token), link=opened.link)
        .select_related("event", "host")
        .first()
    )
    if row is None:
        throttle.fail("link-token", "", address, secret=token)
        raise Gone
    row.page = found
    return row


def _draw(
    request: HttpRequest, opened: Opened, found: AppointmentPage, mine: Appointment | None, refused: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    zone, data = _zone(request, found), request.POST if request.method == "POST" else request.GET
    minutes = int((mine.ends - mine.starts) / timedelta(minutes=1)) if mine is not None else _minutes(found, data)
    today = timezone.localdate(timezone=zone)
    first = min(max(periods.day_of(request.GET.get("day", ""), today), today), today + timedelta(days=found.ahead))
    at = _moment(data.get("at", "")) if not refused or status != 409 else None
    now = timezone.now()
    waits = mine is not None and mine.expires_at is not None
    late = mine is not None and mine.expires_at is not None and mine.expires_at <= now
    over = late or (mine is not None and (mine.cancelled_at is not None or mine.ends <= now))
    base = opened.url(actions.token_of(mine) if mine is not None else "")
    moving = mine is not None and not over and not waits and ("move" in data or data.get("do") == "move")
    free = appointing.offered(found, minutes, first, but=mine) if not over and (mine is None or moving) else []
    hosts = list(found.hosts.order_by("display_name", "pk")) if mine is None or mine.host is None else [mine.host]
    common = {"zone": zone.key, **({"move": 1} if mine is not None else {"minutes": minutes})}

    def address(**more: Any) -> str:
        return f"{base}?{urlencode(common | more)}"

    days = [
        (_day(day), [(drawing.hour(each), address(at=each.isoformat(), day=first.isoformat())) for each in times])
        for day, times in _by_day(free, zone)
    ]
    context = {
        "opened": opened, "page_of": found, "mine": mine, "over": over, "moving": moving, "url": base,
        "opened_url": opened.url(""),
        "refused": refused, "closed": appointing.answerable(found) is None,
        "waits": waits, "late": late, "until": appointment_letters.until(mine) if mine is not None else "",
        "asked": found.proves if "asked" in request.GET else 0, "kept": "kept" in request.GET,
        "mails": can_post(), "days": days, "zone": zone.key, "minutes": minutes,
        "zones": zones_offered(zone.key, found.calendar.zone), "day": first,
        "lengths": [(one, opening.length(one), address(minutes=one, day=first.isoformat())) for one in found.lengths],
        "length": opening.length(minutes), "hosts": hosts, "one_of": found.rotates and len(hosts) > 1,
        "before": address(day=(first - timedelta(days=appointing.DAYS)).isoformat()) if first > today else "",
        "after": address(day=(first + timedelta(days=appointing.DAYS)).isoformat()),
        "at": at.isoformat() if at is not None else "",
        "chosen": f"{_day(at.astimezone(zone).date())}, {drawing.hour(at.astimezone(zone))}" if at is not None else "",
        "back": address(day=first.isoformat()), "when": appointment_letters.when(mine) if mine is not None else "",
        "once": request.POST.get("once") or secrets.token_urlsafe(16),
        "name": data.get("name", ""), "email": data.get("email", ""),
        "questions": [(f"q{n}", one, data.get(f"q{n}", "")) for n, one in enumerate(found.questions)],
    }  # fmt: skip
    return render(request, "calendars/taking.html", context, status=status)


def _by_day(free: list[datetime], zone: ZoneInfo) -> list[tuple[date, list[datetime]]]:
    local = [each.astimezone(zone) for each in free]
    return [(day, list(times)) for day, times in groupby(local, lambda each: each.date())]


def _day(day: date) -> str:
    return capfirst(formats.date_format(day, pgettext("Django date format", "l j F Y")))


def _zone(request: HttpRequest, found: AppointmentPage) -> ZoneInfo:
    """Return the clock on which the visitor reads times: the one they chose, else that of the calendar."""
    name = request.POST.get("zone") or request.GET.get("zone", "")
    return ZoneInfo(name if is_zone(name) else found.calendar.zone)


def _minutes(found: AppointmentPage, data: Any) -> int:
    asked = data.get("minutes", "")
    known = {str(one): one for one in found.lengths}
    return known.get(asked, found.lengths[0])


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and 2000 < at.year < 9000 else None
