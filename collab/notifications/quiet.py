"""When a person's devices stay silent: outside of the hours they chose, and while they want no disturbance.

The bell keeps what did not ring, and mail goes on; nothing rings belatedly, when the quiet ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from collab.accounts.models import User
from collab.events import presence
from collab.notifications import ways
from collab.notifications.models import EVERY_DAY, Reach
from collab.profiles import statuses
from collab.profiles.models import Status

GRACE = timedelta(minutes=1)
"""Who is at a page is rung so much later, if it is unread by then."""


def silent(people: Collection[int], now: datetime | None = None) -> set[int]:
    """Return those among these who are not rung at this moment. Two queries, a third where some chose hours."""
    now = now or timezone.now()
    asked = Status.objects.filter(pk__in=people, kind=Status.Kind.DND)
    found = {row.pk for row in asked if statuses.at(row, now).kind == Status.Kind.DND}
    chosen = Reach.objects.filter(person__in=people).exclude(ring_from=0, ring_until=24, ring_days=EVERY_DAY)
    if reaches := list(chosen):
        users = User.objects.in_bulk([one.person_id for one in reaches])
        found |= {
            one.person_id for one in reaches if not rings(one, now.astimezone(ways.zone_of(users[one.person_id])))
        }
    return found


def rings(reach: Reach, local: datetime) -> bool:
    """Whether the hours that somebody chose include this moment of theirs; those past midnight are of the evening."""
    begin, end, day = reach.ring_from, reach.ring_until, local.weekday()
    if begin < end:
        return day in reach.ring_days and begin <= local.hour < end
    if local.hour >= begin:
        return day in reach.ring_days
    return local.hour < end and (day - 1) % 7 in reach.ring_days


def first_try(people: Collection[int], now: datetime) -> dict[int, datetime]:
    """Return {person: when their devices ring}: later for those who sit at a page, and see it there."""
    here = presence.states(people)
    return {pk: now + GRACE if here.get(pk) == presence.ONLINE else now for pk in people}
