"""Which entries may fit a filter, as the index says before any of them is read; some it knows to fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from calendars import queries
from calendars.ical.filters import Narrowing
from calendars.ical.spans import Span
from calendars.models import CalendarObject, Component
from calendars.queries import Mine
from collab.rights.actor import Actor
from collab.rights.right import Right

_SECOND = timedelta(seconds=1)
_APART = timedelta(hours=14)
"""Zones differ by so much at most: times of no zone are looked for so far around."""
_WRITTEN = (
    "calendars_calendarobject.id = ANY(ARRAY(SELECT event_id FROM calendars_occurrence WHERE calendar_id = %s"
    " AND tstzrange(starts, ends, '[]') && tstzrange(%s, %s, '[]')"
    " AND starts < %s AND (ends > %s OR (starts = ends AND starts >= %s))))"
)
"""Times are looked up first, then entries by their ids, whatever the statistics say: right after an import, when
there are none yet, a join of the two reads all of both."""


@dataclass(frozen=True)
class Candidates:
    """`sure` fit; of `unsure` each must be read. Both are objects that the person finds, in the order of their ids."""

    sure: Any
    unsure: Any


def candidates(actor: Actor, found: Mine, asked: Narrowing, zone: ZoneInfo) -> Candidates:
    """Return what may fit; times without a zone are read in `zone`."""
    rows = queries.objects(actor, found).order_by("id")
    nothing = CalendarObject.objects.none()
    if asked.never:
        return Candidates(nothing, nothing)
    if asked.component is not None:
        rows = rows.filter(component=asked.component)
    if asked.uid is not None:
        rows = rows.filter(uid__icontains=asked.uid)
    for text in asked.texts if found.mask & Right.SEE else ():
        rows = rows.filter(Q(text__icontains=text) | Q(secrecy=CalendarObject.Secrecy.CONFIDENTIAL))
    if asked.undone:
        rows = rows.filter(Q(completed_at=None) | Q(repeats=True))
    if asked.span is None:
        return Candidates(rows, nothing) if asked.exact else Candidates(nothing, rows)
    if asked.component == Component.TASK:
        return Candidates(nothing, rows.filter(_around(asked.span) | Q(first=None)))
    exact = asked.exact and zone.key == found.calendar.zone
    written = _written(found, asked.span, exact=exact)
    since, until = asked.span.since - _APART, asked.span.until + _APART
    beyond = (Q(expanded_until__lt=until) | Q(expanded_since__gt=since)) & _around(asked.span)
    if exact:
        return Candidates(rows.filter(written), rows.filter(beyond & ~written))
    return Candidates(nothing, rows.filter(written | beyond))


def _around(span: Span) -> Q:
    """Return the condition for what may take place in the span as a whole."""
    return Q(first__lte=span.until + _APART) & (Q(last=None) | Q(last__gte=span.since - _APART - _SECOND))


def _written(found: Mine, span: Span, *, exact: bool) -> Q:
    """Return the condition for what takes place in the span as far as that is written down."""
    since, until = span.since, span.until
    if not exact:
        since, until = since - _APART, until + _APART
    values = [found.calendar.pk, since, until, until, since, since]
    return Q(RawSQL(_WRITTEN, values, output_field=BooleanField()))  # noqa: S611 - values are bound
