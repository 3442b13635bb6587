"""What a board sends: cells as “kind:id:principal:seen:end:wanted”, the same from script and from plain forms."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput
from collab.rights.board_changes import Changed, Place, Wanted, undoing
from collab.rights.right import BY_SLUG, Right

MOST = 200
"""Cells in one go: each is checked, locked and recorded as if it were alone."""
_CELL = re.compile(r"([a-z][a-z0-9-]{0,19}):(\d{1,18}):(\d{1,18}):(\d{1,3}):(\d{1,12}):(\d{1,3})", re.ASCII)
_LONGEST = 200_000


def cell(text: str) -> Wanted:
    """Read one cell. Raises BadInput for what is not one."""
    found = _CELL.fullmatch(text)
    if found is None:
        raise BadInput
    kind, (pk, principal, seen, end, mask) = found[1], map(int, found.groups()[1:])
    if seen > Right.ALL or mask > Right.ALL:
        raise BadInput
    return Wanted((kind, pk), principal, seen, mask, end)


def changes(data: QueryDict) -> list[Wanted]:
    """Return the cells that shall change; those that a plain form sends unchanged are left out. Raises BadInput."""
    sent = data.getlist("cell")
    if len(sent) > 4 * MOST:
        raise BadInput(_too_many())
    found = {one.place: one for one in map(cell, sent) if one.mask != one.seen}
    if len(found) > MOST:
        raise BadInput(_too_many())
    if any(one.mask not in _ROLES for one in found.values()):
        raise BadInput(_("Choose what this person or group may do."))
    return list(found.values())


_ROLES = {0, *(int(role.mask) for role in BY_SLUG.values())}


def _too_many() -> str:
    return _("At most %(count)d changes at a time: save these first.") % {"count": MOST}


def pack(made: list[Changed]) -> str:
    """Return what an undo sends."""
    return write(undoing(made))


def write(wanted: list[Wanted]) -> str:
    """Return what `unpack` reads."""
    return json.dumps(
        [
            [*one.ref, one.principal, one.seen, one.seen_end, one.mask, one.end and one.end.isoformat(), one.note]
            for one in wanted
        ]
    )


def unpack(text: str) -> list[Wanted]:
    """Return the changes that an undo makes; what has ended meanwhile stays away. Raises BadInput."""
    try:
        rows: Any = json.loads(text) if len(text) <= _LONGEST else None
        if not isinstance(rows, list) or len(rows) > MOST:
            raise BadInput
        return [_restored(*row) for row in rows]
    except (ValueError, TypeError, RecursionError):
        raise BadInput from None


def _restored(kind: str, pk: int, principal: int, seen: int, seen_end: int, mask: int, end: str, note: str) -> Wanted:
    plain = cell(f"{kind}:{pk}:{principal}:{seen}:{seen_end}:{mask}")
    moment = dt.datetime.fromisoformat(end) if end else None
    if not isinstance(note, str) or "\0" in note or (moment and timezone.is_naive(moment)):
        raise BadInput
    if moment and moment <= timezone.now():
        mask = 0
    return Wanted(plain.ref, principal, seen, mask, seen_end, True, moment, note)


def key(place: Place) -> str:
    """Return how a page names a cell."""
    return ":".join(map(str, place))
