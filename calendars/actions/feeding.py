"""Filling a calendar from elsewhere: what came new is put in, what changed is written anew, what is gone is removed.

Nothing else moves, so that devices fetch what changed and no more. There is no actor: nobody here writes these entries.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone

from calendars import indexing
from calendars.actions import written
from calendars.ical.feeding import Feed, Without, alike, prepared
from calendars.ical.parts import Item
from calendars.models import Calendar, CalendarObject, Component, Gone, Occurrence, Source
from collab.events import jobs
from collab.events.log import record
from collab.lib.errors import NotFound, Refusal

STEP = 200
"""So many entries are written under one lock: others wait a fraction of a second."""
MOST = 20_000
"""Entries of one calendar of the web."""
MOST_TIMES = 200_000
"""Times that all of them together are written down at."""
LONGEST = 120.0
"""Seconds in which a file is read and written; what would take longer is meant to."""
KIND = "calendar-fed"


class TooMuch(Exception):
    """There is more in it than a calendar takes."""


@dataclass
class Taken:
    """What became of the entries."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    left_out: int = 0


@dataclass
class _Entry:
    data: bytes
    item: Item
    index: indexing.Index


def take(source: Source, feed: Feed) -> Taken:
    """Make the calendar hold what the file holds. Raises TooMuch (nothing is removed then), NotFound."""
    if len(feed) > MOST:
        raise TooMuch
    taken = Taken()
    calendar = source.calendar
    seen: set[str] = set()
    entries = _read(source, feed, taken)
    done = 0
    while step := list(islice(entries, STEP)):
        _step(source, calendar, step, taken)
        seen.update(one.item.uid for one in step)
        done += len(step)
        jobs.tell(done, len(feed))
    there = CalendarObject.objects.filter(calendar=calendar, deleted_at=None).values_list("pk", "uid")
    gone = [pk for pk, uid in there if uid not in seen]
    for at in range(0, len(gone), STEP):
        _remove(source, calendar, gone[at : at + STEP])
    taken.removed = len(gone)
    return taken


def _read(source: Source, feed: Feed, taken: Taken) -> Iterator[_Entry]:
    calendar = source.calendar
    without = Without(source.without_alarms, source.without_attachments)
    ends, times = time.monotonic() + LONGEST, 0
    known: set[str] = set()
    for data in feed:
        if time.monotonic() > ends:
            raise TooMuch
        try:
            item = prepared(data, without, feed.zone)
            if item.component not in calendar.components:
                continue
            if item.uid in known:
                taken.left_out += 1
                continue
            index = indexing.index(item, calendar.zone)
        except Refusal:
            taken.left_out += 1
            continue
        known.add(item.uid)
        times += len(index.occurrences)
        if times > MOST_TIMES:
            raise TooMuch
        yield _Entry(bytes(item.tree), item, index)


@transaction.atomic
def _step(source: Source, calendar: Calendar, entries: list[_Entry], taken: Taken) -> None:
    _hold(source, calendar)
    uids = [one.item.uid for one in entries]
    rows = CalendarObject.objects.filter(calendar=calendar, uid__in=uids, deleted_at=None).defer("text")
    known = {row.uid: row for row in rows}
    new: list[CalendarObject] = []
    changed: list[CalendarObject] = []
    occurrences: list[Occurrence] = []
    for entry in entries:
        row = known.get(entry.item.uid)
        if row is not None and alike(bytes(row.data), entry.data):
            continue
        name = f"{hashlib.sha256(entry.item.uid.encode()).hexdigest()[:32]}.ics"
        made = row or CalendarObject(calendar=calendar, name=name, uid=entry.item.uid)
        for column, value in entry.index.columns.items():
            setattr(made, column, value)
        made.data, made.size = entry.data, len(entry.data)
        made.etag, made.changed_at = hashlib.sha256(entry.data).hexdigest()[:32], timezone.now()
        (new if row is None else changed).append(made)
        occurrences += entry.index.rows(made)
    if not new and not changed:
        return
    seq = record(calendar.space_id, KIND, (Calendar.REF_KIND, calendar.pk), None)
    for made in (*new, *changed):
        made.seq = seq
    CalendarObject.objects.bulk_create(new, batch_size=STEP)
    for made in changed:
        made.save(force_update=True)
    Occurrence.objects.filter(event__in=changed).delete()
    Gone.objects.filter(calendar=calendar, name__in=[made.name for made in new]).delete()
    for one in occurrences:
        one.event_id = one.event.pk
    Occurrence.objects.bulk_create(occurrences, batch_size=2000)
    written.move_clock(calendar, seq, len(new))
    written.require_room(calendar)
    taken.added += len(new)
    taken.changed += len(changed)


@transaction.atomic
def _remove(source: Source, calendar: Calendar, ids: list[int]) -> None:
    """Remove entries for good: they are elsewhere, nobody looks for them in a trash of ours."""
    _hold(source, calendar)
    rows = CalendarObject.objects.filter(pk__in=ids, calendar=calendar, deleted_at=None)
    for name in rows.order_by("pk").values_list("name", flat=True):
        # each moves the clock by itself: a device that asks in pieces goes on behind it (`queries.changes`)
        seq = record(calendar.space_id, KIND, (Calendar.REF_KIND, calendar.pk), None)
        written.move_clock(calendar, seq, -1, gone=name)
    CalendarObject.objects.filter(pk__in=ids, calendar=calendar).delete()


def _hold(source: Source, calendar: Calendar) -> None:
    """Lock the space, and see that the calendar is still there and still fed by this. Raises NotFound, Forbidden."""
    calendar.hold()
    if not Source.objects.filter(pk=source.pk, address=source.address, list=source.list).exists():
        raise NotFound


def components(source: Source) -> list[str]:
    """Return the kinds of entry that a calendar fed by this takes."""
    return [Component.EVENT] if source.without_tasks else [Component.EVENT, Component.TASK]
