"""Who is signed in before a test begins: a session as it is left behind, without the statements of signing in.

What signing in itself does is tested by signing in (tests/accounts).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.http import HttpRequest
from django.test.client import ClientMixin
from django.utils.crypto import get_random_string

from collab.accounts.models import User


def _force_login(self: Any, user: User, backend: str | None = None) -> None:
    """What Django's does, but for signing in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session._session_key = get_random_string(32, VALID_KEY_CHARS)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save(must_create=True)
    request = HttpRequest()
    request.session = session
    self._set_login_cookies(request)


@pytest.fixture(scope="session", autouse=True)
def _sessions_are_put_down() -> None:
    ClientMixin.force_login = _force_login
