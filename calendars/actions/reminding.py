"""Alarms that are due: who is told, each once, whatever was away meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from calendars import indexing
from calendars.ical import reading
from calendars.models import CalendarObject, Preference
from collab.accounts.models import User
from collab.events import notices
from collab.lib.errors import Refusal
from collab.rights.actor import Actor
from collab.rights.right import Right

SOON = "calendars.soon"
STEP = 200
LATE = timedelta(hours=1)
"""An alarm that comes later than this, because the house was off, is told only of what has not ended."""


def ring_all() -> int:
    """Tell of all alarms that are due, those of some hundred entries at a time; return of how many."""
    due = CalendarObject.objects.living().filter(rings_at__lte=timezone.now()).order_by("rings_at", "pk")
    return sum(_ring(pk) for pk in list(due.values_list("pk", flat=True)[:STEP]))


@transaction.atomic
def _ring(pk: int) -> bool:
    """Tell of one entry and note its next alarm, together or not at all."""
    now = timezone.now()
    found = (
        CalendarObject.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("calendar__space", "calendar__acl")
        .filter(pk=pk, deleted_at=None, rings_at__lte=now)
        .first()
    )
    if found is None:
        return False
    since = found.rings_at or now
    zone = ZoneInfo(found.calendar.zone)
    try:
        index = indexing.index(reading.read(bytes(found.data)), found.calendar.zone, now=now)
    except Refusal:  # it was read when it came; whatever bounds say today, nobody is told
        found.rings_at = None
        found.save(update_fields=["rings_at"])
        return False
    due = [
        one
        for one in index.occurrences
        if any(since <= at <= now and (now - at < LATE or one.ends_utc > now) for at in indexing.rings(one, zone))
    ]
    found.rings_at = index.columns["rings_at"]
    found.save(update_fields=["rings_at"])
    if due and (people := listeners(found)):
        notices.tell(SOON, people, (CalendarObject.REF_KIND, found.pk))
    return bool(due)


def listeners(found: CalendarObject) -> list[int]:
    """Return who is told of the alarms of an entry: whose calendar it is, and who asked for it and sees it whole."""
    owner = found.calendar.space.owner_id
    wishes = dict(
        Preference.objects.filter(calendar=found.calendar).exclude(reminders=None).values_list("user_id", "reminders")
    )
    if owner is not None:
        wishes.setdefault(owner, True)
    people = User.objects.filter(pk__in=[pk for pk, wish in wishes.items() if wish], is_active=True)
    return [person.pk for person in people if _sees(person, found)]


def _sees(person: User, found: CalendarObject) -> bool:
    from calendars.roles import Sight, sight

    mask = Actor.of(person).rights_on(found.calendar)
    return bool(mask & Right.SEE) and sight(mask, person, found.secrecy, found.created_by_id) is Sight.WHOLE


def next_time(found: CalendarObject, after: datetime) -> datetime | None:
    """Return the start of the first occurrence that ends after a moment, None where none is written down."""
    one = found.occurrences.filter(ends__gte=after).order_by("starts").first()
    return one.starts if one is not None else None
