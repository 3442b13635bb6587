"""Which earlier contents stay: what one would have seen at the beginning of each hour, then day, then week.

All are kept for some days (as the house says); of the hours, days and weeks before, the one that stood when the hour,
day or week began, which is the one replaced first in it. So a folder can be restored as it was on the evening of any
day kept. A named one stays, one to be kept stays, and the latest of each file stays, whatever its age. Beginnings of
weeks are beginnings of days, those of hours: what one night leaves, a later one does not miss.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from collab.registry import house

FILES_AT_ONCE = 2000
MOST = 50_000
"""So many go in one night; the rest the next."""

# A version is young by the day it was replaced, never by what a device says of its time.
_FILES = """SELECT DISTINCT node_id FROM files_version WHERE node_id > %(after)s AND created_at <= %(whole)s
 AND label = '' AND NOT kept ORDER BY node_id LIMIT %(limit)s"""
_SUPERFLUOUS = """SELECT space_id, array_agg(id) FROM (
 SELECT v.id, n.space_id, v.label = '' AND NOT v.kept AS common, v.created_at <= %(whole)s AS old,
  row_number() OVER (PARTITION BY v.node_id ORDER BY v.created_at DESC, v.id DESC) AS latest,
  row_number() OVER (PARTITION BY v.node_id, CASE WHEN v.created_at > %(hourly)s
   THEN 'h' || date_trunc('hour', v.created_at, %(zone)s)::text WHEN v.created_at > %(daily)s
   THEN 'd' || date_trunc('day', v.created_at, %(zone)s)::text
   ELSE 'w' || date_trunc('week', v.created_at, %(zone)s)::text END ORDER BY v.created_at, v.id) AS place
 FROM files_version v JOIN files_node n ON n.id = v.node_id
 JOIN spaces_space s ON s.id = n.space_id AND s.archived_at IS NULL WHERE v.node_id = ANY(%(files)s)) ranked
 WHERE common AND old AND latest > 1 AND place > 1 GROUP BY space_id"""
_GONE = """WITH gone AS (DELETE FROM files_version v USING files_node n WHERE v.id = ANY(%(ids)s) AND v.label = ''
  AND NOT v.kept AND n.id = v.node_id AND n.space_id = %(space)s RETURNING v.size),
 counted AS (UPDATE spaces_space SET used = used - coalesce((SELECT sum(size) FROM gone), 0) WHERE id = %(space)s)
 SELECT count(*) FROM gone"""


class Schedule(NamedTuple):
    """How many days all are kept, then one an hour, then one a day; one a week after that."""

    whole: int
    hourly: int
    daily: int

    @classmethod
    def of_the_house(cls) -> Schedule:
        return cls(*(house.get(f"files.versions_{name}_days") for name in ("all", "hourly", "daily")))


def thin(now: datetime | None = None, *, schedule: Schedule | None = None, most: int = MOST) -> int:
    """Let go of what the schedule does not keep, some thousands of files at a time. Returns how many went. Nightly."""
    now, schedule = now or timezone.now(), schedule or Schedule.of_the_house()
    whole = now - timedelta(days=schedule.whole)
    hourly = whole - timedelta(days=schedule.hourly)
    edges = {"whole": whole, "hourly": hourly, "daily": hourly - timedelta(days=schedule.daily)}
    count = last = 0
    while count < most and (files := _files(last, edges)):
        last = files[-1]
        for space_id, ids in _superfluous(files, edges):
            count += _let_go(space_id, ids[: most - count])
    return count


def _files(after: int, edges: dict[str, datetime]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_FILES, {**edges, "after": after, "limit": FILES_AT_ONCE})
        return [row[0] for row in cursor.fetchall()]


def _superfluous(files: list[int], edges: dict[str, datetime]) -> list[tuple[int, list[int]]]:
    with connection.cursor() as cursor:
        cursor.execute(_SUPERFLUOUS, {**edges, "files": files, "zone": settings.TIME_ZONE})
        return list(cursor.fetchall())


@transaction.atomic
def _let_go(space_id: int, ids: list[int]) -> int:
    """Delete these, as far as nobody named one or asked to keep it meanwhile; the space holds so much less."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spaces_space WHERE id = %s FOR UPDATE", [space_id])
        cursor.execute(_GONE, {"space": space_id, "ids": ids})
        count: int = cursor.fetchone()[0]
    return count
