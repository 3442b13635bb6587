"""Links in mails that work without signing in: they name a person and one thing to hear less of, and end one day."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import NotFound

DAYS = 60
GONE = _("This link is not known here, or is too old. Choose in your settings what you hear of.")
_STOP, _UNSUBSCRIBE = "notifications.stop", "notifications.unsubscribe"


def stop(person_id: int, kind: str, object_id: int, level: str) -> str:
    """Return what lets whoever reads this person's mail hear less of this container."""
    return signing.dumps([person_id, kind, object_id, level], salt=_STOP)


def read_stop(token: str) -> tuple[int, str, int, str]:
    """Return person, kind, id, level. Raises NotFound (foreign, or too old)."""
    person, kind, object_id, level = _read(token, _STOP, 4)
    return person, kind, object_id, level


def unsubscribe(person_id: int) -> str:
    """Return what lets whoever reads this person's mail end it."""
    return signing.dumps([person_id], salt=_UNSUBSCRIBE)


def read_unsubscribe(token: str) -> int:
    """Return the person. Raises NotFound (foreign, or too old)."""
    found: int = _read(token, _UNSUBSCRIBE, 1)[0]
    return found


def _read(token: str, salt: str, size: int) -> list[Any]:
    try:
        found = signing.loads(token, salt=salt, max_age=DAYS * 86400)
    except signing.BadSignature:
        raise NotFound(GONE) from None
    if not isinstance(found, list) or len(found) != size:
        raise NotFound(GONE)
    return found
