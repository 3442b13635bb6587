"""The grid of who is free when, as it is drawn: one row for each person, side by side with the time that is asked for.

Widths are minutes of the days that are shown, from `begins` to `ends` o'clock of each, by the clock of who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calendars import availability, suggesting
from calendars.models import Occurrence
from calendars.ranges import Happens, Span
from collab.accounts.models import User
from collab.rights.actor import Actor

AHEAD = timedelta(days=21)
"""So far is a free time looked for."""
SHOWN = (7, 21)
"""The hours of a day that are drawn, more where the event itself lies outside."""


@dataclass(frozen=True)
class Block:
    """A stretch of a row: `at` and `width` in minutes of what is shown; `kind`: "busy", "maybe" or "out"."""

    at: int
    width: int
    kind: str
    said: str = ""


@dataclass(frozen=True)
class Row:
    """One person: what fills their time, and what is said of them at the time that is asked for.

    `state`: "free", "busy", "maybe", "out" (of their hours) or "unknown".
    """

    user: User
    optional: bool
    blocks: list[Block]
    state: str
    says: str
    said: str


@dataclass
class Grid:
    """All that is drawn; `mine`: where the event itself stands, None outside of what is shown."""

    days: list[dict[str, object]]
    hours: list[str]
    size: int
    begins: int
    ends: int
    zone: str
    rows: list[Row] = field(default_factory=list)
    mine: Block | None = None
    offers: list[dict[str, object]] = field(default_factory=list)
    is_free: bool = True
    none_found: bool = False

    @property
    def per_day(self) -> int:
        return (self.ends - self.begins) * 60

    @property
    def width(self) -> int:
        return self.per_day * self.size

    @property
    def lines(self) -> str:
        """Where a new hour begins, of a week a new day, as a path."""
        step = 60 if self.size == 1 else self.per_day
        return "".join(f"M{at} 0V10" for at in range(step, self.width, step))

    @property
    def zone_name(self) -> str:
        return self.zone.replace("_", " ")


def draw(
    actor: Actor, needed: Sequence[User], optional: Sequence[User], starts: datetime, ends: datetime, zone: ZoneInfo,
    *, now: datetime, days: int = 1, offered: bool = True, without: str = "",
) -> Grid:  # fmt: skip
    """Return who is free between these moments and around; `without`: the UID of the event itself.

    The same few statements for any number of people.
    """
    local, until = starts.astimezone(zone), ends.astimezone(zone)
    first = local.date() if days == 1 else local.date() - timedelta(days=local.weekday())
    opens, closes = SHOWN
    if local.date() == until.date():
        opens, closes = min(opens, local.hour), max(closes, until.hour + bool(until.minute))
    else:
        opens, closes = 0, 24
    grid = Grid(_days(first, days), [str(hour) for hour in range(opens, closes)], days, opens, closes, str(zone))
    since = datetime.combine(first, time(), zone)
    last = datetime.combine(first + timedelta(days=days), time(), zone)
    begin = max(now, datetime.combine(local.date(), time(), zone))
    far = max(last, ends, begin + AHEAD if offered else last)
    people = [*needed, *optional]
    ids = [one.pk for one in people]
    early = min(since, starts, begin)
    busy = availability.busy_of(actor, ids, early, far, without=without)
    hours = availability.hours_of(ids)
    words = availability.titled(actor, ids, since, last, without=without)
    welcome = {one.pk for one in optional}
    for one in people:
        grid.rows.append(
            _row(grid, one, one.pk in welcome, busy.get(one.pk), hours[one.pk], words.get(one.pk, ()), first, zone,
                 (starts, ends))
        )  # fmt: skip
    grid.mine = next(iter(_blocks(grid, [(starts, ends, "mine", "")], first, zone)), None)
    grid.is_free = all(row.state in {"free", "unknown"} for row in grid.rows if not row.optional)
    if offered and people:
        wanted = suggesting.Wanted([one.pk for one in needed], list(welcome), busy, hours)
        found = suggesting.times(wanted, ends - starts, begin, begin + AHEAD, zone)
        names = {one.pk: str(one) for one in people}
        grid.offers = [_offer(one, names, zone) for one in found]
        grid.none_found = bool(found) and any(pk not in welcome for pk in found[0].cannot)
    return grid


def _row(
    grid: Grid, user: User, optional: bool, busy: list[Span] | None, hours: availability.Hours,
    words: Iterable[Happens], first: date, zone: ZoneInfo, asked: tuple[datetime, datetime],
) -> Row:  # fmt: skip
    since = datetime.combine(first, time(), zone)
    last = since + timedelta(days=len(grid.days) + 1)
    spans: list[tuple[datetime, datetime, str, str]] = []
    if hours.spans:
        at = since - timedelta(days=1)
        for begins, ends in hours.between(at, last):
            spans.append((at, begins, "out", ""))
            at = max(at, ends)
        spans.append((at, last, "out", ""))
    titles = list(words)
    for one in busy or ():
        kind = "maybe" if one.busy == Occurrence.Busy.TENTATIVE else "busy"
        known = dict.fromkeys(what.title for what in titles if what.starts < one.ends and what.ends > one.starts)
        spans.append((one.starts, one.ends, kind, ", ".join(filter(None, known))))
    state, says = _state(busy, hours, zone, *asked)
    blocks = _blocks(grid, spans, first, zone)
    taken = [block.said for block in blocks if block.kind != "out" and block.said]
    said = ", ".join(taken) if taken else _("nothing on these days") if busy is not None else says
    return Row(user, optional, blocks, state, says, said)


def _state(
    busy: list[Span] | None, hours: availability.Hours, zone: ZoneInfo, starts: datetime, ends: datetime
) -> tuple[str, str]:
    """Return what is said of somebody at the time that is asked for."""
    if busy is None:
        return "unknown", _("does not say when they are busy")
    meets = [one for one in busy if one.starts < ends and one.ends > starts]
    if meets:
        span = _clock(meets[0].starts, meets[-1].ends, zone)
        if all(one.busy == Occurrence.Busy.TENTATIVE for one in meets):
            return "maybe", _("perhaps busy %(span)s") % {"span": span}
        return "busy", _("busy %(span)s") % {"span": span}
    if hours.spans and not any(begin <= starts and ends <= end for begin, end in _merged(hours, starts, ends)):
        there = starts.astimezone(hours.zone)
        if there.utcoffset() != starts.astimezone(zone).utcoffset():
            return "out", _("outside their hours: it is %(time)s there") % {"time": f"{there:%-H:%M}"}
        return "out", _("outside their hours")
    return "free", _("free")


def _merged(hours: availability.Hours, starts: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
    """Return the working hours around the span, those that touch as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in hours.between(starts, ends):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def _blocks(
    grid: Grid, spans: Iterable[tuple[datetime, datetime, str, str]], first: date, zone: ZoneInfo
) -> list[Block]:
    """Return what of the spans is shown, cut at the hours of each day."""
    found = []
    for starts, ends, kind, title in spans:
        begin, end = starts.astimezone(zone), ends.astimezone(zone)
        for number in range(len(grid.days)):
            day = first + timedelta(days=number)
            low = _minute(begin, day) - grid.begins * 60
            high = _minute(end, day) - grid.begins * 60
            low, high = max(0, low), min(grid.per_day, high)
            if low < high:
                span = _clock(starts, ends, zone)
                said = f"{span} {title}".strip() if kind in {"busy", "maybe"} else ""
                found.append(Block(number * grid.per_day + low, high - low, kind, said))
    return found


