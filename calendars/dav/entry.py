"""An entry of a calendar as one person sees it: whole, or only when it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import BinaryField, Case, F, When
from django.utils.crypto import salted_hmac

from calendars import addresses, queries
from calendars.ical.busy import only_busy, without_words
from calendars.models import CalendarObject
from calendars.queries import ROW, Mine
from calendars.roles import Sight, hears, sight
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

SMALL = Case(When(size__lte=64 << 10, then=F("data")), default=None, output_field=BinaryField())
"""A thousand entries with pictures inside do not come into memory together."""


class Entry(NamedTuple):
    """What properties of an entry read. `busy`: only when it is may be seen: another ETag, and a `size` of -1.
    `hears`: what those invited wrote with their answers may be read; where it may not, an invitation has yet another.

    `data`: its bytes as far as the person sees them, None where these were not asked or are many (`whole`).
    """

    id: int
    name: str
    etag: str
    size: int
    mtime: int
    made: int
    component: str
    mine: bool
    busy: bool
    hears: bool = True
    schedule_tag: str = ""
    data: bytes | None = None
    is_folder: bool = False


def entries(actor: Actor, found: Mine, rows: Any = None, *, data: bool = False) -> list[Entry]:
    """Return the entries of a calendar, or those of `rows`, that the person sees; `data` with their bytes."""
    wanted = rows if rows is not None else queries.objects(actor, found).order_by("id")
    names = (*ROW, SMALL) if data else ROW
    return list(seen(actor, found, wanted.values_list(*names)))


def whole(actor: Actor, row: Entry) -> bytes:
    """Return the bytes of an entry as its person sees it; large ones are fetched now, one by one."""
    if row.data is not None:
        return row.data
    data = CalendarObject.objects.filter(pk=row.id).values_list("data", flat=True).first()
    if data is None:
        raise NotFound
    return shown(actor, bytes(data), Sight.BUSY if row.busy else Sight.WHOLE, hears=row.hears)


def entry_of(there: CalendarObject, actor: Actor, found: Mine) -> Entry:
    """Return one object as its person sees it."""
    return next(iter(seen(actor, found, [tuple(getattr(there, name) for name in ROW)])))


def etag_of(there: CalendarObject, actor: Actor, found: Mine) -> str:
    """Return the quoted ETag of the object as its person sees it; of one they do not see, one they cannot know."""
    return entry_of(there, actor, found).etag


def shown_bytes(there: CalendarObject, actor: Actor, found: Mine) -> bytes:
    """Return the bytes of the object as far as the person may see them. Raises NotFound."""
    facts = (found.mask, actor.user)
    how = sight(*facts, there.secrecy, there.created_by_id)
    return shown(actor, bytes(there.data), how, hears=hears(*facts, there.created_by_id))


def shown(actor: Actor, data: bytes, how: Sight, *, hears: bool) -> bytes:
    """Return the bytes as sent, or without what only who `hears` reads, or only the times in them. Raises NotFound."""
    if how is Sight.NOTHING:
        raise NotFound
    if how is Sight.BUSY:
        return only_busy(data) if actor.user is not None else only_busy(data, _another)
    return data if hears else without_words(data, addresses.mine(actor), addresses.normal)


def _another(uid: str) -> str:
    """Return a UID in which nobody without an account reads the one that programs gave, with names of people in it."""
    return f"busy-{salted_hmac('calendars.busy', uid, algorithm='sha256').hexdigest()[:32]}"


def seen(actor: Actor, found: Mine, rows: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
    """Yield the entries of rows (`queries.ROW`, and perhaps the bytes) that the person sees."""
    user = actor.user.pk if actor.user is not None else 0
    for pk, name, etag, size, changed, created, component, secrecy, by, schedule, organizer, *data in rows:
        how = sight(found.mask, actor.user, secrecy, by)
        if how is Sight.NOTHING:
            continue
        busy = how is Sight.BUSY
        all_ = hears(found.mask, actor.user, by)
        bytes_ = shown(actor, bytes(data[0]), how, hears=all_) if data and data[0] is not None else None
        other = "-b" if busy else "-r" if organizer and not all_ else ""
        if other:
            size = -1 if bytes_ is None else len(bytes_)
        at, since = int(changed.timestamp()), int(created.timestamp())
        tag = f'"{etag}{other}"'
        yield Entry(pk, name, tag, size, at, since, component, by == user, busy, all_, schedule, bytes_)
