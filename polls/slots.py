"""Days and hours as people write them into moments, in a time zone with its changes of clock; and series of them."""

from __future__ import annotations

import calendar
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from collab.lib.errors import BadInput

LONGEST = timedelta(days=14)
"""No time to meet is longer."""
MOST_REPEATS = 60


@dataclass(frozen=True)
class Slot:
    """A day, whole or with hours on the wall: from `begins` to `ends`, which is on the next day where it is earlier."""

    day: date
    begins: time | None = None
    ends: time | None = None

    def moments(self, zone: zoneinfo.ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Return its begin and end in UTC, (None, None) for a whole day.

        What is said is the clock on the wall: over a change of clock the hours stay, the length does not. An hour that
        comes twice is the first of the two. Raises BadInput for one that the clock leaves out.
        """
        if self.begins is None:
            return None, None
        begins = _moment(self.day, self.begins, zone)
        if self.ends is None:
            return begins, None
        return begins, _moment(self.day if self.ends > self.begins else self.day + timedelta(days=1), self.ends, zone)


def of(begins: datetime, ends: datetime | None, zone: zoneinfo.ZoneInfo) -> Slot:
    """Return the slot as one writes it in this zone."""
    start = begins.astimezone(zone)
    return Slot(start.date(), start.time(), ends.astimezone(zone).time() if ends else None)


def series(slot: Slot, every: str, times: int) -> Iterator[Slot]:
    """Yield the slot and its repetitions: every "day", "workday", "week", "fortnight" or "month", so many in all.

    The hours on the wall stay. Every month: the same day of it, left out where a month has none. Raises BadInput.
    """
    if every not in STEPS or not 1 <= times <= MOST_REPEATS:
        raise BadInput(_("Repeat it at most %(count)d times.") % {"count": MOST_REPEATS})
    count = step = 0
    while count < times:
        day = STEPS[every](slot.day, step)
        step += 1
        if day is not None:
            count += 1
            yield replace(slot, day=day)


def _moment(day: date, hour: time, zone: zoneinfo.ZoneInfo) -> datetime:
    local = datetime.combine(day, hour, zone)
    there = local.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadInput(
            _("On %(day)s the clock goes forward: there is no %(hour)s. Choose another hour.")
            % {"day": day.isoformat(), "hour": f"{hour:%H:%M}"}
        )
    return there


def _monthly(day: date, step: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
    return date(year, month + 1, day.day) if day.day <= calendar.monthrange(year, month + 1)[1] else None


def _workday(day: date, step: int) -> date | None:
    found = day + timedelta(days=step)
    return found if found.weekday() < 5 else None


STEPS = {
    "day": lambda day, step: day + timedelta(days=step),
    "workday": _workday,
    "week": lambda day, step: day + timedelta(weeks=step),
    "fortnight": lambda day, step: day + timedelta(weeks=2 * step),
    "month": _monthly,
}
