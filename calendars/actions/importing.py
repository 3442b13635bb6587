"""Bringing many entries into a calendar at once: a file of another program, or of another house."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import indexing
from calendars.actions import inviting, listing, storing, written
from calendars.ical import reading, vcal
from calendars.ical.parts import Item
from calendars.ical.refusals import UnsupportedComponent
from calendars.ical.splitting import Split
from calendars.models import Brought, Calendar, CalendarObject, Occurrence
from calendars.refusals import BookingRefused
from collab.events import jobs
from collab.events.log import record
from collab.lib import contentlines
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.rights.actor import Actor
from collab.rights.right import Right

STEP = 200
"""So many entries are put in at once: others wait a fraction of a second."""
_SUMMARY = re.compile(rb"^SUMMARY(?:;[^:\r\n]*)?:([^\r\n]*)", re.MULTILINE)
MOST_TOLD = 100
"""So many failures are told one by one."""


class There(StrEnum):
    """What becomes of an entry whose UID is in the calendar already."""

    SKIP = "skip"
    REPLACE = "replace"
    COPY = "copy"


@dataclass
class Report:
    """What became of the entries; `failed`: (title, why) of the first of those that could not be read or put in."""

    added: int = 0
    replaced: int = 0
    skipped: int = 0
    refused: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, title: str, why: str) -> None:
        """Count a failure, and note it while there is room."""
        self.refused += 1
        if len(self.failed) < MOST_TOLD:
            self.failed.append((title[:200], why[:300]))


@dataclass
class _Entry:
    data: bytes
    item: Item
    index: indexing.Index


def bring(actor: Actor, calendar: Calendar, found: Iterable[bytes], there: There, *, total: int = 0) -> Report:
    """Put these objects into the calendar, some hundred at a time. Needs ADD, and EDIT to replace.

    What cannot be read is told, and hinders nothing else. Raises Forbidden, TooLarge (the calendar is full).
    """
    storing.require(actor, calendar, Right.ADD | (Right.EDIT if there is There.REPLACE else Right.NONE))
    report, done = Report(), 0
    entries = iter(found)
    while step := list(islice(entries, STEP)):
        _step(actor, calendar, list(_read(calendar, step, there, report)), there, report)
        done += len(step)
        jobs.tell(done, max(total, done))
    return report


@transaction.atomic
def keep(actor: Actor, calendar: Calendar, data: bytes, there: There) -> Brought:
    """Keep a file until the job has brought it in. Needs ADD (EDIT to replace)."""
    storing.require(actor, calendar, Right.ADD | (Right.EDIT if there is There.REPLACE else Right.NONE))
    if actor.user is None:
        raise Forbidden
    return Brought.objects.create(user=actor.user, calendar=calendar, data=data, there=there)


def bring_kept(actor: Actor, pk: int) -> Report:
    """Bring a kept file in and forget it. Begun again after a break, what is in already is skipped, not put in twice.

    Raises NotFound, Forbidden.
    """
    kept = Brought.objects.filter(pk=pk, user=actor.user).select_related("calendar__space", "calendar__acl").first()
    if kept is None or kept.calendar.deleted_at is not None:
        raise NotFound
    split, there = Split(bytes(kept.data)), There(kept.there)
    found: Iterable[bytes] = split
    if there is There.COPY:
        # each copy gets a UID that the file and the entry give, so that a second try finds those of the first
        found, there = (_copied(kept, data) for data in split), There.SKIP
    report = bring(actor, kept.calendar, found, there, total=len(split))
    kept.delete()
    return report


def _copied(kept: Brought, data: bytes) -> bytes:
    """Return the object under another UID where its own is taken, always the same for the same file."""
    try:
        item = reading.read(_as_icalendar(data))
    except Refusal:
        return data
    data = bytes(item.tree)
    rows = CalendarObject.objects.filter(calendar=kept.calendar, uid=item.uid, deleted_at=None)
    if not rows.filter(created_at__lt=kept.created_at).exists():  # what came later came by the first try
        return data
    return _renamed(item, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kept.pk} {item.uid}")))


def _as_icalendar(data: bytes) -> bytes:
    """Return an entry of an old phone or an old Outlook in the form of today. Raises BadInput."""
    return vcal.converted(data) if vcal.is_one(data) else data


def _read(calendar: Calendar, step: list[bytes], there: There, report: Report) -> Iterator[_Entry]:
    for data in step:
        try:
            data = _as_icalendar(data)
            item = reading.read(data)
            if item.component not in calendar.components:
                raise UnsupportedComponent
            yield _Entry(data, item, indexing.index(item, calendar.zone))
        except Refusal as refusal:
            report.refuse(_title(data), str(refusal.message))


def _title(data: bytes) -> str:
    """Return what an entry calls itself, as far as it can be read at all."""
    if vcal.is_one(data):
        return vcal.title(data) or _("(without title)")
    found = _SUMMARY.search(data)
    return contentlines.unescape(found[1].decode(errors="replace")).strip() if found else _("(without title)")


@transaction.atomic
def _step(actor: Actor, calendar: Calendar, entries: list[_Entry], there: There, report: Report) -> None:
    """Put some in under one lock, as one change; into a bookable calendar each as it would be booked."""
    storing.hold(actor, calendar, Right.ADD)
    if calendar.books:
        _book(actor, calendar, entries, there, report)
        return
    uids = [one.item.uid for one in entries]
    rows = CalendarObject.objects.filter(calendar=calendar, uid__in=uids, deleted_at=None).defer("data", "text")
    known = {row.uid: row for row in rows}
    fresh: list[CalendarObject] = []
    occurrences: list[Occurrence] = []
    invitations: list[tuple[CalendarObject, Item]] = []
    for entry in entries:
        row = known.get(entry.item.uid)
        if row is not None and there is There.SKIP:
            report.skipped += 1
            continue
        if row is not None and there is There.REPLACE:
            storing.put(actor, calendar, row.name, entry.data, how=inviting.QUIET)
            report.replaced += 1
            continue
        data, uid = entry.data, entry.item.uid
        if row is not None:
            uid = str(uuid.uuid4())
            data = _renamed(entry.item, uid)
        made = CalendarObject(calendar=calendar, name=f"{secrets.token_hex(16)}.ics", uid=uid, created_by=actor.user)
        for name, value in entry.index.columns.items():
            setattr(made, name, value)
        made.data, made.etag, made.size = data, hashlib.sha256(data).hexdigest()[:32], len(data)
        made.changed_by, made.changed_at = actor.user, timezone.now()
        if inviting.concerns(entry.item, None):  # nobody is told of what was before
            told = inviting.on_put(actor, calendar, None, entry.item, data, inviting.QUIET)
            made.stance, made.organizer, made.schedule_tag = told.stance, told.organizer, told.tag
            invitations.append((made, entry.item))
        known[uid] = made
        fresh.append(made)
        occurrences += entry.index.rows(made, listing.invited_as(made))
    if fresh:
        by = actor.user.pk if actor.user else None
        after: dict[str, Any] = {"count": len(fresh), "title": calendar.title}
        seq = record(calendar.space_id, "calendar-import", (Calendar.REF_KIND, calendar.pk), by, after=after)
        for made in fresh:
            made.seq = seq
        CalendarObject.objects.bulk_create(fresh, batch_size=STEP)
        for made, item in invitations:
            listing.list_invited(made, item)
        for one in occurrences:
            one.event_id = one.event.pk
        Occurrence.objects.bulk_create(occurrences, batch_size=2000)
        written.move_clock(calendar, seq, len(fresh))
        written.require_room(calendar)
        report.added += len(fresh)


def _book(actor: Actor, calendar: Calendar, entries: list[_Entry], there: There, report: Report) -> None:
    """Book what can be booked of these; what is taken or against the rules is told, and hinders nothing else."""
    for entry in entries:
        uid, data = entry.item.uid, entry.data
        row = CalendarObject.objects.filter(calendar=calendar, uid=uid, deleted_at=None).only("name").first()
        if row is not None and there is There.SKIP:
            report.skipped += 1
            continue
        if row is not None and there is There.COPY:
            data, row = _renamed(entry.item, str(uuid.uuid4())), None
        try:
            with transaction.atomic():
                storing.put(actor, calendar, row.name if row else f"{secrets.token_hex(16)}.ics", data)
        except BookingRefused as refusal:
            report.refuse(_title(data), str(refusal.message))
            continue
        report.replaced += row is not None
        report.added += row is None


def _renamed(item: Item, uid: str) -> bytes:
    """Return the object under another UID: a copy beside the one that is there."""
    for calendar in item.tree.components("VCALENDAR"):
        for part in calendar.components():
            if part.name != "VTIMEZONE":
                part.put("UID", uid)
    return bytes(item.tree)
