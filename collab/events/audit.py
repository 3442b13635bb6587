"""The audit log: insert-only, kept apart from activity, written in the transaction of what it tells."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from collab.events.models import AuditEntry
from collab.registry import house

address: ContextVar[str] = ContextVar("collab.audit.address", default="")
"""The network address of the request at hand; the doors set it."""

PERSON = "user"
_AT_ONCE = 10_000


def record(
    kind: str,
    actor: Any,
    subject: tuple[str, int] | None = None,
    name: str = "",
    *,
    whom: tuple[str, int, str] | None = None,
    **details: Any,
) -> None:
    """Write an entry: `kind` such as "grant", `actor` a user or None, `subject` ("user", 12), `name` what it is called.

    `whom`: the person or group that it was given to or taken from, ("group", 3, "Sport"). Details are plain values
    (numbers, texts, ISO dates): what was before, what is now. Never a secret.
    """
    subject_kind, subject_id = subject or ("", None)
    whom_kind, whom_id, whom_name = whom or ("", None, "")
    AuditEntry.objects.create(
        kind=kind,
        actor_id=actor.pk if actor is not None else None,
        actor_name=str(actor)[:200] if actor is not None else "",
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_name=name[:300],
        whom_kind=whom_kind,
        whom_id=whom_id,
        whom_name=str(whom_name)[:300],
        details=details,
        address=address.get()[:45],
    )


@transaction.atomic
def forget_person(user_id: int) -> None:
    """Take a deleted person's name, addresses of mail and network out of the log; what was done stays, by number."""
    with _changing():
        mine = Q(subject_kind=PERSON, subject_id=user_id)
        AuditEntry.objects.filter(mine).update(subject_name="")
        AuditEntry.objects.filter(mine, kind__in=("address-changed", "name-changed")).update(details={})
        AuditEntry.objects.filter(whom_kind=PERSON, whom_id=user_id).update(whom_name="")
        AuditEntry.objects.filter(actor_id=user_id).update(actor_name="", address="")


def sweep() -> int:
    """Delete what is older than the house keeps it; return how many. Nightly, in pieces that hold nobody up."""
    limit = timezone.now() - timedelta(days=house.get("audit.days"))
    count = 0
    while True:
        with transaction.atomic(), _changing():
            old = AuditEntry.objects.filter(at__lt=limit).order_by("at").values("pk")[:_AT_ONCE]
            gone = AuditEntry.objects.filter(pk__in=old).delete()[0]
        count += gone
        if gone < _AT_ONCE:
            return count


class _changing:
    """Tells the database, until the block ends, that this transaction may change the log; all else it refuses."""

    def __enter__(self) -> None:
        self._set("on")

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:  # after an error the transaction is over, and the setting with it
            self._set("off")

    @staticmethod
    def _set(value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('collab.audit_sweep', %s, true)", [value])
