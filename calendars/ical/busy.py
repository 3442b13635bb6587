"""What remains of an entry where only its times may be seen: when somebody is busy, not with what or whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from calendars.ical import itip, zones
from calendars.ical.itip import PRIVATE_COMMENTS, Normal
from calendars.ical.writing import PRODUCT
from collab.lib import contentlines
from collab.lib.contentlines import Component, Params

_DATE, _DATES, _NUMBER = r"[0-9TZ:.+ -]{1,40}", r"[0-9TZPWDHMS/:.,+ -]*", r"[0-9]{1,10}"
_PARTS = "FREQ|UNTIL|COUNT|INTERVAL|BY(?:SECOND|MINUTE|HOUR|DAY|MONTHDAY|YEARDAY|WEEKNO|MONTH|SETPOS)|WKST|RSCALE|SKIP"
_RULE = rf"(?:(?:{_PARTS})=[A-Z0-9,+-]{{1,2000}};?)+"
_MOMENTS = ("DTSTAMP", "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "CREATED", "LAST-MODIFIED", "COMPLETED")
_STATUS = "TENTATIVE|CONFIRMED|CANCELLED|NEEDS-ACTION|IN-PROCESS|COMPLETED|DRAFT|FINAL"
_KEPT = {
    name: re.compile(form, re.IGNORECASE)
    for name, form in {
        **dict.fromkeys(_MOMENTS, _DATE), "DURATION": _DATES, "RDATE": _DATES, "EXDATE": _DATES, "RRULE": _RULE,
        "EXRULE": _RULE, "SEQUENCE": _NUMBER, "TRANSP": "OPAQUE|TRANSPARENT", "STATUS": _STATUS,
        "TZOFFSETFROM": _DATE, "TZOFFSETTO": _DATE,
    }.items()
}  # fmt: skip
"""What is let through, and in what form its value: nothing else of an entry, however it is named or nested. A UID is
the name by which devices know an entry, which its address holds too; who has no account is given another one."""
_PARAMS = {"VALUE": re.compile("DATE|DATE-TIME|PERIOD|DURATION"), "RANGE": re.compile("THISANDFUTURE")}
_OFFSET = re.compile(r"(?:UTC|GMT)[+-][0-9]{1,2}:?(?:[0-9]{2})?")
_PEOPLE = re.compile(rb"(?:ATTENDEE|ORGANIZER|\n[ \t])", re.IGNORECASE)
"""A name may be folded: such entries are read."""
_WORDS = re.compile(rb"X-RESPONSE-COMMENT|X-CALENDARSERVER-", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]")


def only_busy(data: bytes, other_uid: Callable[[str], str] = str) -> bytes:
    """Return the entry with its times, repetition and zones, named “Busy” in the language at hand.

    It is made anew: `other_uid` gives the UID that it bears.
    """
    made = []
    for calendar in contentlines.read(data).components("VCALENDAR"):
        said = contentlines.component("VCALENDAR", calendar.newline)
        said.add("VERSION", "2.0")
        said.add("PRODID", PRODUCT)
        zones_ = _Names(calendar)
        for zone in zones_.told:
            said.append(zone)
        for part in calendar.components("VEVENT", "VTODO", "VJOURNAL"):
            busy = contentlines.component(part.name, calendar.newline)
            busy.add("UID", other_uid(part.value("UID")))
            _let_through(part, busy, zones_)
            busy.add("SUMMARY", contentlines.escape(_("Busy")))
            busy.add("CLASS", "CONFIDENTIAL")
            said.append(busy)
        made.append(bytes(said))
    return b"".join(made)


class _Names:
    """The zones of an entry by names that say nothing: those that everybody knows, else one made of what they are.

    `told`: the zones themselves.
    """

    def __init__(self, calendar: Component):
        self._names: dict[str, str] = {}
        self.told: list[Component] = []
        for one in calendar.components("VTIMEZONE"):
            zone = contentlines.component("VTIMEZONE", calendar.newline)
            for part in one.components("STANDARD", "DAYLIGHT"):
                _let_through(part, zone.append(contentlines.component(part.name, calendar.newline)), self)
            name = contentlines.unescape(one.value("TZID")).strip()
            known = _known(name) or _known(one.value("X-LIC-LOCATION"))
            new = self._names.setdefault(name, known or f"zone-{hashlib.sha256(bytes(zone)).hexdigest()[:16]}")
            if all(other.value("TZID") != new for other in self.told):
                zone.put("TZID", new)
                self.told.append(zone)

    def of(self, tzid: str) -> str:
        """Return the name of a zone, "" where nobody knows it: the time is floating then, as it always was."""
        return self._names.get(tzid) or _known(tzid) or (tzid if _OFFSET.fullmatch(tzid) else "")


def _known(tzid: str) -> str:
    zone = zones.named(tzid) if tzid else None
    return getattr(zone, "key", "UTC") if zone is not None else ""


def _let_through(part: Component, made: Component, names: _Names) -> None:
    for line in part.lines:
        form = _KEPT.get(line.name)
        if form is None or not form.fullmatch(line.value.strip()):
            continue
        said = ((name, line.param(name).upper()) for name in _PARAMS)
        params: Params = tuple((name, (value,)) for name, value in said if _PARAMS[name].fullmatch(value))
        zone = names.of(line.param("TZID").strip()) if line.param("TZID") else ""
        made.add(line.name, line.value.strip(), (*params, ("TZID", (zone,))) if zone else params)


def without_people(data: bytes) -> bytes:
    """Return the entry without who invites, who is invited and what they said: addresses are not for everybody."""
    if not _PEOPLE.search(data):
        return data
    tree = contentlines.read(data)
    for part in contentlines.walk(tree):
        part.remove("ATTENDEE")
        part.remove("ORGANIZER")
    return bytes(tree)


def without_words(data: bytes, own: Collection[str], normal: Normal) -> bytes:
    """Return the entry without what those invited wrote to its organizer with their answers, but for their `own`.

    Google's parameter, which this house writes, and the properties of Apple's programs (caldav-privatecomments).
    """
    if not _WORDS.search(_FOLD.sub(b"", data)):
        return data
    tree = contentlines.read(data)
    for part in contentlines.walk(tree):
        for name in PRIVATE_COMMENTS:
            part.remove(name)
        itip.change_lines(
            part,
            "ATTENDEE",
            lambda line: line.params if normal(line.value) in own else itip.without(line.params, itip.COMMENT),
        )
    return bytes(tree)
