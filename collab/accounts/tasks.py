"""Mail of the account doors, sent beside the request."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMultiAlternatives

from collab.accounts import throttle
from collab.accounts.actions import flows


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_mail(subject: str, text: str, html: str, to: list[str]) -> None:
    """Send one message; a mail server that is away is asked again for a quarter of an hour."""
    message = EmailMultiAlternatives(subject, text, to=to)
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


@shared_task
def sweep() -> None:
    """Forget healed counts of tries, login flows that nobody finished, and sessions that have ended."""
    throttle.sweep()
    SessionStore.clear_expired()
    flows.sweep()
