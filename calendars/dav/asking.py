"""Asking by the outbox when people are busy (RFC 6638, 5): times alone, of those who let the asker know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from calendars import addresses, availability
from calendars.actions.delivering import open_message
from calendars.addresses import normal
from calendars.dav.freebusy import LONGEST
from calendars.ical.moments import stamp
from calendars.ical.parts import Part
from calendars.models import Occurrence
from calendars.ranges import Span
from calendars.refusals import NotAMessage, NotTheOrganizer, TooManyMatches
from collab.dav.hrefs import text
from collab.lib import contentlines
from collab.lib.contentlines import Line
from collab.lib.errors import Refusal
from collab.rights.actor import Actor

MOST = 200
"""People in one question."""
_KINDS = {Occurrence.Busy.BUSY: "BUSY", Occurrence.Busy.TENTATIVE: "BUSY-TENTATIVE"}


def answer(actor: Actor, data: bytes) -> str:
    """Return the schedule-response to a VFREEBUSY of METHOD:REQUEST. Raises NotAMessage, NotTheOrganizer."""
    part, lines = _question(data)
    if part.organizer is None or normal(part.organizer.address) not in addresses.mine(actor):
        raise NotTheOrganizer
    if part.starts is None or part.ends is None or len(lines) > MOST:
        raise NotAMessage
    since, until = part.starts.utc(UTC), part.ends.utc(UTC)
    if until - since > LONGEST:
        raise TooManyMatches
    people = addresses.users(normal(line.value) for line in lines)
    without = part.tree.value("X-CALENDARSERVER-MASK-UID")
    busy = availability.busy_of(actor, [one.pk for one in people.values()], since, until, without=without)
    hours = availability.hours_of(one.pk for one in people.values())
    told = []
    for line in lines:
        user = people.get(normal(line.value))
        found = busy.get(user.pk) if user is not None else None
        if user is None or found is None:  # whom nobody may ask is as unknown as who is not here
            told.append(_response(line.value, "3.7;Invalid calendar user"))
            continue
        away = _outside(hours[user.pk], since, until)
        told.append(_response(line.value, "2.0;Success", _written(part, line, since, until, found, away)))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<cal:schedule-response xmlns:d="DAV:"'
        f' xmlns:cal="urn:ietf:params:xml:ns:caldav">{"".join(told)}</cal:schedule-response>'
    )


def _question(data: bytes) -> tuple[Part, list[Line]]:
    try:
        tree = contentlines.read(data)
        method = next((one.value("METHOD").upper() for one in tree.components("VCALENDAR")), "")
        parts = open_message(data).parts
    except Refusal:
        raise NotAMessage from None
    if method != "REQUEST" or len(parts) != 1 or parts[0].component != "VFREEBUSY":
        raise NotAMessage
    return parts[0], parts[0].tree.all("ATTENDEE")


def _response(address: str, status: str, data: bytes = b"") -> str:
    inner = f"<cal:calendar-data>{text(data.decode()).replace(chr(13), '&#13;')}</cal:calendar-data>" if data else ""
    return (
        f"<cal:response><cal:recipient><d:href>{text(address)}</d:href></cal:recipient>"
        f"<cal:request-status>{status}</cal:request-status>{inner}</cal:response>"
    )


def _outside(hours: availability.Hours, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return when somebody is not to be met, by the hours they said (RFC 7953): none where they said none."""
    if not hours.spans:
        return []
    found, at = [], since
    for begins, ends in hours.between(since, until):
        if begins > at:
            found.append((at, begins))
        at = max(at, ends)
    if at < until:
        found.append((at, until))
    return found


def _written(
    part: Part, line: Line, since: datetime, until: datetime, busy: list[Span], away: list[tuple[datetime, datetime]]
) -> bytes:
    organizer = part.tree.all("ORGANIZER")[0]
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Collab//EN", "METHOD:REPLY", "BEGIN:VFREEBUSY",
        f"UID:{part.tree.value('UID')}", f"DTSTAMP:{stamp(timezone.now().astimezone(UTC))}",
        f"DTSTART:{stamp(since)}", f"DTEND:{stamp(until)}",
    ]  # fmt: skip
    made = [contentlines.fold(one) for one in lines]
    made += [contentlines.make("ORGANIZER", organizer.value).raw, contentlines.make("ATTENDEE", line.value).raw]
    spans = [(_KINDS[Occurrence.Busy(one.busy)], one.starts, one.ends) for one in busy]
    spans += [("BUSY-UNAVAILABLE", begins, ends) for begins, ends in away if ends - begins >= timedelta(minutes=1)]
    for kind, begins, ends in sorted(spans, key=lambda one: one[1]):
        made.append(contentlines.fold(f"FREEBUSY;FBTYPE={kind}:{stamp(begins)}/{stamp(ends)}"))
    return b"".join([*made, contentlines.fold("END:VFREEBUSY"), contentlines.fold("END:VCALENDAR")])
