"""Mail that comes to the house (iMIP, RFC 6047): answers to its invitations, and invitations of people it knows.

Whoever sends a mail is who they say only as far as mail goes: an answer counts when its sender is the attendee whom it
is for, an invitation when its sender is its organizer and known to the member. All else changes nothing; a counter
says how each message ended (`Received`).
"""

from __future__ import annotations

import io
import json
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from calendars import addresses, mail_reader
from calendars.actions import answering, delivering
from calendars.addresses import normal
from calendars.ical import answers, itip
from calendars.ical.parts import Item
from calendars.models import CalendarObject, Delivery, Invitee
from collab.accounts.languages import zone_of
from collab.accounts.models import User
from collab.lib import confined, contentlines
from collab.lib.errors import Refusal

LARGEST = 5 << 20
_LIMITS = confined.Limits(memory=400 << 20, processor=10, seconds=20, output=4 << 20)
_PROGRAM = Path(mail_reader.__file__)
Stance = CalendarObject.Stance


class Outcome(StrEnum):
    """How a message ended."""

    ANSWERED = "answered"
    INVITED = "invited"
    CANCELLED = "cancelled"
    OLD = "old"
    FORGED = "forged"
    STRANGER = "stranger"
    UNKNOWN_SENDER = "unknown-sender"
    UNKNOWN_EVENT = "unknown-event"
    NO_CALENDAR = "no-calendar"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"


def receive(raw: bytes) -> Outcome:
    """Take one mail as it came, and count how it ended."""
    outcome = _receive(raw)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calendars_received (day, outcome, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (day, outcome) DO UPDATE SET count = calendars_received.count + 1",
            [timezone.now().date(), str(outcome)],
        )
    return outcome


def _receive(raw: bytes) -> Outcome:
    if len(raw) > LARGEST:
        return Outcome.TOO_LARGE
    done = confined.run(_PROGRAM, [], io.BytesIO(raw), _LIMITS, most=LARGEST)
    if done.status or done.trouble:
        return Outcome.UNREADABLE
    try:
        found = json.loads(done.output)
    except ValueError:
        return Outcome.UNREADABLE
    if not found["calendar"]:
        return Outcome.NO_CALENDAR
    if "dmarc=fail" in found["verdict"]:
        return Outcome.FORGED
    data = found["calendar"].encode(errors="replace")  # some charsets can say halves of signs
    try:
        tree = contentlines.read(data)
        method = next((one.value("METHOD").strip().upper() for one in tree.components("VCALENDAR")), "")
        item = delivering.open_message(data)
    except Refusal:
        return Outcome.UNREADABLE
    sender = normal(f"mailto:{found['sender']}")
    if not addresses.reaches(sender) or item.component != "VEVENT":
        return Outcome.UNREADABLE
    if method == "REPLY":
        return _answer(item, sender)
    if method in {"REQUEST", "CANCEL"}:
        return _invitation(item, data, method, sender)
    return Outcome.NO_CALENDAR


def _answer(item: Item, sender: str) -> Outcome:
    """Put an answer into the event that it is for."""
    rows = CalendarObject.objects.living().filter(uid=item.uid, stance=Stance.ORGANIZER).select_related("calendar")
    event = rows.filter(invitees__address=sender).first()
    if event is None:
        return Outcome.STRANGER if rows.exists() else Outcome.UNKNOWN_EVENT
    said = answers.of_reply(item, sender, ZoneInfo(event.calendar.zone), normal)
    if not said:
        return Outcome.STRANGER
    try:
        found = answering.take(event, sender, said)
    except Refusal:
        return Outcome.UNKNOWN_EVENT
    return Outcome.ANSWERED if found.etag != event.etag else Outcome.OLD


def _invitation(item: Item, data: bytes, method: str, sender: str) -> Outcome:
    """Lay an invitation, or news of one, into the calendars of the members whom it names."""
    if itip.organizers(item, normal) != {sender} or addresses.users([sender]) or sender == addresses.house():
        return Outcome.STRANGER  # members and the house never write by this way
    people = addresses.users({normal(one.address) for part in item.parts for one in part.attendees})
    known = {address: user for address, user in people.items() if _knows(user, item.uid, sender)}
    if not known:
        return Outcome.UNKNOWN_SENDER if people else Outcome.UNKNOWN_EVENT
    ended = set()
    for address, user in known.items():
        ended.add(_lay(item, data, method, sender, address, user))
    return Outcome.OLD if ended == {Outcome.OLD} else Outcome.CANCELLED if method == "CANCEL" else Outcome.INVITED


def _knows(user: User, uid: str, sender: str) -> bool:
    """Whether a member had to do with who writes: invited them, or was invited by them; nobody else fills calendars.

    An event that they have already is changed by its own organizer alone.
    """
    own = CalendarObject.objects.living().filter(calendar__space__owner=user)
    there = own.filter(uid=uid).values_list("organizer", flat=True).first()
    if there is not None:
        return there == sender
    return own.filter(organizer=sender).exists() or Invitee.objects.filter(event__in=own, address=sender).exists()


def _lay(item: Item, data: bytes, method: str, sender: str, address: str, user: User) -> Outcome:
    own = CalendarObject.objects.living().filter(calendar__space__owner=user, uid=item.uid).first()
    sequence = max(part.sequence for part in item.parts)
    stamped = max((part.stamped for part in item.parts if part.stamped), default=None)
    if own is not None and (sequence < own.sequence or _older(own, item.uid, user, sequence, stamped)):
        return Outcome.OLD
    single = all(part.recurrence_id is not None for part in item.parts)
    copy: bytes | None = itip.view(item, address, zone_of(user), normal)
    if own is not None and single:
        copy = answers.with_parts(bytes(own.data), item, ZoneInfo(own.calendar.zone), cancelled=method == "CANCEL")
    elif method == "CANCEL":
        copy = None
    if own is None and method == "CANCEL":
        return Outcome.OLD
    one = Delivery.objects.create(
        user=user, address=address, sender=sender, uid=item.uid, method=method, data=data, copy=copy,
        due_at=timezone.now(), status="1.2",
    )  # fmt: skip
    delivering.deliver(one.pk)
    return Outcome.CANCELLED if method == "CANCEL" else Outcome.INVITED


def _older(own: CalendarObject, uid: str, user: User, sequence: int, stamped: object) -> bool:
    """Whether the copy was written from a message of the same SEQUENCE that was sent later."""
    with transaction.atomic():
        parts = delivering.open_message(bytes(own.data)).parts
    last = max((part.stamped for part in parts if part.stamped), default=None)
    return sequence == own.sequence and stamped is not None and last is not None and stamped < last  # type: ignore[operator]
