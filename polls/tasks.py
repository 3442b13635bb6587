"""Periodic work of polls; each task is one call."""

from celery import shared_task

from polls.actions import asking, ending, inviting


@shared_task
def remind() -> None:
    """Remind those who have not answered polls that end soon."""
    inviting.remind_all()


@shared_task
def tidy() -> None:
    """Delete what was thrown away a month ago, and what visitors began or left alone."""
    ending.forget_old()
    asking.forget_old()
