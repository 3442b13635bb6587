"""What comes back to a stored event: answers put into the organizer's, news of the organizer into an attendee's copy.

As `itip`, this works on bytes and parsed items alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from calendars.ical import itip
from calendars.ical.editing import override
from calendars.ical.expanding import find, local_of, name_of
from calendars.ical.itip import Normal, change_lines, with_params
from calendars.ical.moments import stamp
from calendars.ical.opened import Opened, open_object
from calendars.ical.parts import Item, Part
from collab.lib.contentlines import Component, Line, Params

PARTSTATS = ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "COMPLETED", "IN-PROCESS")
_OWN = ("TRANSP", "CATEGORIES", "CLASS", "COLOR", "PRIORITY", "COMMENT", "PERCENT-COMPLETE", "COMPLETED")
"""What in a copy is its person's own, beside alarms and what programs note (RFC 6638, 3.2.2.1)."""


@dataclass(frozen=True)
class Answer:
    """What one attendee says of one occurrence ("": of all); `plus`: how many they bring; None: not said."""

    partstat: str
    recurrence_id: str = ""
    comment: str | None = None
    plus: int | None = None
    sequence: int | None = None
    at: datetime | None = None


def of_reply(item: Item, address: str, zone: tzinfo, normal: Normal) -> list[Answer]:
    """Return what a REPLY says for this attendee, and for nobody else; nothing it says of others counts."""
    found = []
    for part, which in zip(item.parts, itip.names(item, zone), strict=True):
        for one in itip.invited(
            Item(uid=item.uid, component=item.component, parts=(part,), tree=item.tree), zone, normal
        ).values():
            if one.address != address or one.partstat not in PARTSTATS:
                continue
            comment = one.comment or next(iter(part.comments), "")
            # what was answered before it was asked with a number is for the first question
            found.append(Answer(one.partstat, which, comment[:1000], one.plus, part.sequence, part.stamped))
    return found


def put(data: bytes, address: str, answers: list[Answer], zone: tzinfo, normal: Normal, *, status: str = "") -> bytes:
    """Return the event with these answers of one attendee in it; what is older than its SEQUENCE is left out.

    An answer for all holds for occurrences with a word of their own, too, unless that was another answer before.
    `status`: SCHEDULE-STATUS to note with it.
    """
    for answer in answers:
        opened = open_object(data)
        parts = dict(zip(itip.names(opened.item, zone), opened.item.parts, strict=True))
        if answer.recurrence_id and answer.recurrence_id not in parts:
            data = _once(data, opened, address, answer, zone, normal, status)
            continue
        asked = parts.get(answer.recurrence_id) or opened.item.parts[0]
        if answer.sequence is not None and answer.sequence < asked.sequence:
            continue
        before = _partstat(asked, address, normal)
        for part in parts.values():
            if part is asked or (not answer.recurrence_id and _partstat(part, address, normal) == before):
                _say(part.tree, address, answer, normal, status)
        data = opened.close()
    return data


def _once(
    data: bytes, opened: Opened, address: str, answer: Answer, zone: tzinfo, normal: Normal, status: str
) -> bytes:
    """Say the answer of one occurrence that has no part of its own yet."""
    found = find(opened.item, answer.recurrence_id, zone)
    if found is None or opened.item.master is None:
        return data
    if answer.sequence is not None and answer.sequence < found.part.sequence:
        return data
    made = override(opened, found, answer.recurrence_id, zone)
    return opened.close() if _say(made, address, answer, normal, status) else data


def _partstat(part: Part, address: str, normal: Normal) -> str | None:
    return next((one.status for one in part.attendees if normal(one.address) == address), None)


def _say(tree: Component, address: str, answer: Answer, normal: Normal, status: str) -> bool:
    said = {"PARTSTAT": answer.partstat, "RSVP": ""}
    if answer.comment is not None:
        said["X-RESPONSE-COMMENT"] = answer.comment
    if answer.plus is not None:
        said["X-NUM-GUESTS"] = str(answer.plus) if answer.plus else ""
    if status:
        said["SCHEDULE-STATUS"] = status

    def params(line: Line) -> Params:
        if normal(line.value) != address:
            return line.params
        if all(line.param(name) == value for name, value in said.items()):
            return line.params
        return with_params(line.params, said)

    return change_lines(tree, "ATTENDEE", params)


def renew(own: bytes | None, news: bytes, address: str, zone: tzinfo, normal: Normal) -> bytes:
    """Return an attendee's copy after news of the organizer: theirs, with what was the attendee's own kept.

    An answer that the organizer has not read yet stays, unless they ask again with a higher SEQUENCE.
    """
    if own is None:
        return news
    opened, mine = open_object(news), open_object(own)
    before = dict(zip(itip.names(mine.item, zone), mine.item.parts, strict=True))
    for part, which in zip(opened.item.parts, itip.names(opened.item, zone), strict=True):
        was = before.get(which) or before.get("")
        if was is not None:
            _keep(part, was, address, normal)
    return opened.close()


def _keep(part: Part, was: Part, address: str, normal: Normal) -> None:
    for name in _OWN:
        if lines := was.tree.all(name):
            part.tree.remove(name)
            for line in lines:
                part.tree.add(name, line.value, line.params, line.group)
    for line in was.tree.lines:
        if line.name.startswith("X-") and part.tree.first(line.name) is None:
            part.tree.add(line.name, line.value, line.params, line.group)
    for alarm in was.tree.components("VALARM"):
        part.tree.append(alarm)
    own = next((one for one in was.tree.all("ATTENDEE") if normal(one.value) == address), None)
    if own is None or part.sequence > was.sequence or own.param("PARTSTAT", "NEEDS-ACTION") == "NEEDS-ACTION":
        return
    said = {name: own.param(name) for name in ("PARTSTAT", "X-NUM-GUESTS", "X-RESPONSE-COMMENT")}
    change_lines(
        part.tree,
        "ATTENDEE",
        lambda line: (
            with_params(line.params, said)
            if normal(line.value) == address and line.param("PARTSTAT", "NEEDS-ACTION") == "NEEDS-ACTION"
            else line.params
        ),
    )


