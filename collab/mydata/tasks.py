"""Periodic work of people's own data."""

from celery import shared_task

from collab.mydata import exporting, leaving


@shared_task
def tend() -> None:
    """Delete accounts whose day has come, archives past theirs, and what crashes left."""
    leaving.carry_out_due()
    exporting.sweep()
