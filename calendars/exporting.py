"""A whole calendar as one iCalendar stream: each entry as sent, each zone once, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterator

from calendars import queries
from calendars.dav.entry import SMALL, shown
from calendars.ical import splitting
from calendars.ical.busy import without_people
from calendars.ical.writing import PRODUCT
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.roles import Sight, sight
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
    known: set[bytes] = set()
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


def _entry(actor: Actor, found: Mine, row: Row, known: set[bytes]) -> bytes:
    pk, data, secrecy, by = row
    how = sight(found.mask, actor.user, secrecy, by)
    whole = data if data is not None else CalendarObject.objects.filter(pk=pk).values_list("data", flat=True).first()
    if how is Sight.NOTHING or whole is None:
        return b""
    said = shown(bytes(whole), how)
    zones, body = splitting.pieces(said if actor.user is not None else without_people(said))
    new = [raw for name, raw in zones.items() if name not in known]
    known.update(zones)
    return b"".join([*new, body])


def _head(found: Mine) -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
        f"NAME:{escape(found.title)}", f"X-WR-CALNAME:{escape(found.title)}", f"X-WR-TIMEZONE:{found.calendar.zone}",
        f"X-APPLE-CALENDAR-COLOR:{found.color}", "REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H",
    ]  # fmt: skip
    return b"".join(fold(line) for line in lines)
