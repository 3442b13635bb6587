"""Periodic work of polls; each task is one call."""

from celery import shared_task

from polls.actions import ending, inviting


@shared_task
def remind() -> None:
    """Remind those who have not answered polls that end soon."""
    inviting.remind_all()


@shared_task
def tidy() -> None:
    """Delete what was thrown away a month ago."""
    ending.forget_old()
