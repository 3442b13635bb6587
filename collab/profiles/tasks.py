"""The nightly tidying of what people say of themselves."""

from celery import shared_task

from collab.profiles import actions


@shared_task
def tidy() -> None:
    """Forget pictures that were replaced, and messages that are over."""
    actions.tidy()
