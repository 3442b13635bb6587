"""One write as scheduling sees it: who writes, what was there, what comes, what its calendar's owner is to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from calendars import addresses
from calendars.addresses import normal
from calendars.ical import expanding, reading
from calendars.ical.parts import Item
from calendars.models import Calendar, CalendarObject, Delivery
from collab.accounts.models import User
from collab.rights.actor import Actor

Stance = CalendarObject.Stance


@dataclass(frozen=True)
class How:
    """How a write is told: `quiet` not at all; `reply`: answers of an attendee are (Schedule-Reply, RFC 6638, 8.1).

    `merge`: the device knew the Schedule-Tag, answers that came since are kept. `moved`: what comes from elsewhere.
    """

    quiet: bool = False
    reply: bool = True
    merge: bool = False
    moved: CalendarObject | None = None


@dataclass
class Outcome:
    """What becomes of a write: the bytes to store, and the columns and messages that go with them."""

    data: bytes
    item: Item
    stance: int = Stance.NONE
    organizer: str = ""
    tag: str = ""
    news: list[Delivery] = field(default_factory=list)
    rewritten: bool = False

    @property
    def columns(self) -> dict[str, object]:
        return {"stance": self.stance, "organizer": self.organizer, "schedule_tag": self.tag}


class Write:
    """One write, looked at from both sides. `after` is None when the entry goes."""

    def __init__(
        self, actor: Actor, calendar: Calendar, old: CalendarObject | None, before: Item | None, after: Item | None,
        data: bytes, how: How,
    ):  # fmt: skip
        self.actor, self.calendar, self.old, self.how = actor, calendar, old, how
        self.before, self.after, self.data = before, after, data
        self.zone = ZoneInfo(calendar.zone)
        self.own = addresses.of_calendar(calendar)
        self.now = timezone.now()

    def stance(self, organizer: str) -> Stance:
        """Return what the calendar's owner is to an event that this address organizes.

        Whoever writes into a calendar that is not theirs invites on behalf of its owner; an event that was organized
        from a calendar stays so wherever it was moved.
        """
        if not organizer:
            return Stance.NONE
        old = self.old
        if organizer in self.own or (old is not None and (old.stance, old.organizer) == (Stance.ORGANIZER, organizer)):
            return Stance.ORGANIZER
        item = self.after or self.before
        assert item is not None
        if self.calendar.space.owner_id is not None and any(
            normal(one.address) in self.own for part in item.parts for one in part.attendees
        ):
            return Stance.ATTENDEE
        if organizer in addresses.mine(self.actor) and not self.how.quiet:
            return Stance.ORGANIZER
        return Stance.NONE

    def is_over(self, item: Item) -> bool:
        """Whether all of it is past."""
        first, last = expanding.bounds(item, self.zone)
        return first is not None and last is not None and last < self.now


def expected(address: str, user: User | None) -> str:
    """Return the SCHEDULE-STATUS of a message that is about to leave (RFC 6638, 3.2.9)."""
    if user is not None and getattr(user, "personal_space", None) is not None:
        return "1.2"
    if addresses.reaches(address):
        return "1.1" if settings.MAIL_URL else "5.2"
    return "3.7"


def called_off(data: bytes) -> bool:
    return all(part.status == "CANCELLED" for part in reading.read(data).parts)


def tag_of(old: CalendarObject | None) -> str:
    return old.schedule_tag if old is not None else ""


def new_tag() -> str:
    return secrets.token_hex(16)
