"""The mail of an invitation: queued after the commit, sent once, its failure kept for those who asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import languages, mails
from collab.accounts.models import Invitation
from collab.accounts.throttle import Throttle
from collab.lib import held
from collab.lib.errors import TooMany

logger = logging.getLogger(__name__)
_LATE = timedelta(minutes=20)


def post(invitation: Invitation) -> None:
    """Queue the mail for after the commit. Where no mail leaves, nothing: the link is handed over by hand."""
    if not settings.MAIL_URL:
        return
    Invitation.objects.filter(pk=invitation.pk).update(
        mail=Invitation.Mail.WAITING, mail_at=timezone.now(), mail_error=""
    )
    invitation.mail, invitation.mail_error = Invitation.Mail.WAITING, ""
    transaction.on_commit(lambda: _queue(invitation.pk))


def deliver(pk: int) -> None:
    """Send the mail unless it was sent, or the invitation has ended. Raises OSError, after noting it."""
    invitation = Invitation.objects.open().select_related("created_by").filter(pk=pk).first()
    if invitation is None or invitation.mail not in {Invitation.Mail.WAITING, Invitation.Mail.FAILED}:
        return
    if invitation.mail_at is not None and held.keeps(invitation.mail_at):
        return
    mine = Invitation.objects.filter(pk=pk)
    try:
        mails.send(*compose(invitation), [invitation.email])
    except OSError as error:
        mine.update(mail=Invitation.Mail.FAILED, mail_at=timezone.now(), mail_error=mails.reason(error))
        raise
    mine.update(mail=Invitation.Mail.SENT, mail_at=timezone.now(), mail_error="")


def compose(invitation: Invitation) -> tuple[str, str, str]:
    """Return subject, text and HTML, in the language that was chosen for it."""
    with translation.override(languages.fit(invitation.language)):
        maker = str(invitation.created_by) if invitation.created_by else ""
        about = {
            "house": mails.house(),
            "address": settings.URL,
            "maker": maker,
            "invitation": invitation,
            "link": settings.URL + path_of(invitation),
        }
        if maker:
            subject = _("%(name)s invites you to %(house)s") % {"name": maker, "house": mails.house()}
        else:
            subject = _("You are invited to %(house)s") % {"house": mails.house()}
        text = render_to_string("account/email/invitation.txt", about)
        return subject, text, render_to_string("account/email/invitation.html", about)


def path_of(invitation: Invitation) -> str:
    """Return the address, within this site, that lets in; whoever has it comes in."""
    token = Fernet(settings.ENCRYPTION_KEY).decrypt(bytes(invitation.token_sealed)).decode()
    return reverse("shell:invitation", args=[token])


def catch_up() -> None:
    """Queue again what waits since the queue was away."""
    late = Invitation.objects.open().filter(mail=Invitation.Mail.WAITING, mail_at__lt=timezone.now() - _LATE)
    if (moment := held.before()) is not None:
        late = late.filter(mail_at__gte=moment)
    for pk in late.values_list("pk", flat=True)[:500]:
        _queue(pk)


def held_back(moment: datetime) -> int:
    """Return how many invitations of before are held back (`registry.Outgoing`)."""
    return _held(moment).count()


def drop_held(moment: datetime) -> None:
    """Send none of them by itself; their lines say so, and have the button that sends them again."""
    _held(moment).update(mail=Invitation.Mail.FAILED, mail_error=str(held.NOT_SENT), mail_at=timezone.now())


def _held(moment: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.open().filter(mail=Invitation.Mail.WAITING, mail_at__lt=moment)


def _queue(pk: int) -> None:
    from collab.accounts.tasks import send_invitation

    try:
        send_invitation.apply_async((pk,), retry=False)
    except (OperationalError, RedisError):
        logger.warning("the mail of invitation %s waits: the queue is away", pk)


def require_pace(email: str) -> None:
    """Raise TooMany when this address was sent several mails lately: nobody is flooded through this house."""
    if not settings.MAIL_URL:
        return
    throttle = Throttle()
    throttle.check("invitation-mail", email, "")
    throttle.fail("invitation-mail", email, "")


def has_pace(email: str) -> bool:
    """Whether one more mail to this address may leave; it is counted then."""
    try:
        require_pace(email)
    except TooMany:
        return False
    return True
