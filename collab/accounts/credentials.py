"""Secrets: how they are made, kept and compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password

from collab.accounts.hashers import is_too_long

ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits without look-alikes: an app password may be typed from a screen. 57 signs, 5.8 bits each."""

_FRESH = 60.0
_KEPT = 4096


def new_secret(length: int) -> str:
    """Return so many random letters and digits; 23 carry 134 bits."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(length))


def digest(secret: str) -> bytes:
    """Return the SHA-256 under which a random secret of at least 128 bits is stored and looked up.

    A slow hash would add nothing to so many bits (ASVS 6.5.2), and a sync client asks many times a second.
    """
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def check_password_cached(user_id: int, epoch: int, encoded: str, password: str) -> bool:
    """Whether this is the person's login password and may be used without a second step.

    Verified slowly once, then known for a minute in this process under a keyed hash that includes
    `epoch` and `encoded`: a changed password or a switched-on second step is a new key.
    False for everyone with two-factor on: their devices use app passwords (CVE-2026-45690).
    """
    if is_remembered(user_id, epoch, encoded, password):
        return True
    if has_two_factor(user_id):
        burn(password)
        return False
    if not check_password(password, encoded):
        return False
    _VERIFIED.keep(_mark(user_id, epoch, encoded, password))
    return True


def is_remembered(user_id: int, epoch: int, encoded: str, password: str) -> bool:
    """Whether this very login was verified here in the last minute; costs microseconds, asks nobody."""
    return _VERIFIED.holds(_mark(user_id, epoch, encoded, password))


def has_two_factor(user_id: int) -> bool:
    """Whether the person switched on a second step."""
    return Authenticator.objects.filter(user_id=user_id).exists()


def burn(password: str) -> None:
    """Spend the time of a check, so that an unknown name answers no faster than a known one."""
    if not is_too_long(password):
        make_password(password)


def _mark(user_id: int, epoch: int, encoded: str, password: str) -> bytes:
    return _VERIFIED.mark(f"{user_id}\0{epoch}\0{encoded}\0{password}")


class Verified:
    """Logins that were right a moment ago; bounded, in memory, useless to whoever reads it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def mark(self, what: str) -> bytes:
        """Return the keyed hash of a login."""
        return hmac.digest(self._key, what.encode(errors="replace"), "sha256")

    def keep(self, mark: bytes) -> None:
        """Remember a login for a minute."""
        self._until[mark] = time.monotonic() + _FRESH
        while len(self._until) > _KEPT:
            self._until.popitem(last=False)

    def holds(self, mark: bytes) -> bool:
        """Whether the login was verified less than a minute ago."""
        return self._until.get(mark, 0.0) > time.monotonic()


_VERIFIED = Verified()
