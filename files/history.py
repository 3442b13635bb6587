"""Where things of a space were at a moment of its clock, as its change log tells: undone from the newest change back.

What no change since then names was where it is now. A folder that was copied brought what lies in it along, and a
folder in the trash holds what lies in it: only the top of each is named in the log, and that is enough.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from collab.events.models import Change
from collab.lib.errors import Conflict, TooLarge

MOST = 100_000
"""So many things of one space may have changed since."""
_CAME = frozenset({"add", "copy", "arrive", "restore", "purge"})
"""First changes of what was not there before: not made yet, in another space, or in the trash."""
_MOVED = frozenset({"move", "trash", "leave"})
PLACES = sorted(_CAME | _MOVED)
CONTENTS = ["edit", "restore-version"]

_FIRST = """SELECT DISTINCT ON (ref_id) ref_id, kind, before FROM events_change
 WHERE space_id = %(space)s AND seq > %(since)s AND seq <= %(until)s AND ref_kind = 'node' AND kind = ANY(%(kinds)s)
 AND (%(act)s = '' OR after->>'act' = %(act)s) ORDER BY ref_id, seq LIMIT %(limit)s"""
_SINCE = """SELECT DISTINCT ref_id FROM events_change WHERE space_id = %(space)s AND seq > %(since)s
 AND ref_kind = 'node' AND kind = ANY(%(kinds)s) AND ref_id = ANY(%(ids)s)
 AND NOT (seq <= %(until)s AND (%(act)s = '' OR coalesce(after->>'act', '') = %(act)s))
 AND (%(own)s = '' OR coalesce(after->>'act', '') <> %(own)s)"""
_ROWS = """WITH RECURSIVE up (id, parent_id) AS (SELECT id, parent_id FROM files_node WHERE id = ANY(%s)
  UNION SELECT n.id, n.parent_id FROM up JOIN files_node n ON n.id = up.parent_id)
 SELECT n.id, n.parent_id, n.space_id, n.name, n.kind = 1, n.acl_id, n.blob_id, n.size, n.trash_id, t.node_id
 FROM up JOIN files_node n ON n.id = up.id LEFT JOIN files_trash t ON t.id = n.trash_id"""


class Span(NamedTuple):
    """The changes to be looked behind: those after `since` up to `until`, numbers of the space's clock.

    `act`: only the steps of this act (`recording.act`). `own`: the act that is going on, whose steps count for nothing.
    """

    space_id: int
    since: int
    until: int
    act: str = ""
    own: str = ""


class Row(NamedTuple):
    """A thing as it is now. `thrown`: the top of what it was thrown away with, itself perhaps."""

    id: int
    parent: int | None
    space_id: int
    name: str
    is_folder: bool
    acl_id: int
    blob: int | None
    size: int
    trash: int | None
    thrown: int | None


class Spot(NamedTuple):
    """A place: a folder and a name in it."""

    parent: int
    name: str


class Line(NamedTuple):
    """What lay above a thing then: `ids` from it up to the root. `lost`: "absent" if it was not there, "gone" if nobody
    knows, since a folder it lay in was deleted for good."""

    ids: tuple[int, ...]
    lost: str = ""


@dataclass
class History:
    """The state of a space at `span.since`, beside that of now."""

    span: Span
    extra: Iterable[int] = ()
    _lines: dict[int, Line] = field(default_factory=dict)

    @cached_property
    def first(self) -> dict[int, Spot | None]:
        """{thing: where it was before its first change, None when it was not there}."""
        found: dict[int, Spot | None] = {}
        for ref, kind, before in self._first(PLACES):
            parent = (before or {}).get("parent")
            found[ref] = Spot(parent, (before or {}).get("name", "")) if kind in _MOVED and parent else None
        return found

    @cached_property
    def contents(self) -> dict[int, int]:
        """{file: the blob it held}."""
        return {
            ref: blob
            for ref, _kind, before in self._first(CONTENTS)
            if isinstance(blob := (before or {}).get("blob"), int)
        }

    @cached_property
    def at(self) -> datetime | None:
        """The moment of the last change before those that are looked behind."""
        log = Change.objects.filter(space_id=self.span.space_id, seq__lte=self.span.since)
        return log.order_by("-seq").values_list("at", flat=True).first()

    @cached_property
    def again(self) -> set[int]:
        """Those of the changed things that changed outside of the span too: others rely on where they are now."""
        if not self.span.act and self.span.until >= self._clock():
            return set()
        ids = [*self.first, *self.contents]
        values = {**self.span._asdict(), "space": self.span.space_id, "kinds": PLACES + CONTENTS, "ids": ids}
        with connection.cursor() as cursor:
            cursor.execute(_SINCE, values)
            return {row[0] for row in cursor.fetchall()}

    @cached_property
    def rows(self) -> dict[int, Row]:
        """All changed things, the folders they were in, and what lies above these now."""
        ids = {*self.first, *self.contents, *self.extra, *(spot.parent for spot in self.first.values() if spot)}
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [list(ids)])
            return {row[0]: Row(*row) for row in cursor.fetchall()}

    def then(self, node_id: int) -> Spot | None:
        """Return where the thing was; None when it was not there, or is not known."""
        row = self.rows.get(node_id)
        if node_id in self.first:
            spot = self.first[node_id]
            if spot is None or spot.name or row is None:
                return spot
            return Spot(spot.parent, row.name)  # whoever named it took the name along
        if row is None or row.parent is None or row.thrown == node_id:
            return None
        return Spot(row.parent, row.name)

    def line(self, node_id: int) -> Line:
        """Return what lay above the thing, itself first."""
        found = self._lines.get(node_id)
        if found is None:
            found = self._lines[node_id] = self._line(node_id)
        return found

    def _line(self, node_id: int) -> Line:
        row = self.rows.get(node_id)
        if row is not None and row.parent is None and node_id not in self.first:
            return Line((node_id,))  # the folder of the space
        spot = self.then(node_id)
        if spot is None:
            return Line((node_id,), "gone" if row is None and node_id not in self.first else "absent")
        self._lines[node_id] = Line((node_id,), "gone")  # a circle, which no honest log tells, ends here
        above = self.line(spot.parent)
        return Line((node_id, *above.ids), above.lost)

    def now(self, node_id: int) -> list[int]:
        """Return what lies above the thing now, itself first; nothing for what does not live in this space."""
        found: list[int] = []
        row = self.rows.get(node_id)
        while row is not None and row.trash is None and row.space_id == self.span.space_id:
            found.append(row.id)
            if row.parent is None:
                return found
            row = self.rows.get(row.parent)
        return []

    def above(self, node_id: int) -> list[int]:
        """Return the folders it lies in now, in the trash or not, the nearest first."""
        found: list[int] = []
        row = self.rows.get(node_id)
        while row is not None and row.parent is not None:
            found.append(row.parent)
            row = self.rows.get(row.parent)
        return found

    def _first(self, kinds: list[str]) -> list[tuple[int, str, Any]]:
        values = {**self.span._asdict(), "space": self.span.space_id, "kinds": kinds, "limit": MOST + 1}
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, values)
            rows = [
                (ref, kind, json.loads(before) if isinstance(before, str) else before) for ref, kind, before in cursor
            ]
        if len(rows) > MOST:
            raise TooLarge(_("More than 100,000 things have changed in this space since then. Choose a later moment."))
        return rows

    def _clock(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM spaces_space WHERE id = %s", [self.span.space_id])
            return int(cursor.fetchone()[0])


def beginning(space_id: int) -> datetime | None:
    """Return the moment from which on the log of the space is whole."""
    return Change.objects.filter(space_id=space_id).order_by("seq").values_list("at", flat=True).first()


def seq_at(space_id: int, moment: datetime) -> int:
    """Return the space's clock as it stood then. Raises Conflict for what is before the log begins."""
    log = Change.objects.filter(space_id=space_id)
    last = log.filter(at__lte=moment).order_by("-id").values_list("seq", flat=True).first()
    if last is None:
        raise Conflict(_("What happened so long ago is no longer known. Choose a later moment."))
    return last
