"""Long lists of what takes place, cut into pages: a cursor names the last one that was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from calendars.ranges import Found, Happens
from collab.lib import paging

SHOWN = 200
"""So many stand on one page."""
SOON = timedelta(days=4)
"""Where many things take place, these days fill a page; where few do, all may be read."""


def read(
    between: Callable[[datetime, datetime], Found], since: datetime, until: datetime, after: str
) -> tuple[Found, str]:
    """Return the page of the span behind the cursor, as `page_of` does, having read no more than may stand on it.

    `between`: returns what touches a span. Raises BadInput for a foreign cursor.
    """
    last = paging.unseal(after, 5)
    since = since if last is None else min(max(since, _read(last)[0]), until)
    shown, more = page_of(between(since, min(since + SOON, until)), after)
    return (shown, more) if more or since + SOON >= until else page_of(between(since, until), after)


def page_of(found: Found, after: str) -> tuple[Found, str]:
    """Return those that stand on the page behind the cursor, and the cursor of the next page, "" for the last.

    Raises BadInput for a foreign cursor.
    """
    last = paging.unseal(after, 5)
    rest: list[Happens] = list(found) if last is None else [one for one in found if key(one) > _read(last)]
    return Found(rest[:SHOWN], found), paging.seal(_sealed(rest[SHOWN - 1])) if len(rest) > SHOWN else ""


def key(one: Happens) -> tuple[Any, ...]:
    """Return by what they are ordered (`ranges.between`), and which of a series it is."""
    return one.starts, not one.all_day, one.ends, one.id, one.recurrence_id


def _sealed(one: Happens) -> list[Any]:
    return [one.starts.isoformat(), not one.all_day, one.ends.isoformat(), one.id, one.recurrence_id]


def _read(values: list[Any]) -> tuple[Any, ...]:
    """Return the key in a cursor; one that somebody made up begins anew."""
    kinds = [str, bool, str, int, str]
    if [type(one) for one in values] == kinds:
        try:
            return (datetime.fromisoformat(values[0]), values[1], datetime.fromisoformat(values[2]), *values[3:])
        except ValueError:
            pass
    return (datetime.fromisoformat("0001-01-02T00:00:00+00:00"),)
