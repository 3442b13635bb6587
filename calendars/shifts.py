"""Who does what at an event, as pages show it: its roles at some times, who has a place, who waits."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import drawing, finding, layout, roles
from calendars.ical import expanding
from calendars.models import Shift, Taking
from collab.lib import numerals

STEP = 20
"""So many times of a series stand on one page."""
AHEAD = timedelta(days=731)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Row:
    """One role at one time. `mine`: the reader's own place or waiting, None for neither."""

    shift: Shift
    at: str
    held: list[Taking]
    waiting: list[Taking]
    mine: Taking | None

    @property
    def left(self) -> int:
        return max(0, self.shift.places - len(self.held))


@dataclass(frozen=True)
class Board:
    """The roles of an event at one time; `may_take`: it is not over, and its space is not archived."""

    pk: int
    at: str
    when: str
    rows: list[Row]
    may_take: bool
    may_plan: bool


def board(found: finding.Event) -> Board | None:
    """Return who does what at the time of the event that is looked at, None where nothing is planned."""
    shifts = list(Shift.objects.filter(event=found.row))
    return _boards(found, shifts, [found.time])[0] if shifts else None


def boards(found: finding.Event, after: str) -> tuple[list[Board], str]:
    """Return who does what at the times to come, some at a time, and the cursor of what follows.

    What does not repeat stands there when it is over, too.
    """
    shifts = list(Shift.objects.filter(event=found.row))
    if not found.item.recurring:
        return _boards(found, shifts, [found.time]), ""
    now = timezone.now()
    since = _moment(after) or now
    zone = timezone.get_current_timezone()
    times = expanding.occurrences(found.item, since, now + AHEAD, zone, most=STEP + 1)
    more = f"{times[STEP].starts_utc.timestamp():.0f}" if len(times) > STEP else ""
    return _boards(found, shifts, times[:STEP]), more


def lost(found: finding.Event) -> list[Taking]:
    """Return the places at times that a series does not have any more: it was moved after they were taken."""
    if not found.item.recurring:
        rows = Taking.objects.filter(shift__event=found.row).exclude(at="")
        return list(rows.select_related("user", "shift"))
    zone = timezone.get_current_timezone()
    rows = Taking.objects.filter(shift__event=found.row).select_related("user", "shift")
    names = {name: expanding.find(found.item, name, zone) is not None for name in {one.at for one in rows} - {""}}
    return [one for one in rows if not names.get(one.at, False)]


def as_csv(found: finding.Event) -> bytes:
    """Return all times to come with their people as CSV (RFC 4180), no cell of which a program takes for a formula."""
    shifts = list(Shift.objects.filter(event=found.row))
    now, zone = timezone.now(), timezone.get_current_timezone()
    times = (
        expanding.occurrences(found.item, now, now + AHEAD, zone, most=500) if found.item.recurring else [found.time]
    )
    rows = [[_("When"), _("Role"), _("Person"), _("State")]]
    for one in _boards(found, shifts, times):
        for row in one.rows:
            for taking in row.held:
                rows.append([one.when, row.shift.name, str(taking.user), _("has a place")])
            for taking in row.waiting:
                rows.append([one.when, row.shift.name, str(taking.user), _("waits")])
            rows += [[one.when, row.shift.name, "", _("free")]] * row.left
    out = io.StringIO()
    csv.writer(out).writerows([_defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _boards(found: finding.Event, shifts: Sequence[Shift], times: Sequence[expanding.Occurrence]) -> list[Board]:
    """Return the boards of these times: one query for all their people."""
    names = {one.recurrence_id for one in times}
    taken: dict[tuple[int, str], list[Taking]] = defaultdict(list)
    rows = Taking.objects.filter(shift__in=shifts, at__in=names).select_related("user").order_by("since", "pk")
    for one in rows if shifts else ():
        taken[one.shift_id, one.at].append(one)
    zone, now = timezone.get_current_timezone(), timezone.now()
    user = found.user.pk if found.user is not None else None
    plans = found.allows(roles.may_change)
    made = []
    for time in times:
        at = time.recurrence_id
        lines = []
        for shift in shifts:
            people = taken[shift.pk, at]
            held = sorted((one for one in people if one.place is not None), key=lambda one: one.place or 0)
            waiting = [one for one in people if one.place is None]
            mine = next((one for one in people if one.user_id == user), None)
            lines.append(Row(shift, at, held, waiting, mine))
        when = drawing.when(layout.local(finding.When(time.starts_utc, time.ends_utc, time.all_day), zone))
        open_ = time.ends_utc > now and not found.is_archived and time.part.status != "CANCELLED"
        made.append(Board(found.row.pk, at, when, lines, open_, plans))
    return made


def _moment(text: str) -> datetime | None:
    moment = numerals.whole(text, 11)
    return datetime.fromtimestamp(moment, UTC) if moment is not None else None


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
