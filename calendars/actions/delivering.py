"""Messages of scheduling on their way: each to one recipient in a transaction of its own, tried until it arrives.

None is delivered under the lock of the event it comes from: two calendars that invite each other cannot wait for each
other. What could not leave is tried again ever later, for two days.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from calendars import addresses, letters
from calendars.actions import inviting, keeping, making
from calendars.addresses import normal
from calendars.ical import answers, itip, opened, reading
from calendars.ical.parts import Item
from calendars.models import Calendar, CalendarObject, Component, Delivery, Message, Reception
from collab.accounts import mails
from collab.accounts.models import User
from collab.lib import contentlines, held
from collab.lib.errors import NotFound, Refusal
from collab.rights.actor import Actor
from collab.rights.right import Right

logger = logging.getLogger(__name__)
Stance = CalendarObject.Stance
PATIENCE = timedelta(days=2)
KEPT = timedelta(days=30)
MOST_TO_ONE = 40
"""So many mails of events go to one address outside in a day at most: nobody is flooded from here."""
STEP = 50


def queue(ids: Sequence[int]) -> None:
    """Let these leave now; while the queue is away they wait for `deliver_due`."""
    from calendars.tasks import deliver

    try:
        for at in range(0, len(ids), STEP):
            deliver.apply_async((list(ids[at : at + STEP]),), retry=False)
    except (OperationalError, RedisError):
        logger.warning("%d messages of events wait: the queue is away", len(ids))


def deliver_due(most: int = 500) -> int:
    """Deliver what waits and is due; return how many were tried."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now())
    if (moment := held.before()) is not None:
        waiting = waiting.filter(created_at__gte=moment)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:most])
    for pk in ids:
        deliver(pk)
    return len(ids)


def deliver(pk: int) -> None:
    """Deliver one message, once. What fails is noted and waits for another try."""
    try:
        with transaction.atomic():
            waiting = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            one = waiting.select_related("user").filter(pk=pk, state=Delivery.State.WAITING).first()
            if one is not None and not held.keeps(one.created_at):
                status = _deliver(one)
                _note(one, Delivery.State.DONE, status)
    except (OSError, Refusal) as failure:
        reason = mails.reason(failure) if isinstance(failure, OSError) else str(failure.message)
        _again(pk, reason)
    except ValueError as failure:  # no way to write it as a mail: it must not stand before those behind it for ever
        logger.warning("message %d of an event cannot be sent: %s", pk, type(failure).__name__)
        _again(pk, type(failure).__name__)


def forget_old() -> int:
    """Forget what was delivered long ago, and messages that no device ever took out of its inbox."""
    old = timezone.now() - KEPT
    Message.objects.filter(created_at__lt=old).delete()
    return Delivery.objects.filter(created_at__lt=old).exclude(state=Delivery.State.WAITING).delete()[0]


def held_back(moment: datetime) -> int:
    """Return how many messages of before are held back (`registry.Outgoing`)."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, created_at__lt=moment).count()


def drop_held(moment: datetime) -> None:
    """Let none of them leave."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, created_at__lt=moment)
    waiting.update(state=Delivery.State.FAILED, error=str(held.NOT_SENT))


def _note(one: Delivery, state: str, status: str, error: str = "") -> None:
    one.state, one.status, one.error, one.tries = state, status, error[:300], one.tries + 1
    one.save(update_fields=["state", "status", "error", "tries", "due_at"])


def _again(pk: int, reason: str) -> None:
    """Note why a message did not arrive, and when it is tried again; after two days it has failed for good."""
    with transaction.atomic():
        one = Delivery.objects.select_for_update().filter(pk=pk, state=Delivery.State.WAITING).first()
        if one is None:
            return
        now = timezone.now()
        over = now - one.created_at > PATIENCE
        one.due_at = now + min(timedelta(minutes=2) * 3**one.tries, timedelta(hours=8))
        _note(one, Delivery.State.FAILED if over else Delivery.State.WAITING, "5.1", reason)
    if over and one.method == "REQUEST":
        _tell_status(one)


def _tell_status(one: Delivery) -> None:
    """Say in the organizer's event that somebody could not be reached (RFC 6638, 3.2.9)."""
    found = CalendarObject.objects.living().select_related("calendar").filter(pk=one.event_id).first()
    if found is None:
        return
    with transaction.atomic():
        try:
            now = keeping.again(found)
        except NotFound:
            return
        found_open = opened.open_object(bytes(now.data))
        for part in found_open.item.parts:
            itip.change_lines(
                part.tree,
                "ATTENDEE",
                lambda line: (
                    itip.with_params(line.params, {"SCHEDULE-STATUS": one.status})
                    if normal(line.value) == one.address
                    else line.params
                ),
            )
        keeping.rewrite(now, found_open.close())


def _deliver(one: Delivery) -> str:
    """Deliver and return the SCHEDULE-STATUS."""
    if one.method == "REPLY":
        return _answer(one) if one.into_id is not None else _by_mail(one)
    if one.user is not None and one.user.is_active:
        calendar = landing(one.user)
        if calendar is not None:
            return _into(one, one.user, calendar)
    return _by_mail(one)


