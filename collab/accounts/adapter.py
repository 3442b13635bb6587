"""How django-allauth behaves in this house."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.conf import settings
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import languages
from collab.accounts.actions import passwords
from collab.accounts.mails import house
from collab.accounts.models import User
from collab.accounts.tasks import send_mail
from collab.events import audit
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput

WRONG = _("The address or the password is not right.")


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up (people are brought in), one sentence for every wrong sign-in, passwords set by our action."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "account_inactive": WRONG,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right, or is too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: the growing delay is in our backend, where every door passes, with Redis away too."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing to roll back."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing in the cache to delete."""

    def set_password(self, user: User, password: str) -> None:
        """Change, set and reset all end here; other sessions die with the old password's hash."""
        try:
            passwords.set_password(user if getattr(self.request, "user", None) == user else None, user, password)
        except BadInput as weak:
            raise ValidationError(weak.message) from None

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *others: Any, **more: Any
    ) -> None:
        """Say what changed; that one is in, or out, the page itself shows."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *others, **more)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request.META) or "127.0.0.1"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the message to the worker: a page that waits for the mail server tells who has an account."""
        about = {"house": house(), "address": settings.URL, "email": email, "request": self.request}
        message = self.render_mail(template_prefix, email, about | context)
        html = next((part.content for part in getattr(message, "alternatives", [])), "")
        try:
            send_mail.apply_async((message.subject, message.body, html, message.to), retry=False)
        except (OperationalError, RedisError):  # no queue: better late than never
            send_mail(message.subject, message.body, html, message.to)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        with translation.override(languages.fit(user.language)):
            super().send_password_reset_mail(user, email, context)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person in their own language, whoever made the change."""
        with translation.override(languages.fit(user.language)):
            super().send_notification_mail(template_prefix, user, context, email)

    def format_email_subject(self, subject: str) -> str:
        return f"[{house()}] {subject}"

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """User names are chosen by those who bring people in."""


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending one's other sessions is told in the audit log."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            audit.record(
                "sign-out-elsewhere", ended[0].user, ("user", ended[0].user_id), str(ended[0].user), sessions=len(ended)
            )


class TwoFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of the second step sealed with the key that is not in the database."""

    def encrypt(self, text: str) -> str:
        return Fernet(settings.ENCRYPTION_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Fernet(settings.ENCRYPTION_KEY).decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return house()
