"""Answering an invitation, from a page, a device or a mail; and what an answer does to the event it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import addresses
from calendars.actions import inviting, keeping, storing
from calendars.addresses import normal
from calendars.ical import answers, itip, reading
from calendars.ical.answers import Answer
from calendars.models import CalendarObject, Delivery, Invitee
from collab.accounts.models import User
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights.actor import Actor

Stance = CalendarObject.Stance
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
MOST_GUESTS = 50
LONGEST = 500
SALT = "calendars.answer"


def token_of(invitee: Invitee) -> str:
    """Return the secret by which somebody answers without an account: the event, and who they are."""
    return signing.dumps([invitee.event_id, invitee.address, invitee.recurrence_id], salt=SALT, compress=True)


def invitee_of(token: str) -> Invitee:
    """Return whose token it is, with the event. Raises NotFound for any other, and once they are invited no more."""
    try:
        event, address, which = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    rows = Invitee.objects.select_related("event__calendar__space__owner", "event__calendar__acl", "user")
    found = rows.filter(event=event, address=address, recurrence_id=which).first()
    if found is None or found.event.deleted_at or found.event.calendar.deleted_at or found.event.stance == Stance.NONE:
        found = _elsewhere(found, rows) or found
    if found is None or found.event.deleted_at is not None or found.event.calendar.deleted_at is not None:
        raise NotFound
    return found


def _elsewhere(found: Invitee | None, rows: QuerySet[Invitee]) -> Invitee | None:
    """Return the same one's line in the event that invites in the place of theirs, since a device moved it."""
    event = inviting.stands_in_for(found.event) if found is not None else None
    if event is None or found is None:
        return None
    return rows.filter(event=event, address=found.address, recurrence_id=found.recurrence_id).first()


def answer(
    who: Actor | Invitee, event: CalendarObject, partstat: str, recurrence_id: str = "", comment: str = "",
    plus: int = 0,
) -> CalendarObject:  # fmt: skip
    """Say whether one comes: ACCEPTED, TENTATIVE or DECLINED; `plus`: how many one brings along.

    A member answers for themselves in their own copy or where they see the event, somebody without an account by
    their `Invitee`. Returns what was written. Raises BadInput, Forbidden for who is not invited, NotFound.
    """
    comment = " ".join(comment.split())
    if partstat not in ANSWERS or not 0 <= plus <= MOST_GUESTS:
        raise BadInput
    if len(comment) > LONGEST or not comment.isprintable():
        raise BadInput(_("At most %(count)d letters, please.") % {"count": LONGEST})
    said = Answer(partstat, recurrence_id, comment, plus)
    user = who.user
    mine = _own(event, user) if user is not None else None
    if mine is not None and user is not None:
        return _in_copy(Actor.of(user), mine, said)
    address = who.address if isinstance(who, Invitee) else _invited_as(event, addresses.mine(who), recurrence_id)
    return take(event, address, [said], by=user)


def _own(event: CalendarObject, user: User) -> CalendarObject | None:
    """Return the person's own copy of an event: another's that bears its UID is none."""
    rows = CalendarObject.objects.living().filter(calendar__space__owner=user, uid=event.uid, stance=Stance.ATTENDEE)
    rows = rows.filter(organizer=event.organizer)
    return rows.select_related("calendar__space__owner", "calendar__acl").order_by("pk").first()


def _invited_as(event: CalendarObject, own: tuple[str, ...], recurrence_id: str) -> str:
    rows = Invitee.objects.filter(event=event, address__in=own, recurrence_id__in=["", recurrence_id])
    found = rows.values_list("address", flat=True).first()
    if found is None:
        raise Forbidden(_("You are not invited to this event."))
    return found


@transaction.atomic
def _in_copy(actor: Actor, mine: CalendarObject, said: Answer) -> CalendarObject:
    zone = ZoneInfo(mine.calendar.zone)
    now = keeping.again(mine)
    item = reading.read(bytes(now.data))
    known = {normal(one.address) for part in item.parts for one in part.attendees}
    address = next((one for one in addresses.mine(actor) if one in known), None)
    if address is None:
        raise Forbidden(_("You are not invited to this event."))
    data = answers.put(bytes(now.data), address, [said], zone, normal)
    return storing.put(actor, now.calendar, now.name, data).found


@transaction.atomic
def take(event: CalendarObject, address: str, said: list[Answer], *, by: User | None = None) -> CalendarObject:
    """Put somebody's answers into the event to which they were invited; older ones than they gave change nothing.

    Raises NotFound, Forbidden for who is not invited (nobody invites themselves by answering).
    """
    now = keeping.again(event)
    zone = ZoneInfo(now.calendar.zone)
    rows = {one.recurrence_id: one for one in Invitee.objects.filter(event=now, address=address)}
    if not rows:
        raise Forbidden(_("You are not invited to this event."))
    moment = timezone.now()
    fresh = []
    for one in said:
        row = rows.get(one.recurrence_id) or rows.get("")
        last = row.replied_at if row is not None else None
        if row is None or (one.at is not None and last is not None and one.at < last):
            continue
        fresh.append(replace(one, at=min(one.at, moment + timedelta(minutes=5)) if one.at else None))
    data = answers.put(bytes(now.data), address, fresh, zone, normal, status="2.0")
    changed = data != bytes(now.data)
    found = keeping.rewrite(now, data, by)
    for one in fresh:
        which = Invitee.objects.filter(event=found, address=address, recurrence_id=one.recurrence_id)
        which.update(replied_at=one.at or moment)
    if changed:
        _refresh(found, address)
        from calendars.actions import notifying

        notifying.answered(found, address, by)
    return found


def _refresh(found: CalendarObject, but: str) -> None:
    """Let the copies of other members say who comes: quietly, and for many answers in a row once.

    Who answers knows what they said; but what others said before them may be still on its way to them.
    """
    zone = ZoneInfo(found.calendar.zone)
    item = reading.read(bytes(found.data))
    waiting = Delivery.objects.filter(event=found, quiet=True, state=Delivery.State.WAITING)
    behind = set(waiting.values_list("address", flat=True))
    rows = Invitee.objects.filter(event=found).exclude(user=None).select_related("user")
    people = {one.address: one.user for one in rows if one.user and (one.address != but or but in behind)}
    copies = CalendarObject.objects.living().filter(uid=found.uid, stance=Stance.ATTENDEE)
    having = set(
        copies.filter(calendar__space__owner__in=people.values()).values_list("calendar__space__owner", flat=True)
    )
    now = timezone.now()
    # one that is just being delivered is not waited for: it says less, and what is told now comes after it
    free = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=free).delete()
    news = []
    for address, user in people.items():
        view = itip.view(item, address, zone, normal) if user.pk in having else None
        if view is not None:
            news.append(
                Delivery(
                    event=found, user=user, address=address, sender=found.organizer, uid=found.uid, method="REQUEST",
                    data=b"", copy=view, quiet=True, due_at=now + timedelta(seconds=20), status="1.2",
                )
            )  # fmt: skip
    Delivery.objects.bulk_create(news, batch_size=200)