def _minute(moment: datetime, day: date) -> int:
    """Return the minutes of the clock since the midnight that begins the day, within it."""
    if moment.date() < day:
        return 0
    return availability.DAY if moment.date() > day else moment.hour * 60 + moment.minute


def _clock(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """“9:00–10:30”, with days where it takes more than one."""
    begin, end = starts.astimezone(zone), ends.astimezone(zone)
    if begin.date() == (end - timedelta(microseconds=1)).date():
        until = "24:00" if end.date() != begin.date() else f"{end:%-H:%M}"
        if begin.time() == time() and until == "24:00":
            return _("all day")
        return f"{begin:%-H:%M}–{until}"
    short = pgettext("Django date format, short day", "j M")
    days = (formats.date_format(one, short) for one in (begin, end))
    return " – ".join(f"{day} {one:%-H:%M}" for day, one in zip(days, (begin, end), strict=True))


def _days(first: date, count: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(count):
        day = first + timedelta(days=number)
        short = formats.date_format(day, "D").rstrip(".")
        found.append({"day": day, "name": capfirst(formats.date_format(day, "l")), "short": short})
    return found


def _offer(one: suggesting.Time, names: dict[int, str], zone: ZoneInfo) -> dict[str, object]:
    starts, ends = one.starts.astimezone(zone), one.ends.astimezone(zone)
    day = capfirst(formats.date_format(starts, pgettext("day in full, Django date format", "l j F")))
    absent = [names[pk] for pk in one.cannot]
    return {
        "value": f"{starts:%Y-%m-%dT%H:%M}",
        "day": day,
        "hours": f"{starts:%-H:%M} – {ends:%-H:%M}",
        "without": ", ".join(absent[:3]) + (f" +{len(absent) - 3}" if len(absent) > 3 else ""),
        "utc": one.starts.astimezone(UTC),
    }
