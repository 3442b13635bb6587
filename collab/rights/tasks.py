"""Mail about links, sent beside the request."""

from celery import shared_task

from collab.rights import drops, letters


@shared_task
def send_letter(letter: int) -> None:
    """Send one letter."""
    letters.deliver(letter)


@shared_task
def tend() -> None:
    """Tell makers what arrived, send what still waits, forget what is old."""
    drops.tell()
    letters.catch_up()
    drops.sweep()
