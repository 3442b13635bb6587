"""Tasks as what a person is to do: those given to them, and those of their own lists that are for nobody else."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from calendars import colours, roles
from calendars import queries as calendars
from calendars.actions import telling
from calendars.models import CalendarObject, Component
from calendars.tasklists import queries, rows
from collab.registry.duties import WHENEVER, Count, Duty
from collab.rights.actor import Actor


def mine(actor: Actor) -> Any:
    """Return the open tasks that are for this person, as far as they see them."""
    if actor.user is None:
        return CalendarObject.objects.none()
    given = ~Q(assignees=[]) & Q(assignees__overlap=telling.addresses(actor.user))
    own = Q(assignees=[], calendar__space__owner=actor.user)
    seen = calendars.seen(actor).filter(component=Component.TASK, deleted_at=None, calendar__deleted_at=None)
    return queries.undone(seen.filter(given | own))


def find(actor: Actor, after: tuple[datetime, int] | None, most: int) -> list[Duty]:
    """Return the first of them in the order of when they are due. Two queries (`registry.duties.Duties`)."""
    found = mine(actor).annotate(key=Coalesce("due", "starts", Value(WHENEVER)))
    if after is not None:
        found = found.filter(Q(key__gt=after[0]) | Q(key=after[0], pk__gt=after[1]))
    wanted = found.select_related("calendar__space", "calendar__acl").defer("data", "text")
    shown = list(wanted.order_by("key", "pk")[:most])
    actor.look([one.calendar for one in shown])
    return [_duty(actor, one) for one in shown]


def count(actor: Actor) -> Count:
    """Count them. One query (`registry.duties.Duties`)."""
    now = timezone.localtime()
    midnight = timezone.make_aware(datetime.combine(now.date(), time()))
    noon, tomorrow = midnight + timedelta(hours=12), midnight + timedelta(days=1)
    late = queries.overdue(now)
    by_now = Q(all_day=True, key__lt=noon) | Q(all_day=False, key__lt=tomorrow)
    found = (
        mine(actor)
        .annotate(key=Coalesce("due", "starts"))
        .aggregate(
            late=Counted("pk", filter=late), late_or_today=Counted("pk", filter=late | by_now), all=Counted("pk")
        )
    )
    return Count(found["late"], found["late_or_today"] - found["late"], found["all"])


def _duty(actor: Actor, one: Any) -> Duty:
    day, hour = rows.when(one, one.due or one.starts)
    now = timezone.localtime()
    calendar = one.calendar
    late = one.due is not None and day is not None and (day < now.date() if one.all_day else one.due < now)
    may = calendar.space.archived_at is None and roles.may_change(
        actor.rights_on(calendar), actor.user, one.created_by_id
    )
    return Duty(
        pk=one.pk, title=one.summary or str(rows.UNTITLED), url=reverse("calendars:task", args=[one.pk]), key=one.key,
        day=day, hour=hour, is_late=late, is_important=0 < one.priority <= queries.IMPORTANT,
        place=calendar.title, place_url=reverse("calendars:tasks-list", args=[calendar.pk]),
        hue=colours.nearest(calendar.color), tick=reverse("calendars:task-tick", args=[one.pk]) if may else "",
        fields={"etag": one.etag},
    )  # fmt: skip
