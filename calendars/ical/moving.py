"""A series that starts at another time: its exceptions, its overrides and its rule come along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from calendars.ical.component import Reader
from calendars.ical.expanding import anchor_of, local_of
from calendars.ical.moments import Moment, from_utc, later, read_duration
from calendars.ical.opened import Opened
from calendars.ical.parts import Part
from calendars.ical.repeats import before, ending, last, said, shifted
from calendars.ical.writing import put_moment, touch, written
from collab.lib.contentlines import Line, Params


def move_series(opened: Opened, starts: Moment, now: datetime, zone: tzinfo, *, rule: bool) -> None:
    """Move what hangs on the start of a series along with it; `rule`: its rule too, since no other is given."""
    master, old = opened.master, opened.anchor
    away = starts.local - old.local
    reader, tree = Reader(opened.zones, []), master.tree

    def moved(moment: Moment) -> Moment:
        local = local_of(moment, old, zone) + away
        return Moment(local.date() if starts.is_date else local, starts.zone, starts.tzid)

    for name in ("RDATE", "EXDATE"):
        for line in tree.all(name):
            tree.remove(name, lambda each, line=line: each is line)  # type: ignore[misc]
            for value in line.value.split(","):
                first, slash, end = value.partition("/")
                try:
                    value, params = written(moved(reader.moment(line, first)))
                    if slash and not starts.is_date:
                        value, params = _period(value, end, params, reader, line, moved)
                except (ValueError, OverflowError):
                    continue  # nothing could read it before either
                tree.add(name, value, params)
    for part in opened.item.overrides:
        assert part.recurrence_id is not None
        stands = anchor_of(part)
        follows = stands is not None and local_of(stands, old, zone) == local_of(part.recurrence_id, old, zone)
        put_moment(part.tree, "RECURRENCE-ID", moved(part.recurrence_id))
        if follows and stands is not None and stands.is_date == starts.is_date:
            _follow(part, away)
        touch(part.tree, now, significant=True)
    if rule and len(master.rules) == 1:
        _move_rule(opened, starts)


def _move_rule(opened: Opened, starts: Moment) -> None:
    """Let a rule name the weekdays that the start has moved to, and end as much later or earlier."""
    rule, old, line = opened.master.rules[0], opened.anchor, opened.master.tree.first("RRULE")
    as_said = said(rule, old)
    if line is None:
        return
    text = line.value
    if as_said is not None and starts.day != old.day:
        text = shifted(as_said, old, starts).rule(starts)
    if rule.until is not None:
        until = rule.until
        if rule.until_utc and old.zone is not None:
            until = from_utc(until.replace(tzinfo=UTC), old.zone)
        if starts.is_date or old.is_date or rule.until_day:
            text = ending(text, last(starts, later(until, starts.day - old.day).date()))
        else:
            text = ending(text, before(starts, later(until, starts.local - old.local + timedelta(seconds=1))))
    if text != line.value:
        opened.master.tree.put("RRULE", text)


def _period(
    value: str, end: str, params: Params, reader: Reader, line: Line,
    moved: Callable[[Moment], Moment],
) -> tuple[str, Params]:  # fmt: skip
    """Return a period of RDATE that begins later or earlier and lasts as long."""
    if end[:1] in {"P", "p", "+"}:
        read_duration(end)
    else:
        end = written(moved(reader.moment(line, end)))[0]
    return f"{value}/{end}", (("VALUE", ("PERIOD",)), *params)


def _follow(part: Part, away: timedelta) -> None:
    """Move an override that stood where its series had it."""
    for name, moment in (("DTSTART", part.starts), ("DTEND", part.ends), ("DUE", part.due)):
        if moment is not None and part.tree.first(name):
            local = moment.local + away
            put_moment(part.tree, name, Moment(local.date() if moment.is_date else local, moment.zone, moment.tzid))
