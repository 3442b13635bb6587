"""A file that others write and refresh, as a calendar takes it: what it says of itself, and its entries made ours.

Its head is read here (RFC 7986; Apple's and Microsoft's words for the same), the entries by `splitting` and `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from calendars.ical import reading, zones
from calendars.ical.moments import Moment, from_utc, read_duration, read_time
from calendars.ical.parts import Item
from calendars.ical.splitting import Split
from calendars.ical.writing import put_moment, zoned
from calendars.ical.zonewriting import described
from collab.lib import contentlines
from collab.lib.contentlines import Component, Line
from collab.lib.errors import BadInput

_HEAD_SIZE = 64 << 10
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_STAMP = re.compile(rb"^DTSTAMP[;:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|\Z)", re.MULTILINE | re.IGNORECASE)
_DATES = ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID")
_LISTS = ("EXDATE", "RDATE")
_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass(frozen=True)
class Without:
    """What is left out of the entries that come."""

    alarms: bool = False
    attachments: bool = False


class Feed:
    """A whole file. `title`, `color` ("#rrggbb"), `zone` (of IANA): "" where it says none; `every`: seconds, or None.

    Its length is the number of its entries. Raises BadInput for what is no calendar, or damaged.
    """

    def __init__(self, data: bytes):
        self._split = Split(data)
        head = {line.name: line for line in reversed(_head(data))}

        def said(*names: str) -> str:
            found = next((head[name] for name in names if name in head), None)
            return " ".join(contentlines.unescape(found.value).split()) if found is not None else ""

        title = said("NAME", "X-WR-CALNAME")[:200]
        self.title = title if title.isprintable() else ""
        color = said("X-APPLE-CALENDAR-COLOR", "X-OUTLOOK-COLOR", "COLOR")[:7]
        self.color = color if _COLOR.fullmatch(color) else ""
        zone = zones.named(said("X-WR-TIMEZONE")[:100])
        self.zone = zone.key if isinstance(zone, ZoneInfo) else ""
        self.every = _seconds(said("REFRESH-INTERVAL", "X-PUBLISHED-TTL"))

    def __len__(self) -> int:
        return len(self._split)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._split)


def prepared(data: bytes, without: Without, zone: str) -> Item:
    """Return an entry of a feed with what is left out gone, and its times in the zone that its file says is its own.

    Raises a CalendarRefusal for what cannot be kept.
    """
    item = reading.read(data)
    changed = False
    for part in item.parts:
        if without.alarms:
            for alarm in part.tree.components("VALARM"):
                part.tree.discard(alarm)
                changed = True
        if without.attachments:
            changed |= part.tree.remove("ATTACH") > 0
    if zone and zone != "UTC" and any(part.rules or part.dates for part in item.parts):
        changed |= _into(item, zone)
    return reading.read(bytes(item.tree)) if changed else item


def alike(one: bytes, other: bytes) -> bool:
    """Whether both say the same: some servers write each entry anew, with the time of the asking, for everybody."""
    return one == other or _STAMP.sub(b"", one) == _STAMP.sub(b"", other)


def _into(item: Item, name: str) -> bool:
    """Write the times of a series that stand in UTC in the zone of its file (X-WR-TIMEZONE): return whether any did.

    What repeats at five in the afternoon does so in summer and winter; in UTC it would not. UNTIL stays in UTC, as
    RFC 5545, 3.3.10 has it.
    """
    zone = ZoneInfo(name)
    years = []

    def moved(text: str) -> Moment | None:
        try:
            local, utc = read_time(text.strip())
            return zoned(from_utc(local.replace(tzinfo=UTC), zone), zone) if utc else None
        except ValueError:
            return None

    for part in item.parts:
        for property_name in _DATES:
            line = part.tree.first(property_name)
            if line is not None and (moment := moved(line.value)) is not None:
                put_moment(part.tree, property_name, moment)
                years.append(moment.day.year)
        for property_name in _LISTS:
            _list_into(part.tree, property_name, moved, name)
    if years:
        (calendar,) = item.tree.components("VCALENDAR")
        if all(one.value("TZID").strip() != name for one in calendar.components("VTIMEZONE")):
            place = next(at for at, one in enumerate(calendar.inside) if isinstance(one, Component))
            calendar.inside.insert(place, described(name, max(min(years), 1971), calendar.newline))
    return bool(years)


def _list_into(tree: Component, name: str, moved: object, zone: str) -> None:
    lines = tree.all(name)
    found = [[moved(text) for text in line.value.split(",")] for line in lines]  # type: ignore[operator]
    if not lines or any(moment is None for line in found for moment in line):
        return
    tree.remove(name)
    for line in found:
        texts = [f"{moment.local:%Y%m%dT%H%M%S}" for moment in line]
        tree.add(name, ",".join(texts), (("TZID", (zone,)),))


def _head(data: bytes) -> list[Line]:
    """Return what the first calendar says of itself, before its first component."""
    start = data[:_HEAD_SIZE].upper().find(b"BEGIN:VCALENDAR")
    if start < 0:
        return []
    head = data[start : start + _HEAD_SIZE].partition(b"\n")[2]
    end = head.upper().find(b"\nBEGIN:")
    lines = _FOLD.sub(b"", b"" if head[:6].upper() == b"BEGIN:" else head[:end] if end >= 0 else head).split(b"\n")
    return [contentlines.parse(line.decode(errors="replace").rstrip("\r")) for line in lines if line.strip()]


def _seconds(text: str) -> int | None:
    try:
        length: timedelta = read_duration(text).total
    except (ValueError, OverflowError):
        return None
    seconds = int(length.total_seconds())
    return seconds if 0 < seconds < 366 * 86400 else None


__all__ = ["BadInput", "Feed", "Without", "alike", "prepared"]
