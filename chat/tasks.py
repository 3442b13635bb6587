"""What is done at night, each hour, and when its moment has come."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from chat.actions import channels, exporting, importing, keeping, moderating, previewing, scheduling, signing
from chat.models import Channel

BATCH = 20


@shared_task
def expire() -> int:
    """Remove what is older than its channel keeps. Returns how much."""
    return moderating.expire()


@shared_task
def say_due() -> int:
    """Say what was to be said by now, and remind people of what they kept. Returns how many of both."""
    return scheduling.send_due() + keeping.remind_due()


@shared_task(soft_time_limit=60, time_limit=90)
def preview(message: int, address: str) -> bool:
    """Look at the page to which a message links, and show what it says. Returns whether there was something."""
    return previewing.look(message, address)


@shared_task
def tidy() -> int:
    """Delete for good what was thrown away long enough ago, and archives past their day. Returns how many channels."""
    old = Channel.objects.filter(deleted_at__lt=timezone.now() - channels.KEPT)
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    channels.erase(ids)
    exporting.sweep()
    importing.sweep()
    signing.tidy()
    previewing.tidy()
    scheduling.tidy(timezone.now() - signing.KEPT)
    return len(ids)
