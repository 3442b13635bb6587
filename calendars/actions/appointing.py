"""Making pages of appointments, and taking, moving and giving back times on them.

A time is decided three times: it is offered (`calendars.appointing`) under the lock of the space, and the database lets
no two holds of one host overlap, for hosts give times in many spaces. The event in the calendar is the truth that
others see: who moves or deletes it there, by whatever door, moves or cancels the appointment (`follow`).
"""

from __future__ import annotations

import secrets
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from calendars import appointing, appointment_letters
from calendars.actions import storing
from calendars.actions.common import description_of
from calendars.ical import editing, writing
from calendars.models import Appointment, AppointmentPage, Calendar, CalendarObject, Component, HostHold
from calendars.models.appointments import PREFIX
from collab.accounts.actions.people import checked_email
from collab.accounts.models import User
from collab.events import notices
from collab.events.log import record
from collab.lib.errors import BadInput, Conflict, Forbidden, TooLarge
from collab.rights import links
from collab.rights.actions import keep_by_maker
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import Right

TOLD = "calendars.appointment"
MOST_PAGES, MOST_HOSTS, MOST_QUESTIONS = 50, 10, 10
MOST_EACH = 3
"""So many times to come has one address on one page at most."""
TAKEN = _("This time is taken by now. Choose another.")
CLOSED = _("No times are given here at present.")
FIELDS = (
    "title", "text", "place", "lengths", "before", "after", "notice", "ahead", "per_day", "questions", "is_open",
)  # fmt: skip


@transaction.atomic
def make(actor: Actor, calendar: Calendar, hosts: Sequence[User], fields: Mapping[str, Any]) -> AppointmentPage:
    """Make a page whose times go into this calendar. Needs ADD in it. Raises Forbidden, BadInput, TooLarge."""
    storing.hold(actor, calendar, Right.ADD)
    actor.require(calendar.space, Right.ADD)
    if Component.EVENT not in calendar.components or calendar.books:
        raise BadInput(_("Choose a calendar of events that is not booked itself."))
    if AppointmentPage.objects.living().filter(space=calendar.space).count() >= MOST_PAGES:
        raise TooLarge(_("There are too many such pages here already."))
    page = AppointmentPage(space=calendar.space, acl=calendar.space.acl, calendar=calendar, created_by=actor.user)
    _set(page, fields)
    page.save()
    _host(page, hosts)
    keep_by_maker(actor, page)
    _tell(actor, page, "appointments-make")
    return page


@transaction.atomic
def change(actor: Actor, page: AppointmentPage, hosts: Sequence[User], fields: Mapping[str, Any]) -> None:
    """Change a page; what was taken stays. Needs EDIT. Raises Forbidden, BadInput."""
    _hold(actor, page, Right.EDIT)
    _set(page, fields)
    page.save()
    _host(page, hosts)
    _tell(actor, page, "appointments-change")


@transaction.atomic
def throw_away(actor: Actor, page: AppointmentPage, *, back: bool = False) -> None:
    """Throw a page away, or bring it back: what was taken stays in the calendar. Needs MANAGE."""
    if back:
        page.space.hold()
        actor.forget()
        actor.require(page, Right.MANAGE)
    else:
        _hold(actor, page, Right.MANAGE)
    page.deleted_at = None if back else timezone.now()
    page.save(update_fields=["deleted_at"])
    _tell(actor, page, "appointments-restore" if back else "appointments-trash")


@transaction.atomic
def take(
    visitor: Actor, page: AppointmentPage, starts: datetime, minutes: int, *, name: str, email: str,
    answers: Sequence[str], zone: str, link: Link,
) -> Appointment:  # fmt: skip
    """Take a time. Needs RESPOND. Raises Forbidden, BadInput, Conflict (taken, closed, too many)."""
    owner = _enter(visitor, page)
    found = Appointment(page=page, name=_line(name, 100), email=_address(email), link=link)
    found.answers = _answers(page, answers)
    found.zone = zone if zone in zoneinfo.available_timezones() else page.calendar.zone
    found.language = translation.get_language() or ""
    coming = page.appointments.filter(cancelled_at=None, ends__gt=timezone.now())
    if coming.filter(email=found.email).count() >= MOST_EACH:
        raise Conflict(_("You have several times here already. Give one back first."))
    _require_free(page, starts, minutes)
    token = secrets.token_urlsafe(24)
    found.digest, found.sealed = links.digest_of(token), links.box().encrypt(token.encode())
    found.uid = f"{PREFIX}{secrets.token_hex(16)}"
    found.starts, found.ends = starts, starts + timedelta(minutes=minutes)
    found.save()
    _take(found, page.hosts.all())
    data = writing.new(Component.EVENT, _changes(found), now=timezone.now(), uid=found.uid)
    found.event = _stored(owner, page.calendar, f"{found.uid}.ics", data)
    found.save(update_fields=["event"])
    _tell_hosts(found)
    appointment_letters.kept(found)
    return found


@transaction.atomic
def move(visitor: Actor, found: Appointment, starts: datetime) -> None:
    """Take another time instead. Raises Conflict (taken, closed, over)."""
    page = found.page
    owner = _enter(visitor, page)
    found = _again(found)
    minutes = int((found.ends - found.starts) / timedelta(minutes=1))
    _require_free(page, starts, minutes, but=found)
    _put(found, starts, starts + timedelta(minutes=minutes))
    event = found.event
    if event is None:
        raise Conflict(CLOSED)
    now, zone = timezone.now(), ZoneInfo(page.calendar.zone)
    data = editing.change_all(bytes(event.data), writing.Changes(times=_times(found)), now=now, zone=zone)
    _stored(owner, page.calendar, event.name, data)
    _tell_hosts(found)
    appointment_letters.moved(found)


