"""When an item takes place: its occurrences within a span, within bounds of work whatever its rules say.

Overrides count where they were moved to and not where they came from; RANGE=THISANDFUTURE moves all that follow
(RFC 5545, 3.8.4.4); overrides without a master stand for themselves. An occurrence is known by its moment in UTC
(a day or a floating time: by itself), so EXDATE and RECURRENCE-ID fit in whatever form they were written.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from calendars.ical.moments import (
    EARLIEST,
    LATEST,
    Duration,
    Moment,
    clamp,
    from_utc,
    plain,
    read_day,
    read_time,
    stamp,
    to_utc,
)
from calendars.ical.parts import Item, Part
from calendars.ical.rules import Meter, Rule, walk

MOST = 10_000
"""Occurrences worked out at most for one answer."""

_MARGIN = timedelta(days=2)
_START, _END = EARLIEST, LATEST
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that something takes place; `ends_utc` is exclusive and equals the start of what has no length.

    `recurrence_id`: the name of this occurrence, as a value of RECURRENCE-ID: `20260601`, `20260601T070000Z`, or
    without Z when the series floats; "" when the item does not recur.
    """

    starts_utc: datetime
    ends_utc: datetime
    all_day: bool
    floating: bool
    recurrence_id: str
    part: Part
    starts: Moment
    """As its part says it: a day, or a local time in its zone."""


def occurrences(item: Item, since: datetime, until: datetime, zone: tzinfo, most: int = MOST) -> list[Occurrence]:
    """Return what takes place between two moments in UTC, in its order, at most so many.

    `zone`: in which days and floating times are read. Something without length counts at its start. Nothing without a
    date counts, and nothing of what a rule says beyond the budget of work (`rules.BUDGET`).
    """
    found = [one for one in _all(item, since, until, zone, most) if overlaps(one, since, until)]
    found.sort(key=lambda one: (one.starts_utc, one.recurrence_id))
    return found[:most]


def overlaps(one: Occurrence, since: datetime, until: datetime) -> bool:
    """Whether it touches a span (RFC 4791, 9.9): what has no length counts at its start."""
    starts, ends = one.starts_utc, one.ends_utc
    return starts < until and (ends > since or (starts == ends and starts >= since))


def _all(item: Item, since: datetime, until: datetime, zone: tzinfo, most: int) -> Iterator[Occurrence]:
    """Yield all that may fall between, the overrides first."""
    master = item.master
    anchor = anchor_of(master) if master else None
    if master is None or anchor is None:
        for part in item.parts:
            if (starts := anchor_of(part)) is not None:
                own = part.recurrence_id
                yield _occurrence(part, starts, part.lasts, zone, name_of(own, own.local) if own else "")
        return
    if not item.recurring:
        yield _occurrence(master, anchor, master.lasts, zone, "")
        return
    replaced: set[datetime] = set()
    later: list[tuple[datetime, Part, timedelta]] = []
    for part in item.overrides:
        assert part.recurrence_id is not None
        name = local_of(part.recurrence_id, anchor, zone)
        starts = anchor_of(part) or _moved(anchor, name)
        if not part.range_this_and_future:
            replaced.add(name)
        if part.range_this_and_future:
            later.append((name, part, local_of(starts, anchor, zone) - name))
        else:
            yield _occurrence(part, starts, part.lasts, zone, name_of(anchor, name))
    later.sort(key=lambda one: one[0])
    yield from _series(item, anchor, replaced, later, since, until, zone, most)


def _series(
    item: Item, anchor: Moment, replaced: set[datetime], later: list[tuple[datetime, Part, timedelta]],
    since: datetime, until: datetime, zone: tzinfo, most: int,
) -> Iterator[Occurrence]:  # fmt: skip
    """Yield the occurrences of the master that no override replaces."""
    master = item.parts[0]
    shifts = [shift for _name, _part, shift in later]
    longest = max(part.lasts.total for part in item.parts)
    own = {local_of(one.starts, anchor, zone): one for one in master.dates}
    longest = max(longest, *(period.span(zone)[1] - period.span(zone)[0] for period in own.values()), _ZERO)
    read = anchor.zone or zone
    first = _earlier(from_utc(since, read), longest + max([_ZERO, *shifts]) + _MARGIN)
    last = _earlier(from_utc(until, read), min([_ZERO, *shifts]) - _MARGIN)
    without_day = {one.day for one in master.exceptions if one.is_date and not anchor.is_date}
    without = replaced | {local_of(one, anchor, zone) for one in master.exceptions if not (one.is_date and without_day)}
    meter = Meter()
    for rule in master.exception_rules:
        without.update(walk(_local_rule(rule, anchor, zone), anchor.local, first, last, meter))
    walks = [walk(_local_rule(rule, anchor, zone), anchor.local, first, last, meter) for rule in master.rules]
    count = 0
    before = None
    for name in heapq.merge(*walks, [anchor.local], sorted(own)):
        if name == before or name >= last:
            continue
        before = name
        if name < first or name in without or (without_day and name.date() in without_day):
            continue
        at = next((one for one in reversed(later) if one[0] <= name), None)
        part, shift = (at[1], at[2]) if at else (master, _ZERO)
        starts = _moved(anchor, clamp(name + shift))
        lasts = part.lasts
        if (period := own.get(name)) is not None and (period.ends or period.lasts):
            begins, finishes = period.span(zone)
            lasts = Duration(0, finishes - begins)
        made = _occurrence(part, starts, lasts, zone, None if not shift else name_of(anchor, name))
        if overlaps(made, since, until):
            yield made
            meter.earn()
            count += 1
            if count >= most:
                return


