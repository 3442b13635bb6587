"""Events, tasks and notes written: new ones whole, stored ones line by line, so that what is not changed stays.

DTSTAMP and LAST-MODIFIED move with each change; SEQUENCE with those that concern the people invited (RFC 5546,
2.1.4): when, how often, where, and whether it takes place at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from calendars.ical.component import Reader
from calendars.ical.moments import Moment, plain, stamp
from calendars.ical.parts import Alarm
from calendars.ical.repeats import Repeat
from calendars.ical.values import words
from calendars.ical.zones import Zones
from calendars.ical.zonewriting import described
from collab.lib.contentlines import Component, Params, component, escape, unescape

PRODUCT = "-//Collab//Calendars//EN"

TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION"})
WORDS = frozenset({
    "URL", "STATUS", "CLASS", "TRANSP", "PRIORITY", "PERCENT-COMPLETE", "COLOR", "CONFERENCE", "COMPLETED",
    "X-APPLE-SORT-ORDER",
})  # fmt: skip
"""Properties that a change may say: texts are escaped, words stand as they are."""

_SIGNIFICANT = frozenset({"LOCATION", "STATUS"})
_CONTRADICTED = {
    "DESCRIPTION": ("X-ALT-DESC",),
    "LOCATION": ("X-APPLE-STRUCTURED-LOCATION", "GEO", "STRUCTURED-LOCATION"),
}
"""What would go on saying the old text to the programs that prefer it."""
_ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT")

KEEP: Literal["keep"] = "keep"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to be said; all else stays.

    `says`: name → text of SUMMARY, DESCRIPTION, LOCATION, or word of `WORDS`; "" takes the property out. `times`:
    start and end (of a to-do: due), each None for none; the end of days is the day after the last. `alarms`: so long
    after the start (before: negative); reminders at a moment of their own stay. `repeat`: None for once.
    """

    says: Mapping[str, str] = field(default_factory=dict)
    times: tuple[Moment | None, Moment | None] | None = None
    categories: tuple[str, ...] | None = None
    alarms: tuple[timedelta, ...] | None = None
    repeat: Repeat | Literal["keep"] | None = KEEP
    parent: str | None = None
    """UID of the to-do that this one is a part of; "" for none."""
    edits: tuple[Callable[[Component], bool], ...] = ()
    """What else is done to the lines of the component; each tells whether it concerns the people invited."""


def completed(now: datetime) -> Changes:
    """Return what says that a to-do is done."""
    return Changes(says={"STATUS": "COMPLETED", "PERCENT-COMPLETE": "100", "COMPLETED": stamp(now)})


REOPENED = Changes(says={"STATUS": "NEEDS-ACTION", "PERCENT-COMPLETE": "", "COMPLETED": ""})


def new(kind: str, changes: Changes, *, now: datetime, uid: str = "") -> bytes:
    """Return a new VEVENT, VTODO or VJOURNAL."""
    calendar = component("VCALENDAR")
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    made = component(kind)
    made.add("UID", uid or str(uuid.uuid4()))
    made.add("DTSTAMP", stamp(now))
    made.add("CREATED", stamp(now))
    apply(made, changes, Zones(calendar))
    made.put("LAST-MODIFIED", stamp(now))
    calendar.append(made)
    told(calendar, changes)
    return bytes(calendar)


def apply(found: Component, changes: Changes, zones: Zones) -> bool:
    """Say the changes in a component; return whether they concern the people invited."""
    significant = False
    for name, value in changes.says.items():
        significant |= _say(found, name, value) and name in _SIGNIFICANT
    if changes.categories is not None:
        _list_categories(found, changes.categories)
    if changes.parent is not None:
        found.remove("RELATED-TO", lambda line: line.param("RELTYPE", "PARENT").upper() == "PARENT")
        if changes.parent:
            found.add("RELATED-TO", escape(changes.parent))
    if changes.times is not None:
        significant |= _time(found, *changes.times)
    if changes.repeat != KEEP:
        significant |= _repeat(found, changes, zones)
    if changes.alarms is not None:
        _remind(found, changes.alarms)
    for edit in changes.edits:
        significant |= edit(found)
    return significant


def touch(found: Component, now: datetime, *, significant: bool) -> None:
    """Say that a component was changed now."""
    found.put("DTSTAMP", stamp(now))
    found.put("LAST-MODIFIED", stamp(now))
    if significant:
        said = found.value("SEQUENCE").strip()
        found.put("SEQUENCE", str(int(said) + 1 if said.isascii() and said.isdigit() and len(said) < 10 else 1))


def put_moment(found: Component, name: str, moment: Moment | None) -> bool:
    """Say a date or time, None to take it out; a line that says it already stays. Return whether it changed."""
    if moment is None:
        return found.remove(name) > 0
    value, params = written(moment)
    line = found.first(name)
    if line is not None and line.value.strip() == value and line.param("TZID") == dict(params).get("TZID", ("",))[0]:
        return False
    others = tuple(one for one in line.params if one[0] not in {"TZID", "VALUE"}) if line else ()
    found.put(name, value, (*params, *others))
    return True


