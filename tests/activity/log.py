"""Rows of the change log with moments of one's own choice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from collab.accounts.models import User
from collab.events.models import Change
from collab.spaces.models import Space


def noon() -> datetime:
    """Noon of yesterday: hours before and after it are of the same day, whatever the time is now."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


def write(space: Space, rows: Iterable[tuple[User | None, str, Any, dict[str, Any] | None, datetime]]) -> list[int]:
    """Append (who, kind, thing, after, at); return the ids of the rows."""
    first = Change.objects.filter(space_id=space.pk).count()
    ids = []
    with connection.cursor() as cursor:
        for number, (who, kind, thing, after, at) in enumerate(rows, 1):
            cursor.execute(
                "INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)"
                " VALUES (%s, %s, %s, %s, %s, NULL, %s, %s, %s) RETURNING id",
                [space.pk, first + number, kind, thing.REF_KIND, thing.pk, after and json.dumps(after),
                 who and who.pk, at],
            )  # fmt: skip
            ids.append(cursor.fetchone()[0])
        cursor.execute("UPDATE spaces_space SET seq = %s WHERE id = %s", [first + len(ids), space.pk])
    return ids
