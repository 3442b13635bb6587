"""Attaching a file of the house to an entry, and taking it off again; either can be taken back for an hour."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import attaching
from calendars.actions import arranging, storing
from calendars.ical import reading
from calendars.models import CalendarObject
from collab.lib.errors import TooLarge
from collab.rights.actor import Actor


def attach(actor: Actor, found: CalendarObject, etag: str, address: str, name: str) -> CalendarObject:
    """Attach the file at this address, under a name that all who see the entry see. Raises Stale, TooLarge, Refusal."""
    if attaching.count(reading.read(bytes(found.data)).parts) >= attaching.MOST:
        raise TooLarge(_("There are 50 things attached already. Put the files into a folder and attach that."))
    return _keep(actor, found, etag, lambda data: attaching.attach(data, address, name, now=timezone.now()))


def detach(actor: Actor, found: CalendarObject, etag: str, address: str) -> CalendarObject:
    """Take off what is attached by this address; the file stays where it is. Raises Stale, Refusal."""
    return _keep(actor, found, etag, lambda data: attaching.detach(data, address, now=timezone.now()))


@transaction.atomic
def _keep(actor: Actor, found: CalendarObject, etag: str, change: Callable[[bytes], bytes]) -> CalendarObject:
    before = bytes(found.data)
    guard = arranging.unchanged(etag)
    stored = storing.put(actor, found.calendar, found.name, change(before), guard=guard).found
    arranging.remember(stored, before)
    return stored
