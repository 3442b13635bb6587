"""Mail of the account doors, sent beside the request."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from collab.accounts import mails, throttle
from collab.accounts.actions import addresses, devices, flows, invitations, posting, registrations


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_mail(subject: str, text: str, html: str, to: list[str]) -> None:
    """Send one message; a mail server that is away is asked again for a quarter of an hour."""
    mails.send(subject, text, html, to)


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_invitation(invitation: int) -> None:
    """Send the mail of an invitation, with the same patience; what went wrong is kept with it."""
    posting.deliver(invitation)


@shared_task
def tell_refused(registration: int) -> None:
    """Tell somebody who registered that the answer is no, unless it was taken back."""
    registrations.tell_refused(registration)


@shared_task
def sweep() -> None:
    """Forget healed counts of tries, what nobody finished, sessions and passwords that ended; send late mail."""
    throttle.sweep()
    devices.sweep()
    SessionStore.clear_expired()
    flows.sweep()
    invitations.sweep()
    registrations.sweep()
    addresses.sweep()