def called_off(own: bytes, sequence: int, now: datetime) -> bytes:
    """Return an attendee's copy of what does not take place any more."""
    opened = open_object(own)
    for part in opened.item.parts:
        part.tree.put("STATUS", "CANCELLED")
        part.tree.put("SEQUENCE", str(max(part.sequence, sequence)))
        part.tree.put("DTSTAMP", stamp(now))
        for alarm in part.tree.components("VALARM"):
            part.tree.discard(alarm)
    return opened.close()


def merged(current: bytes, sent: bytes, zone: tzinfo, normal: Normal, but: str = "") -> bytes:
    """Return what an organizer's device sent, with the answers that came meanwhile (RFC 6638, 3.2.10.1)."""
    opened, there = open_object(sent), open_object(current)
    before = dict(zip(itip.names(there.item, zone), there.item.parts, strict=True))
    for part, which in zip(opened.item.parts, itip.names(opened.item, zone), strict=True):
        was = before.pop(which, None)
        if was is None:
            continue
        known = {normal(line.value): line for line in was.tree.all("ATTENDEE")}
        known.pop(but, None)
        change_lines(
            part.tree,
            "ATTENDEE",
            lambda line, known=known: (
                with_params(line.params, _answers(known[normal(line.value)]))  # type: ignore[misc]
                if normal(line.value) in known
                else line.params
            ),
        )
    return opened.close()


def _answers(line: Line) -> dict[str, str]:
    return {name: line.param(name) for name in ("PARTSTAT", "X-NUM-GUESTS", "X-RESPONSE-COMMENT", "SCHEDULE-STATUS")}


def difference(old: Item, new: Item, address: str, zone: tzinfo, normal: Normal) -> tuple[list[str], list[str]]:
    """Return for which occurrences an attendee's answer changed in their copy, and which they took out of it."""
    before = _said(old, address, zone, normal)
    after = _said(new, address, zone, normal)
    changed = []
    for which, answer in after.items():
        was = before.get(which, before.get(""))
        if answer is not None and answer != was and (answer[0] != "NEEDS-ACTION" or was is not None):
            changed.append(which)
    return changed, sorted(_gone(new, zone) - _gone(old, zone))


def _said(item: Item, address: str, zone: tzinfo, normal: Normal) -> dict[str, tuple[str, int, str] | None]:
    found: dict[str, tuple[str, int, str] | None] = {}
    for (which, who), one in itip.invited(item, zone, normal).items():
        if who == address:
            found[which] = (one.partstat, one.plus, one.comment)
    return found


def _gone(item: Item, zone: tzinfo) -> frozenset[str]:
    return itip.exceptions(item, zone)


def obeys(old: Item, new: Item, address: str, zone: tzinfo, normal: Normal) -> bool:
    """Whether an attendee changed only what is theirs to change (RFC 6638, 3.2.2.1)."""
    before = dict(zip(itip.names(old, zone), old.parts, strict=True))
    for part, which in zip(new.parts, itip.names(new, zone), strict=True):
        was = before.get(which)
        if was is None:
            at = find(old, which, zone) if old.master is not None else None
            if at is None or part.starts is None or part.starts.utc(zone) != at.starts_utc:
                return False
            was = at.part
            if _theirs(was, normal, times=False) != _theirs(part, normal, times=False):
                return False
        elif _theirs(was, normal) != _theirs(part, normal):
            return False
    kept = set(itip.names(new, zone))
    return ("" in kept or "" not in before) and itip.exceptions(old, zone) <= itip.exceptions(new, zone)


def _theirs(part: Part, normal: Normal, *, times: bool = True) -> object:
    """Return what of a part is its organizer's, in a form that does not ask how a program writes it."""
    people = frozenset(normal(one.address) for one in part.attendees)
    text = " ".join(part.description.split())
    said = (
        part.summary.strip(),
        part.location.strip(),
        text,
        people,
    )  # STATUS: Thunderbird writes its own answer there
    who = normal(part.organizer.address) if part.organizer else ""
    return (said, who, itip.essence(part) if times else part.lasts.total)


def with_parts(own: bytes, news: Item, zone: tzinfo, *, cancelled: bool = False) -> bytes:
    """Return a copy in which single occurrences are as a message says that tells of these alone."""
    opened = open_object(own)
    before = dict(zip(itip.names(opened.item, zone), opened.item.parts, strict=True))
    for part in news.parts:
        assert part.recurrence_id is not None
        which = _name_in(opened, part, zone)
        if (was := before.get(which)) is not None and which:
            opened.calendar.discard(was.tree)
        if cancelled:
            part.tree.put("STATUS", "CANCELLED")
        for alarm in part.tree.components("VALARM"):
            part.tree.discard(alarm)
        opened.calendar.append(part.tree)
    return opened.close()


def _name_in(opened: Opened, part: Part, zone: tzinfo) -> str:
    assert part.recurrence_id is not None
    anchor = opened.anchor
    return name_of(anchor, local_of(part.recurrence_id, anchor, zone))
