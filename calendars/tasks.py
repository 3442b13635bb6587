"""Periodic work of calendars; each task is one call."""

import logging

from celery import shared_task
from django.conf import settings

from calendars import mailbox
from calendars.actions import (
    appointing,
    arranging,
    calling,
    delivering,
    expanding_on,
    fetching,
    hosting,
    making,
    meeting,
    reminding,
    storing,
)

logger = logging.getLogger(__name__)


@shared_task
def tidy() -> None:
    """Delete what was thrown away a month ago, and forget what went long ago."""
    storing.forget_old()
    making.forget_old()
    arranging.forget_old()
    meeting.forget_past()
    delivering.forget_old()
    appointing.forget_unproved()
    appointing.forget_over()
    hosting.forget_old()


@shared_task
def remind() -> None:
    """Tell people of alarms that are due, and of tasks."""
    reminding.ring_all()
    calling.call_all()


@shared_task
def write_on() -> None:
    """Write occurrences of endless series down further into the future."""
    expanding_on.write_on()


@shared_task
def fetch() -> None:
    """Fetch the web calendars that are due."""
    fetching.fetch_due()


@shared_task
def deliver(ids: list[int]) -> None:
    """Deliver messages of invitations that were just written."""
    for pk in ids:
        delivering.deliver(pk)


@shared_task
def deliver_due() -> None:
    """Deliver what could not leave at once."""
    delivering.deliver_due()


@shared_task
def read_mailbox() -> None:
    """Read the mailbox to which answers come, where there is one."""
    if settings.MAIL_IN_URL:
        try:
            mailbox.fetch(settings.MAIL_IN_URL)
        except OSError as failure:
            logger.warning("the mailbox cannot be read: %s", failure)
