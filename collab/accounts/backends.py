"""Who signs in: user name or address, and login password; the one place where a login password opens a session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest

from collab.accounts import credentials, recalling
from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address


class LoginBackend(BaseBackend):
    """Exactly one slow hash whatever is sent, so that time tells nobody whether an account exists (AC 50)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **others: Any,
    ) -> User | None:
        """Return the person, None if anything is wrong (a disabled account too); raise TooMany when slowed down."""
        typed = (username or email or "").strip().lower()
        if not typed or not password or "\0" in typed:
            return None
        user = _find(typed)
        address = client_address(request.META) if request is not None else ""
        account = user.username if user else typed
        throttle = Throttle()
        throttle.check("web", account, address)
        if user is None:
            credentials.burn(password)
        elif user.check_password(password) and user.is_active:
            throttle.succeed("web", account, address)
            return user
        throttle.fail("web", account, address, secret=password)
        return None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; a disabled one's sessions are dead at once."""
        return recalling.person(user_id)


def _find(typed: str) -> User | None:
    """Return the person with this user name, or this address in any case; a user name comes first."""
    found = User.objects.alias(address=Lower("email")).filter(Q(username=typed) | Q(address=typed))
    return min(found, key=lambda user: user.username != typed, default=None)
