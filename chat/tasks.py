"""What is done at night, and each hour."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from chat.actions import channels, exporting, importing, moderating
from chat.models import Channel

BATCH = 20


@shared_task
def expire() -> int:
    """Remove what is older than its channel keeps. Returns how much."""
    return moderating.expire()


@shared_task
def tidy() -> int:
    """Delete for good what was thrown away long enough ago, and archives past their day. Returns how many channels."""
    old = Channel.objects.filter(deleted_at__lt=timezone.now() - channels.KEPT)
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    channels.erase(ids)
    exporting.sweep()
    importing.sweep()
    return len(ids)
