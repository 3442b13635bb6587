"""Periodic work of the sample."""

from celery import shared_task


@shared_task
def tidy() -> None:
    """Nothing grows here."""
