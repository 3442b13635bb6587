"""Who is invited, written into an event: ORGANIZER and ATTENDEE (RFC 5545, 3.8.4.1 and 3.8.4.3).

Lines of those who stay invited remain as they are, their answers with them; only what is said otherwise changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calendars.ical.itip import names
from calendars.ical.opened import open_object
from calendars.ical.writing import touch
from collab.lib import contentlines
from collab.lib.contentlines import Component, Line, Params

REQUIRED, OPTIONAL = "REQ-PARTICIPANT", "OPT-PARTICIPANT"
Normal = Callable[[str], str]


@dataclass(frozen=True)
class Wanted:
    """One to be invited: `address` as iCalendar says it (`mailto:…`), the name, needed or not, a person or a group.

    `comes`: they said yes already; who invites others to what they go to themselves.
    """

    address: str
    name: str = ""
    optional: bool = False
    is_group: bool = False
    comes: bool = False

    @property
    def role(self) -> str:
        return OPTIONAL if self.optional else REQUIRED


@dataclass(frozen=True)
class Invitation:
    """Whom an event invites: these and nobody else. `organizer`: who does, where nobody did yet.

    `shown`: those invited see who else is, and what they answered.
    """

    wanted: Sequence[Wanted]
    organizer: Wanted
    sent_by: str = ""
    shown: bool = False


SHOWN = "X-COLLAB-GUESTS"
"""Says “SHOWN” where those without an account see who else comes."""


def invite(data: bytes, said: Invitation, normal: Normal, *, now: datetime, at: str = "") -> bytes:
    """Return the event with these invited and nobody else, in all of its parts; who invites stays.

    `normal`: the way in which addresses are compared; `at`: this one time of a series alone, which has a part.
    """
    opened = open_object(data)
    there = next((part.tree.first("ORGANIZER") for part in opened.item.parts if part.organizer is not None), None)
    for part, which in zip(opened.item.parts, names(opened.item, UTC), strict=True):
        if (not at or which == at) and _write(part.tree, there, said, normal):
            touch(part.tree, now, significant=False)
    return opened.close()


def are_shown(tree: Component) -> bool:
    """Whether those invited see who else is."""
    return tree.value(SHOWN).strip().upper() == "SHOWN"


def seen_without_account(data: bytes, address: str, normal: Normal) -> bytes:
    """Return an event or a message as an attendee without account gets it: the others are in it where it says so."""
    tree = contentlines.read(data)
    for calendar in tree.components("VCALENDAR"):
        for part in calendar.components():
            if not are_shown(part):
                part.remove("ATTENDEE", lambda line: normal(line.value) != address)
    return bytes(tree)


def _write(tree: Component, there_is: Line | None, said: Invitation, normal: Normal) -> bool:
    """Say in one part who is invited. Return whether it changed."""
    names = {normal(one.address): one for one in said.wanted}
    changed = tree.remove("ATTENDEE", lambda line: normal(line.value) not in names and not line.param("MEMBER")) > 0
    if are_shown(tree) != (said.shown and bool(names)):
        changed = True
        if said.shown and names:
            tree.put(SHOWN, "SHOWN")
        else:
            tree.remove(SHOWN)
    there = {normal(line.value): line for line in tree.all("ATTENDEE")}
    for address, one in names.items():
        line = there.get(address)
        if line is None:
            tree.add("ATTENDEE", one.address, _params(one))
            changed = True
        elif (line.param("ROLE", REQUIRED).upper() == OPTIONAL) != one.optional:
            others = tuple(param for param in line.params if param[0] != "ROLE")
            tree.remove("ATTENDEE", lambda other, line=line: other is line)  # type: ignore[misc]
            tree.add("ATTENDEE", line.value, (*others, ("ROLE", (one.role,))))
            changed = True
    if not names:
        return tree.remove("ORGANIZER") > 0 or changed
    if tree.first("ORGANIZER") is None:
        if there_is is not None:
            tree.add("ORGANIZER", there_is.value, there_is.params)
        else:
            by: Params = (("SENT-BY", (said.sent_by,)),) if said.sent_by else ()
            tree.add("ORGANIZER", said.organizer.address, (*_named(said.organizer.name), *by))
        changed = True
    return changed


def _params(one: Wanted) -> Params:
    kind: Params = (("CUTYPE", ("GROUP",)),) if one.is_group else (("CUTYPE", ("INDIVIDUAL",)),)
    answer: Params = (("PARTSTAT", ("ACCEPTED" if one.comes else "NEEDS-ACTION",)),)
    asked: Params = () if one.comes else (("RSVP", ("TRUE",)),)
    return (*_named(one.name), *kind, ("ROLE", (one.role,)), *answer, *asked)


def _named(name: str) -> Params:
    """Return CN; RFC 6868 lets a name hold any sign but controls."""
    name = "".join(sign for sign in name if sign.isprintable())[:200]
    return (("CN", (name,)),) if name else ()
