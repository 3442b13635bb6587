"""An entry of a calendar as one person sees it: whole, or only when it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from calendars import queries
from calendars.ical.busy import only_busy
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.roles import Sight, sight
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

_FIELDS = ("id", "name", "etag", "size", "changed_at", "created_at", "component", "secrecy", "created_by_id")


class Entry(NamedTuple):
    """What properties of an entry read. `busy`: only when it is may be seen: another ETag, and a `size` of -1."""

    id: int
    name: str
    etag: str
    size: int
    mtime: int
    made: int
    component: str
    mine: bool
    busy: bool
    data: bytes | None = None
    is_folder: bool = False


def entries(actor: Actor, found: Mine, rows: Any = None, *, data: bool = False) -> list[Entry]:
    """Return the entries of a calendar, or those of `rows`, that the person sees; `data` with their bytes."""
    wanted = rows if rows is not None else queries.objects(actor, found).order_by("id")
    names = (*_FIELDS, "data") if data else _FIELDS
    return list(_seen(actor, found, wanted.values_list(*names)))


def entry_of(there: CalendarObject, actor: Actor, found: Mine) -> Entry:
    """Return one object as its person sees it."""
    return next(iter(_seen(actor, found, [tuple(getattr(there, name) for name in _FIELDS)])))


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


def _seen(actor: Actor, found: Mine, rows: Iterable[tuple[Any, ...]]) -> Iterable[Entry]:
    user = actor.user.pk if actor.user is not None else 0
    for pk, name, etag, size, changed, created, component, secrecy, by, *data in rows:
        how = sight(found.mask, actor.user, secrecy, by)
        if how is Sight.NOTHING:
            continue
        busy = how is Sight.BUSY
        bytes_ = shown(bytes(data[0]), how) if data else None
        tag = f'"{etag}-b"' if busy else f'"{etag}"'
        if busy:
            size = -1 if bytes_ is None else len(bytes_)
        at = int(changed.timestamp())
        yield Entry(pk, name, tag, size, at, int(created.timestamp()), component, by == user, busy, bytes_)
