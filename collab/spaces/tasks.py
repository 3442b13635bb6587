"""Periodic work of spaces."""

from celery import shared_task

from collab.spaces import actions


@shared_task
def tidy() -> None:
    """Erase the spaces whose day of deletion has come."""
    actions.erase_due()
