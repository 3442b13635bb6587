"""What was thrown away and can be brought back: single entries, the latest first, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from calendars import queries, roles
from calendars.actions.storing import KEPT
from calendars.models import Calendar, CalendarObject
from collab.lib import paging
from collab.rights.actor import Actor
from collab.rights.right import Right

SHOWN = 50


@dataclass(frozen=True)
class Page:
    """Entries in the trash; `more`: the cursor of those that follow, "" for none."""

    rows: list[CalendarObject]
    more: str


def entries(actor: Actor, after: str = "") -> Page:
    """Return a page of the entries that the actor may bring back. Raises BadInput for a foreign cursor."""
    rows = _found(actor).select_related("calendar__space", "changed_by").defer("data", "text")
    if (last := _read(after)) is not None:
        at, pk = last
        rows = rows.filter(Q(deleted_at__lt=at) | Q(deleted_at=at, pk__lt=pk))
    page = list(rows.order_by("-deleted_at", "-pk")[: SHOWN + 1])
    more = ""
    if len(page) > SHOWN:
        one = page[SHOWN - 1]
        assert one.deleted_at is not None
        more = paging.seal([one.deleted_at.isoformat(), one.pk])
    return Page(page[:SHOWN], more)


def entry(actor: Actor, pk: int) -> CalendarObject | None:
    """Return one of them, None where it is not there for this person."""
    return _found(actor).select_related("calendar__space", "calendar__acl").filter(pk=pk).first()


def _found(actor: Actor) -> Any:
    """Return what the actor sees whole and may change or put in, in living calendars."""
    open_ = Calendar.objects.living().filter(fed=False, space__archived_at=None)
    edits = open_.allowing(actor, Right.EDIT).values("pk")
    adds = open_.allowing(actor, Right.ADD).values("pk")
    mine = Q(calendar__in=edits) | (roles.mine(actor.user) & Q(calendar__in=adds))
    since = timezone.now() - KEPT
    return queries.seen(actor).filter(mine, deleted_at__gte=since)


def _read(cursor: str) -> tuple[datetime, int] | None:
    values = paging.unseal(cursor, 2)
    if values is None or [type(one) for one in values] != [str, int]:
        return None
    try:
        return datetime.fromisoformat(values[0]), values[1]
    except ValueError:
        return None
