"""An entry of a calendar as one person sees it: whole, or only when it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import BinaryField, Case, F, When

from calendars import queries
from calendars.ical.busy import only_busy
from calendars.models import CalendarObject
from calendars.queries import ROW, Mine
from calendars.roles import Sight, sight
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

SMALL = Case(When(size__lte=64 << 10, then=F("data")), default=None, output_field=BinaryField())
"""A thousand entries with pictures inside do not come into memory together."""


class Entry(NamedTuple):
    """What properties of an entry read. `busy`: only when it is may be seen: another ETag, and a `size` of -1.

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
    schedule_tag: str = ""
    data: bytes | None = None
    is_folder: bool = False


def entries(actor: Actor, found: Mine, rows: Any = None, *, data: bool = False) -> list[Entry]:
    """Return the entries of a calendar, or those of `rows`, that the person sees; `data` with their bytes."""
    wanted = rows if rows is not None else queries.objects(actor, found).order_by("id")
    names = (*ROW, SMALL) if data else ROW
    return list(seen(actor, found, wanted.values_list(*names)))


def whole(row: Entry) -> bytes:
    """Return the bytes of an entry as its person sees it; large ones are fetched now, one by one."""
    if row.data is not None:
        return row.data
    data = CalendarObject.objects.filter(pk=row.id).values_list("data", flat=True).first()
    if data is None:
        raise NotFound
    return shown(bytes(data), Sight.BUSY if row.busy else Sight.WHOLE)


def entry_of(there: CalendarObject, actor: Actor, found: Mine) -> Entry:
    """Return one object as its person sees it."""
    return next(iter(seen(actor, found, [tuple(getattr(there, name) for name in ROW)])))


def etag_of(there: CalendarObject, actor: Actor, found: Mine) -> str:
    """Return the quoted ETag of the object as its person sees it; of one they do not see, one they cannot know."""
    busy = sight(found.mask, actor.user, there.secrecy, there.created_by_id) is Sight.BUSY
    return f'"{there.etag}-b"' if busy else f'"{there.etag}"'


def shown_bytes(there: CalendarObject, actor: Actor, found: Mine) -> bytes:
    """Return the bytes of the object as far as the person may see them. Raises NotFound."""
    return shown(bytes(there.data), sight(found.mask, actor.user, there.secrecy, there.created_by_id))


def shown(data: bytes, how: Sight) -> bytes:
    """Return the bytes as sent, or only the times in them. Raises NotFound."""
    if how is Sight.NOTHING:
        raise NotFound
    return data if how is Sight.WHOLE else only_busy(data)


def seen(actor: Actor, found: Mine, rows: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
    """Yield the entries of rows (`queries.ROW`, and perhaps the bytes) that the person sees."""
    user = actor.user.pk if actor.user is not None else 0
    for pk, name, etag, size, changed, created, component, secrecy, by, schedule, *data in rows:
        how = sight(found.mask, actor.user, secrecy, by)
        if how is Sight.NOTHING:
            continue
        busy = how is Sight.BUSY
        bytes_ = shown(bytes(data[0]), how) if data and data[0] is not None else None
        tag = f'"{etag}-b"' if busy else f'"{etag}"'
        if busy:
            size = -1 if bytes_ is None else len(bytes_)
        at = int(changed.timestamp())
        yield Entry(pk, name, tag, size, at, int(created.timestamp()), component, by == user, busy, schedule, bytes_)
