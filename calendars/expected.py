"""Where people are expected though it is in no calendar of their own: events of spaces to which they are invited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from calendars.models import CalendarObject, Invitee, Occurrence
from calendars.ranges import Span

_NO = {"DECLINED", "DELEGATED"}


def spans(users: Collection[int], since: datetime, until: datetime, *, without: str = "") -> list[tuple[int, Span]]:
    """Return (user, when) of what touches the span, but for the event of the UID `without`: one statement.

    What they declined makes nobody busy, what they have not accepted may; one time of a series counts as they
    answered for it.
    """
    rows = Invitee.objects.filter(
        user__in=users,
        event__deleted_at=None,
        event__stance=CalendarObject.Stance.ORGANIZER,
        event__calendar__deleted_at=None,
        event__calendar__space__owner=None,
        event__occurrences__starts__lt=until,
        event__occurrences__ends__gt=since,
    ).exclude(event__occurrences__busy=Occurrence.Busy.FREE)
    if without:
        rows = rows.exclude(event__uid=without)
    of_occurrence = "event__occurrences__recurrence_id"
    fields = ("user", "event", "recurrence_id", "partstat", "event__occurrences__starts", "event__occurrences__ends")
    found: dict[tuple[int, int, str], tuple[str, Span]] = {}
    own = Q(recurrence_id="")
    for user, event, which, partstat, starts, ends, name, busy in rows.filter(
        own | Q(recurrence_id=F(of_occurrence))
    ).values_list(*fields, of_occurrence, "event__occurrences__busy"):
        key = (user, event, name)
        if which or key not in found:
            sure = partstat == "ACCEPTED" and busy == Occurrence.Busy.BUSY
            kind = Occurrence.Busy.BUSY if sure else Occurrence.Busy.TENTATIVE
            found[key] = (partstat, Span(starts, ends, kind))
    return [(user, span) for (user, _event, _name), (partstat, span) in found.items() if partstat not in _NO]
