"""Stored objects changed: all of a series, one occurrence, one and all that follow; and occurrences taken out.

Each function takes the bytes that are stored and returns those to store; lines that are not concerned stay byte for
byte. An occurrence is named as `Occurrence.recurrence_id` names it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from calendars.ical import todos
from calendars.ical.component import Reader
from calendars.ical.expanding import Occurrence, anchor_of, find, local_of, occurrences
from calendars.ical.moments import LATEST, Moment, from_utc
from calendars.ical.moving import move_series
from calendars.ical.opened import Opened, moment_at, open_object, slot
from calendars.ical.parts import Part
from calendars.ical.refusals import TooLate
from calendars.ical.repeats import before, ending
from calendars.ical.rules import walk
from calendars.ical.writing import KEEP, REOPENED, Changes, apply, put_moment, told, touch, written
from collab.lib.contentlines import Component, Line
from collab.lib.errors import NotFound

_SERIES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


def _occurrence(opened: Opened, recurrence_id: str, zone: tzinfo) -> Occurrence:
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
    opened = open_object(data)
    master = opened.master
    starts = _new_start(changes, master)
    if opened.item.master and opened.item.recurring and starts is not None and changes.repeat is not None:
        try:
            move_series(opened, starts, now, zone, rule=changes.repeat == KEEP)
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


def of_series(data: bytes, recurrence_id: str, changes: Changes, zone: tzinfo = UTC) -> Changes:
    """Return what somebody changed on one occurrence as what it is for the whole series (for `change_all`).

    Moved from Tuesday to Wednesday at ten, the series starts a day later at ten; how long it lasts is taken over.
    """
    if changes.times is None:
        return changes
    opened = open_object(data)
    shown = _occurrence(opened, recurrence_id, zone).starts
    first, last = changes.times
    anchor = first or last
    if anchor is None or opened.item.master is None:
        return changes

    def moved(moment: Moment | None) -> Moment | None:
        if moment is None:
            return None
        local = opened.anchor.local + (moment.local - shown.local)
        return Moment(local.date() if moment.is_date else local, moment.zone, moment.tzid)

    return replace(changes, times=(moved(first), moved(last)))


def change_one(data: bytes, recurrence_id: str, changes: Changes, *, now: datetime, zone: tzinfo = UTC) -> bytes:
    """Change one occurrence: its override, which is made when there is none."""
    opened = open_object(data)
    found = _occurrence(opened, recurrence_id, zone)
    part = found.part
    target = part.tree
    if part.recurrence_id is None or part.range_this_and_future:
        target = override(opened, found, recurrence_id, zone)
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
    opened, rest = open_object(data), open_object(data)
    found = _occurrence(opened, recurrence_id, zone)
    name = slot(opened, recurrence_id, zone)
    if opened.item.master is None or name <= opened.anchor.local:
        return change_all(data, changes, now=now, zone=zone), None
    passed = sum(1 for rule in opened.master.rules[:1] for _one in walk(rule, opened.anchor.local, None, name))
    _end(opened, name, now, zone)
    _begin(rest, found, name, passed, zone)
    uid = uid or str(uuid.uuid4())
    for one in ("CREATED", "SEQUENCE"):
        rest.master.tree.remove(one)
    for part in rest.item.parts:
        part.tree.put("UID", uid)
    return opened.close(), change_all(rest.close(), changes, now=now, zone=zone)


def advance(data: bytes, *, now: datetime, zone: tzinfo = UTC) -> bytes | None:
    """Let a to-do that repeats go on with its next time, once this one is done; None when there is none left.

    Its first time is always the one to do: start and due move, COUNT goes down, what was said of times that are past
    goes (as Tasks.org and Nextcloud Tasks do). Later times that are done already are passed over.
    """
    opened = open_object(data)
    master = opened.item.master
    if master is None or not opened.item.recurring or anchor_of(master) is None:
        return None
    here = opened.anchor
    found = occurrences(opened.item, here.utc(zone), LATEST.replace(tzinfo=UTC), zone, most=_AHEAD)
    later = ((slot(opened, one.recurrence_id, zone), one) for one in found if todos.is_open(one.part))
    name, following = min(
        (pair for pair in later if pair[0] > here.local), key=lambda pair: pair[0], default=(here.local, None)
    )
    if following is None:
        return None
    passed = sum(1 for rule in master.rules[:1] for _one in walk(rule, here.local, None, name))
    _begin(opened, following, name, passed, zone, keeps=True)
    return change_all(opened.close(), REOPENED, now=now, zone=zone)


_AHEAD = 500
"""So many times are looked through for one that is not done yet."""


def without_one(data: bytes, recurrence_id: str, *, now: datetime, zone: tzinfo = UTC) -> bytes | None:
    """Take one occurrence out; None when nothing remains."""
    opened = open_object(data)
    _occurrence(opened, recurrence_id, zone)
    name = slot(opened, recurrence_id, zone)
    for part in opened.item.overrides:
        if part.recurrence_id and local_of(part.recurrence_id, opened.anchor, zone) == name:
            if part.range_this_and_future:
                continue
            opened.calendar.discard(part.tree)
    if opened.item.master is None:
        left = opened.calendar.components(opened.item.component)
        return opened.close() if left else None
    value, params = written(moment_at(opened.anchor, name))
    opened.master.tree.add("EXDATE", value, params)
    touch(opened.master.tree, now, significant=True)
    return opened.close()


def without_following(data: bytes, recurrence_id: str, *, now: datetime, zone: tzinfo = UTC) -> bytes | None:
    """Take an occurrence and all after it out; None when nothing remains."""
    opened = open_object(data)
    _occurrence(opened, recurrence_id, zone)
    name = slot(opened, recurrence_id, zone)
    if opened.item.master is None or name <= opened.anchor.local:
        return None
    _end(opened, name, now, zone)
    return opened.close()


def override(opened: Opened, found: Occurrence, recurrence_id: str, zone: tzinfo) -> Component:
    """Return a new override: what its series says, at its time."""
    source = found.part.tree
    made = Component(source.name, source.begin, source.newline, source.end)
    made.inside = [one for one in source.inside if type(one) is not Line or one.name not in _SERIES]
    value, params = written(moment_at(opened.anchor, slot(opened, recurrence_id, zone)))
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


def _end(opened: Opened, name: datetime, now: datetime, zone: tzinfo) -> None:
    """End the series before an occurrence."""
    tree = opened.master.tree
    for line in tree.all("RRULE"):
        tree.put("RRULE", ending(line.value, before(opened.anchor, name)))
    _keep_dates(opened, lambda local: local < name, zone)
    for part in opened.item.overrides:
        if part.recurrence_id and local_of(part.recurrence_id, opened.anchor, zone) >= name:
            opened.calendar.discard(part.tree)
    touch(tree, now, significant=True)


def _begin(rest: Opened, found: Occurrence, name: datetime, passed: int, zone: tzinfo, *, keeps: bool = False) -> None:
    """Let the series begin with an occurrence; with `keeps` an override of that one stands for it still."""
    master, anchor = rest.master, rest.anchor
    rule = master.rules[0] if master.rules else None
    if rule is not None and rule.count is not None:
        line = master.tree.first("RRULE")
        assert line is not None
        master.tree.put("RRULE", ending(line.value, count=max(1, rule.count - passed)))
    _keep_dates(rest, lambda local: local > name, zone)
    for part in rest.item.overrides:
        local = local_of(part.recurrence_id, anchor, zone) if part.recurrence_id else name
        if local < name or (local == name and not keeps and not part.range_this_and_future):
            rest.calendar.discard(part.tree)
    series = replace(found, part=master, starts=moment_at(anchor, name))
    ends = master.lasts.after(series.starts.local, anchor.zone or zone)
    _place(master.tree, replace(series, ends_utc=ends))


def _keep_dates(opened: Opened, kept: Callable[[datetime], bool], zone: tzinfo) -> None:
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
