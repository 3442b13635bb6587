"""The mailbox to which answers come, looked into by IMAP (RFC 9051): what is unread is read, and marked as such.

`COLLAB_MAIL_IN_URL` is `imaps://user:password@host/folder` (`imap+tls://` for STARTTLS); mail that no calendar
concerns stays as it is, read.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
from urllib.parse import unquote, urlsplit

from django.db import DataError

from calendars import post

logger = logging.getLogger(__name__)
MOST = 100
"""So many mails are read in one go."""
_TIMEOUT = 20


def fetch(url: str) -> int:
    """Read what is unread; return how many mails that were. Raises OSError where the mailbox cannot be reached."""
    parts = urlsplit(url)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    try:
        box = _open(parts.scheme, parts.hostname or "localhost", parts.port)
        try:
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            box.select('"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
            return _read(box)
        finally:
            box.logout()
    except imaplib.IMAP4.error as failure:
        raise OSError(f"the mailbox refused: {str(failure)[:200]}") from None


def _open(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    secure = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=secure, timeout=_TIMEOUT)
    box = imaplib.IMAP4(host, port or 143, timeout=_TIMEOUT)
    if scheme == "imap+tls":
        box.starttls(secure)
    return box


def _read(box: imaplib.IMAP4) -> int:
    _ok, found = box.search(None, "UNSEEN")
    numbers = found[0].split()[:MOST] if found and found[0] else []
    for number in numbers:
        name = number.decode()
        _ok, sizes = box.fetch(name, "(RFC822.SIZE)")
        size = b"".join(one for one in sizes if isinstance(one, bytes))
        raw = b"\0" * (post.LARGEST + 1) if _size(size) > post.LARGEST else _raw(box, name)
        try:
            logger.info("a mail of the mailbox: %s", post.receive(raw))
        except (ValueError, DataError):  # whoever sends one that breaks us must not keep those behind it from us
            logger.exception("a mail of the mailbox cannot be taken")
        box.store(name, "+FLAGS", "(\\Seen)")
    return len(numbers)


def _size(said: bytes) -> int:
    digits = said.rpartition(b"SIZE ")[2].rstrip(b")").strip()
    return int(digits) if digits.isdigit() and len(digits) < 12 else post.LARGEST + 1


def _raw(box: imaplib.IMAP4, name: str) -> bytes:
    _ok, found = box.fetch(name, "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in found if isinstance(one, tuple)), b"")
