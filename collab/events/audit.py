"""The audit log: insert-only, kept apart from activity, written in the transaction of what it tells."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from collab.events.models import AuditEntry

address: ContextVar[str] = ContextVar("collab.audit.address", default="")
"""The network address of the request at hand; the doors set it."""


def record(
    kind: str,
    actor: Any,
    subject: tuple[str, int] | None = None,
    name: str = "",
    **details: Any,
) -> None:
    """Write an entry: `kind` such as "grant", `actor` a user or None, `subject` ("user", 12), `name` what it is called.

    Details are plain values (numbers, texts, ISO dates): what was before, what is now. Never a secret.
    """
    subject_kind, subject_id = subject or ("", None)
    AuditEntry.objects.create(
        kind=kind,
        actor_id=actor.pk if actor is not None else None,
        actor_name=str(actor)[:200] if actor is not None else "",
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_name=name[:300],
        details=details,
        address=address.get()[:45],
    )
