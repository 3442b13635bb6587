"""A whole calendar as one iCalendar stream: each entry as sent, each zone once, as its reader may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from calendars import queries
from calendars.dav.entry import SMALL, shown
from calendars.ical import splitting, zones
from calendars.ical.busy import without_people
from calendars.ical.writing import PRODUCT
from calendars.ical.zonewriting import renamed
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.roles import Sight, hears, sight
from collab.dav.connections import release_connections
from collab.lib.contentlines import escape, fold
from collab.rights.actor import Actor

MEDIA_TYPE = "text/calendar; charset=utf-8"
STEP = 500


def stream(actor: Actor, found: Mine) -> Iterator[bytes]:
    """Yield the calendar in pieces of some hundred entries (RFC 5545, 3.4; its name and colour by RFC 7986).

    It holds no transaction: what changes meanwhile is there as it was or as it is.
    """
    yield _head(found)
    known = _Zones()
    last = 0
    while rows := _rows(actor, found, last):
        last = rows[-1][0]
        piece: list[bytes] = []
        for row in rows:
            piece.append(_entry(actor, found, row, known))
            if row[1] is None or row[0] == last:  # large ones leave one by one
                release_connections()  # a slow reader must not hold one of the few
                yield b"".join(piece)
                piece.clear()
    yield b"END:VCALENDAR\r\n"


Row = tuple[int, bytes | None, int, int | None]


def _rows(actor: Actor, found: Mine, after: int) -> list[Row]:
    rows = queries.objects(actor, found).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", SMALL, "secrecy", "created_by_id")[:STEP])


def _entry(actor: Actor, found: Mine, row: Row, known: _Zones) -> bytes:
    pk, data, secrecy, by = row
    how = sight(found.mask, actor.user, secrecy, by)
    whole = data if data is not None else CalendarObject.objects.filter(pk=pk).values_list("data", flat=True).first()
    if how is Sight.NOTHING or whole is None:
        return b""
    said = shown(actor, bytes(whole), how, hears=hears(found.mask, actor.user, by))
    return known.told(said if actor.user is not None else without_people(said))


class _Zones:
    """The time zones of a stream, each told once. Two entries may mean different ones by one name that nobody knows:
    the second then bears another name, or its times would move. A known name (`zones.named`) means one zone."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def told(self, said: bytes) -> bytes:
        """Return an entry as it stands in the stream: its components, after those of its zones that are new."""
        found, body = splitting.pieces(said)
        new, others = self._new(found)
        if others:
            found, body = splitting.pieces(renamed(said, others))
            new += self._new(found)[0]
        return b"".join([*new, body])

    def _new(self, found: dict[bytes, bytes]) -> tuple[list[bytes], dict[str, str]]:
        """Return what was not told yet, and {name that means another zone already: the one that this one gets}."""
        new: list[bytes] = []
        others: dict[str, str] = {}
        for name, raw in found.items():
            mark = hashlib.sha256(b"".join(raw.split())).hexdigest()[:16]
            if name not in self._known:
                self._known[name] = mark
                new.append(raw)
            elif self._known[name] != mark and zones.named(text := name.decode(errors="replace")) is None:
                others[text] = f"{text}-{mark}"
        return new, others


def _head(found: Mine) -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
        f"NAME:{escape(found.title)}", f"X-WR-CALNAME:{escape(found.title)}", f"X-WR-TIMEZONE:{found.calendar.zone}",
        f"X-APPLE-CALENDAR-COLOR:{found.color}", "REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H",
    ]  # fmt: skip
    return b"".join(fold(line) for line in lines)
