"""What becomes of a time that a visitor took: held by its hosts, moved, ended, given again; by whatever door.

The event in the calendar is the truth that others see: who moves or deletes it there moves or cancels the appointment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calendars import appointment_letters
from calendars.actions import holding, keeping, storing
from calendars.ical import answers
from calendars.models import Appointment, AppointmentPage, CalendarObject, HostHold
from collab.accounts.models import User
from collab.events import notices
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.rights.actor import Actor

TOLD = "calendars.appointment"
TAKEN = _("This time is taken by now. Choose another.")


def hold_for(found: Appointment, hosts: Iterable[User]) -> None:
    """Let these hosts give the time, all of them. Raises Conflict where one gave it to somebody else."""
    page = found.page
    span = found.starts - timedelta(minutes=page.before), found.ends + timedelta(minutes=page.after)
    try:
        with transaction.atomic():
            HostHold.objects.bulk_create([HostHold(appointment=found, user=one, span=span) for one in hosts])
    except IntegrityError:
        raise Conflict(TAKEN) from None


def put_at(found: Appointment, starts: datetime, ends: datetime) -> list[User]:
    """Let it take place at another time, with nobody yet; return its hosts, in the order in which all lock them."""
    hosts = list(User.objects.filter(pk__in=list(found.holds.values_list("user", flat=True))).order_by("pk"))
    found.holds.all().delete()
    found.starts, found.ends = starts, ends
    found.sequence += 1
    found.save(update_fields=["starts", "ends", "sequence"])
    return hosts


def end(found: Appointment, at: datetime) -> None:
    """Note that it does not take place since this moment, free its hosts, and tell the visitor."""
    found.cancelled_at = at
    found.sequence += 1
    found.save(update_fields=["cancelled_at", "sequence"])
    found.holds.all().delete()
    appointment_letters.cancelled(found)


def take_out(found: Appointment) -> None:
    """Take the event of an appointment that ended out of the calendar, with the rights of who made the page.

    Where they may not any more, the house says in it that it does not take place: nobody waits for somebody in vain.
    """
    event, maker = found.event, found.page.created_by
    if event is None or event.deleted_at is not None:
        return
    event = CalendarObject.objects.living().select_related("calendar__space__owner").filter(pk=event.pk).first()
    if event is None:
        return
    if maker is not None and maker.is_active:
        with contextlib.suppress(Forbidden, NotFound), transaction.atomic():
            return storing.delete(Actor.of(maker), event)
    with contextlib.suppress(NotFound):
        now = keeping.again(event)
        keeping.rewrite(now, answers.called_off(bytes(now.data), now.sequence + 1, timezone.now()))


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
        hold_for(found, put_at(found, *span))
        appointment_letters.moved(found)


def comes_back(event: CalendarObject, gone: datetime) -> None:
    """Let an appointment take place after all whose event was deleted at that moment, and is back; the visitor is told.

    What the visitor gave back, or went with its page, ended before its event did, and stays as it is. Raises Conflict
    where a host gave the time to somebody else by now.
    """
    rows = Appointment.objects.select_related("page", "host").filter(uid=event.uid, event=event.pk)
    found = rows.filter(cancelled_at__gte=gone, ends__gt=timezone.now(), page__deleted_at=None).first()
    if found is None or found.page.calendar_id != event.calendar_id:
        return
    found.cancelled_at = None
    found.sequence += 1
    found.save(update_fields=["cancelled_at", "sequence"])
    hold_for(found, [found.host] if found.host is not None else found.page.hosts.order_by("pk"))
    tell_hosts(found)
    appointment_letters.kept(found)


def host_goes(person: User) -> None:
    """Tell visitors that what they took with somebody who leaves the house, and nobody else, does not take place."""
    rows = Appointment.objects.filter(holds__user=person, cancelled_at=None, ends__gt=timezone.now())
    rows = rows.select_related("page__created_by", "event", "link").order_by("page__space", "pk")
    for found in rows:
        holding.hold_space(found.page.space_id)
        found.holds.filter(user=person).delete()
        if found.holds.exists():
            continue
        if found.expires_at is not None:
            found.delete()
            continue
        end(found, timezone.now())
        take_out(found)


def tell_hosts(found: Appointment) -> None:
    """Tell those whose time it is that something became of it."""
    people = list(found.holds.values_list("user", flat=True))
    notices.tell(TOLD, people, (AppointmentPage.REF_KIND, found.page_id))