def _by_mail(one: Delivery) -> str:
    address = one.user.email.lower() if one.user is not None and one.user.email else one.address
    if not addresses.reaches(address):
        return "3.7"
    if not settings.MAIL_URL:
        return "5.2"
    today = Delivery.objects.filter(address=one.address, created_at__gt=timezone.now() - timedelta(days=1), user=None)
    if one.user is None and today.filter(state=Delivery.State.DONE, status="1.1").count() >= MOST_TO_ONE:
        return "5.1"
    letters.send(one, address)
    return "1.1"


def _answer(one: Delivery) -> str:
    """Put the answer of a member into the event of who invited them."""
    found = CalendarObject.objects.select_related("calendar").filter(pk=one.into_id or 0).first()
    if found is not None and (found.deleted_at or found.calendar.deleted_at or found.stance == Stance.NONE):
        moved = inviting.stands_in_for(found)
        found = moved if moved is not None or found.deleted_at or found.calendar.deleted_at else found
    if found is None:
        return "5.1"
    item = open_message(bytes(one.data))
    said = answers.of_reply(item, one.sender, ZoneInfo(found.calendar.zone), normal)
    from calendars.actions import answering

    answering.take(found, one.sender, said)
    return "2.0"


def open_message(data: bytes) -> Item:
    """Return what a message says, its METHOD aside."""
    tree = contentlines.read(data)
    for calendar in tree.components("VCALENDAR"):
        calendar.remove("METHOD")
    return reading.read_tree(tree)


def landing(user: User) -> Calendar | None:
    """Return the calendar into which invitations of a person land; None for guests, who have none."""
    if getattr(user, "personal_space", None) is None:
        return None
    chosen = Reception.objects.filter(user=user, calendar__deleted_at=None).values_list("calendar", flat=True).first()
    making.furnish(Actor.of(user))
    own = Calendar.objects.living().filter(space__owner=user, components__contains=[Component.EVENT], books=0)
    rows = own.select_related("space__owner", "acl")
    return (rows.filter(pk=chosen).first() if chosen else None) or rows.order_by("pk").first()


def _into(one: Delivery, user: User, calendar: Calendar) -> str:
    """Bring a member's copy up to date and lay the message into their inbox."""
    if (one.copy is not None or one.method == "CANCEL") and not _copy(one, user, calendar):
        return "5.1"
    if not one.quiet:
        data = bytes(one.data)
        name = f"{secrets.token_hex(16)}.ics"
        etag = hashlib.sha256(data).hexdigest()[:32]
        Message.objects.create(user=user, name=name, uid=one.uid, method=one.method, data=data, etag=etag)
        from calendars.actions import notifying

        notifying.invited(one, user)
    return "1.2"


def _copy(one: Delivery, user: User, calendar: Calendar) -> bool:
    """Bring it up to date; return False where what they have under this UID is none of the sender's.

    UIDs are no secrets: whoever sees that somebody is busy reads them. So nobody changes by one what is another's.
    """
    keeping.lock(calendar)
    rows = CalendarObject.objects.living().select_related("calendar__space__owner")
    found = rows.filter(uid=one.uid, calendar__space__owner=user).order_by("pk").first()
    if found is None:
        if one.copy is not None and not one.quiet and not sees(user, one.event):
            keeping.insert(calendar, bytes(one.copy), user, Stance.ATTENDEE)
        return True
    if found.organizer != one.sender and not _same(found.organizer, one.sender) and not _came_before(one):
        return False
    if found.stance != Stance.ORGANIZER and not _newer(one):
        _renew(one, found, ZoneInfo(calendar.zone))
    return True


def _renew(one: Delivery, found: CalendarObject, zone: ZoneInfo) -> None:
    if one.copy is None:
        sequence = max(part.sequence for part in open_message(bytes(one.data)).parts)
        keeping.rewrite(found, answers.called_off(bytes(found.data), sequence, timezone.now()))
        return
    news = bytes(one.copy)
    if max(part.sequence for part in reading.read(news).parts) < found.sequence:
        return
    data = answers.renew(bytes(found.data), news, one.address, zone, normal)
    if not one.quiet:
        found.schedule_tag = secrets.token_hex(16)
    found.stance = Stance.ATTENDEE
    keeping.rewrite(found, data)


def _same(one: str, other: str) -> bool:
    """Whether two addresses are of one person of this house: programs write now this one, now that."""
    people = addresses.users([one, other])
    return len(people) == 2 and people[one].pk == people[other].pk


def _came_before(one: Delivery) -> bool:
    """Whether the copy came from this very event, whose organizer has another address by now."""
    there = Delivery.objects.filter(user=one.user_id, uid=one.uid, state=Delivery.State.DONE, status="1.2")
    return one.event_id is not None and there.filter(event=one.event_id).exclude(copy=None).exists()


def _newer(one: Delivery) -> bool:
    """Whether a later message of the same event was delivered to them before this one."""
    later = Delivery.objects.filter(user=one.user_id, uid=one.uid, pk__gt=one.pk, state=Delivery.State.DONE)
    return later.exclude(method="REPLY").exclude(status="5.1").exists()


def sees(user: User, event: CalendarObject | None) -> bool:
    """Whether the person has the event in their views already, by a calendar of a space: no copy doubles it then."""
    if event is None:
        return False
    found = CalendarObject.objects.select_related("calendar__space", "calendar__acl").filter(pk=event.pk).first()
    if found is None or found.calendar.space.owner_id is not None or found.secrecy != CalendarObject.Secrecy.PUBLIC:
        return False
    return bool(Actor.of(user).rights_on(found.calendar) & Right.SEE)
