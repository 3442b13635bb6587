"""Telling members by the bell that they are invited, that something changed, and who answered."""

from __future__ import annotations

from calendars.models import CalendarObject, Delivery
from collab.accounts.models import User
from collab.events import notices

INVITED, CHANGED, CANCELLED, ANSWERED = (
    f"calendars.{kind}" for kind in ("invited", "changed", "cancelled", "answered")
)


def invited(one: Delivery, user: User) -> None:
    """Tell a member of a message that was laid into their calendar."""
    rows = CalendarObject.objects.filter(uid=one.uid, calendar__space__owner=user, deleted_at=None)
    pk = rows.values_list("pk", flat=True).first() or one.event_id
    if pk is None:
        return
    sequence = Delivery.objects.filter(user=user, uid=one.uid, state=Delivery.State.DONE, quiet=False).exists()
    kind = CANCELLED if one.method == "CANCEL" else CHANGED if sequence else INVITED
    event = CalendarObject.objects.filter(pk=one.event_id or 0).values_list("changed_by", flat=True).first()
    notices.tell(kind, [user.pk], (CalendarObject.REF_KIND, pk), actor_id=event)


def answered(found: CalendarObject, address: str, by: User | None) -> None:
    """Tell who invites that somebody answered: whose calendar it is, or who put the event into a space's."""
    owner = found.calendar.space.owner_id or found.created_by_id
    if owner is not None and (by is None or owner != by.pk):
        ref = (CalendarObject.REF_KIND, found.pk)
        notices.tell(ANSWERED, [owner], ref, actor_id=by.pk if by is not None else None, count=1)
