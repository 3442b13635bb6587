"""Taking, moving and giving back times on pages of appointments.

A time is decided three times: it is offered (`calendars.appointing`) under the lock of the space, and the database lets
no two holds of one host overlap, for hosts give times in many spaces. The event in the calendar is the truth that
others see: who moves or deletes it there, by whatever door, moves or cancels the appointment (`follow`).
"""

from __future__ import annotations

import contextlib
import secrets
import zoneinfo
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from calendars import appointing, appointment_letters
from calendars.actions import storing, visiting
from calendars.ical import editing, writing
from calendars.models import Appointment, AppointmentPage, CalendarObject, Component, HostHold
from calendars.models.appointments import PREFIX
from collab.accounts.models import User
from collab.events import notices
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.rights import letters, links
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import Right

TOLD = "calendars.appointment"
MOST_EACH = 3
"""So many times to come has one address on one page at most."""
TAKEN = _("This time is taken by now. Choose another.")
LATE = _("This time was not confirmed early enough. Take another.")
CLOSED = _("No times are given here at present.")


@transaction.atomic
def take(
    visitor: Actor, page: AppointmentPage, starts: datetime, minutes: int, *, name: str, email: str,
    answers: Sequence[str], zone: str, link: Link,
) -> Appointment:  # fmt: skip
    """Take a time. Needs RESPOND. Raises Forbidden, BadInput, Conflict (taken, closed, too many).

    Where the page wants addresses proved, it counts only once the link in the mail was pressed (`prove`).
    """
    owner = _enter(visitor, page)
    found = Appointment(page=page, name=visiting.line(name, 100), email=visiting.address(email), link=link)
    found.answers = visiting.answers(page, answers)
    found.zone = zone if zone in zoneinfo.available_timezones() else page.calendar.zone
    found.language = translation.get_language() or ""
    forget_unproved()
    coming = page.appointments.filter(cancelled_at=None, ends__gt=timezone.now())
    if coming.filter(email=found.email).count() >= MOST_EACH:
        raise Conflict(_("You have several times here already. Give one back first."))
    free = _require_free(page, starts, minutes)
    token = secrets.token_urlsafe(24)
    found.digest, found.sealed = links.digest_of(token), links.box().encrypt(token.encode())
    found.uid = f"{PREFIX}{secrets.token_hex(16)}"
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


@transaction.atomic
def move(visitor: Actor, found: Appointment, starts: datetime) -> None:
    """Take another time instead. Raises Conflict (taken, closed, over)."""
    page = found.page
    owner = _enter(visitor, page)
    found = _again(found)
    event, before = found.event, found.host_id
    if event is None:
        raise Conflict(CLOSED)
    forget_unproved()
    minutes = int((found.ends - found.starts) / timedelta(minutes=1))
    free = _require_free(page, starts, minutes, but=found)
    _put(found, starts, starts + timedelta(minutes=minutes), free)
    now, zone = timezone.now(), ZoneInfo(page.calendar.zone)
    says = {"SUMMARY": _title(found)} if found.host_id != before else {}
    changes = writing.Changes(says=says, times=_times(found))
    data = editing.change_all(bytes(event.data), changes, now=now, zone=zone)
    _stored(owner, page, event.name, data)
    tell_hosts(found)
    appointment_letters.moved(found)


@transaction.atomic
def cancel(found: Appointment) -> None:
    """Give a time back: whoever has the personal link may. Raises Conflict where it is over or was given back."""
    page = found.page
    page.space.hold()
    found = _again(found)
    if found.expires_at is not None:
        found.delete()  # nobody but the visitor heard of it
        return
    event, maker = found.event, page.created_by
    tell_hosts(found)
    end(found, timezone.now())
    if event is not None and event.deleted_at is None and maker is not None:
        with contextlib.suppress(Forbidden, NotFound):  # whoever made the page may not any more: the hosts are told
            storing.delete(Actor.of(maker), CalendarObject.objects.select_related("calendar").get(pk=event.pk))


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


def _again(found: Appointment) -> Appointment:
    now = Appointment.objects.select_related("event", "page__calendar").get(pk=found.pk)
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


def hold_for(found: Appointment, hosts: Iterable[User]) -> None:
    """Let these hosts give the time, all of them. Raises Conflict where one gave it to somebody else."""
    page = found.page
    span = found.starts - timedelta(minutes=page.before), found.ends + timedelta(minutes=page.after)
    try:
        with transaction.atomic():
            HostHold.objects.bulk_create([HostHold(appointment=found, user=one, span=span) for one in hosts])
    except IntegrityError:
        raise Conflict(TAKEN) from None


def _put(found: Appointment, starts: datetime, ends: datetime, free: Sequence[User] = ()) -> None:
    """Let it take place at another time, with one of who is `free` where hosts are in turn, else with whom it is.

    Raises Conflict where a host gave that to somebody else.
    """
    hosts = list(User.objects.filter(pk__in=list(found.holds.values_list("user", flat=True))))
    found.holds.all().delete()
    found.starts, found.ends = starts, ends
    found.sequence += 1
    found.save(update_fields=["starts", "ends", "sequence"])
    if free:
        _give(found, free)
    else:
        hold_for(found, hosts)


def end(found: Appointment, at: datetime) -> None:
    """Note that it does not take place since this moment, free its hosts, and tell the visitor."""
    found.cancelled_at = at
    found.sequence += 1
    found.save(update_fields=["cancelled_at", "sequence"])
    found.holds.all().delete()
    appointment_letters.cancelled(found)


def follow(event: CalendarObject, span: tuple[datetime, datetime] | None) -> None:
    """Let an appointment do what became of its event in the calendar: `span`, when it is now, None for gone.

    Under the lock of the space. Raises Conflict where a host gave the time to somebody else.
    """
    found = Appointment.objects.select_related("page__calendar").filter(uid=event.uid, cancelled_at=None).first()
    if found is None or found.page.calendar_id != event.calendar_id:
        return
    if span is None:
        end(found, timezone.now())
    elif span != (found.starts, found.ends):
        _put(found, *span)
        appointment_letters.moved(found)


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
    title = f"{found.page.title}: {found.name}"
    return f"{title} ({found.host})" if found.host is not None else title


def _times(found: Appointment) -> tuple[Any, Any]:
    zone = ZoneInfo(found.page.calendar.zone)
    begins, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (found.starts, found.ends))
    return writing.zoned(begins, zone), writing.zoned(ends, zone)


def tell_hosts(found: Appointment) -> None:
    """Tell those whose time it is that something became of it."""
    people = list(found.holds.values_list("user", flat=True))
    notices.tell(TOLD, people, (AppointmentPage.REF_KIND, found.page_id))