@transaction.atomic
def cancel(found: Appointment) -> None:
    """Give a time back: whoever has the personal link may. Raises Conflict where it is over or was given back."""
    page = found.page
    page.space.hold()
    found = _again(found)
    event, maker = found.event, page.created_by
    _tell_hosts(found)
    _end(found)
    if event is not None and event.deleted_at is None and maker is not None:
        storing.delete(Actor.of(maker), CalendarObject.objects.select_related("calendar").get(pk=event.pk))


def token_of(found: Appointment) -> str:
    """Return the token of the personal link, for its owner."""
    return links.box().decrypt(bytes(found.sealed)).decode()


def _enter(visitor: Actor, page: AppointmentPage) -> Actor:
    """Lock the page, ask for the right, and return who answers for it."""
    _hold(visitor, page, Right.RESPOND)
    if (owner := appointing.answerable(page)) is None:
        raise Conflict(CLOSED)
    return owner


def _hold(actor: Actor, page: AppointmentPage, right: Right) -> None:
    page.hold()
    actor.forget()
    actor.require(page, right)


def _again(found: Appointment) -> Appointment:
    now = Appointment.objects.select_related("event", "page__calendar").get(pk=found.pk)
    if now.cancelled_at is not None or now.ends <= timezone.now():
        raise Conflict(_("This appointment is over, or was given back already."))
    return now


def _require_free(page: AppointmentPage, starts: datetime, minutes: int, but: Appointment | None = None) -> None:
    try:
        day = starts.astimezone(ZoneInfo(page.calendar.zone)).date()
        free = starts in appointing.offered(page, minutes, day, 1, but=but)
    except OverflowError:
        free = False
    if not free:
        raise Conflict(TAKEN)


def _take(found: Appointment, hosts: Any) -> None:
    page = found.page
    span = found.starts - timedelta(minutes=page.before), found.ends + timedelta(minutes=page.after)
    try:
        with transaction.atomic():
            HostHold.objects.bulk_create([HostHold(appointment=found, user=one, span=span) for one in hosts])
    except IntegrityError:
        raise Conflict(TAKEN) from None


def _put(found: Appointment, starts: datetime, ends: datetime) -> None:
    """Let it take place at another time. Raises Conflict where a host gave that to somebody else."""
    hosts = User.objects.filter(pk__in=list(found.holds.values_list("user", flat=True)))
    found.holds.all().delete()
    found.starts, found.ends = starts, ends
    found.save(update_fields=["starts", "ends"])
    _take(found, hosts)


def _end(found: Appointment) -> None:
    found.cancelled_at = timezone.now()
    found.save(update_fields=["cancelled_at"])
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
        _end(found)
    elif span != (found.starts, found.ends):
        _put(found, *span)
        appointment_letters.moved(found)


def _stored(owner: Actor, calendar: Calendar, name: str, data: bytes) -> CalendarObject:
    try:
        return storing.put(owner, calendar, name, data).found
    except Forbidden:
        raise Conflict(CLOSED) from None


def _changes(found: Appointment) -> writing.Changes:
    """Return what the event says: a calendar may be public, so address and answers stand on the page of hosts alone."""
    title, place = f"{found.page.title}: {found.name}", found.page.place
    says = {"SUMMARY": title, "LOCATION": place, "STATUS": "CONFIRMED", "CLASS": "CONFIDENTIAL"}
    return writing.Changes(says={name: value for name, value in says.items() if value}, times=_times(found))


def _times(found: Appointment) -> tuple[Any, Any]:
    zone = ZoneInfo(found.page.calendar.zone)
    begins, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (found.starts, found.ends))
    return writing.zoned(begins, zone), writing.zoned(ends, zone)


def _set(page: AppointmentPage, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(page, name, fields[name])
    page.title, page.text = _line(page.title, 200), description_of(page.text)
    page.place = _line(page.place, 500, needed=False)
    if not page.lengths or not set(page.lengths) <= set(appointing.LENGTHS):
        raise BadInput(_("Choose how long an appointment may last."))
    if len(page.questions) > MOST_QUESTIONS:
        raise BadInput(_("Ask at most %(count)d questions.") % {"count": MOST_QUESTIONS})


def _host(page: AppointmentPage, hosts: Sequence[User]) -> None:
    if not 1 <= len(hosts) <= MOST_HOSTS:
        raise BadInput(_("Choose one to %(count)d people with whom times are given.") % {"count": MOST_HOSTS})
    page.hosts.set(hosts)


def _answers(page: AppointmentPage, given: Sequence[str]) -> list[list[str]]:
    found = []
    for question, answer in zip(page.questions, [*given, *[""] * len(page.questions)], strict=False):
        text = _line(answer, 1000, needed=False)
        if question["needed"] and not text:
            raise BadInput(_("Answer this first: %(question)s") % {"question": question["text"]})
        if text:
            found.append([question["text"], text])
    return found


def _line(text: str, longest: int, *, needed: bool = True) -> str:
    text = " ".join(text.split())
    if (needed and not text) or len(text) > longest or not text.isprintable():
        raise BadInput(_("Write one line of at most %(count)d characters.") % {"count": longest})
    return text


def _address(email: str) -> str:
    address = checked_email(email)
    if address is None:
        raise BadInput(_("Give your e-mail address: the confirmation goes there."))
    return address


def _tell_hosts(found: Appointment) -> None:
    people = list(found.holds.values_list("user", flat=True))
    notices.tell(TOLD, people, (AppointmentPage.REF_KIND, found.page_id))


def _tell(actor: Actor, page: AppointmentPage, kind: str) -> None:
    by = actor.user.pk if actor.user is not None else None
    record(page.space_id, kind, (AppointmentPage.REF_KIND, page.pk), by, after={"title": page.title})
