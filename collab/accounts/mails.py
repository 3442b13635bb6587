"""How a message leaves the house: one way for all, and in plain words why it did not."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formataddr, parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from collab.registry import house as registry


def send(
    subject: str, text: str, html: str, to: list[str], headers: dict[str, str] | None = None, *,
    attached: Sequence[Sequence[str]] = (),
) -> None:  # fmt: skip
    """Send one message, now, with small texts beside it, each (name, media type, content).

    Raises OSError (every failure of a mail server is one).
    """
    message = EmailMultiAlternatives(" ".join(subject.split()), text, sender(), to, headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    for name, media_type, content in attached:
        message.attach(name, content, media_type)
    message.send()


def send_test(to: str) -> None:
    """Send a message that only says that mail works, by the way of all others. Raises OSError."""
    about = {"house": house(), "address": settings.URL}
    subject = _("Test message from %(house)s") % {"house": house()}
    text = render_to_string("account/email/test.txt", about)
    send(subject, text, render_to_string("account/email/test.html", about), [to])


def reason(error: OSError) -> str:
    """Return what the mail server, or the way to it, said."""
    words: bytes | str
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        _code, words = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        words = error.smtp_error
    else:
        words = str(error) if isinstance(error, SMTPException) or not error.strerror else error.strerror
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return (" ".join(text.split()) or type(error).__name__)[:300]


def house() -> str:
    """The name of the house, for mails and authenticators."""
    name: str = registry.get("house.name")
    return name


def sender() -> str:
    """From whom mails come: the name that was chosen, at the address that the server was given."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((registry.get("mail.sender") or house(), address))
