"""Login passwords: set, and what ends with the old one."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.epochs import locked, touch
from collab.accounts.models import AppPassword, User
from collab.events import audit
from collab.lib.errors import BadInput, Forbidden


@transaction.atomic
def set_password(user: User | None, subject: User, password: str, *, devices: bool = False) -> User:
    """Give the person a new login password: other sessions end, remembered logins are forgotten.

    `devices` also revokes every app password, for an account that somebody else had got into.
    One's own, or by rank. Raises Forbidden, BadInput (weak).
    """
    if user is not None and user.pk != subject.pk and not ranks.may_edit(user, subject):
        raise Forbidden(_("Your profile does not allow setting this person's password. Ask the owner."))
    if subject.is_bot:
        raise BadInput(_("A bot has no password: it comes in by its tokens."))
    require_strong(password, subject)
    row = locked(subject)
    row.set_password(password)
    row.save(update_fields=["password"])
    if devices:
        AppPassword.objects.filter(user=row).delete()
    touch(row)
    # the session's own hash of the password is stale now: Django refuses every other session at its next request
    subject.password, subject.epoch = row.password, row.epoch
    audit.record("password-changed", user, ("user", row.pk), str(row), devices=devices)
    return subject


def reset_path(user: User, subject: User) -> str:
    """Return the address, within this site, at which the person chooses a new password: once, for a few days.

    For somebody whom no mail reaches. The present password goes on working until then. By rank, never for oneself or
    a disabled account. Raises Forbidden.
    """
    if not ranks.may_reset(user, subject):
        raise Forbidden(_("Your profile does not allow setting this person's password. Ask the owner."))
    audit.record("password-link", user, ("user", subject.pk), str(subject))
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(subject)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(subject), "key": key})


def require_strong(password: str, subject: User) -> None:
    """Raise BadInput, with the reasons, for a password that is easy to guess."""
    try:
        validate_password(password, subject)
    except ValidationError as weak:
        raise BadInput(" ".join(weak.messages)) from None


def end_sessions(subject: User, keep: str = "") -> int:
    """End the person's sessions, but the one with the key `keep`; return how many ended."""
    found = list(UserSession.objects.filter(user=subject).exclude(session_key=keep))
    for session in found:
        session.end()
    if found:
        audit.record("signed-out", None, ("user", subject.pk), str(subject), sessions=len(found))
    return len(found)
