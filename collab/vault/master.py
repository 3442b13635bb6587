"""The master key: 32 bytes in a file of their own (or in the environment), written down as the recovery key.

The file may hold earlier keys too, one a line: the database knows by its fingerprint which of them is meant, so that a
change of the key may be cut off anywhere, and a backup of before the change still opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from collab.lib import secretfile
from collab.lib.errors import BadInput, Conflict, Unavailable

SIZE = 32
_SUM = 3
_NONCE = 12
_ORDINARY, _CLEAR = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters: none is taken for another when it is written by hand."""
_TO_CLEAR, _TO_ORDINARY = bytes.maketrans(_ORDINARY, _CLEAR), bytes.maketrans(_CLEAR, _ORDINARY)


def text(key: bytes) -> str:
    """Return the recovery key: 14 groups of four letters, of which the last ones notice a slip of the pen."""
    letters = base64.b32encode(key + _sum(key)).translate(_TO_CLEAR).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def parse(typed: str) -> bytes:
    """Return the key that was written down, however it is spaced. Raises BadInput."""
    letters = "".join(typed.upper().split()).replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")
    try:
        both = base64.b32decode(letters.encode("ascii").translate(_TO_ORDINARY))
    except (binascii.Error, UnicodeEncodeError):
        both = b""
    key, check = both[:SIZE], both[SIZE:]
    if len(key) != SIZE or check != _sum(key):
        raise BadInput(_("This is no recovery key, or a letter of it is wrong. Compare it group by group."))
    return key


def fingerprint(key: bytes) -> str:
    """Return what tells the key from others, and nothing of it."""
    letters = hashlib.sha256(b"collab master key" + key).hexdigest()[:16]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def known() -> list[bytes]:
    """Return the keys that are here, the latest first; none where the file or its medium is away."""
    return _parsed(settings.MASTER_KEY or _written())


def fitting(wanted: str) -> bytes | None:
    """Return the key with this fingerprint, None when it is not here."""
    return next((key for key in known() if fingerprint(key) == wanted), None)


def latest() -> bytes:
    """Return the latest key, made now where there is none. Raises Unavailable when the file cannot be written."""
    return next(iter(known()), None) or make()


def make() -> bytes:
    """Add a new key before the others. Raises Conflict where the environment sets it, Unavailable."""
    if settings.MASTER_KEY:
        raise Conflict(
            _("The key comes from COLLAB_MASTER_KEY: put a new one before it there, a blank between, and start again.")
        )
    key = os.urandom(SIZE)
    keep([key, *known()])
    return key


def add(key: bytes) -> None:
    """Put a key that was written down before the others."""
    keep([key, *(one for one in known() if one != key)])


def keep(keys: list[bytes]) -> None:
    """Write the file anew (mode 0600), whole or not at all. Raises Unavailable."""
    path: Path = settings.MASTER_KEY_FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secretfile.replace(path, "".join(f"{text(key)}\n" for key in keys).encode())
    except OSError as error:
        raise Unavailable(
            _("The key cannot be written to %(path)s: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error


def wrap(master: bytes, name: str, key: bytes) -> bytes:
    """Seal a data key for its name (AES-256-GCM): under another name it does not open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, name.encode())


def unwrap(master: bytes, name: str, wrapped: bytes) -> bytes | None:
    """Return the data key, None when it was wrapped by another master key, or changed."""
    try:
        return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
    except (InvalidTag, ValueError):
        return None


def _written() -> str:
    try:
        found: str = settings.MASTER_KEY_FILE.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
    return found


def _parsed(found: str) -> list[bytes]:
    """A line that is no key is passed over: the fingerprint says whether the right one is among them."""
    keys = []
    for word in found.split():
        try:
            keys.append(parse(word))
        except BadInput:
            continue
    return keys


def _sum(key: bytes) -> bytes:
    return hashlib.sha256(b"collab recovery key" + key).digest()[:_SUM]
