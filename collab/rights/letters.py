"""Mail about links: written in the transaction of its cause, sent after it, tried until the server takes it."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import mails
from collab.accounts.models import User
from collab.lib import held
from collab.rights.links import box
from collab.rights.models import Letter, Link

logger = logging.getLogger(__name__)
KEPT = timedelta(days=90)
PATIENCE = timedelta(days=3)
"""How long a letter is tried again while the mail server is away."""
_AGAIN = timedelta(minutes=4)
_GONE = b""


def can_post() -> bool:
    """Whether this house sends mail at all."""
    return bool(settings.MAIL_URL)


def post(
    kind: str, email: str, subject: str, template: str, about: dict[str, Any], *,
    link: Link | None = None, sender: User | None = None, attached: tuple[str, str, str] | None = None,
) -> Letter:  # fmt: skip
    """Write the letter, in the language of now, and queue it for after the commit.

    `template` names both texts, "links/email/receipt". `attached`: a small text that goes with it, as (name, media
    type, content). Only where `can_post`. Apps send what they have to say as `Letter.Kind.OTHER`.
    """
    about |= {"house": mails.house(), "address": settings.URL}
    words = [subject, render_to_string(f"{template}.txt", about), render_to_string(f"{template}.html", about)]
    sealed = box().encrypt(json.dumps([*words, *([attached] if attached else [])]).encode())
    letter = Letter.objects.create(kind=kind, email=email, sealed=sealed, link=link, sender=sender)
    transaction.on_commit(lambda: _queue(letter.pk))
    return letter


@transaction.atomic
def deliver(pk: int) -> None:
    """Send the letter once. While the server is away it waits, for three days at most; what it refuses has failed."""
    waiting = Letter.objects.select_for_update(skip_locked=True).filter(pk=pk, state=Letter.State.WAITING)
    letter = waiting.first()
    if letter is None or held.keeps(letter.created_at):
        return
    if letter.kind == Letter.Kind.LINK and letter.link_id is None:
        return _note(letter, Letter.State.FAILED, _("The link was closed before the mail left."))
    subject, text, html, *attached = json.loads(box().decrypt(bytes(letter.sealed)))
    try:
        mails.send(subject, text, html, [letter.email], attached=attached)
    except OSError as error:
        late = letter.created_at < timezone.now() - PATIENCE
        over = late or isinstance(error, SMTPRecipientsRefused)
        return _note(letter, Letter.State.FAILED if over else Letter.State.WAITING, mails.reason(error))
    return _note(letter, Letter.State.SENT, "")


def may_post(email: str, most: int = 10) -> bool:
    """Whether one more letter that strangers can cause may leave to this address today: nobody floods it from here."""
    today = Letter.objects.filter(email=email, created_at__gt=timezone.now() - timedelta(days=1))
    return today.filter(kind=Letter.Kind.OTHER).count() < most


def catch_up() -> None:
    """Queue again what waits since the queue or the mail server was away; forget what left long ago."""
    late = Letter.objects.filter(state=Letter.State.WAITING, at__lt=timezone.now() - _AGAIN).order_by("at")
    if (moment := held.before()) is not None:
        late = late.filter(created_at__gte=moment)
    for pk in late.values_list("pk", flat=True)[:500]:
        _queue(pk)
    Letter.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def held_back(moment: datetime) -> int:
    """Return how many letters of before are held back (`registry.Outgoing`)."""
    return Letter.objects.filter(state=Letter.State.WAITING, created_at__lt=moment).count()


def drop_held(moment: datetime) -> None:
    """Let none of them leave."""
    waiting = Letter.objects.filter(state=Letter.State.WAITING, created_at__lt=moment)
    waiting.update(state=Letter.State.FAILED, error=str(held.NOT_SENT), at=timezone.now(), sealed=_GONE)


def _note(letter: Letter, state: str, error: str) -> None:
    letter.state, letter.error, letter.at = state, error[:300], timezone.now()
    if state != Letter.State.WAITING:
        letter.sealed = _GONE
    letter.save(update_fields=["state", "error", "at", "sealed"])


def _queue(pk: int) -> None:
    from collab.rights.tasks import send_letter

    try:
        send_letter.apply_async((pk,), retry=False)
    except (OperationalError, RedisError):
        logger.warning("letter %s waits: the queue is away", pk)
