"""Nightly order among marks."""

from celery import shared_task
from django.db import transaction

from collab.marks import following


@shared_task
def tidy() -> None:
    """Delete the marks of things that are gone, and what was taken back long enough ago."""
    with transaction.atomic():
        following.sweep()
