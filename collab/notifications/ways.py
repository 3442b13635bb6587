"""By which ways a person is reached: what they chose, or what the house does by itself; the hours in their own time."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from collab.accounts.models import User
from collab.notifications.models import Reach
from collab.registry import registry

GATHER = timedelta(minutes=1)
"""“At once” is a minute later: what comes in one breath is one mail."""


@dataclass(frozen=True)
class Ways:
    """What counts for one person. `mail_kinds` is empty where no mail leaves or the person wants none."""

    mail: str
    hour: int
    weekday: int
    mail_kinds: frozenset[str]
    push_kinds: frozenset[str]
    discreet: bool


def reaches(people: Collection[int]) -> dict[int, Ways]:
    """Return how each of these is reached. One query."""
    found = Reach.objects.in_bulk(list(people))
    return {pk: of(found.get(pk) or Reach(person_id=pk)) for pk in people}


def of(reach: Reach) -> Ways:
    """Return what counts for the person of this row."""
    notices = registry.notices().values()
    mail = frozenset(one.kind for one in notices if reach.mail_kinds.get(one.kind, one.mail))
    push = frozenset(one.kind for one in notices if reach.push_kinds.get(one.kind, one.push))
    mails = bool(settings.MAIL_URL) and reach.mail != Reach.Mail.NEVER
    return Ways(reach.mail, reach.hour, reach.weekday, mail if mails else frozenset(), push, reach.discreet)


def is_due(reach: Reach | Ways, zone: zoneinfo.ZoneInfo, since: datetime, now: datetime) -> bool:
    """Whether a mail leaves now for what has waited since then."""
    if reach.mail == Reach.Mail.NOW:
        return since <= now - GATHER
    if reach.mail == Reach.Mail.NEVER:
        return False
    return since < last_post(reach, zone, now)


def last_post(reach: Reach | Ways, zone: zoneinfo.ZoneInfo, now: datetime) -> datetime:
    """Return the last moment at which this person's mail was due."""
    local = now.astimezone(zone)
    if reach.mail == Reach.Mail.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0)
    due = local.replace(hour=reach.hour, minute=0, second=0, microsecond=0)
    if reach.mail == Reach.Mail.WEEKLY:
        due -= timedelta(days=(due.weekday() - reach.weekday) % 7)
        return due if due <= local else due - timedelta(days=7)
    return due if due <= local else due - timedelta(days=1)


def zone_of(person: User) -> zoneinfo.ZoneInfo:
    """Return the time in which the person lives."""
    try:
        return zoneinfo.ZoneInfo(person.time_zone or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
