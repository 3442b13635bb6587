"""Web calendars and ready-made lists: made, changed, fetched when they are due, and what went wrong kept in a word."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from calendars.actions import common, feeding, making
from calendars.ical.feeding import Feed
from calendars.looking import Looked, Trouble, look
from calendars.models import Calendar, Source
from calendars.ready import lists
from calendars.ready.places import KNOWN
from collab.lib.errors import BadInput, Conflict, NotFound, Refusal
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

PATIENCE = 15.0
"""Seconds that a person waits for another server, when they add its calendar."""
LEAST, MOST_APART, USUAL = 3600, 7 * 86400, 4 * 3600
"""Seconds between two looks."""
WAIT, MOST_WAIT = 900, 86400
"""Seconds after a first failure; each further one doubles them."""
LEASE = timedelta(minutes=10)
AT_ONCE = 500
"""So many entries are put in while a person waits."""
AGAIN = timedelta(seconds=30)
"""So soon nobody fetches again by hand."""


def subscribe(
    actor: Actor, space: Space, address: str, looked: Looked, *, title: str = "", color: str = "", **options: Any
) -> Calendar:
    """Make a calendar of what was found at an address. Needs ADD in the space. Raises Refusal.

    `options`: every, without_alarms, without_tasks, without_attachments (`Source`).
    """
    feed = looked.feed
    assert feed is not None
    name = title.strip() or feed.title or str(urlsplit(address).hostname)
    source = Source(address=address, told=feed.every, due_at=timezone.now(), **_options(options))
    return _make(actor, space, name[:200], feed.color or color, source, zone=feed.zone)


def add_ready(actor: Actor, space: Space, key: str, *, color: str = "") -> Calendar:
    """Make a ready-made calendar in the language at hand. Needs ADD in the space. Raises Refusal; Trouble (fetched)."""
    ready = KNOWN.get(key)
    if ready is None:
        raise BadInput
    title = str(ready.title)
    if ready.address:
        looked = look(ready.address, seconds=PATIENCE)
        made = subscribe(actor, space, ready.address, looked, title=title, color=color)
        making.change(actor, made, transparent=True)
        refresh(made.source, looked)
        return made
    source = Source(list=key, language=get_language() or "en", due_at=timezone.now())
    made = _make(actor, space, title, color, source, transparent=True)
    refresh(made.source)
    return made


@transaction.atomic
def _make(actor: Actor, space: Space, title: str, color: str, source: Source, **fields: Any) -> Calendar:
    wanted = {name: value for name, value in {"color": color, **fields}.items() if value}
    calendar = making.make(actor, space, title, components=feeding.components(source), **wanted)
    calendar.fed = True
    calendar.save(update_fields=["fed"])
    source.calendar = calendar
    source.save(force_insert=True)
    return calendar


@transaction.atomic
def copy(calendar: Calendar, made: Calendar) -> None:
    """Let a new calendar be fed by what feeds another."""
    source = Source.objects.get(pk=calendar.pk)
    source.pk = made.pk
    source.digest = source.etag = source.modified = source.trouble = ""
    source.fetched_at, source.tried_at, source.due_at, source.failures = None, None, timezone.now(), 0
    source.save(force_insert=True)
    Calendar.objects.filter(pk=made.pk).update(fed=True, transparent=calendar.transparent)


@transaction.atomic
def change(actor: Actor, calendar: Calendar, address: str, **options: Any) -> Source:
    """Take another address, interval, or other things left out. Needs MANAGE. What it holds is fetched anew."""
    common.hold(actor, calendar, Right.MANAGE)
    source = Source.objects.select_for_update().filter(pk=calendar.pk).exclude(address="").first()
    if source is None:
        raise NotFound
    source.address = address
    for name, value in _options(options).items():
        setattr(source, name, value)
    calendar.components = feeding.components(source)
    calendar.save(update_fields=["components"])
    source.etag = source.modified = source.digest = ""
    source.due_at = timezone.now()
    source.save()
    return source


def again(actor: Actor, calendar: Calendar) -> Source:
    """Fetch it now. Needs MANAGE. Raises Conflict a moment after the last time."""
    actor.require(calendar, Right.MANAGE)
    with transaction.atomic():
        source = Source.objects.select_for_update().select_related("calendar__space").filter(pk=calendar.pk).first()
        if source is None:
            raise NotFound
        if source.tried_at is not None and source.tried_at > timezone.now() - AGAIN:
            raise Conflict(_("It was fetched a moment ago. Try again in half a minute."))
        _claim(source)
    refresh(source)
    return source


def refresh(source: Source, looked: Looked | None = None) -> None:
    """Fetch what is due (or take what was `looked` at already) and note how it went; nothing of it is raised."""
    now = timezone.now()
    try:
        if looked is None:
            looked = _again(source)
        taken = feeding.take(source, looked.feed) if looked.feed is not None else None
    except Trouble as trouble:
        _note(source, trouble.word, now)
        return
    except feeding.TooMuch:
        _note(source, "much", now)
        return
    except Refusal:  # the calendar or its space went meanwhile, or is full
        _note(source, "much", now)
        return
    every = source.every or min(max(source.told or USUAL, LEAST), MOST_APART)
    fields: dict[str, Any] = {
        "fetched_at": now, "tried_at": now, "failures": 0, "trouble": "",
        "due_at": now + timedelta(seconds=MOST_APART if source.list else every),
        "digest": looked.digest or source.digest,
    }  # fmt: skip
    if looked.feed is not None and taken is not None:
        fields |= {"told": looked.feed.every, "left_out": taken.left_out}
    if looked.digest:
        fields |= {"etag": looked.etag, "modified": looked.modified}
    _keep(source, fields)


def fetch_due(*, seconds: float = 50.0) -> int:
    """Fetch what is due, one after another, as long as so many seconds; return how many."""
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        with transaction.atomic():
            source = (
                Source.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("calendar__space")
                .filter(due_at__lte=timezone.now(), calendar__deleted_at=None, calendar__space__archived_at=None)
                .order_by("due_at")
                .first()
            )
            if source is None:
                return count
            _claim(source)
        refresh(source)
        count += 1
    return count


def _claim(source: Source) -> None:
    """Keep others from fetching it at the same time; where a worker dies, it is due again soon."""
    source.tried_at = timezone.now()
    source.due_at = source.tried_at + LEASE
    source.save(update_fields=["tried_at", "due_at"])


def _again(source: Source) -> Looked:
    if source.list:
        data = lists.file(source.list, source.language)
        digest = hashlib.sha256(data).hexdigest()
        return Looked(Feed(data) if digest != source.digest else None, digest)
    return look(source.address, etag=source.etag, modified=source.modified, digest=source.digest)


def _note(source: Source, word: str, now: datetime) -> None:
    failures = min(source.failures + 1, 100)
    wait = min(WAIT << min(failures - 1, 10), max(MOST_WAIT, source.every or 0))
    _keep(source, {
        "tried_at": now, "failures": failures, "trouble": word, "due_at": now + timedelta(seconds=wait),
    })  # fmt: skip


def _keep(source: Source, fields: Mapping[str, Any]) -> None:
    """Note how it went, unless it is another source by now."""
    for name, value in fields.items():
        setattr(source, name, value)
    Source.objects.filter(pk=source.pk, address=source.address, list=source.list).update(**fields)


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    every = options.get("every")
    if every is not None and not LEAST <= every <= MOST_APART:
        raise BadInput
    return dict(options)
