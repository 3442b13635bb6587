"""What a report asks of each entry it finds, and the entries as its answer gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from calendars.dav.entry import Entry, entries, seen, whole
from calendars.dav.kinds import OBJECT
from calendars.dav.resources import CalendarResource
from calendars.dav.settings import zone_in
from calendars.ical import partial, reading
from calendars.ical.partial import VERBATIM, Data
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.refusals import UnsupportedData
from collab.dav import multistatus
from collab.dav.hrefs import segment
from collab.dav.methods.propfind import prop_names
from collab.dav.multistatus import Asked
from collab.dav.properties import NAMESPACES, Listing
from collab.lib.errors import BadInput, Refusal

if TYPE_CHECKING:
    from collab.dav.request import Request

CALDAV = NAMESPACES["cal"]
DATA = f"{{{CALDAV}}}calendar-data"


@dataclass(frozen=True)
class Wanted:
    """`asked`: the properties; `data`: what of the entry itself, None: nothing."""

    asked: Asked
    data: Data | None

    def entries(self, request: Request, found: Mine, rows: Any) -> list[Entry]:
        """Return the entries of these rows that the person sees, with their bytes where these are asked."""
        return entries(request.actor, found, rows, data=self.data is not None)

    def again(self, request: Request, found: Mine, rows: list[tuple[Any, ...]]) -> Iterable[Entry]:
        """Return the entries of rows that were read already (`queries.ROW`), with their bytes where these are asked."""
        if self.data is None:
            return seen(request.actor, found, rows)
        objects = CalendarObject.objects.filter(pk__in=[row[0] for row in rows], deleted_at=None)
        by_id = {row.id: row for row in self.entries(request, found, objects)}
        return [by_id[row[0]] for row in rows if row[0] in by_id]

    def renderer(self, resource: CalendarResource, zone: ZoneInfo) -> Callable[[Entry], str]:
        """Return the function from an entry to its response; times without a zone are read in `zone`."""
        listing = Listing(resource.request, resource, ())
        render = multistatus.renderer(OBJECT, self.asked, listing, [])
        base, data, actor = resource.href, self.data, resource.request.actor

        def response(row: Entry) -> str:
            if data is not None:
                bytes_ = whole(actor, row)
                if data != VERBATIM:
                    bytes_ = part_of(bytes_, data, zone)
                row = row._replace(data=bytes_)
            return render(base + segment(row.name), row)

        return response

    def responses(self, resource: CalendarResource, rows: Iterable[Entry], zone: ZoneInfo) -> Iterator[str]:
        """Yield the responses of entries of one calendar."""
        return map(self.renderer(resource, zone), rows)


def part_of(data: bytes, wanted: Data, zone: ZoneInfo) -> bytes:
    """Return what is asked of an entry; one that is not read any more is handed out as it is."""
    try:
        return partial.answer(reading.read(data), wanted, zone)
    except Refusal:
        return data


def read(request: Request, root: Element) -> Wanted:
    """Return what the report's `prop` asks. Raises BadInput, UnsupportedData."""
    minimal = request.prefers_minimal()
    if root.find("{DAV:}allprop") is not None:
        return Wanted(Asked(everything=True, minimal=minimal), None)
    if root.find("{DAV:}propname") is not None:
        return Wanted(Asked(only_names=True, minimal=minimal), None)
    prop = root.find("{DAV:}prop")
    if prop is None:
        return Wanted(Asked(minimal=minimal), None)
    if len(prop) > 500:
        raise BadInput
    data = prop.find(DATA)
    if data is not None and (
        data.get("content-type", "text/calendar").lower() != "text/calendar" or data.get("version", "2.0") != "2.0"
    ):
        raise UnsupportedData
    return Wanted(Asked(prop_names(prop), minimal=minimal), partial.read_data(data) if data is not None else None)


def zone_of(root: Element, found: Mine) -> ZoneInfo:
    """Return the zone in which the report reads times without one: its own, else the calendar's (RFC 4791, 9.8)."""
    said = root.findtext(f"{{{CALDAV}}}timezone", "").strip()
    name = zone_in(said) if said else root.findtext(f"{{{CALDAV}}}timezone-id", "").strip()
    try:
        return ZoneInfo(name or found.calendar.zone)
    except (ValueError, OSError):
        return ZoneInfo(found.calendar.zone)


def headers(wanted: Wanted) -> list[tuple[str, str]]:
    """Return the headers that say which preferences were kept (RFC 7240, 3)."""
    return [("Preference-Applied", "return=minimal")] if wanted.asked.minimal else []
