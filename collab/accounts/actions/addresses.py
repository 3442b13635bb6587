"""One's own address: given, proved by the link of a mail, taken back by whoever reads the address of before.

An address opens much: a new password goes there, invitations and polls are matched by it. So it counts nowhere before
somebody who reads it, signed in to the account, pressed the button; in a house that sends no mail, before an
administrator set it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts.actions import letters, passwords, people
from collab.accounts.epochs import locked, touch
from collab.accounts.models import AddressChange, AppPassword, User
from collab.events import audit
from collab.lib.errors import NotFound

HOURS = 48
"""How long the link of a mail proves an address."""
UNDO_DAYS = 14
"""How long whoever reads the address of before can take it back."""
GONE = _("This link is not known here, or is too old. Give the address again in your settings.")
GONE_UNDO = _("This link is not known here, or is too old. Speak to an administrator.")


@transaction.atomic
def ask(user: User, email: str) -> AddressChange | None:
    """Give an address for one's own account. Return what waits to be proved, None where it counts (or is gone) already.

    A link leaves to it; whether it has another account is told to whoever reads it alone. Where the house sends no
    mail it waits for an administrator; administrators are trusted with their own. Raises BadInput.
    """
    subject = locked(user)
    wanted, before = people.checked_email(email), subject.email
    AddressChange.objects.filter(user=subject, changed_at=None).delete()
    if wanted == before:
        return None
    if wanted is None or (subject.is_administrator and not settings.MAIL_URL):
        _change(subject, wanted)
        return None
    token = secrets.token_urlsafe(32)
    waits = AddressChange.objects.create(user=subject, email=wanted, digest=digest_of(token))
    if User.objects.filter(email__iexact=wanted).exists():
        letters.address_known(wanted, subject.language)
    else:
        letters.prove_address(subject, wanted, token)
    return waits


def waiting(user: User) -> AddressChange | None:
    """Return the address that the person gave and that is not proved yet."""
    return _living().filter(user=user).first()


def cancel(user: User) -> None:
    """Forget the address that waits to be proved."""
    AddressChange.objects.filter(user=user, changed_at=None).delete()


def find(user: User, token: str) -> AddressChange:
    """Return what the link of a mail proves. Raises NotFound: unknown, too old, done, or of another account."""
    found = _living().filter(user=user, digest=digest_of(token)).first()
    if found is None or not settings.MAIL_URL:
        raise NotFound(GONE)
    return found


@transaction.atomic
def prove(user: User, token: str) -> User:
    """Let the account bear the address of the link, and tell the one of before. Raises NotFound, Conflict (taken)."""
    subject = locked(user)
    _change(subject, find(subject, token).email)
    return subject


def find_undo(token: str) -> AddressChange:
    """Return the change that the link of a mail takes back. Raises NotFound."""
    young = timezone.now() - timedelta(days=UNDO_DAYS)
    found = AddressChange.objects.filter(digest=digest_of(token), changed_at__gte=young)
    if (change := found.select_related("user").first()) is None:
        raise NotFound(GONE_UNDO)
    return change


@transaction.atomic
def undo(token: str) -> User:
    """Give the account the address of before back, and shut out whoever changed it. Raises NotFound, Conflict (taken).

    Sessions, devices and the password end: a link to a new password then goes to that address.
    """
    subject = locked(find_undo(token).user)
    change = find_undo(token)
    people.give_address(subject, subject, change.before)
    AddressChange.objects.filter(user=subject, pk__gte=change.pk).delete()
    subject.set_unusable_password()
    subject.save(update_fields=["password"])
    AppPassword.objects.filter(user=subject).delete()
    passwords.end_sessions(subject)
    touch(subject)
    audit.record("password-changed", subject, ("user", subject.pk), str(subject), devices=True)
    return subject


def sweep() -> None:
    """Forget addresses that nobody proved, and changes that cannot be taken back any more."""
    now = timezone.now()
    old = Q(changed_at=None, created_at__lt=now - timedelta(hours=HOURS))
    if not settings.MAIL_URL:
        old = Q(pk__in=())
    AddressChange.objects.filter(old | Q(changed_at__lt=now - timedelta(days=UNDO_DAYS))).delete()


def digest_of(token: str) -> bytes:
    """Return the HMAC by which a token is looked up: a stolen table opens nothing."""
    message = b"address:" + token.encode(errors="replace")
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def _living() -> QuerySet[AddressChange]:
    """Return those that wait: where no mail leaves, for an administrator, however long."""
    found = AddressChange.objects.filter(changed_at=None)
    return found.filter(created_at__gte=timezone.now() - timedelta(hours=HOURS)) if settings.MAIL_URL else found


def _change(subject: User, email: str | None) -> None:
    before = subject.email
    people.give_address(subject, subject, email)
    if before:
        token = secrets.token_urlsafe(32)
        AddressChange.objects.create(
            user=subject, email=email or "", before=before, digest=digest_of(token), changed_at=timezone.now()
        )
        letters.address_changed(subject, before, token)
