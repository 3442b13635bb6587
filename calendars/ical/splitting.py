"""A file of many entries cut into calendar objects, one per UID, without reading what they say.

Cut by the bytes: each object holds its components as they stand in the file, and the time zones that it names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from collab.lib import contentlines
from collab.lib.errors import BadInput

KINDS = frozenset({b"VEVENT", b"VTODO", b"VJOURNAL"})
_EDGE = re.compile(
    rb"^(?:\xef\xbb\xbf)?(BEGIN|END)(?:;[^:\r\n]*)?:[ \t]*([A-Za-z0-9-]+)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_UID = re.compile(rb"^UID(?:;[^:\r\n]*)?:((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE | re.IGNORECASE)
_ZONE = re.compile(rb';TZID=(?:"([^"\r\n]+)"|([^":;,\r\n]+))')
_NAMED = re.compile(rb"^TZID(?:;[^:\r\n]*)?:((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)
_HEAD = re.compile(rb"^(?:VERSION|PRODID|CALSCALE)[;:](?:[^\r\n]|\r?\n[ \t])*\r?\n?", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]")
_ESCAPED = re.compile(rb"\\([\\;,])")
_DEEP = 12
_ZONE_SIZE, _HEAD_SIZE = 32 << 10, 4 << 10
"""Bytes of a time zone and of a head: each object gets them again, so that a large one would fill the memory."""


@dataclass
class _Calendar:
    head: bytes = b""
    zones: dict[bytes, bytes] = field(default_factory=dict)
    parts: dict[bytes, list[bytes]] = field(default_factory=dict)


class Split:
    """The objects of an iCalendar stream (RFC 5545, 3.4), counted, and each made whole when it is asked for.

    Raises BadInput for what is none, or damaged.
    """

    def __init__(self, data: bytes):
        self._calendars = _calendars(data)
        if not self._calendars:
            raise BadInput

    def __len__(self) -> int:
        return sum(len(calendar.parts) for calendar in self._calendars)

    def __iter__(self) -> Iterator[bytes]:
        for calendar in self._calendars:
            for raws in calendar.parts.values():
                body = b"".join(raws)
                found = _ZONE.findall(_FOLD.sub(b"", body))
                named = dict.fromkeys((quoted or plain).strip() for quoted, plain in found)
                zones = b"".join(calendar.zones[name] for name in named if name in calendar.zones)
                yield b"BEGIN:VCALENDAR\r\n" + calendar.head + zones + body + b"END:VCALENDAR\r\n"


def pieces(data: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """Return the time zones of one object, by their names as parameters say them, and its components as they stand."""
    try:
        (calendar,) = _calendars(data)
    except (BadInput, ValueError):  # what is folded where nobody folds
        (read,) = contentlines.read(data).components("VCALENDAR")
        named = ((contentlines.unescape(one.value("TZID")).strip(), one) for one in read.components("VTIMEZONE"))
        zones = {name.encode(): bytes(one) for name, one in named}
        return zones, b"".join(bytes(one) for one in read.components() if one.name.encode() in KINDS)
    return calendar.zones, b"".join(raw for parts in calendar.parts.values() for raw in parts)


def _calendars(data: bytes) -> list[_Calendar]:
    calendars: list[_Calendar] = []
    open_: list[tuple[bytes, int]] = []
    for edge in _EDGE.finditer(data):
        name = edge[2].upper()
        if edge[1].upper() == b"BEGIN":
            if len(open_) == 1 and calendars and not calendars[-1].head:
                calendars[-1].head = _head(data[open_[0][1] : edge.start()])
            open_.append((name, edge.start()))
            if len(open_) > _DEEP:
                raise BadInput
            if len(open_) == 1:
                calendars.append(_Calendar())
            continue
        if not open_ or open_[-1][0] != name:
            raise BadInput
        begun, start = open_.pop()
        if len(open_) == 1 and open_[0][0] == b"VCALENDAR":
            _put(calendars[-1], begun, data[start : edge.end()].rstrip(b"\r") + b"\r\n")
    if open_:
        raise BadInput
    return calendars


def _put(calendar: _Calendar, name: bytes, raw: bytes) -> None:
    if name == b"VTIMEZONE":
        if (named := _NAMED.search(raw)) and len(raw) <= _ZONE_SIZE:
            calendar.zones.setdefault(_ESCAPED.sub(rb"\1", _FOLD.sub(b"", named[1])).strip(), raw)
    elif name in KINDS:
        found = _UID.search(raw)
        uid = _FOLD.sub(b"", found[1]).strip() if found else b""
        if not uid:  # some programs write none: the same file gives the same one again
            uid = hashlib.sha256(raw).hexdigest()[:32].encode()
            begin, newline, rest = raw.partition(b"\n")
            raw = begin + newline + b"UID:" + uid + b"\r\n" + rest
        calendar.parts.setdefault(uid, []).append(raw)


def _head(lines: bytes) -> bytes:
    kept = b"".join(line.rstrip(b"\r\n") + b"\r\n" for line in _HEAD.findall(lines))
    if b"VERSION" not in kept:
        kept = b"VERSION:2.0\r\n" + kept
    return kept if len(kept) <= _HEAD_SIZE else b"VERSION:2.0\r\n"
