"""What is read from a calendar object: an item and its parts, never changed after reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from calendars.ical.moments import NO_TIME, Duration, Moment
from calendars.ical.rules import Rule
from collab.lib.contentlines import Component


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person, group, room or thing that is invited, or the organizer; `address` as written, mostly `mailto:…`."""

    address: str
    name: str = ""
    status: str = "NEEDS-ACTION"
    role: str = "REQ-PARTICIPANT"
    kind: str = "INDIVIDUAL"
    rsvp: bool = False
    sent_by: str = ""
    agent: str = "SERVER"
    """SCHEDULE-AGENT (RFC 6638, 7.1): who sends messages."""
    delegated_to: tuple[str, ...] = ()
    delegated_from: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address of mail in lower case, "" when it is another kind of address."""
        scheme, colon, rest = self.address.partition(":")
        return rest.strip().lower() if colon and scheme.lower() == "mailto" else ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A reminder: so long before or after the start or the end (`offset`), or `at` a moment."""

    action: str
    offset: Duration | None = None
    at: Moment | None = None
    from_end: bool = False
    description: str = ""
    summary: str = ""
    repeat: int = 0
    every: timedelta = timedelta(0)
    uid: str = ""
    acknowledged: datetime | None = None

    def moments(self, starts: datetime, ends: datetime, default: tzinfo) -> list[datetime]:
        """Return when it rings, in UTC, for an occurrence between these moments in UTC."""
        found: list[datetime] = []
        try:
            if self.at is not None:
                first = self.at.utc(default)
            elif self.offset is not None:
                first = (ends if self.from_end else starts) + self.offset.total
            else:
                return []
            for number in range(self.repeat + 1):
                found.append(first + self.every * number)
        except OverflowError:  # before or after all time there is, it never rings
            pass
        return found


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something attached: an address, or data in the object itself (`inline`, then `uri` is "")."""

    uri: str
    media_type: str = ""
    filename: str = ""
    size: int | None = None
    managed_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """A span of RDATE or FREEBUSY: to an end, or for a length."""

    starts: Moment
    ends: Moment | None = None
    lasts: Duration | None = None
    kind: str = "BUSY"

    def span(self, default: tzinfo) -> tuple[datetime, datetime]:
        """Return both ends in UTC."""
        first = self.starts.utc(default)
        if self.ends is not None:
            return first, max(first, self.ends.utc(default))
        if self.lasts is not None:
            return first, max(first, self.lasts.after(self.starts.local, self.starts.zone or default))
        return first, first


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component: the master, or an override of one occurrence (`recurrence_id`) or of it and all later ones."""

    component: str
    tree: Component = field(repr=False, compare=False)
    recurrence_id: Moment | None = None
    range_this_and_future: bool = False
    summary: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    status: str = ""
    klass: str = "PUBLIC"
    transp: str = "OPAQUE"
    starts: Moment | None = None
    ends: Moment | None = None
    """Of an event: DTEND, or DTSTART and DURATION, or what RFC 5545, 3.6.1 says in their absence."""
    due: Moment | None = None
    """Of a to-do: DUE, or DTSTART and DURATION."""
    lasts: Duration = NO_TIME
    """From the start to the end (or due): nominal days where DURATION says days, exact where an end was given."""
    completed: datetime | None = None
    percent: int | None = None
    priority: int = 0
    sequence: int = 0
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    related_to: tuple[tuple[str, str], ...] = ()
    """(RELTYPE, UID)."""
    created: datetime | None = None
    modified: datetime | None = None
    stamped: datetime | None = None
    conference: str = ""
    color: str = ""
    sort_order: int | None = None
    rules: tuple[Rule, ...] = ()
    exception_rules: tuple[Rule, ...] = ()
    dates: tuple[Period, ...] = ()
    """RDATE."""
    exceptions: tuple[Moment, ...] = ()
    """EXDATE."""
    periods: tuple[Period, ...] = ()
    """FREEBUSY."""

    @property
    def all_day(self) -> bool:
        """Whether it takes whole days."""
        anchor = self.starts or self.due
        return anchor is not None and anchor.is_date

    @property
    def floating(self) -> bool:
        """Whether its time is each reader's own."""
        anchor = self.starts or self.due
        return anchor is not None and anchor.is_floating

    @property
    def parent(self) -> str:
        """The UID of the to-do that this one is a part of, "" when there is none."""
        return next((uid for kind, uid in self.related_to if kind == "PARENT"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A calendar object: the master first where there is one, then the overrides in their order."""

    uid: str
    component: str
    parts: tuple[Part, ...]
    problems: tuple[str, ...] = ()
    tree: Component = field(repr=False, compare=False)

    @property
    def master(self) -> Part | None:
        """The part that is no override."""
        return self.parts[0] if self.parts[0].recurrence_id is None else None

    @property
    def overrides(self) -> tuple[Part, ...]:
        """The parts for single occurrences."""
        return self.parts if self.master is None else self.parts[1:]

    @property
    def recurring(self) -> bool:
        """Whether its occurrences bear names of their own (RECURRENCE-ID)."""
        first = self.parts[0]
        return bool(len(self.parts) > 1 or first.recurrence_id or first.rules or first.dates)

    @property
    def text(self) -> str:
        """All words that a person may search for, at most 20,000 signs."""
        found: dict[str, None] = {}
        for part in self.parts:
            found |= dict.fromkeys((part.summary, part.location, *part.categories))
        for part in self.parts:
            found |= dict.fromkeys((part.description, *part.comments))
            found |= dict.fromkeys(one.name or one.email for one in part.attendees)
            if part.organizer:
                found[part.organizer.name or part.organizer.email] = None
        return "\n".join(one[:MOST_TEXT] for one in found if one)[:MOST_TEXT]


MOST_TEXT = 20_000
