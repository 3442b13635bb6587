"""When hosts gave times to visitors, for who asks when they are busy, whatever calendar the event lies in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from calendars.models import HostHold, Occurrence
from calendars.ranges import Span


def spans(users: Iterable[int], since: datetime, until: datetime, *, without: str = "") -> list[tuple[int, Span]]:
    """Return (user, when) of what touches the span, but for the appointment of the UID `without`: one statement."""
    rows = HostHold.objects.filter(user__in=list(users), span__overlap=(since, until))
    rows = rows.exclude(appointment__expires_at__lte=timezone.now())
    if without:
        rows = rows.exclude(appointment__uid=without)
    return [
        (user, Span(starts, ends, Occurrence.Busy.BUSY))
        for user, starts, ends in rows.values_list("user", "appointment__starts", "appointment__ends")
    ]
