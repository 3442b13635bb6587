"""Periodic work of the vault."""

from celery import shared_task

from collab.vault import work


@shared_task
def go_on():
    """Seal what is not yet as it is wanted, for a minute at most."""
    work.go_on()
