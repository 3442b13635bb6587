"""Tasks that are due: those they are for are told, each once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from calendars.actions import telling
from calendars.ical.todos import DONE
from calendars.models import CalendarObject
from calendars.roles import Sight, sight
from collab.accounts.models import User
from collab.events import notices
from collab.rights.actor import Actor

DUE = "calendars.due"
STEP = 200
LATE = timedelta(days=1)
"""What was due longer ago, because the house was off, is told to nobody: it stands among what is overdue."""


def call_all() -> int:
    """Tell of all tasks that are due, some hundred at a time; return of how many."""
    due = CalendarObject.objects.living().filter(calls_at__lte=timezone.now()).order_by("calls_at", "pk")
    return sum(_call(pk) for pk in list(due.values_list("pk", flat=True)[:STEP]))


@transaction.atomic
def _call(pk: int) -> bool:
    """Tell of one task and note that it is told, together or not at all."""
    now = timezone.now()
    found = (
        CalendarObject.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("calendar__space", "calendar__acl")
        .defer("data", "text")
        .filter(pk=pk, deleted_at=None, calls_at__lte=now)
        .first()
    )
    if found is None or found.calls_at is None:
        return False
    late = now - found.calls_at > LATE
    found.calls_at = None
    found.save(update_fields=["calls_at"])
    if late or found.status in DONE or found.completed_at is not None or not (people := concerned(found)):
        return False
    notices.tell(DUE, people, (CalendarObject.REF_KIND, found.pk))
    return True


def concerned(found: CalendarObject) -> list[int]:
    """Return who is to do a task: those it is for; without any, whose list it is in, else who put it in. Those alone
    who see it whole."""
    ids = set(telling.known(found.assignees).values())
    if not ids:
        alone = found.calendar.space.owner_id or found.created_by_id
        ids = {alone} if alone is not None else set()
    return [one.pk for one in User.objects.filter(pk__in=ids, is_active=True) if _sees(one, found)]


def _sees(person: User, found: CalendarObject) -> bool:
    mask = Actor.of(person).rights_on(found.calendar)
    return sight(mask, person, found.secrecy, found.created_by_id) is Sight.WHOLE
