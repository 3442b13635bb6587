"""What the engine does beside the requests."""

from celery import shared_task

from collab.notifications import digests, pushing, sweeping


@shared_task
def ring(person: int) -> None:
    """Ring one person's devices."""
    pushing.deliver(person)


@shared_task
def send_digest(digest: int) -> None:
    """Send one mail."""
    digests.deliver(digest)


@shared_task(expires=50)
def tend() -> None:
    """Every minute: make the mails that are due, send and ring what still waits."""
    digests.make_due()
    digests.catch_up()
    pushing.catch_up()


@shared_task
def tidy() -> None:
    """Every night: forget what is old."""
    sweeping.sweep()
