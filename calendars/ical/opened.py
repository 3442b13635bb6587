"""An object opened for editing: what it says beside the lines that say it, and its occurrences by their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from calendars.ical.component import Reader
from calendars.ical.expanding import anchor_of, local_of
from calendars.ical.moments import Moment
from calendars.ical.parts import Item, Part
from calendars.ical.reading import read
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line
from collab.lib.errors import NotFound


@dataclass
class Opened:
    """An object opened for editing: what it says, and the lines to change."""

    item: Item
    calendar: Component
    zones: Zones

    @property
    def master(self) -> Part:
        """The part that stands for the whole; of overrides alone, the first."""
        return self.item.parts[0]

    @property
    def anchor(self) -> Moment:
        """Where the series starts, or an occurrence of it that its object names."""
        found = anchor_of(self.master) if self.item.master else None
        found = found or next((part.recurrence_id for part in self.item.overrides), None)
        if found is None:
            raise NotFound
        return found

    def close(self) -> bytes:
        """Return the bytes."""
        return bytes(self.item.tree)


def open_object(data: bytes) -> Opened:
    item = read(data)
    calendar = item.tree.components()[0]
    return Opened(item, calendar, Zones(calendar))


def slot(opened: Opened, recurrence_id: str, zone: tzinfo) -> datetime:
    """Return the local time, in the series, of the occurrence of this name."""
    line = Line("", "RECURRENCE-ID", (), recurrence_id, b"")
    return local_of(Reader(opened.zones, []).moment(line), opened.anchor, zone)


def moment_at(anchor: Moment, local: datetime) -> Moment:
    return Moment(local.date() if anchor.is_date else local, anchor.zone, anchor.tzid)
