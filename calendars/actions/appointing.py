"""Taking, moving and giving back times on pages of appointments.

A time is decided three times: it is offered (`calendars.appointing`) under the lock of the space, and the database lets
no two holds of one host overlap, for hosts give times in many spaces. What becomes of them is `following`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from calendars import appointing, appointment_letters
from calendars.actions import storing, visiting
from calendars.actions.following import TAKEN, end, hold_for, put_at, take_out, tell_hosts
from calendars.ical import editing, writing
from calendars.ical.zones import is_zone
from calendars.models import Appointment, AppointmentPage, CalendarObject, Component
from calendars.models.appointments import PREFIX
from collab.accounts.models import User
from collab.lib.errors import Conflict, Forbidden
from collab.rights import letters, links
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import Right

MOST_EACH = 3
"""So many times to come has one address on one page at most."""
REMEMBERED = timedelta(days=90)
"""So long after an appointment its visitor is known."""
LATE = _("This time was not confirmed early enough. Take another.")
CLOSED = _("No times are given here at present.")


@transaction.atomic
def take(
    visitor: Actor, page: AppointmentPage, starts: datetime, minutes: int, *, name: str, email: str,
    answers: Sequence[str], zone: str, link: Link, once: str = "",
) -> Appointment:  # fmt: skip
    """Take a time. Needs RESPOND. Raises Forbidden, BadInput, Conflict (taken, closed, too many).

    `once`: a secret of the form that was sent: whoever presses twice, or sends again, has what they took already.
    Where the page wants addresses proved, it counts only once the link in the mail was pressed (`prove`).
    """
    owner = _enter(visitor, page)
    found = Appointment(page=page, name=visiting.line(name, 100), email=visiting.address(email), link=link)
    found.answers = visiting.answers(page, answers)
    found.zone = zone if is_zone(zone) else page.calendar.zone
    found.language = translation.get_language() or ""
    forget_unproved()
    found.uid = f"{PREFIX}{hashlib.sha256(once[:100].encode()).hexdigest()[:32] if once else secrets.token_hex(16)}"
    if (there := Appointment.objects.filter(uid=found.uid).first()) is not None:
        same = ("page_id", "link_id", "email", "name", "answers", "cancelled_at")
        if there.starts == starts and all(getattr(there, one) == getattr(found, one) for one in same):
            return there
        found.uid = f"{PREFIX}{secrets.token_hex(16)}"
    coming = page.appointments.filter(cancelled_at=None, ends__gt=timezone.now())
    if coming.filter(email=found.email).count() >= MOST_EACH:
        raise Conflict(_("You have several times here already. Give one back first."))
    free = _require_free(page, starts, minutes)
    token = secrets.token_urlsafe(24)
    found.digest, found.sealed = links.digest_of(token), links.box().encrypt(token.encode())
    found.starts, found.ends = starts, starts + timedelta(minutes=minutes)
    if page.proves and letters.can_post():
        if not letters.may_post(found.email):
            raise Conflict(_("Too many mails went to this address today. Try again tomorrow."))
        found.expires_at = timezone.now() + timedelta(minutes=page.proves)
    found.save()
    _give(found, free)
    if found.expires_at is None:
        _count(owner, found)
    else:
        appointment_letters.asked(found)
    return found


@transaction.atomic
def prove(visitor: Actor, found: Appointment) -> None:
    """Let it count: who pressed the link in the mail reads the address. Raises Conflict where it is too late."""
    owner = _enter(visitor, found.page)
    found = _again(found)
    if found.expires_at is not None:
        if found.expires_at <= timezone.now():
            raise Conflict(LATE)
        _count(owner, found)


@transaction.atomic
def forget_unproved() -> None:
    """Delete the times that were held for an address which nobody proved."""
    late = Appointment.objects.select_for_update(skip_locked=True).filter(expires_at__lte=timezone.now())
    Appointment.objects.filter(pk__in=list(late.values_list("pk", flat=True)[:500])).delete()


def forget_over() -> int:
    """Forget visitors, their addresses and answers long after their appointments. Returns how many."""
    old = Appointment.objects.filter(ends__lt=timezone.now() - REMEMBERED).values_list("pk", flat=True)[:5000]
    return Appointment.objects.filter(pk__in=list(old)).delete()[0]


@transaction.atomic
def move(visitor: Actor, found: Appointment, starts: datetime) -> None:
    """Take another time instead; the same one changes nothing. Raises Conflict (taken, closed, over)."""
    page = found.page
    owner = _enter(visitor, page)
    found = _again(found)
    event, before = found.event, found.host_id
    if event is None:
        raise Conflict(CLOSED)
    if starts == found.starts:
        return
    forget_unproved()
    minutes = int((found.ends - found.starts) / timedelta(minutes=1))
    free = _require_free(page, starts, minutes, but=found)
    put_at(found, starts, starts + timedelta(minutes=minutes))
    _give(found, free)
    now, zone = timezone.now(), ZoneInfo(page.calendar.zone)
    says = {"SUMMARY": _title(found)} if found.host_id != before else {}
    changes = writing.Changes(says=says, times=_times(found))
    data = editing.change_all(bytes(event.data), changes, now=now, zone=zone)
    _stored(owner, page, event.name, data)
    tell_hosts(found)
    appointment_letters.moved(found)


@transaction.atomic
def cancel(found: Appointment) -> None:
    """Give a time back, once: whoever has the personal link may. Raises Conflict where it is over."""
    page = found.page
    page.space.hold()
    now = _as_it_is(found)
    if now is None or now.cancelled_at is not None:
        return
    found = _again(found)
    if found.expires_at is not None:
        found.delete()  # nobody but the visitor heard of it
        return
    tell_hosts(found)
    end(found, timezone.now())
    take_out(found)


def token_of(found: Appointment) -> str:
    """Return the token of the personal link, for its owner."""
    return links.box().decrypt(bytes(found.sealed)).decode()


def _count(owner: Actor, found: Appointment) -> None:
    """Put it into the calendar, and tell everybody."""
    data = writing.new(Component.EVENT, _changes(found), now=timezone.now(), uid=found.uid)
    found.event, found.expires_at = _stored(owner, found.page, f"{found.uid}.ics", data), None
    found.save(update_fields=["event", "expires_at"])
    tell_hosts(found)
    appointment_letters.kept(found)


def _enter(visitor: Actor, page: AppointmentPage) -> Actor:
    """Lock the page, ask for the right, and return who answers for it."""
    hold(visitor, page, Right.RESPOND)
    if (owner := appointing.answerable(page)) is None:
        raise Conflict(CLOSED)
    return owner


def hold(actor: Actor, page: AppointmentPage, right: Right) -> None:
    """Lock the page and ask for the right again. Raises Forbidden, NotFound."""
    page.hold()
    actor.forget()
    actor.require(page, right)


def _as_it_is(found: Appointment) -> Appointment | None:
    """Return it as it is now, None where nobody proved its address in time; it stays so until the end."""
    rows = Appointment.objects.select_related("event", "page__calendar").select_for_update(of=("self",))
    return rows.filter(pk=found.pk).first()


def _again(found: Appointment) -> Appointment:
    now = _as_it_is(found)
    if now is None:
        raise Conflict(LATE)
    if now.cancelled_at is not None or now.ends <= timezone.now():
        raise Conflict(_("This appointment is over, or was given back already."))
    return now


def _require_free(
    page: AppointmentPage, starts: datetime, minutes: int, but: Appointment | None = None
) -> list[User]:  # fmt: skip
    """Return who is free then, all hosts of a page whose hosts meet together. Raises Conflict."""
    try:
        day = starts.astimezone(ZoneInfo(page.calendar.zone)).date()
        free = dict(appointing.slots(page, minutes, day, 1, but=but)).get(starts)
    except OverflowError:
        free = None
    if not free:
        raise Conflict(TAKEN)
    return free


def _give(found: Appointment, free: Sequence[User]) -> None:
    """Let the hosts have it; where they are in turn, the first of these who can."""
    if not found.page.rotates:
        return hold_for(found, free)
    keeps = [one for one in free if one.pk == found.host_id]
    for one in keeps or appointing.in_turn(found.page, free, found.starts):
        try:
            hold_for(found, [one])
        except Conflict:  # another space took them this moment
            continue
        found.host = one
        return found.save(update_fields=["host"])
    raise Conflict(TAKEN)


def _stored(owner: Actor, page: AppointmentPage, name: str, data: bytes) -> CalendarObject:
    try:
        return storing.put(owner, page.calendar, name, data).found
    except Forbidden:
        raise Conflict(CLOSED) from None


def _changes(found: Appointment) -> writing.Changes:
    """Return what the event says: a calendar may be public, so address and answers stand on the page of hosts alone."""
    says = {"SUMMARY": _title(found), "LOCATION": found.page.place, "STATUS": "CONFIRMED", "CLASS": "CONFIDENTIAL"}
    return writing.Changes(says={name: value for name, value in says.items() if value}, times=_times(found))


def _title(found: Appointment) -> str:
    """Return what the event is called: with whom it is where hosts are in turn."""
    title = f"{found.page.title} · {found.name}"
    return f"{title} ({found.host})" if found.host is not None else title


def _times(found: Appointment) -> tuple[Any, Any]:
    zone = ZoneInfo(found.page.calendar.zone)
    return writing.on_clock(found.starts, zone), writing.on_clock(found.ends, zone)
