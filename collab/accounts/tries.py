"""Sign-ins and wrong tries as the audit log tells them: grouped, so that a guesser cannot fill the table.

The first of an hour is told at once, then the tenth, the hundredth…; counts lie with those of the throttle. What was
typed as a name is never kept: people type their password there.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import connection

from collab.accounts.models import User
from collab.events import audit
from collab.lib.addresses import neighbourhood

_KINDS = {"password": "sign-in-failed", "code": "second-step-failed", "link": "link-guessed"}
_FREE = {"sign-in": 20, "link-guessed": 0}
"""How many of an hour are told one by one; a person may mistype a link's password without a word here."""

_COUNT = """INSERT INTO accounts_attempt AS a (key, failures, last_at) VALUES (%s, 1, now())
 ON CONFLICT (key) DO UPDATE SET
  failures = CASE WHEN a.last_at < now() - interval '1 hour' THEN 1 ELSE least(a.failures, 999999999) + 1 END,
  last_at = CASE WHEN a.last_at < now() - interval '1 hour' THEN now() ELSE a.last_at END
 RETURNING failures"""


def note_failure(family: str, account: str, address: str, subject: tuple[str, int, str] | None = None) -> None:
    """Tell of a wrong secret at the doors of this family; unknown accounts count together, per neighbourhood."""
    kind = _KINDS.get(family)
    if kind is None:
        return
    user = User.objects.filter(username=account).first() if subject is None else None
    if user is not None:
        subject = ("user", user.pk, str(user))
    tries = _told(kind, f"{subject[0]}:{subject[1]}" if subject else "?", address)
    if tries:
        named = subject[:2] if subject else None
        audit.record(kind, None, named, subject[2] if subject else "", tries=tries)


def note_sign_in(sender: Any, request: Any, user: User, **more: Any) -> None:
    """Tell that somebody came in by a page."""
    if tries := _told("sign-in", f"user:{user.pk}", audit.address.get()):
        audit.record("sign-in", user, ("user", user.pk), str(user), tries=tries)


def note_device(user: User) -> None:
    """Tell that a program came in with the person's own password."""
    if tries := _told("device-sign-in", f"user:{user.pk}", audit.address.get()):
        audit.record("sign-in", user, ("user", user.pk), str(user), tries=tries)


def connect() -> None:
    """Attach the receiver; called once when the app is ready."""
    user_logged_in.connect(note_sign_in, dispatch_uid="accounts.tries.in")


def _told(kind: str, who: str, address: str) -> int:
    """Count one more of this hour; return the count when it is one to be told, else 0."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [f"audit:{kind}:{who}@{neighbourhood(address)}"])
        (count,) = cursor.fetchone()
    round_number = count >= 10 and str(count).strip("0") == "1"
    return count if count <= _FREE.get(kind, 1) or round_number else 0
