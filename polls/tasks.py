"""Periodic work of polls; each task is one call."""

from celery import shared_task

from polls.actions import ending


@shared_task
def tidy() -> None:
    """Delete what was thrown away a month ago."""
    ending.forget_old()
