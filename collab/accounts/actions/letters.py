"""What is written to those who register, in their language; it leaves after the commit, by the queue if it is there."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import languages, mails
from collab.accounts.models import Registration, User

logger = logging.getLogger(__name__)


def prove(registration: Registration, token: str) -> None:
    """Send the link by which the address is proved."""
    link = settings.URL + reverse("accounts:register-prove", args=[token])
    _leave(registration.email, registration.language, "prove", registration.display_name, link)


def known(email: str, language: str) -> None:
    """Tell somebody who has an account that this address was registered again: they alone learn it."""
    _leave(email, language, "known", "", settings.URL + reverse("account_login"))


def approved(person: User) -> None:
    """Tell that the account is there."""
    _leave(person.email or "", person.language, "approved", str(person), settings.URL + reverse("account_login"))


def refused(registration: Registration) -> None:
    """Tell that there will be no account."""
    _leave(registration.email, registration.language, "refused", registration.display_name, "")


def prove_address(person: User, email: str, token: str) -> None:
    """Send the link by which somebody proves the address that they gave for their account."""
    link = settings.URL + reverse("shell:settings-address-prove", args=[token])
    _leave(email, person.language, "address", str(person), link)


def address_known(email: str, language: str) -> None:
    """Tell somebody that their address was given for another account: they alone learn that they have one."""
    _leave(email, language, "address-known", "", "")


def address_changed(person: User, before: str, token: str) -> None:
    """Warn at the address of before that the account has another one; the token takes it back, "" for none."""
    link = settings.URL + reverse("shell:settings-address-undo", args=[token]) if token else ""
    _leave(before, person.language, "address-changed", str(person), link)


def refuse_later(pk: int, delay: timedelta) -> None:
    """Send the mail of a refusal after the delay; without a queue the hourly cleaning does."""
    transaction.on_commit(lambda: _queue(pk, delay))


def _queue(pk: int, delay: timedelta) -> None:
    from collab.accounts.tasks import tell_refused

    try:
        tell_refused.apply_async((pk,), countdown=delay.total_seconds(), retry=False)
    except (OperationalError, RedisError):
        logger.warning("the mail of refusal %s waits: the queue is away", pk)


def _leave(email: str, language: str, kind: str, name: str, link: str) -> None:
    """Compose now, send after the commit. Where no mail leaves, nothing."""
    if not settings.MAIL_URL or not email:
        return
    with translation.override(languages.fit(language)):
        house = mails.house()
        subject = {
            "prove": _("Your account at %(house)s: one step left"),
            "known": _("You have an account at %(house)s already"),
            "approved": _("Your account at %(house)s is open"),
            "refused": _("Your request at %(house)s"),
            "address": _("Confirm your address at %(house)s"),
            "address-known": _("Your address was given at %(house)s"),
            "address-changed": _("Your address at %(house)s was changed"),
        }[kind] % {"house": house}
        about = {"kind": kind, "name": name, "house": house, "link": link, "address": settings.URL}
        name = "address" if kind.startswith("address") else "registering"
        text = render_to_string(f"account/email/{name}.txt", about)
        html = render_to_string(f"account/email/{name}.html", about)
    send_after_commit(subject, text, html, email)


def send_after_commit(subject: str, text: str, html: str, email: str) -> None:
    """Let the mail leave once the transaction at hand is committed: by the queue, or at once where that is away."""
    transaction.on_commit(lambda: _send(subject, text, html, email))


def _send(subject: str, text: str, html: str, email: str) -> None:
    from collab.accounts.tasks import send_mail

    try:
        send_mail.apply_async((subject, text, html, [email]), retry=False)
    except (OperationalError, RedisError):  # no queue: better late than never
        try:
            mails.send(subject, text, html, [email])
        except OSError as error:
            logger.warning("a mail about an account did not leave: %s", mails.reason(error))
