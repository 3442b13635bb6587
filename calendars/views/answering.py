"""Answering an invitation: on the page of the event for whoever has an account, below a token for all others.

What a mail links to only preselects an answer: programs that look for viruses follow links, and answer nothing.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import addresses, drawing, finding, invited, layout, wording
from calendars.actions import answering
from calendars.ical import attending, expanding, itip, reading
from calendars.ical.parts import Item, Part
from calendars.models import CalendarObject, Invitee
from calendars.views.event import link
from collab.accounts import languages
from collab.accounts.throttle import Throttle
from collab.lib import numerals
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.markdown import render as markdown
from collab.lib.partials import Toast
from collab.shell.answers import changed

SAID = {"yes": "ACCEPTED", "maybe": "TENTATIVE", "no": "DECLINED"}


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an event to which I am invited: this time of it, or all."""
    data = request.POST
    found = finding.event(request.actor, pk, data.get("at", ""))
    partstat = SAID.get(data.get("say", ""))
    if partstat is None:
        raise BadInput(_("Choose yes, maybe or no."))
    at = found.at if data.get("scope") == "one" else ""
    answering.answer(request.actor, found.row, partstat, at, data.get("comment", ""), _plus(data))
    words = {"ACCEPTED": _("You come to “%(name)s”."), "TENTATIVE": _("Perhaps you come to “%(name)s”.")}
    text = words.get(partstat, _("You do not come to “%(name)s”.")) % {"name": found.part.summary or _("(no title)")}
    return changed(
        request, reverse("calendars:event", args=[pk]) + (f"?at={found.at}" if found.at else ""), Toast(text)
    )


def _plus(data: Any) -> int:
    plus = numerals.whole(data.get("plus", "").strip() or "0")
    if plus is None or plus > answering.MOST_GUESTS:
        raise BadInput(_("Say how many you bring along: at most %(count)d.") % {"count": answering.MOST_GUESTS})
    return plus


@login_not_required
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one invitation without an account: a GET shows it, a POST answers."""
    who = _whose(request, token)
    if isinstance(who, HttpResponse):
        return who
    with translation.override(_language(request, who)):
        if request.method != "POST":
            return _draw(request, token, who)
        return _answered(request, token, who)


def _answered(request: HttpRequest, token: str, who: Invitee) -> HttpResponse:
    data = request.POST
    throttle, where = Throttle(), client_address(request.META)
    try:
        throttle.check("answer", "", where)
        throttle.fail("answer", "", where)
        if _is_over(who.event) or _called_off(who):
            return _draw(request, token, who)
        partstat = SAID.get(data.get("say", ""))
        if partstat is None:
            raise BadInput(_("Choose yes, maybe or no."))
        plus = _plus(data) if partstat != "DECLINED" else 0
        answering.answer(who, who.event, partstat, who.recurrence_id, data.get("comment", ""), plus)
    except Refusal as refusal:
        if refusal.status not in {400, 403, 409, 429}:
            raise
        return _draw(request, token, who, refusal)
    language = f"&l={translation.get_language()}" if "l" in request.GET else ""
    return HttpResponseRedirect(f"{reverse('calendars:invitation', args=[token])}?kept=1{language}")


@login_not_required
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The event as a file for the calendar of whoever is invited: what they see of it, nothing that asks or answers."""
    who = _whose(request, token)
    if isinstance(who, HttpResponse):
        return who
    data = itip.view(_item(who), who.address, _zone(who), addresses.normal) or b""
    if data and who.user is None:
        data = attending.seen_without_account(data, who.address, addresses.normal)
    headers = {"Content-Disposition": 'attachment; filename="event.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)


def _whose(request: HttpRequest, token: str) -> Invitee | HttpResponse:
    """Return who has this token, or the page that says why nobody has; who tries tokens is slowed down."""
    throttle, where = Throttle(), client_address(request.META)
    throttle.check("link-token", "", where)
    try:
        return answering.invitee_of(token)
    except NotFound:
        event, invited = _event_of(token)
        if event is None:
            throttle.fail("link-token", "", where, secret=token)
    with translation.override(_language(request, None)):
        is_off = event is not None and event.deleted_at is not None and invited
        context = {"event": event, "is_off": is_off, "title": event.summary if event is not None and is_off else ""}
        return render(request, "calendars/answer_gone.html", context, status=404 if event is None else 410)


def _event_of(token: str) -> tuple[CalendarObject | None, bool]:
    """Return the event of a token that was good once, and whether they were invited to the last.

    What it is called by now is no business of those who are not invited any more.
    """
    try:
        pk, address, which = signing.loads(token, salt=answering.SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, False
    event = CalendarObject.objects.filter(pk=pk).defer("data", "text").first()
    return event, Invitee.objects.filter(event=pk, address=address, recurrence_id=which).exists()


def _language(request: HttpRequest, who: Invitee | None) -> str:
    """Return the language of the mail that led here (`l`), else that of the person, else of the browser."""
    asked = request.GET.get("l") or request.POST.get("l", "")
    own = who.user.language if who is not None and who.user is not None else ""
    return languages.fit(asked or own) if asked or own else translation.get_language() or "en"


def _item(who: Invitee) -> Item:
    return reading.read(bytes(who.event.data))


def _time(who: Invitee, item: Item) -> expanding.Occurrence:
    zone = _zone(who)
    if who.recurrence_id:
        found = expanding.find(item, who.recurrence_id, zone)
        if found is None:
            raise NotFound
        return found
    return finding.time_of(item, "", zone)


def _zone(who: Invitee) -> ZoneInfo:
    """Return the zone in which hours are said: of the person, else of the calendar."""
    return languages.zone_of(who.user) if who.user is not None else ZoneInfo(who.event.calendar.zone)


def _is_over(event: CalendarObject) -> bool:
    return event.last is not None and event.last < timezone.now()


def _called_off(who: Invitee) -> bool:
    return who.event.status == "CANCELLED"


def _draw(request: HttpRequest, token: str, who: Invitee, refusal: Refusal | None = None) -> HttpResponse:
    item = _item(who)
    zone = _zone(who)
    time = _time(who, item)
    part: Part = time.part
    local = layout.local(finding.When(time.starts_utc, time.ends_utc, time.all_day), zone)
    data = request.POST if request.method == "POST" else {}
    wanted = data.get("say") or request.GET.get("say", "")
    kept = next((name for name, partstat in SAID.items() if partstat == who.partstat), "")
    table = invited.table(who.event, who.recurrence_id, (who.address,)) if attending.are_shown(part.tree) else None
    context = {
        "token": token, "title": part.summary, "when": drawing.when(local), "zone": "" if time.all_day else str(zone),
        "repeats": wording.repeats(item.parts[0]) if item.recurring and not who.recurrence_id else "",
        "location": part.location, "conference": link(part.conference) or link(part.url),
        "description": markdown(part.description) if part.description else "",
        "by": part.organizer.name if part.organizer is not None else "", "who": who,
        "chosen": wanted if wanted in SAID else kept, "kept": kept, "just": "kept" in request.GET,
        "is_over": _is_over(who.event), "is_cancelled": _called_off(who) or part.status == "CANCELLED",
        "comment": data.get("comment", who.comment), "plus": data.get("plus", who.plus or ""),
        "most": answering.MOST_GUESTS, "longest": answering.LONGEST, "table": table,
        "language": request.GET.get("l", ""),
        "refused": refusal.message if refusal is not None else "",
    }  # fmt: skip
    answer = render(request, "calendars/answer.html", context, status=refusal.status if refusal is not None else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer
