"""Stored objects changed: all of a series, one occurrence, one and all that follow; and occurrences taken out.

Each function takes the bytes that are stored and returns those to store; lines that are not concerned stay byte for
byte. An occurrence is named as `Occurrence.recurrence_id` names it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from calendars.ical.component import Reader
from calendars.ical.expanding import Occurrence, anchor_of, find, local_of
from calendars.ical.moments import Moment, from_utc, later, read_duration
from calendars.ical.parts import Item, Part
from calendars.ical.reading import read
from calendars.ical.refusals import TooLate
from calendars.ical.repeats import before, ending, last, said, shifted
from calendars.ical.rules import walk
from calendars.ical.writing import KEEP, Changes, apply, put_moment, told, touch, written
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line
from collab.lib.errors import NotFound

_SERIES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


@dataclass
class _Open:
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


def _open(data: bytes) -> _Open:
    item = read(data)
    calendar = item.tree.components()[0]
    return _Open(item, calendar, Zones(calendar))


def _occurrence(opened: _Open, recurrence_id: str, zone: tzinfo) -> Occurrence:
    found = find(opened.item, recurrence_id, zone)
    if found is None:
        raise NotFound
    return found


def change_all(data: bytes, changes: Changes, *, now: datetime, zone: tzinfo = UTC) -> bytes:
    """Change the object, a series as a whole.

    When it moves, its exceptions and overrides move along, and the rule's weekdays unless a new rule is given;
    overrides that stand elsewhere than their series had them stay where they are. What an override says as its
    series did, it says as the series then does.
    """
    opened = _open(data)
    master = opened.master
    starts = _new_start(changes, master)
    if opened.item.master and opened.item.recurring and starts is not None and changes.repeat is not None:
        try:
            _move_series(opened, starts, changes, now, zone)
        except OverflowError:
            raise TooLate from None
    told_alike = [(part, _alike(part, master, changes)) for part in opened.item.overrides]
    significant = apply(master.tree, changes, opened.zones)
    touch(master.tree, now, significant=significant)
    for part, alike in told_alike:
        if alike.says or alike.categories is not None:
            touch(part.tree, now, significant=apply(part.tree, alike, opened.zones))
    if changes.repeat is None:
        for part in opened.item.overrides:
            opened.calendar.discard(part.tree)
    told(opened.calendar, changes)
    return opened.close()


def change_one(data: bytes, recurrence_id: str, changes: Changes, *, now: datetime, zone: tzinfo = UTC) -> bytes:
    """Change one occurrence: its override, which is made when there is none."""
    opened = _open(data)
    found = _occurrence(opened, recurrence_id, zone)
    part = found.part
    target = part.tree
    if part.recurrence_id is None or part.range_this_and_future:
        target = _override(opened, found, recurrence_id, zone)
    significant = apply(target, replace(changes, repeat=KEEP), opened.zones)
    touch(target, now, significant=significant)
    told(opened.calendar, changes)
    return opened.close()


def change_following(
    data: bytes, recurrence_id: str, changes: Changes, *, now: datetime, uid: str = "", zone: tzinfo = UTC
) -> tuple[bytes, bytes | None]:
    """Change an occurrence and all after it: the series ends before it, a new object goes on.

    Returns the old object and the new one, which bears `uid`; when it is the first occurrence, all is changed in
    place and the second is None.
    """
    opened, rest = _open(data), _open(data)
    found = _occurrence(opened, recurrence_id, zone)
    name = _slot(opened, recurrence_id, zone)
    if opened.item.master is None or name <= opened.anchor.local:
        return change_all(data, changes, now=now, zone=zone), None
    passed = sum(1 for rule in opened.master.rules[:1] for _one in walk(rule, opened.anchor.local, None, name))
    _end(opened, name, now, zone)
    _begin(rest, found, name, passed, zone)
    uid = uid or str(uuid.uuid4())
    for part in rest.item.parts:
        part.tree.put("UID", uid)
    return opened.close(), change_all(rest.close(), changes, now=now, zone=zone)


def without_one(data: bytes, recurrence_id: str, *, now: datetime, zone: tzinfo = UTC) -> bytes | None:
    """Take one occurrence out; None when nothing remains."""
    opened = _open(data)
    _occurrence(opened, recurrence_id, zone)
    name = _slot(opened, recurrence_id, zone)
    for part in opened.item.overrides:
        if part.recurrence_id and local_of(part.recurrence_id, opened.anchor, zone) == name:
            if part.range_this_and_future:
                continue
            opened.calendar.discard(part.tree)
    if opened.item.master is None:
        left = opened.calendar.components(opened.item.component)
        return opened.close() if left else None
    value, params = written(_moment(opened.anchor, name))
    opened.master.tree.add("EXDATE", value, params)
    touch(opened.master.tree, now, significant=True)
    return opened.close()


def without_following(data: bytes, recurrence_id: str, *, now: datetime, zone: tzinfo = UTC) -> bytes | None:
    """Take an occurrence and all after it out; None when nothing remains."""
    opened = _open(data)
    _occurrence(opened, recurrence_id, zone)
    name = _slot(opened, recurrence_id, zone)
    if opened.item.master is None or name <= opened.anchor.local:
        return None
    _end(opened, name, now, zone)
    return opened.close()


def _slot(opened: _Open, recurrence_id: str, zone: tzinfo) -> datetime:
    """Return the local time, in the series, of the occurrence of this name."""
    line = Line("", "RECURRENCE-ID", (), recurrence_id, b"")
    return local_of(Reader(opened.zones, []).moment(line), opened.anchor, zone)


def _moment(anchor: Moment, local: datetime) -> Moment:
    return Moment(local.date() if anchor.is_date else local, anchor.zone, anchor.tzid)


def _override(opened: _Open, found: Occurrence, recurrence_id: str, zone: tzinfo) -> Component:
    """Return a new override: what its series says, at its time."""
    source = found.part.tree
    made = Component(source.name, source.begin, source.newline, source.end)
    made.inside = [one for one in source.inside if type(one) is not Line or one.name not in _SERIES]
    value, params = written(_moment(opened.anchor, _slot(opened, recurrence_id, zone)))
    made.put("RECURRENCE-ID", value, params)
    _place(made, found)
    opened.calendar.append(made)
    return made


def _place(made: Component, found: Occurrence) -> None:
    """Let a copy of a part take place when the occurrence does."""
    part = found.part
    if part.starts is not None:
        put_moment(made, "DTSTART", found.starts)
    for name in ("DTEND", "DUE"):
        if (line := made.first(name)) is None:
            continue
        ends = (part.due if name == "DUE" else part.ends) or found.starts
        if ends.is_date:
            days = part.lasts.days if part.starts is not None else 0
            put_moment(made, name, Moment(found.starts.day + timedelta(days=days)))
        elif ends.zone is None:
            put_moment(made, name, Moment(found.starts.local + part.lasts.total, None, line.param("TZID")))
        else:
            put_moment(made, name, Moment(from_utc(found.ends_utc, ends.zone), ends.zone, ends.tzid))


def _end(opened: _Open, name: datetime, now: datetime, zone: tzinfo) -> None:
    """End the series before an occurrence."""
    tree = opened.master.tree
    for line in tree.all("RRULE"):
        tree.put("RRULE", ending(line.value, before(opened.anchor, name)))
    _keep_dates(opened, lambda local: local < name, zone)
    for part in opened.item.overrides:
        if part.recurrence_id and local_of(part.recurrence_id, opened.anchor, zone) >= name:
            opened.calendar.discard(part.tree)
    touch(tree, now, significant=True)


def _begin(rest: _Open, found: Occurrence, name: datetime, passed: int, zone: tzinfo) -> None:
    """Let a copy of the series begin with an occurrence."""
    master, anchor = rest.master, rest.anchor
    rule = master.rules[0] if master.rules else None
    if rule is not None and rule.count is not None:
        line = master.tree.first("RRULE")
        assert line is not None
        master.tree.put("RRULE", ending(line.value, count=max(1, rule.count - passed)))
    _keep_dates(rest, lambda local: local > name, zone)
    for part in rest.item.overrides:
        local = local_of(part.recurrence_id, anchor, zone) if part.recurrence_id else name
        if local < name or (local == name and not part.range_this_and_future):
            rest.calendar.discard(part.tree)
    series = replace(found, part=master, starts=_moment(anchor, name))
    ends = master.lasts.after(series.starts.local, anchor.zone or zone)
    _place(master.tree, replace(series, ends_utc=ends))
    for one in ("CREATED", "SEQUENCE"):
        master.tree.remove(one)


def _keep_dates(opened: _Open, kept: Callable[[datetime], bool], zone: tzinfo) -> None:
    """Leave of RDATE and EXDATE what fits; a line of which nothing is taken stays as it is."""
    reader, tree = Reader(opened.zones, []), opened.master.tree
    for name in ("RDATE", "EXDATE"):
        for line in tree.all(name):
            values = line.value.split(",")
            left = [one for one in values if _fits(reader, line, one, opened.anchor, kept, zone)]
            if len(left) == len(values):
                continue
            tree.remove(name, lambda each, line=line: each is line)  # type: ignore[misc]
            if left:
                tree.add(name, ",".join(left), line.params)


def _fits(
    reader: Reader, line: Line, value: str, anchor: Moment, kept: Callable[[datetime], bool], zone: tzinfo
) -> bool:
    try:
        return kept(local_of(reader.moment(line, value.partition("/")[0]), anchor, zone))
    except ValueError:
        return True


def _alike(part: Part, master: Part, changes: Changes) -> Changes:
    """Return what of the changes concerns an override: what it says as the series says it."""
    says = {name: text for name, text in changes.says.items() if part.tree.value(name) == master.tree.value(name)}
    return Changes(says=says, categories=changes.categories if part.categories == master.categories else None)


def _new_start(changes: Changes, master: Part) -> Moment | None:
    """Return where a series goes, None when it stays."""
    if changes.times is None:
        return None
    first = changes.times[0] or changes.times[1]
    old = anchor_of(master)
    return None if first is None or old is None or (first.value, first.zone) == (old.value, old.zone) else first


def _move_series(opened: _Open, starts: Moment, changes: Changes, now: datetime, zone: tzinfo) -> None:
    """Move what hangs on the start of a series along with it."""
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
    if changes.repeat == KEEP and len(master.rules) == 1:
        _move_rule(opened, starts)


def _move_rule(opened: _Open, starts: Moment) -> None:
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
    value: str, end: str, params: tuple[tuple[str, tuple[str, ...]], ...], reader: Reader, line: Line,
    moved: Callable[[Moment], Moment],
) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:  # fmt: skip
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