def _occurrence(part: Part, starts: Moment, lasts: Duration, zone: tzinfo, name: str | None) -> Occurrence:
    """Return an occurrence; without a name it stands where its series has it, and bears that moment's name."""
    begins = starts.utc(zone)
    if name is None:
        name = plain(starts.value) if starts.zone is None else stamp(begins)
    ends = lasts.after(starts.local, starts.zone or zone) if lasts.days else _after(begins, lasts.exact)
    return Occurrence(begins, max(begins, ends), starts.is_date, starts.is_floating, name, part, starts)


def _after(moment: datetime, length: timedelta) -> datetime:
    try:
        return max(moment + length, _START.replace(tzinfo=UTC))
    except OverflowError:
        return (_START if length < _ZERO else _END).replace(tzinfo=UTC)


def anchor_of(part: Part) -> Moment | None:
    """Return what a part takes place at: its start, or of a to-do without one its due date."""
    return part.starts or part.due


def _earlier(local: datetime, length: timedelta) -> datetime:
    try:
        return clamp(local - length)
    except OverflowError:
        return clamp(datetime.min if length > _ZERO else datetime.max)


def local_of(moment: Moment, anchor: Moment, zone: tzinfo) -> datetime:
    """Return the moment as a local time of the series: two forms of one moment become the same."""
    if anchor.is_date:
        return datetime.combine(moment.day, datetime.min.time())
    if moment.is_date:
        return datetime.combine(moment.value, anchor.local.time())
    if moment.zone == anchor.zone or moment.zone is None:
        return moment.local
    return from_utc(moment.utc(zone), anchor.zone or zone)


def _moved(anchor: Moment, local: datetime) -> Moment:
    return Moment(local.date() if anchor.is_date else local, anchor.zone, anchor.tzid)


def name_of(anchor: Moment, local: datetime) -> str:
    """Return the name of the occurrence that the series starting at `anchor` has at this local time."""
    if anchor.is_date or anchor.zone is None:
        return plain(local.date() if anchor.is_date else local)
    return stamp(to_utc(local, anchor.zone))


def find(item: Item, recurrence_id: str, zone: tzinfo = UTC) -> Occurrence | None:
    """Return the occurrence of this name (as `Occurrence.recurrence_id` says it), wherever it was moved to."""
    try:
        moment = read_day(recurrence_id) if len(recurrence_id) == 8 else read_time(recurrence_id)[0]
    except ValueError:
        return None
    around = Moment(moment).utc(UTC)
    spans = [(around - _MARGIN, around + _MARGIN)]
    anchor = anchor_of(item.master) if item.master else None
    for part in item.overrides:
        if (starts := anchor_of(part)) is not None and part.recurrence_id is not None:
            own = anchor or part.recurrence_id
            if name_of(own, local_of(part.recurrence_id, own, zone)) == recurrence_id:
                spans.insert(0, (starts.utc(zone) - _MARGIN, starts.utc(zone) + _MARGIN))
            elif part.range_this_and_future and anchor is not None:
                shift = local_of(starts, anchor, zone) - local_of(part.recurrence_id, anchor, zone)
                spans.append((around + shift - _MARGIN, around + shift + _MARGIN))
    for since, until in spans:
        for one in occurrences(item, since, until, zone):
            if one.recurrence_id == recurrence_id:
                return one
    return None


def _local_rule(rule: Rule, anchor: Moment, zone: tzinfo) -> Rule:
    """Return the rule with its end in the local time of the series."""
    if rule.until is None:
        return rule
    if anchor.is_date:
        return rule.limited(datetime.combine(rule.until.date(), datetime.min.time()))
    if rule.until_utc and anchor.zone is not UTC:
        return rule.limited(from_utc(rule.until.replace(tzinfo=UTC), anchor.zone or zone))
    return rule


def ends_never(item: Item) -> bool:
    """Whether a rule of the item says no end."""
    return any(not rule.ends for rule in item.parts[0].rules)


def bounds(item: Item, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Return moments in UTC before and after which nothing takes place: close, not always exact.

    The second is None for what never ends, or is too long to count; both are None for what has no date.
    """
    spans = list(_told(item, zone))
    if not spans:
        return None, None
    first, last = min(one[0] for one in spans), max(one[1] for one in spans)
    master = item.master
    anchor = anchor_of(master) if master else None
    if master is None or anchor is None or not master.rules:
        return first, last
    shifts = [_ZERO]
    for part in item.overrides:
        if part.range_this_and_future and part.recurrence_id and (starts := anchor_of(part)):
            shifts.append(local_of(starts, anchor, zone) - local_of(part.recurrence_id, anchor, zone))
    first = _after(first, min(shifts))
    for rule in master.rules:
        until = _last(_local_rule(rule, anchor, zone), anchor)
        if until is None:
            return first, None
        moved = _moved(anchor, _earlier(until, -max(shifts)))
        last = max(last, *(_occurrence(part, moved, part.lasts, zone, "").ends_utc for part in item.parts))
    return first, last


def _told(item: Item, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans of the parts and dates that the item names itself."""
    for part in item.parts:
        if (starts := anchor_of(part)) is not None:
            made = _occurrence(part, starts, part.lasts, zone, "")
            yield made.starts_utc, made.ends_utc
        for period in part.dates:
            begins, ends = period.span(zone)
            yield begins, max(ends, part.lasts.after(period.starts.local, period.starts.zone or zone))


def _last(rule: Rule, anchor: Moment) -> datetime | None:
    """Return a local time after which the rule has nothing, None when there is none to be found."""
    if rule.until is not None:
        return max(rule.until, anchor.local)
    if rule.count is None:
        return None
    meter = Meter()
    *_before, last = walk(rule, anchor.local, None, _END, meter)
    return None if meter.left < 0 else last
