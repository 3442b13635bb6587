"""What becomes of the times that visitors took when the page or the calendar goes, and when it comes back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from calendars import appointment_letters
from calendars.actions import following, storing
from calendars.models import Appointment
from collab.lib.errors import Refusal
from collab.rights.actor import Actor


def call_off(pages: Collection[int], at: datetime, *, events: bool) -> None:
    """End all that is to come on these pages, and tell visitors and hosts. The spaces are locked.

    `events`: the pages go alone, so what stands in their calendars goes too. `give_again` knows it by the moment `at`.
    """
    Appointment.objects.filter(page__in=pages).exclude(expires_at=None).delete()
    for found in _coming(pages, cancelled_at=None):
        following.tell_hosts(found)
        following.end(found, at)
        if events:
            following.take_out(found)


def give_again(pages: Collection[int], at: datetime) -> None:
    """Let what was called off at this moment take place after all, where its hosts are still free; tell of it."""
    for found in _coming(pages, cancelled_at=at):
        event, maker = found.event, found.page.created_by
        if event is None or maker is None:
            continue
        owner = Actor.of(maker)
        try:
            with transaction.atomic():
                found.cancelled_at = None
                found.sequence += 1
                found.save(update_fields=["cancelled_at", "sequence"])
                following.hold_for(found, [found.host] if found.host is not None else found.page.hosts.all())
                if event.deleted_at is not None:
                    storing.bring_back(owner, event)
        except Refusal:
            if event.deleted_at is None:
                storing.delete(owner, event)
            continue
        following.tell_hosts(found)
        appointment_letters.kept(found)


def _coming(pages: Collection[int], **which: Any) -> list[Appointment]:
    rows = Appointment.objects.filter(page__in=pages, ends__gt=timezone.now(), **which).order_by("starts", "pk")
    return list(rows.select_related("page__calendar__space", "page__created_by", "event__calendar", "host", "link"))