def written(moment: Moment) -> tuple[str, Params]:
    """Return a moment as value and parameters."""
    if moment.is_date:
        return plain(moment.value), (("VALUE", ("DATE",)),)
    if moment.zone is UTC and not moment.tzid:
        return plain(moment.value) + "Z", ()
    name = moment.tzid or getattr(moment.zone, "key", "")
    return plain(moment.value), ((("TZID", (name,)),) if name else ())


def told(calendar: Component, changes: Changes) -> None:
    """Add the VTIMEZONE of each zone that the changes use and the file does not describe yet."""
    known = {one.value("TZID").strip() for one in calendar.components("VTIMEZONE")}
    for moment in changes.times or ():
        name = getattr(moment.zone, "key", "") if moment else ""
        if moment is None or not name or moment.tzid not in {"", name} or {name, moment.tzid} & known:
            continue
        known.add(name)
        place = next(at for at, one in enumerate(calendar.inside) if isinstance(one, Component))
        calendar.inside.insert(place, described(name, moment.day.year, calendar.newline))


def zoned(local: datetime, zone: ZoneInfo) -> Moment:
    """Return a local time in a zone of IANA."""
    return Moment(local, zone, zone.key)


def on_clock(moment: datetime, zone: ZoneInfo) -> Moment:
    """Return a moment on the clock of a zone. In an hour that comes twice the second is in UTC: TZID says the first."""
    local = moment.astimezone(zone)
    if local.fold:
        return Moment(moment.astimezone(UTC).replace(tzinfo=None), UTC)
    return zoned(local.replace(tzinfo=None), zone)


def _say(found: Component, name: str, value: str) -> bool:
    line = found.first(name)
    if name in TEXTS:
        same = line is not None and unescape(line.value) == value
        said = escape(value)
    elif name in WORDS:
        same = line is not None and line.value.strip() == value
        said = value
    else:
        raise ValueError(f"{name} is not said in this way")
    if same or (line is None and not value):
        return False
    if value:
        params = tuple(one for one in line.params if one[0] == "LANGUAGE") if line else ()
        found.put(name, said, (("VALUE", ("URI",)),) if name == "CONFERENCE" else params)  # RFC 7986, 5.11 asks for it
    else:
        found.remove(name)
    for other in _CONTRADICTED.get(name, ()):
        found.remove(other)
    return True


def _list_categories(found: Component, categories: tuple[str, ...]) -> None:
    if words(found.all("CATEGORIES")) == categories:
        return
    if categories:
        found.put("CATEGORIES", ",".join(map(escape, categories)))
    else:
        found.remove("CATEGORIES")


def _time(found: Component, starts: Moment | None, ends: Moment | None) -> bool:
    end = "DUE" if found.name == "VTODO" else "DTEND"
    line = found.first("DTSTART")
    whole_day = line is not None and len(line.value.strip()) == 8
    changed = put_moment(found, "DTSTART", starts)
    if found.name == "VJOURNAL":
        return changed
    changed |= put_moment(found, end, ends)
    changed |= found.remove("DURATION") > 0
    if line is not None and starts is not None and whole_day != starts.is_date:
        for name in _ALL_DAY:
            found.remove(name)
    return changed


def _repeat(found: Component, changes: Changes, zones: Zones) -> bool:
    rule = changes.repeat
    if rule is None:
        return sum(found.remove(name) for name in ("RRULE", "RDATE", "EXDATE", "EXRULE")) > 0
    assert isinstance(rule, Repeat)
    anchor = next((one for one in changes.times or () if one is not None), None)
    if anchor is None:
        part = Reader(zones, []).part(found)
        anchor = part.starts or part.due
    if anchor is None:
        raise ValueError("what repeats has a date")
    value = rule.rule(anchor)
    if [line.value for line in found.all("RRULE")] == [value]:
        return False
    found.put("RRULE", value)
    return True


def _remind(found: Component, wanted: tuple[timedelta, ...]) -> None:
    reader = Reader(Zones(Component("")), [])
    left = dict.fromkeys(wanted)
    for one in found.components("VALARM"):
        alarm: Alarm | None = reader.alarm(one)
        if alarm is None or alarm.offset is None or alarm.from_end:
            continue
        if alarm.offset.total in left:
            del left[alarm.offset.total]
        else:
            found.discard(one)
    for offset in left:
        found.append(_alarm(offset, found.value("SUMMARY") or "-", found.newline))


def _alarm(offset: timedelta, said: str, newline: bytes) -> Component:
    made = component("VALARM", newline)
    made.add("ACTION", "DISPLAY")
    made.add("DESCRIPTION", said)
    made.add("TRIGGER", length(offset))
    return made


def length(found: timedelta) -> str:
    """Return a length in the form of iCalendar."""
    seconds = abs(int(found.total_seconds()))
    days, seconds = divmod(seconds, 86400)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    times = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{rest}S" if rest else "")
    text = (f"{days}D" if days else "") + (f"T{times}" if times else "")
    return ("-" if found < timedelta(0) else "") + "P" + (text or "T0S")
