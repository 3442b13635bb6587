"""What becomes of a person's own calendars when their account goes: somebody inherits them, each under both names."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from calendars.actions import making, written
from calendars.models import Calendar, CalendarObject, Occurrence
from collab.accounts.models import User
from collab.events.log import record
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.spaces.actions import personal_space
from collab.spaces.models import Space


def held(person: User) -> int:
    """Return how many entries stand in the person's own calendars; those in the trash go with them. One query."""
    rows = CalendarObject.objects.filter(calendar__space__owner=person, calendar__fed=False)
    return rows.filter(calendar__deleted_at=None, deleted_at=None).count()


@transaction.atomic
def hand_over(person: User, heir: User, by: User | None) -> None:
    """Put what stands in the person's own calendars into new ones of the heir's own space, for whom they were shared.

    New ones, since devices compare by the clock of the space in which a calendar lies. What was fetched from elsewhere
    is no heirloom. The organizer of its events is gone: who was invited keeps them, and is told of nothing.
    """
    home = personal_space(heir)
    for space in Space.objects.filter(Q(pk=home.pk) | Q(owner=person)).order_by("pk"):
        space.hold()
    actor = Actor.of(heir)
    for old in Calendar.objects.living().filter(space__owner=person, fed=False).select_related("acl").order_by("pk"):
        there = CalendarObject.objects.filter(calendar=old, deleted_at=None)
        if not there.exists():
            continue
        new = making.make(
            actor, home, f"{old.title[:150]} · {str(person)[:40]}", components=old.components,
            description=old.description, color=old.color, zone=old.zone, timezone=old.timezone,
            transparent=old.transparent,
        )  # fmt: skip
        given = [one for one in rights.given_on(old) if one.principal.user_id not in {person.pk, heir.pk}]
        rights.share_all(actor, new, given)
        count, by_whom = there.count(), by.pk if by else None
        after = {"count": count, "title": new.title}
        seq = record(home.pk, "calendar-import", (Calendar.REF_KIND, new.pk), by_whom, after=after)
        Occurrence.objects.filter(event__in=there).update(calendar=new)
        there.update(calendar=new, seq=seq, stance=CalendarObject.Stance.NONE)
        written.move_clock(new, seq, count)
