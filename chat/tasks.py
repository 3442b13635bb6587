"""What is done at night, each hour, and when its moment has come."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from chat import calls, replies
from chat.actions import (
    asking,
    channels,
    ephemerals,
    exporting,
    importing,
    keeping,
    moderating,
    previewing,
    scheduling,
    signing,
    visiting,
)
from chat.models import Channel

BATCH = 20
logger = logging.getLogger(__name__)


@shared_task
def carry_call(pk: int) -> None:
    """Send one message to a program that is told."""
    calls.carry(pk)


@shared_task
def carry_asking(pk: int) -> None:
    """Ask a program that is asked by a command; a moment later where too many are being asked."""
    if asking.is_busy(pk):
        queue_asking(pk, after=1)
    else:
        replies.carry(pk)


@shared_task
def carry_due() -> int:
    """Send what waits for another try, or for a queue that was away. Returns how many."""
    found = calls.due()
    for pk in found:
        queue_call(pk)
    questions = replies.give_up()
    for pk in questions:
        queue_asking(pk)
    return len(found) + len(questions)


def queue_call(pk: int) -> None:
    """Have it sent at once; while the queue is away it waits for `carry_due`."""
    try:
        carry_call.apply_async((pk,), retry=False)
    except (OperationalError, RedisError):
        logger.warning("call %s waits: the queue is away", pk)


def queue_asking(pk: int, after: int = 0) -> None:
    """Have a program asked at once; while the queue is away it waits for `carry_due`."""
    try:
        carry_asking.apply_async((pk,), retry=False, countdown=after or None)
    except (OperationalError, RedisError):
        logger.warning("question %s waits: the queue is away", pk)


@shared_task
def expire() -> int:
    """Remove what is older than its channel keeps, and what was for a day or half an hour. Returns how much."""
    return moderating.expire() + ephemerals.tidy() + asking.tidy()


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
    exporting.sweep()
    importing.sweep()
    signing.tidy()
    previewing.tidy()
    scheduling.tidy(timezone.now() - signing.KEPT)
    visiting.tidy()
    before = timezone.now() - channels.KEPT
    ids = list(Channel.objects.filter(deleted_at__lt=before).values_list("pk", flat=True)[:BATCH])
    return sum(channels.erase_thrown(pk, before) for pk in ids)
